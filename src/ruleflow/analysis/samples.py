"""Some value of each type, as JSON, for a ticket to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.analysis.nearby import SAMPLES
from ruleflow.analysis.tickets import MADE_UP
from ruleflow.engine.canonical import plain
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Simple, Type


@dataclass(frozen=True, slots=True)
class Samples:
    """Values that the door takes: of options and things one among `words` where there is one, of numbers `number`."""

    model: Model
    now: datetime
    number: int = 1
    words: frozenset[str] = frozenset()

    def of(self, declared: Field) -> Any:
        """A value of a field; of a list with one element."""
        return self._of_type(declared, declared.type)

    def _of_type(self, declared: Field, kind: Type) -> Any:
        match kind:
            case Record(parts):
                return {name: self._of_type(declared, part) for name, part in parts}
            case SetOf():
                return []
            case ListOf(of=inner):
                return [self._of_type(declared, inner)]
            case Choice(options):
                return next((one for one in options if one in self.words), options[0])
            case Reference(kinds):
                things = [thing for each in kinds for thing in self.model.things(each)]
                return next((one for one in things if one in self.words), next(iter(things), MADE_UP))
            case _:
                return self._of_simple(declared, kind)

    def _of_simple(self, declared: Field, kind: Simple) -> Any:
        match kind:
            case Simple.BOOLEAN:
                return True
            case Simple.INTEGER | Simple.DECIMAL:
                low = self.number if declared.minimum is None else max(self.number, declared.minimum)
                return low if declared.maximum is None else min(low, declared.maximum)
            case Simple.DATETIME:
                return plain(self.now, self.model.zone)
            case Simple.DATE:
                return self.now.astimezone(self.model.zone).date().isoformat()
            case Simple.TIME:
                return "12:00"
            case Simple.DURATION:
                return "1h"
            case _:
                form = declared.format
                return next((text for text in SAMPLES if form is None or form.check(text) is None), SAMPLES[0])
