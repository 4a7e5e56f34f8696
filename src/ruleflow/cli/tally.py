"""What became of many documents, told on the error stream."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import click

from ruleflow.project.questions import Answer


@dataclass(slots=True)
class Tally:
    """Counts of decisions, by where tickets go, and of what was not decided."""

    failed: int = 0
    teams: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> int:
        """How many were counted."""
        return self.failed + self.teams.total()

    def count(self, answer: Answer, place: str) -> None:
        """Count an answer; one that is no decision is told at once, with its place."""
        if answer.failure:
            self.failed += 1
            click.echo(f"{place}: {answer.failure}", err=True)
        else:
            self.teams[answer.team] += 1

    def tell(self, more: str = "") -> None:
        """Tell the counts; `more` is said after them."""
        rest = f", {self.failed} not decided" if self.failed else ""
        click.echo(f"{self.teams.total()} decided{rest}{more}", err=True)
        for team, count in self.teams.most_common(10):
            click.echo(f"  {count:>8}  {team}", err=True)
        if len(self.teams) > 10:
            click.echo(f"  and {len(self.teams) - 10} more", err=True)
