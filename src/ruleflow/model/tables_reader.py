"""The `tables:` of files: rows in the YAML file itself, or in a spreadsheet beside it."""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ruleflow.model import errors as model_errors
from ruleflow.model import table_errors as errors
from ruleflow.model.access import inner, scalar, text, value
from ruleflow.model.cell_arguments import read_cells
from ruleflow.model.reading import Reading, condition_under
from ruleflow.model.rules import ActionType, Rule
from ruleflow.model.rules_reader import RuleNode, read_keys
from ruleflow.model.sheet import Line, Sheet, grid, spreadsheet
from ruleflow.model.table_columns import About, Column, Done, read_columns
from ruleflow.model.tables import NO_CELL, NUMBERS, HitPolicy, Input, Output, Rows, Table
from ruleflow.model.vocabulary import Field
from ruleflow.syntax.decode import decode_sheet
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.nodes import Scalar

MOST_TOLD = 20
"""Findings of one kind that are told of one table."""
_ROW_ID = re.compile(r"\w[\w.-]*")
_WHOLE = Rows(0, (), (), (), (), ())


def read_tables(
    nodes: Iterable[RuleNode],
    rules: Iterable[Rule],
    types: Mapping[str, ActionType],
    fields: Mapping[str, Field],
    reading: Reading,
) -> tuple[Table, ...]:
    """The tables, in file order; of two with one id, or with that of a rule, only the first is kept."""
    known = {rule.id: rule.id_span for rule in rules}
    found: list[Table] = []
    for node in nodes:
        table = _read_table(node, types, fields, reading)
        rule = table.rule
        if rule.id in known and rule.id_span is not None:
            reading.out.report(model_errors.defined_twice(rule.id_span, "rule or table", rule.id, known[rule.id]))
            continue
        known[rule.id] = rule.id_span
        found.append(table)
    return tuple(found)


def _read_table(
    node: RuleNode, types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading
) -> Table:
    body, name = node.body, node.id
    table_id = name.text if name is not None else f"table_{node.position + 1}"
    with reading.out.inside(f"condition of table `{table_id}`"):
        when = condition_under(body, "when", reading)
    with reading.out.inside(f"table `{table_id}`"):
        rule = read_keys(node, table_id, when, (), reading)
        hit = next((one for one in HitPolicy if one.value == text(body, "hit")), HitPolicy.FIRST)
        sheet = _sheet(node, reading)
        if sheet is None:
            return Table(rule, hit, (), (), _WHOLE)
        columns = read_columns(body, sheet, types, fields, reading)
        return _Read(rule, hit, sheet, columns, fields, reading).table()


def _sheet(node: RuleNode, reading: Reading) -> Sheet | None:
    """The rows of a table with their heading; None, with a finding, where there are none."""
    rows, file = scalar(node.body, "rows"), scalar(node.body, "file")
    if rows is not None and file is not None:
        reading.out.report(errors.no_sheet(inner(file)))
        return None
    if rows is not None:
        fragment = fragment_of(rows)
        found: Sheet | None = grid(fragment.text, fragment.source, fragment.offsets)
    else:
        found = None if file is None else _from_file(file, reading)
    if found is not None and len(found.lines) < 2:
        place = value(node.body, "rows") or value(node.body, "file") or node.body
        reading.out.report(errors.no_rows(model_errors.first_line(place.span)))
        return None
    return found


def _from_file(file: Scalar, reading: Reading) -> Sheet | None:
    """The rows of a spreadsheet beside the YAML file, or at a path from the top of the project."""
    if not file.text.lower().endswith(".csv"):
        reading.out.report(errors.not_a_sheet(inner(file), file.text))
        return None
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(file.span.source.name), file.text))
    tried = tuple(dict.fromkeys((beside, posixpath.normpath(file.text))))
    for name in tried:
        content = reading.attachments(name)
        if content is not None:
            source = decode_sheet(name, content, reading.out)
            return None if source is None else spreadsheet(source)
    reading.out.report(errors.missing_file(inner(file), file.text, tried))
    return None


@dataclass(frozen=True, slots=True)
class _Read:
    """A sheet whose columns are known."""

    rule: Rule
    hit: HitPolicy
    sheet: Sheet
    columns: tuple[Column | None, ...]
    fields: Mapping[str, Field]
    reading: Reading

    def table(self) -> Table:
        """The table, and what is wrong with its rows."""
        lines = self.whole_lines()
        inputs = [(at, one) for at, one in enumerate(self.columns) if isinstance(one, Input)]
        dones = [(at, one) for at, one in enumerate(self.columns) if isinstance(one, Done)]
        self.report_columns(inputs, dones)
        order = [at for at, _ in (*inputs, *dones)]
        rows = self.rows(lines, order)
        for at, (_, column) in enumerate(inputs):
            self.report_empty(rows, at, column.heading, asks=True)
        outputs = tuple(self.output(rows, at, done) for at, (_, done) in enumerate(dones, len(inputs)))
        self.report_lacking(rows, outputs, [done for _, done in dones], len(inputs))
        return Table(self.rule, self.hit, tuple(column for _, column in inputs), outputs, rows)

    def whole_lines(self) -> list[Line]:
        """The rows with as many cells as the heading; blank ones beyond it do not count."""
        width = len(self.columns)
        found: list[Line] = []
        told = 0
        for line in self.sheet.lines[1:]:
            if len(line.cells) == width or (len(line.cells) > width and not any(line.cells[width:])):
                found.append(line)
            elif told < MOST_TOLD:
                told += 1
                span = self.sheet.between(line.places[0], line.places[-1])
                self.reading.out.report(errors.wrong_count(span, len(line.cells), self.sheet.lines[0].cells))
        return found

    def report_columns(self, inputs: Sequence[object], dones: Sequence[object]) -> None:
        """Report cells without a heading, and a table that asks or does nothing."""
        head, out = self.sheet.lines[0], self.reading.out
        for at, column in enumerate(self.columns):
            if column is None:
                line = next((one for one in self.sheet.lines[1:] if len(one.cells) > at and one.cells[at]), None)
                if line is not None:
                    out.report(errors.no_heading(self.sheet.span(line, at)))
        place = self.sheet.between(head.places[0], head.places[-1])
        if not dones:
            out.report(errors.nothing_done(place))
        elif not inputs:
            out.report(errors.nothing_asked(place))

    def rows(self, lines: Sequence[Line], order: Sequence[int]) -> Rows:
        """The rows by column, each different text once."""
        texts: list[tuple[str, ...]] = []
        cells: list[bytes] = []
        for at in order:
            numbers: dict[str, int] = {}
            cells.append(array(NUMBERS, [numbers.setdefault(line.cells[at], len(numbers)) for line in lines]).tobytes())
            texts.append(tuple(numbers))
        about = {one: at for at, one in enumerate(self.columns) if isinstance(one, About)}
        said = {one: tuple(line.cells[at] for line in lines) for one, at in about.items()}
        if About.ID in about:
            self.report_ids(lines, about[About.ID])
        return Rows(
            len(lines),
            tuple(texts),
            tuple(cells),
            ids=said.get(About.ID, ()),
            titles=said.get(About.TITLE, ()),
            notes=said.get(About.NOTE, ()),
            source=self.sheet.source,
            places=self.places(lines, order),
            id_places=self.places(lines, [about[About.ID]]) if About.ID in about else b"",
            decimal_comma=self.sheet.separator in ";\t",
        )

    def places(self, lines: Sequence[Line], order: Sequence[int]) -> bytes:
        found = array(NUMBERS)
        offsets = self.sheet.offsets
        for line in lines:
            for at in order:
                if offsets is None:
                    found.extend(line.places[2 * at : 2 * at + 2])
                else:
                    span = self.sheet.span(line, at)
                    found.extend((span.start, span.end))
        return found.tobytes()

    def report_ids(self, lines: Sequence[Line], at: int) -> None:
        first: dict[str, Line] = {}
        told = 0
        for line in lines:
            name = line.cells[at]
            span = self.sheet.span(line, at)
            before = first.setdefault(name, line)
            if told < MOST_TOLD and _ROW_ID.fullmatch(name) is None:
                self.reading.out.report(errors.bad_row_id(span, name))
                told += 1
            elif told < MOST_TOLD and before is not line:
                self.reading.out.report(errors.row_id_twice(span, name, self.sheet.span(before, at)))
                told += 1

    def report_empty(self, rows: Rows, at: int, heading: str, *, asks: bool) -> None:
        """Report the first of the cells in which nothing stands."""
        if "" in rows.texts[at]:
            number = rows.texts[at].index("")
            span = rows.span(rows.with_text(at, number), at)
            others = list(rows.numbers(at)).count(number) - 1
            if span is not None:
                self.reading.out.report(errors.empty_cell(span, heading, others, asks=asks))

    def output(self, rows: Rows, at: int, done: Done) -> Output:
        """A column that is done, with the argument of each of its texts."""
        name = done.parameter.name if done.parameter is not None else ""
        self.report_empty(rows, at, done.heading, asks=False)
        with self.reading.out.inside(f"column `{done.heading}` of table `{self.rule.id}`"):
            arguments = tuple(read_cells(rows, at, done, self.fields, self.reading))
        return Output(done.heading, done.action.name, name, done.field, arguments, done.span)

    def report_lacking(self, rows: Rows, outputs: Sequence[Output], dones: Sequence[Done], first: int) -> None:
        """Report rows that do nothing, and those that say a part of an action and not what it needs."""
        out, told = self.reading.out, 0
        for row, filled in _patterns(rows, outputs, first):
            place = rows.whole(row)
            if place is None or told >= MOST_TOLD:
                return
            if not any(filled):
                if self.hit is not HitPolicy.FIRST:
                    out.report(errors.does_nothing(place))
                continue
            given: dict[str, set[str]] = {}
            for done, one in zip(dones, filled, strict=True):
                if one and not done.field and done.parameter is not None:
                    given.setdefault(done.action.name, set()).add(done.parameter.name)
            for done in {one.action.name: one for one in dones if one.action.name in given}.values():
                for wanted, any_of in _lacking(done.action, given[done.action.name]):
                    out.report(errors.lacks_parameter(place, done.action.name, wanted, any_of=any_of))
                    told += 1


def _patterns(rows: Rows, outputs: Sequence[Output], first: int) -> Iterator[tuple[int, tuple[bool, ...]]]:
    """For each different set of columns that rows fill, the first row that does."""
    fills = [[text not in {NO_CELL, ""} for text in rows.texts[at]] for at in range(first, first + len(outputs))]
    columns = [[own[number] for number in rows.numbers(at)] for at, own in enumerate(fills, first)]
    seen: dict[tuple[bool, ...], int] = {}
    for row, filled in enumerate(zip(*columns, strict=True)):
        seen.setdefault(filled, row)
    return ((row, filled) for filled, row in seen.items())


def _lacking(action: ActionType, given: set[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for one in action.parameters:
        if one.required and one.name not in given:
            yield (one.name,), False
    if action.any_of and given.isdisjoint(action.any_of):
        yield action.any_of, True
