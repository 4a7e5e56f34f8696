"""Looking for a ticket by trying: near one that the solver named, and anywhere. The same search finds the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.space import Cells, Elements, Space, Text, Variable
from ruleflow.analysis.tickets import Draft, Engine
from ruleflow.analysis.version import NOW
from ruleflow.plan.conditions import TextMatch
from ruleflow.plan.plan import Plan

SEED = 20_261_125


@dataclass(frozen=True, slots=True)
class Search:
    """Tries tickets made of the values that rules name."""

    engines: Sequence[Engine]
    space: Space
    plans: Sequence[Plan]
    tries: int = 150

    def near(self, base: Draft, wanted: Callable[[Draft], bool]) -> Draft | None:
        """A wanted ticket that differs from one in few facts."""
        draw = random.Random(SEED)
        paths = [path for path in self.space.variables if not path.startswith("event.")]
        for _ in range(self.tries if paths else 0):
            draft = dict(base)
            for path in draw.sample(paths, min(len(paths), draw.choice((1, 1, 2, 3)))):
                self._set(draft, path, draw)
            if wanted(draft):
                return draft
        return None

    def anywhere(self, wanted: Callable[[Draft], bool]) -> Draft | None:
        """A wanted ticket among some that are drawn."""
        return next((draft for draft in self.drafts(self.tries) if wanted(draft)), None)

    def drafts(self, count: int) -> Iterator[Draft]:
        """Tickets, drawn."""
        draw = random.Random(SEED)
        for _ in range(count):
            draft: Draft = {}
            for path in self.space.variables:
                if path == NOW or draw.random() < 0.6:
                    self._set(draft, path, draw)
            yield draft

    def _set(self, draft: Draft, path: str, draw: random.Random) -> None:
        value = draw.choice(list(self._values(path, self.space.variables[path], draft.get(NOW), draw)))
        if value is None and path != NOW:
            draft.pop(path, None)
        elif value is not None:
            draft[path] = value

    def _values(self, path: str, variable: Variable, now: Any, draw: random.Random) -> Iterator[Any]:
        match variable:
            case Cells(values=values):
                yield from (value for value in values if value != UNKNOWN and (value is not None or path != NOW))
                if any(isinstance(value, datetime) for value in values) and isinstance(now, datetime):
                    yield from (now - age for age in self._ages())
            case Elements(held=held):
                names = list(held)
                yield None
                yield draw.sample(names, draw.randint(0, min(3, len(names))))
            case Text(equals=equals, tests=tests):
                yield None
                yield from equals
                patterns = [atom.pattern for atom in tests if isinstance(atom, TextMatch)]
                yield from patterns
                yield " ".join(draw.sample(patterns, min(2, len(patterns)))) or "q"

    def _ages(self) -> Iterator[timedelta]:
        """How long ago something may have been so that a time rule is due, and is not."""
        for plan in self.plans:
            for planned in plan.time_rules:
                after = planned.rule.after
                time = getattr(after.time, "time", None) if after is not None else None
                if isinstance(time, timedelta):
                    yield from (time - timedelta(minutes=1), time + timedelta(minutes=1))
        yield timedelta(hours=1)
