"""How much of a project its tests have seen, and what they have not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruleflow.checker.checked import Checked
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr
from ruleflow.testing.conditions import Owner, OwnerKind, Part, Tested, conditions_of_project, owned
from ruleflow.testing.sightings import Sight, Sightings


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A condition or a part of one, and whether it was seen true and false (of a part: deciding so).

    `wanted` are the outcomes that can be seen at all.
    """

    text: str
    span: Span
    kind: str
    """`condition`, `if` or `part`."""
    seen: frozenset[bool]
    wanted: frozenset[bool]

    @property
    def missing(self) -> tuple[bool, ...]:
        """The outcomes that no test has seen."""
        return tuple(one for one in (True, False) if one in self.wanted - self.seen)


@dataclass(frozen=True, slots=True)
class Covered:
    """What tests have seen of a rule, a table, or another thing with conditions. `fired` None: it is no rule.

    Of a table, how many rows it has, and the names of those that no test has hit.
    """

    owner: Owner
    fired: bool | None
    outcomes: tuple[Outcomes, ...]
    rows: int = 0
    never_hit: tuple[str, ...] = ()

    @property
    def was_asked(self) -> bool:
        """Whether some test saw anything of it."""
        return bool(self.fired) or len(self.never_hit) < self.rows or any(one.seen for one in self.outcomes)

    @property
    def has_gaps(self) -> bool:
        """Whether tests leave something out."""
        return self.fired is False or bool(self.never_hit) or any(one.missing for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    seen: int
    total: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What tests have seen of each rule, segment, contract and definition with conditions."""

    items: tuple[Covered, ...]

    @property
    def rules(self) -> Share:
        """The rules that fired."""
        rules = [one for one in self.items if one.fired is not None]
        return Share(sum(bool(one.fired) for one in rules), len(rules))

    @property
    def rows(self) -> Share:
        """The rows of tables that were hit."""
        total = sum(one.rows for one in self.items)
        return Share(total - sum(len(one.never_hit) for one in self.items), total)

    @property
    def conditions(self) -> Share:
        """The outcomes of conditions and of `if`s, two each."""
        return _share(one for item in self.items for one in item.outcomes if one.kind != "part")

    @property
    def parts(self) -> Share:
        """The outcomes of parts of conditions, two each."""
        return _share(one for item in self.items for one in item.outcomes if one.kind == "part")

    @property
    def percent(self) -> float:
        """All of these together, from 0 to 100, rounded down to a tenth: 100 means everything."""
        shares = (self.rules, self.rows, self.conditions, self.parts)
        total = sum(one.total for one in shares)
        return sum(one.seen for one in shares) * 1000 // total / 10 if total else 100.0

    @property
    def gaps(self) -> tuple[Covered, ...]:
        """Whatever tests leave something out of."""
        return tuple(one for one in self.items if one.has_gaps)

    @property
    def never_fired(self) -> tuple[str, ...]:
        """The rules that no test saw fire."""
        return tuple(one.owner.id for one in self.items if one.fired is False)

    @property
    def never_hit(self) -> tuple[str, ...]:
        """The rows that no test hit, by what decisions call them."""
        return tuple(f"{one.owner.id}/{name}" for one in self.items for name in one.never_hit)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        shares = {"rules": self.rules, "rows": self.rows, "conditions": self.conditions, "parts": self.parts}
        return {
            "percent": self.percent,
            **{name: {"seen": one.seen, "total": one.total} for name, one in shares.items()},
            "items": [_item(one) for one in self.items],
        }


def coverage_of(checked: Checked, seen: Sightings) -> Coverage:
    """The coverage that some sightings amount to."""
    tested: dict[Owner, list[Outcomes]] = {owner: [] for owner, _ in owned(checked)}
    for one in conditions_of_project(checked):
        tested[one.owner] += _outcomes(one, seen)
    tables = {table.id: table for table in checked.model.tables}
    found: list[Covered] = []
    for owner, outcomes in tested.items():
        if owner.kind is OwnerKind.TABLE:
            table = tables[owner.id]
            never = tuple(table.row_name(row) for row, name in enumerate(table.row_ids()) if name not in seen.fired)
            found.append(Covered(owner, None, tuple(outcomes), table.rows.count, never))
        elif outcomes or owner.kind is OwnerKind.RULE:
            found.append(
                Covered(owner, owner.id in seen.fired if owner.kind is OwnerKind.RULE else None, tuple(outcomes))
            )
    return Coverage(tuple(found))


def _outcomes(tested: Tested, seen: Sightings) -> Iterable[Outcomes]:
    yield _outcome(tested.expr, "if" if tested.is_if else "condition", seen.conditions)
    for part in tested.parts:
        yield _part(part, seen)


def _part(part: Part, seen: Sightings) -> Outcomes:
    wanted = frozenset({True}) if part.never_false else frozenset({True, False})
    return _outcome(part.expr, "part", seen.deciding, wanted)


def _outcome(
    expr: Expr, kind: str, seen: frozenset[Sight], wanted: frozenset[bool] = frozenset({True, False})
) -> Outcomes:
    found = frozenset(truth for truth in (True, False) if (expr.id, truth) in seen)
    return Outcomes(" ".join(expr.span.text.split()), expr.span, kind, found & wanted, wanted)


def _share(outcomes: Iterable[Outcomes]) -> Share:
    known = list(outcomes)
    return Share(sum(len(one.seen) for one in known), sum(len(one.wanted) for one in known))


def _item(item: Covered) -> dict[str, Any]:
    span = item.owner.span
    found: dict[str, Any] = {
        "kind": item.owner.kind.value,
        "id": item.owner.id,
        "file": None if span is None else span.source.name,
        "line": None if span is None else span.first.line,
    }
    if item.fired is not None:
        found["fired"] = item.fired
    if item.rows:
        found["rows"], found["never_hit"] = item.rows, list(item.never_hit)
    return {**found, "outcomes": [_outcome_dict(one) for one in item.outcomes]}


def _outcome_dict(one: Outcomes) -> dict[str, Any]:
    place = one.span.first
    return {
        "kind": one.kind,
        "text": one.text,
        "line": place.line,
        "column": place.column,
        "seen": [truth for truth in (True, False) if truth in one.seen],
        "missing": list(one.missing),
    }
