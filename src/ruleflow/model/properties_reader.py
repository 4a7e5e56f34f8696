"""The `properties:` and `assume:` sections: promises, and what they take for granted."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.model import errors
from ruleflow.model.access import inner, items, listed, scalar, text, texts, value
from ruleflow.model.properties import Assumption, Monotone, Order, Property
from ruleflow.model.reading import Reading, condition_under, read_condition, read_expression
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence

_PROMISES = ("expect", "never", "monotone")


def read_properties(nodes: Iterable[Node], reading: Reading) -> tuple[Property, ...]:
    """The properties of some sections, in order; of two with one id only the first is kept, and both places are told."""
    found: dict[str, Property] = {}
    written = (item for node in nodes for item in listed(node) if isinstance(item, MappingNode))
    for number, item in enumerate(written, 1):
        one = _read_property(item, number, reading)
        first = found.setdefault(one.id, one)
        if first is not one and one.span is not None:
            reading.out.report(errors.defined_twice(one.span, "property", one.id, first.span))
    return tuple(found.values())


def read_assumptions(nodes: Iterable[Node], reading: Reading) -> tuple[Assumption, ...]:
    """What some sections take for granted, in order."""
    with reading.out.inside("assumption"):
        return tuple(Assumption(read_condition(item, reading)) for node in nodes for item in items(node))


def _read_property(body: MappingNode, number: int, reading: Reading) -> Property:
    name = scalar(body, "id")
    known_as = name.text if name is not None else f"property_{number}"
    with reading.out.inside(f"property `{known_as}`"):
        events = texts(body, "on")
        on = value(body, "on")
        if isinstance(on, Sequence) and not on.items:  # it must not read as every event
            reading.out.report(errors.empty_list(on.span, "`on`"))
        _report_several(body, reading)
        return Property(
            known_as,
            tuple(event.text for event in events),
            condition_under(body, "for", reading),
            condition_under(body, "expect", reading),
            condition_under(body, "never", reading),
            _read_monotone(value(body, "monotone"), reading),
            title=text(body, "title"),
            note=text(body, "note"),
            span=inner(name) if name is not None else errors.first_line(body.span),
            event_spans=tuple(inner(event) for event in events),
        )


def _report_several(body: MappingNode, reading: Reading) -> None:
    """Report a property that promises more than one thing; one that promises nothing is told by the shape check."""
    keys: list[Scalar] = [entry.key for entry in body if entry.key.text in _PROMISES]
    if len(keys) > 1:
        reading.out.report(errors.several_promises(keys[1].span, keys[0].text, keys[1].text))


def _read_monotone(body: Node | None, reading: Reading) -> Monotone | None:
    """What must keep its order; None where a part of it is absent or cannot be read."""
    name, written, order = scalar(body, "in"), value(body, "expect"), text(body, "order")
    expr = None if written is None else read_expression(written, reading)
    found = next((one for one in Order if one.value == order), None)
    if name is None or expr is None or found is None:
        return None
    return Monotone(name.text, expr, found, inner(name))
