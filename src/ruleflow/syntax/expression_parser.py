"""From the text of an expression to its tree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from ruleflow.diagnostics.collector import Collector
from ruleflow.syntax import errors
from ruleflow.syntax.expressions import Broken, Expr, NodeId
from ruleflow.syntax.fragment import Fragment, fragment_of_text
from ruleflow.syntax.parse_tree import Parse, parse_tree
from ruleflow.syntax.tree_builder import MAX_DEPTH, TreeBuilder, depth_of
from ruleflow.syntax.wrong_expressions import explain_failure

MAX_LENGTH = 20_000
"""Characters of an expression."""


def parse_expression(fragment: Fragment, out: Collector, ids: Iterator[NodeId], parse: Parse = parse_tree) -> Expr:
    """The tree of an expression; `Broken`, with a finding, where it cannot be read. `ids` numbers the nodes."""
    if not fragment.text.strip():
        out.report(errors.empty_expression(fragment.whole))
        return Broken(fragment.whole, next(ids))
    if len(fragment.text) > MAX_LENGTH:
        out.report(
            errors.expression_too_large(fragment.span(0, 1), f"the expression is longer than {MAX_LENGTH:,} characters")
        )
        return Broken(fragment.whole, next(ids))
    return _parse(fragment, out, ids, parse)


def parse_expression_text(text: str, out: Collector | None = None) -> Expr:
    """The tree of an expression that stands by itself, outside any file."""
    return parse_expression(fragment_of_text(text), Collector() if out is None else out, map(NodeId, count()))


def _parse(fragment: Fragment, out: Collector, ids: Iterator[NodeId], parse: Parse) -> Expr:
    from lark.exceptions import UnexpectedInput

    try:
        tree = parse(fragment.text)
    except UnexpectedInput as failure:
        out.report(explain_failure(fragment, failure))
        return Broken(fragment.whole, next(ids))
    if depth_of(tree) > MAX_DEPTH:
        out.report(errors.expression_too_large(fragment.whole, f"the expression is nested deeper than {MAX_DEPTH}"))
        return Broken(fragment.whole, next(ids))
    return TreeBuilder(fragment, out, ids).build(tree)
