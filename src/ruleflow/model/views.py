"""Named filters with an order, as frozen values: queues, and lists to browse by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ruleflow.model.vocabulary import Named
from ruleflow.syntax.expressions import Expr


class Subject(Enum):
    """What a view lists."""

    TICKETS = "tickets"
    CONTACTS = "contacts"
    COMPANIES = "companies"


@dataclass(frozen=True, slots=True)
class SortKey:
    """A value to sort by, the highest first where it is `descending`. A missing value comes last either way."""

    value: Expr
    descending: bool = False

    @property
    def text(self) -> str:
        """As written, on one line."""
        return ("-" if self.descending else "") + _text(self.value)


@dataclass(frozen=True, slots=True)
class Column:
    """A value that is shown; `title` '' : its own text is its heading."""

    value: Expr
    title: str = ""

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.title or _text(self.value)

    @property
    def text(self) -> str:
        """As one would write it."""
        return f"{self.title}: {_text(self.value)}" if self.title else _text(self.value)


@dataclass(frozen=True, slots=True)
class View(Named):
    """A filter with an order. `when` None: everything. Records that tie in all of `sort` stay in the order they came in.

    `columns` empty: a few that every project has, and what is sorted by. `limit` None: all.
    """

    of: Subject = Subject.TICKETS
    when: Expr | None = None
    sort: tuple[SortKey, ...] = ()
    columns: tuple[Column, ...] = ()
    limit: int | None = None
    owner: str = ""
    labels: tuple[str, ...] = ()
    note: str = ""


def _text(expr: Expr) -> str:
    return " ".join(expr.span.text.split())
