"""What two projects decide otherwise about the same recorded tickets."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruleflow.engine.decision import Decision
from ruleflow.project.questions import Refusal
from ruleflow.replay.counts import Counts
from ruleflow.replay.outcomes import differences
from ruleflow.replay.recorded import Recorded
from ruleflow.replay.tally import label

Answer = Decision | Refusal
Difference = tuple[str, str, str]
"""What differs, the value before, the value now."""


@dataclass(slots=True)
class Changes:
    """Differences, counted by ticket: one that changes at several of its events counts once for each way."""

    tickets: int = 0
    by_name: Counts[str] = field(default_factory=Counts)
    ways: dict[str, Counts[tuple[str, str]]] = field(default_factory=dict)
    _ticket: str = ""
    _label: str = ""
    _found: dict[Difference, None] = field(default_factory=dict)

    def add(self, one: Recorded, old: Answer, new: Answer) -> None:
        """Compare two answers. Those about one ticket come one after the other."""
        if not one.ticket or one.ticket != self._ticket:
            self.finish()
        self._ticket, self._label = one.ticket, label(one)
        self._found.update(dict.fromkeys(_between(old, new)))

    def finish(self) -> None:
        """Count what differs for the last ticket."""
        self.tickets += bool(self._found)
        for name in dict.fromkeys(name for name, _, _ in self._found):
            self.by_name.add(name, self._label)
        for name, before, now in self._found:
            self.ways.setdefault(name, Counts()).add((before, now), self._label)
        self._found = {}


def _between(old: Answer, new: Answer) -> list[Difference]:
    match old, new:
        case Decision(), Decision():
            return list(differences(old, new))
        case Refusal(), Refusal():
            return []
        case _:
            return [("decided", *("no" if isinstance(one, Refusal) else "yes" for one in (old, new)))]  # type: ignore[list-item]  # two of them
