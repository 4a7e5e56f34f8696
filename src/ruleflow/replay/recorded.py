"""What was recorded of a ticket: its events, and rows that are none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ruleflow.replay.tables import Unusable


class Recorded(NamedTuple):
    """An event of a ticket as it was recorded, ready to be decided. `ticket` '' : nobody says which.

    `unmapped` are the texts that no table of the mapping names, each with its column.
    """

    number: int
    ticket: str
    event: str
    at: datetime
    facts: Mapping[str, Any]
    unmapped: tuple[tuple[str, str], ...] = ()


class Silent(NamedTuple):
    """A row that is no event, since the column that says so says nothing."""

    number: int


Found = Recorded | Unusable | Silent
"""What is found in a file: events, and what is none."""
