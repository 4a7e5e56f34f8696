"""What a reading of a project carries along, and the reading of expressions out of nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors
from ruleflow.model.access import entries, inner, is_null, items, scalar
from ruleflow.model.model import OptionUse, ReferenceUse
from ruleflow.source import Span
from ruleflow.syntax.expression_parser import parse_expression
from ruleflow.syntax.expressions import And, Broken, Expr, Literal, NodeId, Not, Or
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence
from ruleflow.syntax.parse_tree import Parse, parse_tree
from ruleflow.types.terms import Kind

Attachments = Callable[[str], bytes | None]
"""The bytes of a file of the project by its path from the top, or None where there is none."""


@dataclass(slots=True)
class Reading:
    """One reading of a project: where findings go, what is gathered beside the model, what it may look up."""

    out: Collector
    ids: Iterator[NodeId]
    zone: ZoneInfo
    attachments: Attachments
    standard: bool = False
    parse: Parse = parse_tree
    references: list[ReferenceUse] = field(default_factory=list)
    options: list[OptionUse] = field(default_factory=list)

    def refer(self, kinds: tuple[Kind, ...], found: Scalar | None, within: str) -> str:
        """Note a plain reference, to be resolved by the checker; its id, '' where there is none."""
        if found is None or found.is_null:
            return ""
        self.references.append(ReferenceUse(kinds, found.text, inner(found), within))
        return found.text

    def choose(self, path: str, found: Scalar | None, within: str) -> str:
        """Note a plain option of the field `path`, to be looked up by the checker; '' where there is none."""
        if found is None or found.is_null:
            return ""
        self.options.append(OptionUse(path, found.text, inner(found), within))
        return found.text


def read_expression(node: Node, reading: Reading) -> Expr:
    """A single value as an expression; a list or mapping, already reported by the shape check, is Broken."""
    if isinstance(node, Scalar) and not node.is_null:
        return parse_expression(fragment_of(node), reading.out, reading.ids, reading.parse)
    return Broken(node.span, next(reading.ids))


def read_condition(node: Node, reading: Reading) -> Expr:
    """An expression, or `all:`, `any:`, `none:` lists of conditions; several of them must all hold."""
    if not isinstance(node, Mapping):
        return read_expression(node, reading)
    groups = tuple(
        _read_group(entry.key.text, entry.value, reading)
        for entry in entries(node)
        if entry.key.text in {"all", "any", "none"}
    )
    if not groups:
        return Broken(node.span, next(reading.ids))
    return _joined(groups, node.span, reading)


def optional_condition(node: Node | None, reading: Reading) -> Expr | None:
    """The condition under a key that may be absent; None where nothing is written."""
    return None if node is None else read_condition(node, reading)


def condition_under(body: Node, key: str, reading: Reading) -> Expr | None:
    """The condition under a key; None where the key is absent.

    An empty one, reported by the shape check, is Broken: it must not read as if nothing were asked.
    """
    written = body.get(key) if isinstance(body, Mapping) else None
    if written is not None and is_null(written):
        return Broken(written.span, next(reading.ids))
    return optional_condition(written, reading)


def _read_group(word: str, node: Node, reading: Reading) -> Expr:
    operands = tuple(read_condition(item, reading) for item in items(node))
    if not operands:
        if isinstance(node, Sequence):  # nothing at all is told by the shape check
            reading.out.report(errors.empty_group(node.span, word))
        return Broken(node.span, next(reading.ids))
    if word == "all":
        return _joined(operands, node.span, reading)
    either = operands[0] if len(operands) == 1 else Or(operands, node.span, next(reading.ids))
    return either if word == "any" else Not(either, node.span, next(reading.ids))


def _joined(operands: tuple[Expr, ...], span: Span, reading: Reading) -> Expr:
    return operands[0] if len(operands) == 1 else And(operands, span, next(reading.ids))


def literal(found: Scalar, reading: Reading) -> Literal:
    """A scalar as literal text."""
    return Literal(found.text, inner(found), next(reading.ids))


def reference_list(node: Node | None, kinds: tuple[Kind, ...], reading: Reading, within: str) -> tuple[str, ...]:
    """The ids under a key that takes one or many, each noted."""
    return tuple(
        reading.refer(kinds, item, within) for item in items(node) if isinstance(item, Scalar) and not item.is_null
    )


def refer_key(node: Node | None, key: str, kinds: tuple[Kind, ...], reading: Reading, within: str) -> str:
    """The id under a key, noted; '' where there is none."""
    return reading.refer(kinds, scalar(node, key), within)
