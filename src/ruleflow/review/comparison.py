"""What is known of a change, as a plain value for reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ruleflow.analysis.verdicts import Meaning, State
from ruleflow.project.revisions import Version
from ruleflow.review.edits import Edit


class NotProved(Enum):
    """Why nothing is said of what a change means; the value says it to a reader."""

    NOT_ASKED = "what this means for tickets was not asked for"
    NO_PROVER = "what this means for tickets can be proved where `pip install 'ruleflow[prove]'` was run"
    NOTHING_BEFORE = "there was no project before: whatever the rules do is new"
    NOTHING_NOW = "there is no project any more: nothing is decided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, what was edited, what it means. `meaning` None: nothing was proved, and `not_proved` says why."""

    old: Version
    new: Version
    edits: tuple[Edit, ...]
    meaning: Meaning | None
    not_proved: NotProved | None = None

    @property
    def state(self) -> State:
        """What is known of all outcomes together. Without a proof unknown, or changed where there was no project at all."""
        if self.meaning is not None:
            return self.meaning.state
        return State.UNKNOWN if self.old.project is not None and self.new.project is not None else State.CHANGED
