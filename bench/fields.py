"""The fields of the tickets that are decided: what a helpdesk knows of a ticket, a contact and a company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds; an id is a text of which there are more, the more rules there are."""

    ID = "id"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `highest` is the largest number, or the length of a text; numbers start at 0."""

    path: str
    kind: Kind
    options: tuple[str, ...] = ()
    highest: int = 0
    optional: bool = False

    @property
    def group(self) -> str:
        """`ticket`, `contact` or `company`."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """The key in its group."""
        return self.path.partition(".")[2]

    @property
    def flat(self) -> str:
        """One name for engines that know no nested facts."""
        return self.path.replace(".", "_")


def _choice(path: str, options: str, *, optional: bool = False) -> Field:
    return Field(path, Kind.CHOICE, tuple(options.split()), optional=optional)


def _set(path: str, prefix: str, count: int, *, optional: bool = False) -> Field:
    return Field(path, Kind.SET, tuple(f"{prefix}{number}" for number in range(count)), optional=optional)


FIELDS = (
    Field("ticket.product", Kind.ID),
    Field("ticket.category", Kind.ID),
    _choice("ticket.channel", "email phone chat web messenger social api"),
    _choice("ticket.request_type", "question incident problem task billing delivery refund warranty"),
    _choice("ticket.priority", "low normal high urgent"),
    _choice("ticket.status", "new open pending solved closed"),
    _choice("ticket.branch", "north south east west centre harbour airport online", optional=True),
    Field("ticket.reopened_count", Kind.INTEGER, highest=10),
    Field("ticket.wait_hours", Kind.DECIMAL, highest=100, optional=True),
    Field("ticket.escalated", Kind.BOOLEAN),
    Field("ticket.subject", Kind.TEXT, highest=60),
    Field("ticket.body", Kind.TEXT, highest=300),
    _set("ticket.tags", "tag", 30, optional=True),
    Field("contact.account", Kind.ID),
    _choice("contact.country", "fi se dk de fr es mt nl be at pl cz sk hu ee lv lt ie pt gr"),
    _choice("contact.plan", "free basic plus team enterprise"),
    Field("contact.satisfaction", Kind.DECIMAL, highest=5, optional=True),
    Field("contact.lifetime_value", Kind.DECIMAL, highest=50_000),
    Field("contact.open_tickets", Kind.INTEGER, highest=20),
    Field("contact.verified", Kind.BOOLEAN),
    _set("contact.segments", "segment", 12),
    Field("company.domain", Kind.ID),
    _choice(
        "company.industry", "retail travel banking health energy media food metals logistics public", optional=True
    ),
    _choice("company.region", "emea amer apac nordics baltics iberia alps benelux"),
    Field("company.size", Kind.INTEGER, highest=1_000, optional=True),
    _set("company.tags", "mark", 20, optional=True),
)

BY_KIND: Mapping[Kind, tuple[Field, ...]] = {kind: tuple(one for one in FIELDS if one.kind is kind) for kind in Kind}

IDS: Mapping[Field, tuple[float, float]] = dict(
    zip(BY_KIND[Kind.ID], ((1.0, 15.0), (0.5, 1.0), (1.0, 4.0), (1.0, 8.0)), strict=True)
)
"""How many different ids there are for n rules: n to a power, over a number."""
