"""What the columns of a decision table stand for: something asked, a parameter of an action, or words about the row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ruleflow.model import table_errors as errors
from ruleflow.model.access import entries, inner
from ruleflow.model.reading import Reading, read_expression
from ruleflow.model.rules import ActionType, Parameter
from ruleflow.model.sheet import Line, Sheet
from ruleflow.model.standard_actions import SET
from ruleflow.model.tables import Input
from ruleflow.model.vocabulary import Field
from ruleflow.source import Span
from ruleflow.syntax.expressions import Broken
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Style

_FOR_PEOPLE = re.compile(r"[^\W\d][\w /()-]*")
"""Words: in an expression all of them would be in small Latin letters."""
_SET = re.compile(r"set(?:\s*:\s*|\s+)(?P<path>\S+)")
_ACTION = re.compile(r"(?P<action>[a-z][a-z0-9_]*)(?:\.(?P<parameter>\S+))?")


class About(Enum):
    """A column that says something of its row; the value is its heading."""

    ID = "id"
    TITLE = "title"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Done:
    """A column that is done, without its cells. `parameter` None: what is wrong with it was reported."""

    heading: str
    action: ActionType
    parameter: Parameter | None
    field: str
    span: Span


Column = Input | Done | About


def read_columns(
    body: Node, sheet: Sheet, types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading
) -> tuple[Column | None, ...]:
    """What stands below each heading of a sheet; None for a column without one."""
    head = sheet.lines[0]
    written = body.get("columns") if isinstance(body, MappingNode) else None
    meant = {one.key.text.strip(): one.value for one in entries(written) if isinstance(one.value, Scalar)}
    for entry in entries(written):
        if entry.key.text.strip() not in head.cells:
            reading.out.report(errors.unknown_heading(inner(entry.key), entry.key.text, head.cells))
    found = tuple(_read(sheet, head, at, meant, types, fields, reading) for at in range(len(head.cells)))
    _report_twice(found, sheet, reading)
    return found


def _read(
    sheet: Sheet,
    head: Line,
    at: int,
    meant: Mapping[str, Scalar],
    types: Mapping[str, ActionType],
    fields: Mapping[str, Field],
    reading: Reading,
) -> Column | None:
    heading, span = head.cells[at], sheet.span(head, at)
    if not heading:
        return None
    written = meant.get(heading)
    said = Scalar(heading, Style.PLAIN, span) if written is None else written
    about = next((one for one in About if written is None and heading.casefold() == one.value), None)
    if about is not None:
        return about
    if written is None and _FOR_PEOPLE.fullmatch(heading) and not (heading.isascii() and heading.islower()):
        reading.out.report(errors.unexplained_heading(span, heading))
        return Input(heading, Broken(span, next(reading.ids)), span)
    done = _done(heading, said, types, fields, reading)
    return Input(heading, read_expression(said, reading), span) if done is None else done


def _done(
    heading: str, said: Scalar, types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading
) -> Done | None:
    """A column that names an action; None for any other."""
    text, span = said.text.strip(), inner(said)
    written = _SET.fullmatch(text)
    if written is not None:
        path = written["path"]
        declared = fields.get(path)
        if declared is None:
            reading.out.report(errors.unknown_field(span, path, fields))
            return Done(heading, types[SET], None, path, span)
        return Done(heading, types[SET], Parameter("value", declared.type, required=True), path, span)
    named = _ACTION.fullmatch(text)
    action = types.get(named["action"]) if named is not None else None
    if named is None or action is None:
        return None
    parameter = action.parameter(named["parameter"] or action.main)
    if parameter is None:
        reading.out.report(errors.unknown_parameter(span, action, named["parameter"] or ""))
    return Done(heading, action, parameter, "", span)


def _report_twice(columns: tuple[Column | None, ...], sheet: Sheet, reading: Reading) -> None:
    """Two columns of one heading, or that say one parameter or one thing of the row."""
    first: dict[object, Span] = {}
    for at, column in enumerate(columns):
        for key, what in _keys(column):
            span = sheet.span(sheet.lines[0], at)
            before = first.setdefault(key, span)
            if before is not span:
                reading.out.report(errors.heading_twice(span, what, before))
                break


def _keys(column: Column | None) -> Iterator[tuple[object, str]]:
    match column:
        case Input(heading=heading):
            yield ("heading", heading), heading
        case About():
            yield column, column.value
        case Done(heading=heading, action=action, parameter=Parameter(name=name), field=field):
            yield ("done", action.name, field, name), f"{action.name} {field}" if field else f"{action.name}.{name}"
