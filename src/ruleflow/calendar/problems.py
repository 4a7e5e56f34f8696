"""What is wrong with the description of a calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LoadFile = Callable[[str], bytes | None]
"""Gives the content of a file that a calendar names; None where there is none."""

Path = tuple[str | int, ...]
"""Keys and positions from the calendar down to the value: `("hours", "mon", 0)`. A key that is a date is its text."""


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """One fault of a calendar, at its place. `help` is the next step, or empty."""

    path: Path
    message: str
    help: str = ""


class CalendarError(ValueError):
    """A calendar that cannot be made; `problems` has every fault."""

    def __init__(self, problems: tuple[CalendarProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{'.'.join(map(str, one.path)) or 'calendar'}: {one.message}" for one in self.problems)
