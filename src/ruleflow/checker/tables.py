"""Checking decision tables: what their columns ask, what their cells let through, what their rows do."""

from __future__ import annotations

from ruleflow.checker import table_errors as errors
from ruleflow.checker.cells import Cell, Reader
from ruleflow.checker.checked import CheckedInput
from ruleflow.checker.conditions import check_value, report_surprises
from ruleflow.checker.missing import Known, culprit, present_when, surprises
from ruleflow.checker.rules import check_action, check_shared
from ruleflow.checker.scope import Scope, fact_field
from ruleflow.model.model import Model
from ruleflow.model.rules import Action
from ruleflow.model.tables import Input, Table
from ruleflow.types.terms import ListOf, Record, Reference, SetOf, Simple, Type, describe

MOST_TOLD = 20
"""Cells of a column that are told."""
_NEVER = (Simple.CALENDAR_DAYS, Simple.WORKING_DAYS)


def check_table(table: Table, scope: Scope) -> tuple[CheckedInput, ...]:
    """Report everything that is wrong with a table; what was learnt of its columns that are asked."""
    check_shared(table.rule, "table", scope)
    known = present_when(table.rule.when, scope)
    inputs = []
    for at, column in enumerate(table.inputs):
        with scope.out.inside(f"column `{column.heading}` of table `{table.id}`"):
            inputs.append(_check_input(table, at, column, scope, known))
    for output in table.outputs:
        with scope.out.inside(f"column `{output.heading}` of table `{table.id}`"):
            for argument in output.arguments:
                if argument is not None:
                    action = Action(output.action, (argument,), output.span, output.path)
                    check_action(action, scope, known, whole=False)
    return tuple(inputs)


def reader_of(kind: Type, model: Model, *, decimal_comma: bool) -> Reader:
    """What reads the cells of a column of a type."""
    element = kind.of if isinstance(kind, SetOf | ListOf) else kind
    kinds = element.kinds if isinstance(element, Reference) else ()
    things = dict.fromkeys(name for one in kinds for name in model.things(one))
    return Reader(kind, model.zone, things.keys(), decimal_comma)


def _check_input(table: Table, at: int, column: Input, scope: Scope, known: Known) -> CheckedInput:
    kind = check_value(column.expr, scope, known)
    if not _can_be_asked(kind):
        if kind is not Simple.UNKNOWN:
            scope.out.report(errors.not_for_cells(column.expr.span, describe(kind)))
        return CheckedInput(Simple.UNKNOWN)
    cells = _check_cells(table, at, kind, scope)
    if any(_takes_false(cell) for cell in cells) and kind is Simple.BOOLEAN:
        for guilty, test in surprises(column.expr, scope, known, negative=True):
            scope.out.report(errors.missing_in_column(test.span, guilty.span.text))
    report_surprises(column.expr, scope, known)
    return CheckedInput(kind, culprit(column.expr, known, scope) is not None)


def _can_be_asked(kind: Type) -> bool:
    if isinstance(kind, SetOf | ListOf):
        return not isinstance(kind.of, Record | SetOf | ListOf) and kind.of is not Simple.UNKNOWN
    return not isinstance(kind, Record) and kind is not Simple.UNKNOWN and kind not in _NEVER


def _takes_false(cell: Cell) -> bool:
    return (False in cell.values) is not cell.negated and cell != Cell(negated=True)


def _check_cells(table: Table, at: int, kind: Type, scope: Scope) -> list[Cell]:
    """The cells of a column that can be read; each different text is looked at once."""
    rows, told = table.rows, 0
    reader = reader_of(kind, scope.model, decimal_comma=rows.decimal_comma)
    found: list[Cell] = []
    for number, text in enumerate(rows.texts[at]):
        cell = reader.read(text) if text else Cell()
        if isinstance(cell, Cell):
            found.append(cell)
        elif told < MOST_TOLD:
            told += 1
            span = rows.span(rows.with_text(at, number), at)
            if span is not None:
                path = _field_of(table.inputs[at], scope)
                scope.out.report(errors.wrong_cell(span, text, cell, kind, path, decimal_comma=rows.decimal_comma))
    return found


def _field_of(column: Input, scope: Scope) -> str:
    declared = fact_field(scope.model, column.text)
    return column.text if declared is not None else ""
