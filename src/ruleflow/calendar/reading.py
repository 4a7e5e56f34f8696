"""What all readers of a calendar's description share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from ruleflow.calendar.problems import CalendarProblem, LoadFile, Path
from ruleflow.diagnostics.suggest import listing, nearest, quoted

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class Reader:
    """Collects what is wrong. `load_ics` is None where no files can be read."""

    load_ics: LoadFile | None
    problems: list[CalendarProblem] = field(default_factory=list)

    def wrong(self, path: Path, message: str, help_: str = "") -> None:
        """Notes a fault."""
        self.problems.append(CalendarProblem(path, message, help_))

    def unknown_key(self, path: Path, key: object, known: Iterable[str], of: str) -> None:
        """Notes a key that nothing of this kind has."""
        near = nearest(str(key), known)
        help_ = f"did you mean `{near}`?" if near else f"the keys are {listing(known)}"
        self.wrong((*path, str(key)), f"{quoted(str(key))} is not a key of {of}", help_)


def read_date(value: object) -> date | None:
    """A date, or a text such as `2026-12-31`; None for anything else, an instant too."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else None
    except ValueError:
        return None
