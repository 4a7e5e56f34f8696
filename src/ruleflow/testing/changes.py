"""Small changes of an expression, such as a person makes by mistake; each gives an expression of the same type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ruleflow.checker.checked import Checked, Constant
from ruleflow.diagnostics.suggest import LONGEST_QUOTE, listing, quoted
from ruleflow.source import Span
from ruleflow.syntax.expressions import (
    And,
    Arithmetic,
    Ask,
    Changed,
    Compare,
    Comparison,
    During,
    Expr,
    Has,
    If,
    In,
    Items,
    Literal,
    MatchText,
    NodeId,
    Not,
    Or,
    Quantified,
    Quantity,
    SetTest,
    Word,
)
from ruleflow.syntax.walk import children, with_node
from ruleflow.testing.conditions import leaves
from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text
from ruleflow.types.terms import Choice, Reference, Simple

Fresh = Callable[[], NodeId]

NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words (`` `ticket.priority >= high` → `ticket.priority > high` ``), where it stands, and of which kind."""

    kind: str
    span: Span
    text: str


_BOUNDARY = {
    Comparison.LESS: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.LESS,
    Comparison.MORE: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.MORE,
}
_OPPOSITE = {
    Comparison.IS: Comparison.IS_NOT,
    Comparison.IS_NOT: Comparison.IS,
    Comparison.LESS: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.LESS,
    Comparison.MORE: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.MORE,
}
_SETS = {SetTest.ANY: SetTest.ALL, SetTest.ALL: SetTest.ANY, SetTest.NONE: SetTest.ANY}
_QUANTITIES = {Quantity.ANY: Quantity.ALL, Quantity.ALL: Quantity.ANY, Quantity.NONE: Quantity.ANY}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}


@dataclass(frozen=True, slots=True)
class Changes:
    """Makes the changes of the expressions of one project; `fresh` gives ids for new nodes."""

    checked: Checked
    fresh: Fresh

    def of(self, expr: Expr) -> Iterator[tuple[Expr, Change]]:
        """Every change of an expression, outer ones first, in the order written."""
        conditions = frozenset(leaf.id for leaf in leaves(expr)) if self._is_condition(expr) else frozenset[NodeId]()
        for node, test in _with_tests(expr, expr):
            for new, change in self._of_node(node, test, is_condition=node.id in conditions):
                yield with_node(expr, node.id, new, self.fresh), change

    def _of_node(self, node: Expr, test: Expr, *, is_condition: bool) -> Iterator[tuple[Expr, Change]]:
        match node:
            case And() | Or():
                yield from self._joined(node)
            case Not():
                yield node.operand, Change(NEGATION, node.span, f"{_said(node)} turned round")
            case Compare():
                yield from self._compared(node)
            case Has() if node.test in _SETS and _several(node.items):
                yield self._operator(
                    node, replace(node, test=_SETS[node.test]), node.test.value, _SETS[node.test].value
                )
            case Quantified() if node.quantity in _QUANTITIES and node.condition is not None:
                other = _QUANTITIES[node.quantity]
                yield self._operator(node, replace(node, quantity=other), node.quantity.value, other.value)
            case Arithmetic() if node.operator in _ARITHMETIC:
                sign = _ARITHMETIC[node.operator]
                new = replace(node, operator=sign, id=self.fresh())
                yield new, Change("operator", node.span, _other_word(node, node.operator, sign, test))
            case Changed():
                yield from self._less_exactly(node)
            case Items() if len(node.items) > 1:
                yield from self._items_left_out(node, node.items, "items")
            case MatchText() if len(node.patterns) > 1:
                yield from self._items_left_out(node, node.patterns, "patterns")
            case Literal() | Word() if isinstance(self.checked.meanings.get(node.id), Constant):
                for value, text in self._other_constants(node):
                    yield value, Change("constant", node.span, _rewriting(test.span, node.span, text))
            case _:
                pass
        if is_condition:
            yield self._negated(node)

    def _joined(self, node: And | Or) -> Iterator[tuple[Expr, Change]]:
        """`and` for `or`, and each operand left out."""
        word, other = ("and", "or") if isinstance(node, And) else ("or", "and")
        swapped = (Or if isinstance(node, And) else And)(node.operands, node.span, self.fresh())
        between = listing([_text(one.span) for one in node.operands], 2)
        yield swapped, Change("and or or", node.span, f"`{word}` → `{other}` between {between}")
        for at, operand in enumerate(node.operands):
            rest = (*node.operands[:at], *node.operands[at + 1 :])
            new = rest[0] if len(rest) == 1 else replace(node, operands=rest, id=self.fresh())
            yield new, Change("part left out", operand.span, f"{_said(operand)} left out")

    def _compared(self, node: Compare) -> Iterator[tuple[Expr, Change]]:
        other = _BOUNDARY.get(node.operator)
        if other is not None:
            new = replace(node, operator=other, id=self.fresh())
            yield new, Change("comparison", node.span, _other_word(node, node.operator.value, other.value, node))

    def _less_exactly(self, node: Changed) -> Iterator[tuple[Expr, Change]]:
        """`changed from x to y` without `from x`, without `to y`."""
        for side, word in (("before", "from"), ("after", "to")):
            value: Expr | None = getattr(node, side)
            if value is not None:
                new = replace(node, **{side: None}, id=self.fresh())  # type: ignore[arg-type]
                said = f"`{word} {_text(value.span)}` left out of {_said(node)}"
                yield new, Change("part left out", value.span, said)

    def _items_left_out(self, node: Expr, items: tuple[Expr, ...], name: str) -> Iterator[tuple[Expr, Change]]:
        for at, item in enumerate(items):
            rest: Any = {name: (*items[:at], *items[at + 1 :])}
            yield (
                replace(node, **rest, id=self.fresh()),
                Change("item left out", item.span, f"{_said(item)} left out of a list"),
            )

    def _other_constants(self, node: Literal | Word) -> Iterator[tuple[Expr, str]]:
        """What else might stand here: the next option, the next number and the one before, another thing of the kind."""
        match self.checked.types[node.id]:
            case Choice(options):
                yield from self._next_name(node, options)
            case Reference(kinds):
                yield from self._next_name(node, tuple(self.checked.model.things(kinds[0])))
            case Simple.BOOLEAN if isinstance(node, Literal):
                text = "false" if node.value else "true"
                yield Literal(not node.value, node.span, self.fresh()), text
            case _ if isinstance(node, Literal):
                for value, text in _neighbours(node.value):
                    yield Literal(value, node.span, self.fresh()), text

    def _next_name(self, node: Literal | Word, names: tuple[str, ...]) -> Iterator[tuple[Expr, str]]:
        """The name after the one that stands here; after the last one the one before it."""
        meaning = self.checked.meanings.get(node.id)
        own = meaning.value if isinstance(meaning, Constant) else None
        if own in names and len(names) > 1:
            at = names.index(str(own))
            name = names[at + 1] if at + 1 < len(names) else names[at - 1]
            yield Literal(name, node.span, self.fresh()), name if isinstance(node, Word) else f"'{name}'"

    def _negated(self, node: Expr) -> tuple[Expr, Change]:
        """A test turned round."""
        match node:
            case Compare():
                other = _OPPOSITE[node.operator]
                new: Expr = replace(node, operator=other, id=self.fresh())
                return new, Change(NEGATION, node.span, _other_word(node, node.operator.value, other.value, node))
            case In() | Ask():
                new = replace(node, negated=not node.negated, id=self.fresh())
            case During():
                new = replace(node, outside=not node.outside, id=self.fresh())
            case _:
                new = Not(node, node.span, self.fresh())
        return new, Change(NEGATION, node.span, f"{_said(node)} turned round")

    def _operator(self, node: Expr, new: Expr, word: str, other: str) -> tuple[Expr, Change]:
        return replace(new, id=self.fresh()), Change("operator", node.span, f"`{word}` → `{other}` in {_said(node)}")

    def _is_condition(self, expr: Expr) -> bool:
        return self.checked.types[expr.id] is Simple.BOOLEAN


def _with_tests(expr: Expr, test: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Every node, outer before inner, with the test that it stands in."""
    yield expr, test
    for part in children(expr):
        yield from _with_tests(part, part if isinstance(expr, And | Or | Not | If) else test)


def _several(items: Expr) -> bool:
    return isinstance(items, Items) and len(items.items) > 1


def _neighbours(value: object) -> Iterator[tuple[Any, str]]:
    """One more and one less."""
    match value:
        case bool() | str() | datetime():
            return
        case int() | Decimal():
            yield from ((other, str(other)) for other in (value + 1, value - 1))
        case timedelta():
            step = (
                timedelta(hours=1)
                if value > timedelta(hours=1) and not value % timedelta(hours=1)
                else timedelta(minutes=1)
            )
            yield from ((other, duration_text(other)) for other in (value + step, value - step))
        case WorkingDays(days):
            yield from ((WorkingDays(other), f"{other} working days") for other in (days + 1, days - 1))
        case CalendarDays(days):
            yield from ((CalendarDays(other), f"{other} days") for other in (days + 1, days - 1))
        case date():
            yield from ((other, f"@{other}") for other in (value + timedelta(1), value - timedelta(1)))


def _other_word(node: Compare | Arithmetic, word: str, other: str, test: Expr) -> str:
    """Another word between two sides; where the test is long, only the word."""
    if len(_text(test.span)) > LONGEST_QUOTE:
        return f"`{word}` → `{other}` in {_said(test)}"
    return _rewriting(test.span, node.span, f"{_text(node.left.span)} {other} {_text(node.right.span)}")


def _text(span: Span) -> str:
    """The text of a place on one line."""
    return " ".join(span.text.split())


def _said(expr: Expr) -> str:
    return quoted(_text(expr.span))


def _rewriting(test: Span, node: Span, text: str) -> str:
    """What stands in a test, and what would; where the test is long, only the part that changes."""
    before = _text(test)
    if len(before) > LONGEST_QUOTE:
        return f"{quoted(_text(node))} → {quoted(text)} in {quoted(before)}"
    source = test.source.text
    after = " ".join(f"{source[test.start : node.start]}{text}{source[node.end : test.end]}".split())
    return f"`{before}` → `{after}`"
