"""The `calendars:` sections: named working hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ruleflow.calendar.calendar import Calendar, CalendarProblem, read_calendar
from ruleflow.model import errors
from ruleflow.model.access import inner, is_flag, value
from ruleflow.model.reading import Reading
from ruleflow.model.sections import Thing, common, named, report_shared_names
from ruleflow.model.tests_reader import plain_value
from ruleflow.model.vocabulary import CalendarEntry
from ruleflow.source import Span
from ruleflow.syntax.nodes import Entry, Node, Scalar, Sequence
from ruleflow.syntax.nodes import Mapping as MappingNode

_KEYS = ("timezone", "hours", "always", "holidays", "exceptions", "breaks")
_KEYED = frozenset({"hours", "exceptions"})


def read_calendars(nodes: Iterable[Node], reading: Reading) -> Mapping[str, CalendarEntry]:
    """All calendars; one that says no zone is in the project's. `.ics` files come from the attachments."""
    found = {thing.id: _read_entry(thing, reading) for thing in named(nodes, "calendar", reading.out)}
    report_shared_names(found.values(), "calendar", reading.out)
    return found


def _read_entry(thing: Thing, reading: Reading) -> CalendarEntry:
    calendar = _read_calendar(thing.body, reading, thing.id) if isinstance(thing.body, MappingNode) else None
    return CalendarEntry(*common(thing), calendar=calendar)


def _read_calendar(body: MappingNode, reading: Reading, name: str) -> Calendar | None:
    given = {"timezone": reading.zone.key} | {
        entry.key.text: plain_value(entry.value) for entry in body if entry.key.text in _KEYS
    }
    made = read_calendar(given, reading.attachments)
    if isinstance(made, Calendar):
        return made
    with reading.out.inside(f"calendar `{name}`"):
        for problem in made:
            if _is_told(body, problem):
                continue
            reading.out.report(errors.bad_calendar(_place(body, problem), problem.message, problem.help))
    return None


def _is_told(body: MappingNode, problem: CalendarProblem) -> bool:
    """Whether the check of shapes has told it already: one value of another kind than the key takes."""
    if len(problem.path) != 1:
        return False
    found, key = value(body, str(problem.path[0])), problem.path[0]
    return (
        (key in _KEYED and not isinstance(found, MappingNode))
        or (key == "breaks" and not isinstance(found, Sequence))
        or (key == "always" and isinstance(found, Scalar) and not is_flag(found))
    )


def _place(body: MappingNode, problem: CalendarProblem) -> Span:
    """Where a problem stands: the day or date that is a key, else the value."""
    node: Node = body
    for step in problem.path:
        entry = _entry(node, step)
        if entry is not None and node is not body and problem.path[0] in _KEYED and len(problem.path) == 2:
            return inner(entry.key)
        below = entry.value if entry is not None else _item(node, step)
        if below is None:
            break
        node = below
    return errors.first_line(node.span)


def _entry(node: Node, step: str | int) -> Entry | None:
    return next((one for one in node if one.key.text == step), None) if isinstance(node, MappingNode) else None


def _item(node: Node, step: str | int) -> Node | None:
    return node.items[step] if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items) else None
