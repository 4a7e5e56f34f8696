"""The lists of a project: which words may be taken out of one, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import expressions_in
from ruleflow.diagnostics.collector import Collector
from ruleflow.references.cells import Cell, Cells, first_cell, placed, reader_at
from ruleflow.references.edits import Edit
from ruleflow.references.erasing import Step, erased, way_to, without
from ruleflow.references.names import Use
from ruleflow.references.roots import Root, roots_of
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr, Has, In, Items, SetTest
from ruleflow.syntax.nodes import Node, Sequence
from ruleflow.syntax.walk import walk
from ruleflow.syntax.yaml_reader import read_yaml


@dataclass(frozen=True)
class Lists:
    """The lists of a project. Files and cells are looked into when they are asked for."""

    checked: Checked
    cells: Cells

    def without(self, use: Use) -> Edit | None:
        """The edit that drops a use from its list; None where it stands in none, alone, or where that changes what is asked."""
        cell = self.cells.at(use.span)
        if cell is not None:
            return _from_asked(cell, use, self.checked) if cell.is_asked else _from_done(cell, use)
        for root in self._roots.get(use.span.source.name, ()):
            if root.expr.span.start <= use.span.start < root.expr.span.end:
                found = _from_expression(root.expr, use.span)
                if found is not None:
                    return found
        way = self._way(use)
        in_list = bool(way) and isinstance(way[-1].holder, Sequence) and len(way[-1].parts) > 1
        return erased(way) if in_list else None

    @cached_property
    def _roots(self) -> Mapping[str, list[Root]]:
        found: dict[str, list[Root]] = {}
        for root in roots_of(self.checked.model):
            found.setdefault(root.expr.span.source.name, []).append(root)
        return found

    def _way(self, use: Use) -> tuple[Step, ...]:
        source = use.span.source
        if source.name not in self._documents:
            self._documents[source.name] = read_yaml(source, Collector())
        root = self._documents[source.name]
        return () if root is None else way_to(root, use.span)

    @cached_property
    def _documents(self) -> dict[str, Node | None]:
        """The documents that were looked into."""
        return {}


def _from_expression(expr: Expr, span: Span) -> Edit | None:
    for node in walk(expr):
        is_any = isinstance(node, Has) and node.test in {SetTest.ANY, SetTest.NONE}
        items = node.items if isinstance(node, In) or (isinstance(node, Has) and is_any) else None
        found = _from_items(items, span) if isinstance(items, Items) else None
        if found is not None:
            return found
    return None


def _from_items(items: Items, span: Span) -> Edit | None:
    return _from_parts([item.span for item in items.items], span)


def _from_parts(parts: list[Span], span: Span) -> Edit | None:
    if len(parts) < 2:
        return None
    return next((without(parts, at) for at, one in enumerate(parts) if one.start <= span.start < one.end), None)


def _from_asked(cell: Cell, use: Use, checked: Checked) -> Edit | None:
    """Out of several values of a column that asks; the end of a range stays."""
    reader = reader_at(cell.table, cell.column, checked)
    parts = [] if reader is None else [placed(cell.span, cell.text, one) for one in reader.items(cell.text)]
    is_value = any(one.text.strip("'") == use.span.text for one in parts if one.start <= use.span.start < one.end)
    return _from_parts(parts, use.span) if is_value else None


def _from_done(cell: Cell, use: Use) -> Edit | None:
    """Out of a list that a cell gives, or one of its expression, which stands where the text stands first."""
    argument, first = cell.argument, first_cell(cell.table, cell.column, cell.number)
    if argument is None or first is None or first.text != cell.span.text:
        return None
    moved = cell.span.start - first.start
    there = Span(first.source, use.span.start - moved, use.span.end - moved)
    for expr in expressions_in(argument):
        found = _from_items(expr, there) if isinstance(expr, Items) else _from_expression(expr, there)
        if found is not None:
            return replace(found, start=found.start + moved, end=found.end + moved)
    return None
