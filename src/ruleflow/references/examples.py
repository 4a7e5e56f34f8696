"""What tests name: events, facts, and all that a decision is expected to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.checker.outcome import ROUTE
from ruleflow.model.access import entries, inner, items, listed, scalar, text, value
from ruleflow.references.names import Holder, Kind, Name, Use
from ruleflow.references.plain import path_uses
from ruleflow.references.values import Values
from ruleflow.syntax.nodes import Node
from ruleflow.types import terms
from ruleflow.types.terms import ListOf, Record, Reference, Type

_OUTCOME: Mapping[str, Type] = {
    "route": ROUTE,
    "sla": Record((("policy", Reference((terms.Kind.SLA,))),)),
    "messages": ListOf(Record((("template", Reference((terms.Kind.TEMPLATE,))),))),
    "contract": Reference((terms.Kind.CONTRACT,)),
}
"""What an outcome has beside fields."""


def uses_in_tests(root: Node, values: Values) -> Iterator[Use]:
    """What the tests of a file name."""
    for test in listed(value(root, "tests")):
        name = text(test, "name")
        for case in (test, *listed(value(test, "cases")), *listed(value(test, "steps"))):
            yield from _of_case(case, name, values)


def _of_case(case: Node, test: str, values: Values) -> Iterator[Use]:
    event = scalar(case, "event")
    if event is not None:
        yield Use(Name(Kind.EVENT, event.text), inner(event), Holder("test", test))
    given, expected = value(case, "given"), value(case, "expect")
    if given is not None:
        yield from values.facts(given, Holder("test", test, "facts"))
    if expected is not None:
        yield from _of_expected(expected, Holder("test", test, "expectation"), values)


def _of_expected(node: Node, holder: Holder, values: Values) -> Iterator[Use]:
    for key in ("matched", "not_matched", "shadow"):
        yield from values.acting(value(node, key), holder)
    yield from values.keys(value(node, "fired"), holder)
    outcome = value(node, "outcome")
    for entry in entries(outcome):
        kind = _OUTCOME.get(entry.key.text)
        if kind is not None:
            yield from values.value(entry.value, kind, "", holder)
    if outcome is not None:
        yield from values.facts(outcome, holder)
    for key in ("actions", "overridden", "timers", "errors"):
        for item in items(value(node, key)):
            yield from _of_item(item, holder, values)


def _of_item(item: Node, holder: Holder, values: Values) -> Iterator[Use]:
    """What an action, a lost write, a timer or an error names."""
    model, path = values.model, text(item, "field")
    action = model.actions.get(text(item, "type"))
    for entry in entries(item):
        key = entry.key.text
        declared = model.fields.get(path) if key in {"value", "kept"} else None
        parameter = action.parameter(key) if action is not None else None
        named = scalar(item, key)
        if key in {"rule", "by"}:
            yield from values.acting(entry.value, holder)
        elif key == "type" and action is not None:
            yield from values.words(entry.value, Kind.ACTION, holder)
        elif key == "key":
            yield from values.keys(entry.value, holder)
        elif key == "field" and named is not None:
            yield from path_uses(path, inner(named), holder, model)
        elif declared is not None:
            yield from values.value(entry.value, declared.type, path, holder)
        elif parameter is not None:
            yield from values.value(entry.value, parameter.type, "", holder)
