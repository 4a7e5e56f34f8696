"""The `definitions:` sections: names for expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ruleflow.model.access import value
from ruleflow.model.reading import Reading, read_condition
from ruleflow.model.sections import Thing, named
from ruleflow.model.vocabulary import Definition
from ruleflow.syntax.expressions import Broken, Expr
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar


def read_definitions(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Definition]:
    """All definitions, by name."""
    return {thing.id: _read_definition(thing, reading) for thing in named(nodes, "definition", reading.out)}


def _read_definition(thing: Thing, reading: Reading) -> Definition:
    with reading.out.inside(f"definition `{thing.id}`"):
        found = _read_body(thing, reading)
    return Definition(thing.id, found, "" if isinstance(thing.body, Scalar) else thing.title, thing.span)


def _read_body(thing: Thing, reading: Reading) -> Expr:
    if thing.body is None:
        return Broken(thing.span, next(reading.ids))
    written = value(thing.body, "value") if isinstance(thing.body, MappingNode) else None
    return read_condition(thing.body if written is None else written, reading)
