"""What became of many documents, told on the error stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click


@dataclass(slots=True)
class Tally:
    """Counts of decisions, by where tickets go, and of what was not decided."""

    decided: int = 0
    failed: int = 0
    teams: Counter[str] = field(default_factory=Counter)

    def count(self, answer: Mapping[str, Any], place: str) -> None:
        """Count an answer as JSON; one that is no decision is told at once, with its place."""
        if "error" in answer or "refused" in answer:
            self.failed += 1
            click.echo(f"{place}: {_first_reason(answer)}", err=True)
        else:
            self.decided += 1
            self.teams[_team(answer)] += 1

    def tell(self, more: str = "") -> None:
        """Tell the counts; `more` is said after them."""
        rest = f", {self.failed} not decided" if self.failed else ""
        click.echo(f"{self.decided} decided{rest}{more}", err=True)
        for team, count in self.teams.most_common(10):
            click.echo(f"  {count:>8}  {team}", err=True)
        if len(self.teams) > 10:
            click.echo(f"  and {len(self.teams) - 10} more", err=True)


def _first_reason(answer: Mapping[str, Any]) -> str:
    if "error" in answer:
        return str(answer["error"])
    problems = answer["refused"]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"refused: {problems[0]['pointer']}: {problems[0]['message']}{more}"


def _team(answer: Mapping[str, Any]) -> str:
    route = answer["outcome"].get("route") or {}
    return str(route.get("team") or route.get("agent") or "(no route)")
