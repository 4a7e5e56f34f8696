"""What became of changes of the rules: noticed by a test, or not."""

from __future__ import annotations

from dataclasses import dataclass

from ruleflow.testing.changes import Change
from ruleflow.testing.conditions import Owner


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change, and whether a test noticed it. `was_asked`: some test asks what was changed."""

    owner: Owner
    change: Change
    noticed: bool
    was_asked: bool


@dataclass(frozen=True, slots=True)
class Mutation:
    """What became of the changes that were tried, of so many in `total`."""

    verdicts: tuple[Verdict, ...]
    total: int

    @property
    def unnoticed(self) -> tuple[Verdict, ...]:
        """The changes that no test noticed."""
        return tuple(one for one in self.verdicts if not one.noticed)

    @property
    def score(self) -> float:
        """How many were noticed, in percent, rounded down to a tenth; 100 where nothing was tried."""
        tried = len(self.verdicts)
        return (tried - len(self.unnoticed)) * 1000 // tried / 10 if tried else 100.0
