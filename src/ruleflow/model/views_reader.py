"""The `views:` sections: named filters with an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ruleflow.model import errors
from ruleflow.model.access import inner, items, number_of, scalar, text, texts, value
from ruleflow.model.reading import Reading, condition_under, read_expression
from ruleflow.model.sections import Thing, common, named, report_shared_names
from ruleflow.model.views import Column, SortKey, Subject, View
from ruleflow.syntax.expressions import Negate
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar


def read_views(nodes: Iterable[Node], reading: Reading) -> Mapping[str, View]:
    """All views, by id."""
    views = {thing.id: _read_view(thing, reading) for thing in named(nodes, "view", reading.out)}
    report_shared_names(views.values(), "view", reading.out)
    return views


def _read_view(thing: Thing, reading: Reading) -> View:
    body = thing.body
    with reading.out.inside(f"view `{thing.id}`"):
        return View(
            *common(thing),
            of=next((one for one in Subject if one.value == text(body, "of")), Subject.TICKETS),
            when=None if body is None else condition_under(body, "when", reading),
            sort=tuple(_read_sort(value(body, "sort"), reading)),
            columns=tuple(_read_columns(value(body, "columns"), reading)),
            limit=_read_limit(scalar(body, "limit"), reading),
            owner=text(body, "owner"),
            labels=tuple(label.text for label in texts(body, "labels")),
            note=text(body, "note"),
        )


def _read_sort(node: Node | None, reading: Reading) -> Iterator[SortKey]:
    """Keys in order. A sign before the whole of a key turns its order; it is no arithmetic, so a text may have it too."""
    for item in items(node):
        expr = read_expression(item, reading)
        yield SortKey(expr.operand, descending=True) if isinstance(expr, Negate) else SortKey(expr)


def _read_columns(node: Node | None, reading: Reading) -> Iterator[Column]:
    for item in items(node):
        if isinstance(item, MappingNode):
            written = value(item, "value")
            if written is not None:
                yield Column(read_expression(written, reading), text(item, "title"))
        else:
            yield Column(read_expression(item, reading))


def _read_limit(found: Scalar | None, reading: Reading) -> int | None:
    number = number_of(found)
    if found is None or number is None:
        return None
    if not isinstance(number, int) or number < 1:
        reading.out.report(errors.limit_of_nothing(inner(found), found.text))
        return None
    return number
