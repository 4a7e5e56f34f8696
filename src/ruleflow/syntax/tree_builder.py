"""From the tree of the grammar to that of the language: one small method for each rule of the grammar, under the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ruleflow.diagnostics.collector import Collector
from ruleflow.source import Span
from ruleflow.syntax import errors
from ruleflow.syntax.expressions import (
    Aggregate,
    Aggregated,
    And,
    Arithmetic,
    Ask,
    Between,
    Broken,
    Call,
    Changed,
    Compare,
    Comparison,
    During,
    Expr,
    Fact,
    Fallback,
    Has,
    If,
    In,
    Items,
    Literal,
    LiteralValue,
    MatchText,
    Negate,
    NodeId,
    Not,
    Or,
    Presence,
    Quantified,
    Quantity,
    SetTest,
    TextTest,
    Word,
)
from ruleflow.syntax.fragment import Fragment
from ruleflow.syntax.parse_tree import Branch
from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.literals import date_of, duration_of, instant_of, time_of
from ruleflow.types.values import MAX_DIGITS

MAX_DEPTH = 100
"""Levels of an expression: every later pass walks it with a few Python calls a level."""

_COMPARISONS = {
    "is_": Comparison.IS,
    "is_not": Comparison.IS_NOT,
    "less": Comparison.LESS,
    "at_most": Comparison.AT_MOST,
    "more": Comparison.MORE,
    "at_least": Comparison.AT_LEAST,
}
_ARITHMETIC = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "modulo": "%"}
_SETS = {"has": SetTest.HAS, "has_any": SetTest.ANY, "has_all": SetTest.ALL, "has_none": SetTest.NONE}
_PRESENCE = {"missing": Presence.MISSING, "present": Presence.PRESENT, "blank": Presence.BLANK}
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}


def depth_of(tree: Branch) -> int:
    """The number of levels of a tree, found without recursion."""
    deepest, todo = 0, [(tree, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        todo.extend((part, depth + 1) for part in node.below)
    return deepest


@dataclass(frozen=True, slots=True)
class TreeBuilder:
    """Builds the tree of one expression."""

    fragment: Fragment
    out: Collector
    ids: Iterator[NodeId]

    def build(self, tree: Branch) -> Expr:
        """The node of a tree."""
        rule = tree.rule
        if rule in _COMPARISONS:
            left, right = self._operands(tree)
            return Compare(_COMPARISONS[rule], left, right, *self._place(tree))
        if rule in _ARITHMETIC:
            left, right = self._operands(tree)
            return Arithmetic(_ARITHMETIC[rule], left, right, *self._place(tree))
        if rule in _SETS:
            left, right = self._operands(tree)
            return Has(_SETS[rule], left, right, *self._place(tree))
        build: Callable[[Branch], Expr] = getattr(self, f"_{rule.rstrip('_')}")
        return build(tree)

    def _operands(self, tree: Branch) -> list[Expr]:
        return [self.build(part) for part in tree.below]

    def _place(self, tree: Branch) -> tuple[Span, NodeId]:
        return self._span(tree), next(self.ids)

    def _span(self, tree: Branch) -> Span:
        return self.fragment.span(tree.start, tree.end)

    def _text_of(self, tree: Branch) -> str:
        return self.fragment.text[tree.start : tree.end]

    # Logic

    def _brackets(self, tree: Branch) -> Expr:
        return self._operands(tree)[0]

    def _either(self, tree: Branch) -> Expr:
        self._check_mixture(tree)
        return Or(tuple(self._operands(tree)), *self._place(tree))

    def _both(self, tree: Branch) -> Expr:
        return And(tuple(self._operands(tree)), *self._place(tree))

    def _check_mixture(self, tree: Branch) -> None:
        parts = tree.below
        mixed = next((at for at, part in enumerate(parts) if part.rule == "both"), None)
        if mixed is None:
            return
        texts = [self._short(part) for part in parts]
        as_is = " or ".join(
            f"({text})" if part.rule == "both" else text for part, text in zip(parts, texts, strict=True)
        )
        self.out.report(errors.mixed_and_or(self._span(tree), as_is, self._other_reading(parts, mixed)))

    def _other_reading(self, parts: list[Branch], mixed: int) -> str:
        """The reading in which `or` binds tighter, for the first `and` beside an `or`."""
        inner = [self._short(part) for part in parts[mixed].below]
        if mixed > 0:
            before = " or ".join(self._short(part) for part in parts[:mixed])
            return f"({before} or {inner[0]}) and {' and '.join(inner[1:])}"
        after = " or ".join(self._short(part) for part in parts[1:])
        return f"{' and '.join(inner[:-1])} and ({inner[-1]} or {after})"

    def _short(self, tree: Branch) -> str:
        return " ".join(self._text_of(tree).split())

    def _negate_truth(self, tree: Branch) -> Expr:
        return Not(self._operands(tree)[0], *self._place(tree))

    def _not(self, tree: Branch, inner: Expr) -> Expr:
        return Not(inner, self._span(tree), next(self.ids))

    def _if_else(self, tree: Branch) -> Expr:
        condition, then, otherwise = self._operands(tree)
        return If(condition, then, otherwise, *self._place(tree))

    # Tests

    def _between(self, tree: Branch) -> Expr:
        operand, low, high = self._operands(tree)
        return Between(operand, low, high, *self._place(tree))

    def _not_between(self, tree: Branch) -> Expr:
        return self._not(tree, self._between(tree))

    def _in(self, tree: Branch) -> Expr:
        left, items = self._operands(tree)
        return In(left, items, tree.rule == "not_in", *self._place(tree))

    _not_in = _in

    def _not_has(self, tree: Branch) -> Expr:
        left, item = self._operands(tree)
        return self._not(tree, Has(SetTest.HAS, left, item, *self._place(tree)))

    def _match(self, tree: Branch) -> Expr:
        left, test, *patterns = tree.below
        words = test.words
        kind = next(TextTest[word] for word in words if word in TextTest.__members__)
        found = tuple(self.build(pattern) for pattern in patterns)
        any_of = tree.rule == "match_any"
        if any_of and isinstance(found[0], Items):
            found = found[0].items
        match = MatchText(kind, self.build(left), found, any_of, "EXACTLY" in words, *self._place(tree))
        return self._not(tree, match) if "NOT" in words else match

    _match_any = _match

    def _ask(self, tree: Branch) -> Expr:
        asked = tree.rule.removeprefix("is_")
        presence = _PRESENCE[asked.removeprefix("not_")]
        return Ask(presence, self._operands(tree)[0], asked.startswith("not_"), *self._place(tree))

    _is_missing = _is_present = _is_blank = _is_not_missing = _is_not_present = _is_not_blank = _ask

    def _changed(self, tree: Branch) -> Expr:
        operand, *values = self._operands(tree)
        words = tree.words
        before = values.pop(0) if "FROM" in words else None
        after = values.pop(0) if "TO" in words else None
        return Changed(operand, before, after, *self._place(tree))

    _changed_to = _changed_from = _changed_from_to = _changed

    def _during(self, tree: Branch) -> Expr:
        instant, calendar = self._operands(tree)
        return During(instant, calendar, tree.rule == "outside", *self._place(tree))

    _outside = _during

    # Values

    def _negate(self, tree: Branch) -> Expr:
        return Negate(self._operands(tree)[0], *self._place(tree))

    def _fallback(self, tree: Branch) -> Expr:
        left, right = self._operands(tree)
        return Fallback(left, right, *self._place(tree))

    def _list(self, tree: Branch) -> Expr:
        return Items(tuple(self._operands(tree)), *self._place(tree))

    def _call(self, tree: Branch) -> Expr:
        return Call(self._text_of(tree).partition("(")[0].rstrip(), tuple(self._operands(tree)), *self._place(tree))

    def _quantified(self, tree: Branch) -> Expr:
        records, *condition = self._operands(tree)
        quantity = Quantity[tree.words[0]]
        return Quantified(quantity, records, condition[0] if condition else None, *self._place(tree))

    def _aggregated(self, tree: Branch) -> Expr:
        records, value, *condition = self._operands(tree)
        aggregate = Aggregate[tree.words[0]]
        return Aggregated(aggregate, records, value, condition[0] if condition else None, *self._place(tree))

    def _fact(self, tree: Branch) -> Expr:
        return Fact(self._text_of(tree), *self._place(tree))

    def _word(self, tree: Branch) -> Expr:
        return Word(self._text_of(tree), *self._place(tree))

    def _true(self, tree: Branch) -> Expr:
        return Literal(True, *self._place(tree))

    def _false(self, tree: Branch) -> Expr:
        return Literal(False, *self._place(tree))

    def _number(self, tree: Branch) -> Expr:
        digits = self._text_of(tree).replace("_", "")
        if len(digits) > MAX_DIGITS:
            return self._bad(tree, "a number that can be counted with", f"numbers have at most {MAX_DIGITS} digits")
        return self._literal(tree, Decimal(digits) if "." in digits else int(digits))

    def _text(self, tree: Branch) -> Expr:
        return self._literal(tree, unescape(self._text_of(tree)[1:-1]))

    def _duration(self, tree: Branch) -> Expr:
        found = duration_of(self._text_of(tree))
        if found is None:
            return self._bad(tree, "a duration", "hours come before minutes, minutes before seconds: `1h30m`")
        return self._literal(tree, found)

    def _calendar_days(self, tree: Branch) -> Expr:
        return self._days(tree, CalendarDays)

    def _working_days(self, tree: Branch) -> Expr:
        return self._days(tree, WorkingDays)

    def _days(self, tree: Branch, kind: type[CalendarDays | WorkingDays]) -> Expr:
        digits = self._text_of(tree).split()[0].replace("_", "")
        if len(digits) > 6:
            return self._bad(tree, "a number of days that can be counted with", "write at most 999999 days")
        return self._literal(tree, kind(int(digits)))

    def _moment(self, tree: Branch) -> Expr:
        text = self._text_of(tree)[1:]
        found: LiteralValue | None = date_of(text)
        if found is None:
            found = time_of(text)
        if found is None and instant_of(text, UTC) is not None:
            found = datetime.fromisoformat(text)
        if found is None:
            return self._bad(
                tree,
                "a date or a time that exists",
                "write `@2026-03-01`, `@18:00`, `@2026-03-01T18:00` or `@2026-03-01T18:00+03:00`",
            )
        return self._literal(tree, found)

    def _literal(self, tree: Branch, value: LiteralValue) -> Expr:
        return Literal(value, *self._place(tree))

    def _bad(self, tree: Branch, what: str, help_: str) -> Expr:
        self.out.report(errors.bad_literal(self._span(tree), what, help_))
        return Broken(*self._place(tree))


def unescape(text: str) -> str:
    r"""The text between quotes: `\\`, `\'`, `\"`, `\n` and `\t` are escapes; before any other character `\` is itself, so `\d` stays."""
    parts, at = [], 0
    while (found := text.find("\\", at)) >= 0 and found + 1 < len(text):
        character = text[found + 1]
        parts += [text[at:found], _ESCAPES.get(character, f"\\{character}")]
        at = found + 2
    return "".join((*parts, text[at:]))
