"""The `tests:` of files: one event, a table of cases, or steps on one ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ruleflow.model import errors
from ruleflow.model.access import inner, listed, number_of, scalar, text, value
from ruleflow.model.reading import Reading
from ruleflow.model.shape_check import is_moment
from ruleflow.model.tests import Case, EventTest
from ruleflow.source import Span
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence, Style
from ruleflow.types.literals import moment_of

_LISTS = frozenset({"matched", "not_matched", "shadow"})


def read_tests(roots: Iterable[Node], reading: Reading) -> tuple[EventTest, ...]:
    """The tests of some files, in order."""
    return tuple(
        _read_test(item, reading)
        for root in roots
        for item in listed(value(root, "tests"))
        if isinstance(item, MappingNode)
    )


def plain_value(node: Node) -> Any:
    """A node as JSON has it: null, booleans and numbers where YAML 1.2 reads a plain scalar so, else text.

    Numbers are int or Decimal.
    """
    match node:
        case MappingNode():
            return {entry.key.text: plain_value(entry.value) for entry in node}
        case Sequence():
            return [plain_value(item) for item in node.items]
        case Scalar():
            return _plain_scalar(node)


def _plain_scalar(node: Scalar) -> Any:
    if node.style is not Style.PLAIN:
        return node.text
    if node.is_null:
        return None
    if node.text in {"true", "false"}:
        return node.text == "true"
    number = number_of(node)
    return node.text if number is None else number


def _read_test(node: MappingNode, reading: Reading) -> EventTest:
    name = text(node, "name")
    with reading.out.inside(f"test `{name}`"):
        cases, steps = value(node, "cases"), value(node, "steps")
        if cases is not None and steps is not None:
            reading.out.report(errors.cases_and_steps(errors.first_line(steps.span)))
        rows = tuple(_rows(node, cases, steps, reading))
        if not any(row.expect for row in rows):
            reading.out.report(errors.nothing_expected(_place(node), name))
    return EventTest(name, rows, steps is not None, _place(node))


def _rows(test: MappingNode, cases: Node | None, steps: Node | None, reading: Reading) -> Iterator[Case]:
    base = _read_case(test, None, reading)
    if steps is not None:
        if (beside := value(test, "expect")) is not None:
            reading.out.report(errors.expectation_beside_steps(errors.first_line(beside.span)))
        yield from _read_steps(base, steps, text(test, "name"), reading)
    elif cases is not None:
        for item in listed(cases):
            yield _told(_read_case(item, base, reading), text(test, "name"), reading)
    else:
        yield _told(base, text(test, "name"), reading)


def _read_steps(before: Case, steps: Node, name: str, reading: Reading) -> Iterator[Case]:
    """Each step has its own facts and expectations; the first one those of the test too, and any one its event and instant."""
    for at, item in enumerate(listed(steps)):
        base = replace(before, expect={}, expect_span=before.span, given=before.given if at == 0 else {})
        step = replace(_read_case(item, base, reading), advance_to=text(item, "advance_to"))
        before = replace(step, advance_to="", now=step.advance_to or step.now)
        happening = [found for key in ("event", "at", "given") if (found := value(item, key)) is not None]
        if step.advance_to and happening:
            reading.out.report(errors.event_and_advance(_first_words(happening[0])))
        yield step if step.advance_to else _told(step, name, reading)


def _told(case: Case, name: str, reading: Reading) -> Case:
    if not case.event:
        reading.out.report(errors.no_event(case.span, name))
    return case


def _read_case(node: Node, base: Case | None, reading: Reading) -> Case:
    """A case: its own keys over those of `base`; mappings in `given` and `expect` are merged deeply."""
    for key in ("at", "now", "advance_to"):
        found = scalar(node, key)
        if found is not None and is_moment(found.text) and moment_of(found.text, reading.zone) is None:
            reading.out.report(errors.bad_moment(inner(found), found.text))
    event, expect = scalar(node, "event"), value(node, "expect")
    now = text(node, "at") or text(node, "now")
    given = _plain_mapping(value(node, "given"))
    expected = _with_lists(_plain_mapping(expect))
    return Case(
        event.text if event is not None else base.event if base else "",
        now or (base.now if base else ""),
        merged(base.given, given) if base else given,
        merged(base.expect, expected) if base else expected,
        _place(node),
        errors.first_line(expect.span) if expect is not None else base.expect_span if base else _place(node),
        name=text(node, "name") if base else "",
        event_span=inner(event) if event is not None else base.event_span if base else None,
    )


def _plain_mapping(node: Node | None) -> Mapping[str, Any]:
    return plain_value(node) if isinstance(node, MappingNode) else {}


def _with_lists(expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where rules are listed, one name stands for the list of it."""
    return {key: [said] if key in _LISTS and isinstance(said, str) else said for key, said in expected.items()}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two mappings as one: where both have a mapping these are merged, else `above` wins."""
    both = dict(below)
    for key, own in above.items():
        before = both.get(key)
        both[key] = merged(before, own) if isinstance(before, Mapping) and isinstance(own, Mapping) else own
    return both


def _first_words(node: Node) -> Span:
    return inner(node) if isinstance(node, Scalar) else errors.first_line(node.span)


def _place(node: Node) -> Span:
    """The name of a test or case where it has one, else its first line."""
    name = scalar(node, "name")
    return name.span if name is not None else errors.first_line(node.span)
