"""The facts of a decision after the door: every declared field under its path, in its one representation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class FactProblem:
    """Why facts were refused: one per fault. `pointer` is the JSON pointer of the value; secrets stand masked in `message`."""

    pointer: str
    code: str
    message: str
    help: str = ""

    def to_dict(self) -> dict[str, str]:
        """As JSON; `help` is left out where there is none."""
        found = {"pointer": self.pointer, "code": self.code, "message": self.message}
        return {**found, "help": self.help} if self.help else found


@dataclass(frozen=True, slots=True)
class FactWarning:
    """What was odd about facts that were accepted all the same."""

    pointer: str
    code: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """As JSON."""
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that passed the door.

    `values` has the present values by path (parts of records stand there too, under their own path). `before` has, for
    what the event changed, the old value (None: it was missing). `over_budget` says of a value that is too large to be
    looked at why, by path; such a value stands in neither.
    """

    values: Mapping[str, Value]
    before: Mapping[str, Value]
    over_budget: Mapping[str, str]
    warnings: tuple[FactWarning, ...] = ()
