"""What the cells of decision tables name. Equal texts are read once; each place is that of its own row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ruleflow.checker.cells import Cell as Meaning
from ruleflow.checker.cells import Reader
from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import expressions_in
from ruleflow.checker.tables import reader_of
from ruleflow.model.model import Model
from ruleflow.model.rules import Argument
from ruleflow.model.tables import Table
from ruleflow.references.expressions import Origins, named_by, names_in, origins_of
from ruleflow.references.names import OF_TERMS, Holder, Link, Name, Use
from ruleflow.references.roots import Root
from ruleflow.source import Span
from ruleflow.types.terms import Reference

Stretch = tuple[int, int]
"""Characters `[start, end)` of the text of a cell."""

_Named = tuple[Name, Stretch]


def cell_uses(checked: Checked, known: Origins) -> Iterator[Use | Link]:
    """Everything that cells name, row by row of each column, and where options of two fields meet in them."""
    for table in checked.model.tables:
        for column in range(len(table.rows.texts)):
            read = _asked if column < len(table.inputs) else _done
            yield from _in_rows(table, column, list(read(table, column, checked, known)))


def _in_rows(table: Table, column: int, found: list[tuple[_Named | Link, ...]]) -> Iterator[Use | Link]:
    rows = table.rows
    for row, number in enumerate(rows.numbers(column)):
        cell = rows.span(row, column) if found[number] else None
        if cell is None:
            continue
        holder = row_holder(table, row)
        for one in found[number]:
            if isinstance(one, Link):
                yield replace(one, span=cell, holder=holder)
            else:
                yield Use(one[0], placed(cell, rows.texts[column][number], one[1]), holder)


def row_holder(table: Table, row: int) -> Holder:
    """A row, as what holds a place."""
    return Holder("table", table.id, f"row `{table.row_name(row)}`")


def placed(cell: Span, text: str, part: Stretch) -> Span:
    """The place of a part of a cell's text: in a spreadsheet quotes inside it are doubled. The whole cell, if it is written otherwise."""
    raw, lead = cell.text, 0
    start, end = part
    if raw != text:
        lead = len(raw) - len(raw.lstrip())
        if raw.strip().replace('""', '"') != text:
            return cell
        start, end = start + text.count('"', 0, start), end + text.count('"', 0, end)
    return Span(cell.source, cell.start + lead + start, cell.start + lead + end)


def reader_at(table: Table, column: int, checked: Checked) -> Reader | None:
    """What reads the cells of a column that is asked; None where its type is not known."""
    asked = checked.tables.get(table.id, ())
    if column >= len(asked):
        return None
    return reader_of(asked[column].kind, checked.model, decimal_comma=table.rows.decimal_comma)


def _asked(table: Table, column: int, checked: Checked, known: Origins) -> Iterator[tuple[_Named, ...]]:
    """For each text of a column that is asked what it names."""
    reader = reader_at(table, column, checked)
    against = origins_of(table.inputs[column].expr, checked, known)
    for text in table.rows.texts[column]:
        if reader is None or not isinstance(reader.read(text), Meaning):
            yield ()
        else:
            yield tuple(_words(text, reader, against, checked.model))


def _words(text: str, reader: Reader, against: frozenset[str], model: Model) -> Iterator[_Named]:
    kind = reader.element
    for word in reader.words(text):
        if isinstance(kind, Reference):
            own = [Name(OF_TERMS[one], word.text) for one in kind.kinds if word.text in model.things(one)][:1]
        else:
            own = list(named_by(word.text, kind, against, model))
        yield from ((name, (word.start, word.end)) for name in own)


def _done(table: Table, column: int, checked: Checked, known: Origins) -> Iterator[tuple[_Named | Link, ...]]:
    """For each text of a column that is done what it names."""
    output = table.outputs[column - len(table.inputs)]
    for text, argument in enumerate(output.arguments):
        first = first_cell(table, column, text)
        exprs = () if argument is None or first is None else expressions_in(argument)
        start = 0 if first is None else first.start
        yield tuple(
            one if isinstance(one, Link) else (one.name, (one.span.start - start, one.span.end - start))
            for expr in exprs
            for one in names_in(Root(expr, Holder("table", table.id), output.path), checked, known)
        )


def first_cell(table: Table, column: int, text: int) -> Span | None:
    """The first cell with a text: there the expressions stand that all rows with it share."""
    return table.rows.span(table.rows.with_text(column, text), column)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table with its place."""

    table: Table
    row: int
    column: int
    span: Span

    @property
    def number(self) -> int:
        """The number of its text in the column."""
        return self.table.rows.numbers(self.column)[self.row]

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.table.rows.texts[self.column][self.number]

    @property
    def is_asked(self) -> bool:
        """Whether its column asks."""
        return self.column < len(self.table.inputs)

    @property
    def argument(self) -> Argument | None:
        """What it does; None where it does nothing, or asks."""
        return (
            None if self.is_asked else self.table.outputs[self.column - len(self.table.inputs)].arguments[self.number]
        )


@dataclass(frozen=True)
class Cells:
    """The cells of a project's tables, found by place."""

    tables: tuple[Table, ...]

    def at(self, span: Span) -> Cell | None:
        """The cell in which a stretch begins."""
        cells = self._by_file.get(span.source.name, [])
        at = bisect_right(cells, span.start, key=lambda cell: cell.span.start) - 1
        return cells[at] if at >= 0 and span.start < cells[at].span.end else None

    @cached_property
    def _by_file(self) -> Mapping[str, list[Cell]]:
        found: dict[str, list[Cell]] = {}
        for table in self.tables:
            for row in range(table.rows.count):
                for column in range(len(table.rows.texts)):
                    span = table.rows.span(row, column)
                    if span is not None:
                        found.setdefault(span.source.name, []).append(Cell(table, row, column, span))
        return {file: sorted(cells, key=lambda cell: cell.span.start) for file, cells in found.items()}
