"""Decision tables as written: what their columns ask and do, and their rows, packed by column.

A table of 100,000 rows has few different texts in most columns, so each is kept once and a row has their numbers. No row
is an object until somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from ruleflow.model.rules import Action, Argument, Rule
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.source import Source, Span
from ruleflow.syntax.expressions import Expr

NUMBERS: Final = "I"
"""How numbers are packed (`array`): four bytes each, in the order of bytes of nearly every machine."""

NO_CELL = "-"
"""Asks nothing, or does nothing."""


class HitPolicy(Enum):
    """Which matching rows act: the first, the only one (a second one is an error), or all in order."""

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is asked. `heading` is what stands above it, `expr` what is asked; `span` that of the heading."""

    heading: str
    expr: Expr
    span: Span = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """What is asked, on one line."""
        return " ".join(self.expr.span.text.split())


@dataclass(frozen=True, slots=True)
class Output:
    """A column that is done: a parameter of an action, or for `set` the field at `path` (`parameter` is then `value`).

    `arguments` has one for each text of the column; None: the row leaves it out.
    """

    heading: str
    action: str
    parameter: str
    path: str
    arguments: tuple[Argument | None, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The action and its parameter as a heading says them."""
        return f"{self.action} {self.path}" if self.path else f"{self.action}.{self.parameter}".removesuffix(self.main)

    @property
    def main(self) -> str:
        """The parameter that a heading need not name, with its dot: `.policy` of `set_sla`."""
        kind = STANDARD_ACTIONS.get(self.action)
        return f".{kind.main}" if kind is not None and kind.main else ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows, by column: inputs, then outputs. `texts` has the different texts of each, `cells` for each row their numbers.

    `ids` are the rows' own, empty where they are numbered; `titles` and `notes` are empty where no column has them.
    `places` has the start and end of each cell in `source`, row by row; `id_places` those of the rows' own ids.
    """

    count: int
    texts: tuple[tuple[str, ...], ...]
    cells: tuple[bytes, ...]
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    source: Source | None = field(default=None, compare=False, repr=False)
    places: bytes = field(default=b"", compare=False, repr=False)
    id_places: bytes = field(default=b"", compare=False, repr=False)
    decimal_comma: bool = False
    """Whether `2,25` is a number: in a spreadsheet that does not separate its cells by commas."""

    def numbers(self, column: int) -> Sequence[int]:
        """For each row the number of its text in a column."""
        return memoryview(self.cells[column]).cast(NUMBERS)

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        return self.texts[column][self.numbers(column)[row]]

    def span(self, row: int, column: int) -> Span | None:
        """Where a cell stands."""
        return self._placed(self.places, row * len(self.texts) + column)

    def id_span(self, row: int) -> Span | None:
        """Where the own id of a row stands; None for one that is only numbered."""
        return self._placed(self.id_places, row) if self.ids else None

    def _placed(self, places: bytes, number: int) -> Span | None:
        if self.source is None:
            return None
        start, end = memoryview(places).cast(NUMBERS)[2 * number : 2 * number + 2]
        return Span(self.source, start, end)

    def whole(self, row: int) -> Span | None:
        """Where a row stands, from its first asked cell to its last done one."""
        spans = [one for at in range(len(self.texts)) if (one := self.span(row, at)) is not None]
        return Span(spans[0].source, min(one.start for one in spans), max(one.end for one in spans)) if spans else None

    def with_text(self, column: int, number: int) -> int:
        """The first row that has a text."""
        return next(row for row, one in enumerate(self.numbers(column)) if one == number)


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `rule` has what it shares with rules: id, stage, events, condition, dates; it has no actions."""

    rule: Rule
    hit: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: Rows

    @property
    def id(self) -> str:
        """What decisions call it; its rows begin with it."""
        return self.rule.id

    @property
    def title(self) -> str:
        """What it does, for people."""
        return self.rule.title

    @property
    def span(self) -> Span | None:
        """The whole table in its YAML file."""
        return self.rule.span

    def row_name(self, row: int) -> str:
        """The id of a row without that of the table: its own, or its number from 1."""
        return self.rows.ids[row] if self.rows.ids else str(row + 1)

    def row_id(self, row: int) -> str:
        """What decisions call a row: `sla_times/3`, `sla_times/vip_urgent`."""
        return f"{self.rule.id}/{self.row_name(row)}"

    def row_ids(self) -> Iterator[str]:
        """What decisions call the rows, in order."""
        return map(self.row_id, range(self.rows.count))

    def row_of(self, row_id: str) -> int | None:
        """The row that decisions call so; None where there is none."""
        table, slash, name = row_id.partition("/")
        if not slash or table != self.rule.id:
            return None
        if self.rows.ids:
            return self.rows.ids.index(name) if name in self.rows.ids else None
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else 0
        return number - 1 if 1 <= number <= self.rows.count and str(number) == name else None

    def actions(self, row: int) -> tuple[Action, ...]:
        """What a row does: the columns of one action make one action."""
        found: dict[tuple[str, str], list[Argument]] = {}
        spans: dict[tuple[str, str], Span] = {}
        for at, output in enumerate(self.outputs, len(self.inputs)):
            argument = output.arguments[self.rows.numbers(at)[row]]
            if argument is not None:
                key = (output.action, output.path)
                place = self.rows.span(row, at)
                spans.setdefault(key, place or argument.span)
                found.setdefault(key, []).append(argument if place is None else replace(argument, span=place))
        return tuple(Action(kind, tuple(own), spans[kind, path], path) for (kind, path), own in found.items())

    def row_rule(self, row: int) -> Rule:
        """A row as a rule: the table's keys, its own id, and what it does. What it asks stands in its cells."""
        span = self.rows.whole(row)
        rows = self.rows
        return replace(
            self.rule,
            id=self.row_id(row),
            actions=self.actions(row),
            title=(rows.titles[row] if rows.titles else "") or self.rule.title,
            note=(rows.notes[row] if rows.notes else "") or self.rule.note,
            span=span or self.rule.span,
            id_span=span or self.rule.id_span,
        )
