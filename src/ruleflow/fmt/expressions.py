"""Which values of a file are expressions: the structure of files says it, and for what `set` writes the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import assert_never

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.rules import ActionType, is_literal
from ruleflow.model.shapes import (
    Anything,
    ByKind,
    ListOf,
    MapOf,
    Maybe,
    Named,
    OneKey,
    OneOf,
    OneOrMany,
    Record,
    Refused,
    Shape,
    Word,
)
from ruleflow.model.standard_actions import SET
from ruleflow.model.structure_files import file_shape
from ruleflow.model.vocabulary import Field
from ruleflow.syntax.expression_parser import parse_expression
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a project declares that says where expressions stand."""

    actions: Mapping[str, ActionType]
    fields: Mapping[str, Field]


def expressions_of(node: Node, vocabulary: Vocabulary, *, root: bool) -> dict[int, Expr]:
    """The expressions of a file by the offsets at which their values begin. `root`: it is the file `ruleflow.yaml`.

    One that cannot be read is `Broken`.
    """
    shape = file_shape(vocabulary.actions.values(), root=root)
    ids, out = map(NodeId, count()), Collector()
    return {
        scalar.span.start: parse_expression(fragment_of(scalar), out, ids)
        for scalar in _places(node, shape, vocabulary)
        if not scalar.is_null
    }


def _places(node: Node, shape: Shape, vocabulary: Vocabulary) -> Iterator[Scalar]:
    """The single values that are expressions. What is not of the shape has none."""
    match shape:
        case Word():
            if shape is Word.EXPRESSION and isinstance(node, Scalar):
                yield node
        case Maybe() | Named():
            yield from _places(node, shape.of if isinstance(shape, Maybe) else shape.get(), vocabulary)
        case ByKind():
            kinds = {Scalar: shape.scalar, MappingNode: shape.mapping, Sequence: shape.sequence}
            if (meant := kinds[type(node)]) is not None:
                yield from _places(node, meant, vocabulary)
        case ListOf() | OneOrMany():
            for item in node.items if isinstance(node, Sequence) else (node,) * isinstance(shape, OneOrMany):
                yield from _places(item, shape.of, vocabulary)
        case MapOf():
            for entry in node if isinstance(node, MappingNode) else ():
                yield from _places(entry.value, shape.value, vocabulary)
        case Record() | OneKey():
            for entry in node if isinstance(node, MappingNode) else ():
                key = shape.by_name.get(entry.key.text)
                if isinstance(shape, OneKey) and entry.key.text == SET:
                    yield from _written(entry.value, vocabulary)
                elif key is not None:
                    yield from _places(entry.value, key.shape, vocabulary)
        case OneOf() | Anything() | Refused():
            return
        case _:
            assert_never(shape)


def _written(node: Node, vocabulary: Vocabulary) -> Iterator[Scalar]:
    """The values that `set` writes, less those of fields that take text as it stands."""
    for entry in node if isinstance(node, MappingNode) else ():
        field = vocabulary.fields.get(entry.key.text)
        if field is not None and not is_literal(field.type):
            yield from _places(entry.value, OneOrMany(Word.EXPRESSION), vocabulary)
