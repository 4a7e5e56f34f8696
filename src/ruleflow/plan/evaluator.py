"""From expressions and conditions to closures, with everything looked up beforehand.

What a test means stands in `truths`; here it is only put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, assert_never

from ruleflow.calendar.calendar import Calendar
from ruleflow.checker.checked import Checked, Constant, DefinitionRead, ItemRead, Now, Read
from ruleflow.checker.scope import fact_type
from ruleflow.plan import conditions
from ruleflow.plan.arithmetic import compute, opposite
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.closures import (
    Compute,
    Truth,
    always,
    definition_path,
    every,
    fallback,
    in_range,
    itself,
    now,
    ordered,
    part_of_item,
    ranked,
    regex,
    regex_match,
    some,
    text_match,
    total,
    within,
)
from ruleflow.plan.conditions import (
    All,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Range,
    RegexMatch,
    TextMatch,
    Within,
)
from ruleflow.plan.functions import IMPLEMENTATIONS, Surroundings
from ruleflow.plan.snapshot import Snapshot
from ruleflow.plan.truths import ORDERS, SETS, TEXTS, blank, has, prepared, same
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
    MatchText,
    Negate,
    Not,
    Or,
    Presence,
    Quantified,
    Quantity,
    TextTest,
    Word,
)
from ruleflow.types.terms import Choice, ListOf, Record, SetOf, Simple
from ruleflow.types.values import Value

SEGMENTS = "contact.segments"
ASSIGNED = "assigned contact.segments"
"""Where the segments that came with the facts are kept; `contact.segments` adds the derived ones."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Makes closures out of the expressions of one checked project."""

    checked: Checked
    around: Surroundings
    _truths: dict[Condition, Truth] = field(default_factory=dict)

    @property
    def _calendars(self) -> Mapping[str, Calendar]:
        return self.around.calendars

    def is_scalar(self, path: str) -> bool:
        """Whether the values of a fact can be told apart by a dictionary."""
        return not isinstance(fact_type(self.checked.model, path), SetOf | ListOf | Record)

    def is_constant(self, expr: Expr) -> bool:
        """Whether an expression has the same value whatever the facts are."""
        if isinstance(expr, Items):
            return all(self.is_constant(item) for item in expr.items)
        return isinstance(self.checked.meanings.get(expr.id), Constant)

    def truth_of(self, expr: Expr) -> Truth:
        """Whether an expression holds."""
        return self.compile(Canonical(self.checked).condition(expr))

    def compile(self, condition: Condition) -> Truth:
        """Whether a condition holds; equal conditions share one closure."""
        found = self._truths.get(condition)
        if found is None:
            found = self._truths[condition] = self._compile(condition)
        return found

    def _compile(self, condition: Condition) -> Truth:
        match condition:
            case All(parts):
                return every([self.compile(part) for part in parts])
            case conditions.Any(parts):
                return some([self.compile(part) for part in parts])
            case Negated(part):
                inner = self.compile(part)
                return lambda facts: not inner(facts)
            case Equals(path, value):
                return lambda facts: facts[path] == value
            case OneOf(path, values):
                return lambda facts: facts[path] in values
            case Range():
                return in_range(condition)
            case IsMissing(path):
                return lambda facts: facts[path] is None
            case IsBlank(path):
                return lambda facts: blank(facts[path])
            case HasElement(path, value):
                return lambda facts: has(facts[path], value)
            case TextMatch(path, test, pattern, exact):
                return text_match(itemgetter(path), TEXTS[test], pattern, exact=exact)
            case RegexMatch(path, pattern, exact):
                return regex_match(itemgetter(path), regex(pattern, exact=exact))
            case Within(path, calendar):
                return within(now if path == "now" else itemgetter(path), self._calendars.get(calendar))
            case HasChanged():
                return self._has_changed(condition)
            case Opaque(expr):
                return self._opaque(expr)
            case _:
                assert_never(condition)

    def _has_changed(self, atom: HasChanged) -> Truth:
        path, current = atom.path, self._current(atom.path)

        def changed(facts: Snapshot) -> bool:
            before, after = facts.value_before(path), facts[current]
            return (
                not same(before, after)
                and (not atom.before or same(before, atom.before[0]))
                and (not atom.after or same(after, atom.after[0]))
            )

        return changed

    def _current(self, path: str) -> str:
        """Where the value stands that `changed` looks at: of the segments only those that came or were given."""
        return ASSIGNED if path == SEGMENTS and self.checked.derived else path

    def _opaque(self, expr: Expr) -> Truth:
        """A test of values that are not one field against constants."""
        match expr:
            case Compare():
                return self._compare(expr)
            case Between():
                return self._between(expr)
            case In():
                return self._in(expr)
            case Has():
                return self._has(expr)
            case MatchText():
                return self._match_text(expr)
            case Ask():
                return self._ask(expr)
            case Changed():
                return self._changed(expr)
            case During():
                return self._during(expr)
            case Quantified():
                return self._quantified(expr)
            case _:
                value = self.value_of(expr)
                return lambda facts: value(facts) is True

    def _compare(self, expr: Compare) -> Truth:
        left, right = self.value_of(expr.left), self.value_of(expr.right)
        if expr.operator is Comparison.IS:
            return lambda facts: same(left(facts), right(facts))
        if expr.operator is Comparison.IS_NOT:
            return lambda facts: not same(left(facts), right(facts))
        test = ORDERS[expr.operator]
        rank = self._rank(expr.left)
        return lambda facts: test(rank(left(facts)), rank(right(facts)))

    def _rank(self, expr: Expr) -> Callable[[Any], Any]:
        """How values of an expression's type compare: options by their place, anything else as it is."""
        kind = self.checked.types[expr.id]
        if not isinstance(kind, Choice):
            return itself
        places = {option: place for place, option in enumerate(kind.options)}
        return places.get

    def _between(self, expr: Between) -> Truth:
        value, low, high = (self.value_of(part) for part in (expr.operand, expr.low, expr.high))
        rank, test = self._rank(expr.operand), ORDERS[Comparison.AT_MOST]

        def between(facts: Snapshot) -> bool:
            found = rank(value(facts))
            return test(rank(low(facts)), found) and test(found, rank(high(facts)))

        return between

    def _in(self, expr: In) -> Truth:
        left, items, negated = self.value_of(expr.left), self.value_of(expr.items), expr.negated

        def is_in(facts: Snapshot) -> bool:
            value = left(facts)
            return any(same(value, one) for one in items(facts) or ()) is not negated

        return is_in

    def _has(self, expr: Has) -> Truth:
        left, test = self.value_of(expr.left), SETS[expr.test]
        if isinstance(expr.items, Items):
            wanted = [self.value_of(item) for item in expr.items.items]
            return lambda facts: test(left(facts), tuple(one(facts) for one in wanted))
        if expr.test.value == "has":
            single = self.value_of(expr.items)
            return lambda facts: test(left(facts), (single(facts),))
        several = self.value_of(expr.items)
        return lambda facts: test(left(facts), tuple(several(facts) or ()))

    def _match_text(self, expr: MatchText) -> Truth:
        left = self.value_of(expr.left)
        return some([self._one_pattern(expr, left, pattern) for pattern in expr.patterns])

    def _one_pattern(self, expr: MatchText, left: Compute, pattern: Expr) -> Truth:
        if expr.test is TextTest.MATCHES:
            text = pattern.value if isinstance(pattern, Literal) else ""
            return regex_match(left, regex(str(text), exact=expr.exact))
        test, wanted, exact = TEXTS[expr.test], self.value_of(pattern), expr.exact

        def matches(facts: Snapshot) -> bool:
            value, part = left(facts), wanted(facts)
            return (
                value is not None
                and part is not None
                and test(prepared(value, exact=exact), prepared(part, exact=exact))
            )

        return matches

    def _ask(self, expr: Ask) -> Truth:
        value = self.value_of(expr.operand)
        if expr.presence is Presence.BLANK:
            return lambda facts: blank(value(facts)) is not expr.negated
        wants_missing = (expr.presence is Presence.MISSING) is not expr.negated
        return lambda facts: (value(facts) is None) is wants_missing

    def _changed(self, expr: Changed) -> Truth:
        meaning = self.checked.meanings[expr.operand.id]
        path = meaning.path if isinstance(meaning, Read) else ""
        before = None if expr.before is None else self.value_of(expr.before)
        after = None if expr.after is None else self.value_of(expr.after)
        current = self._current(path)

        def changed(facts: Snapshot) -> bool:
            old, new = facts.value_before(path), facts[current]
            return (
                not same(old, new)
                and (before is None or same(old, before(facts)))
                and (after is None or same(new, after(facts)))
            )

        return changed

    def _during(self, expr: During) -> Truth:
        instant, calendar, calendars = self.value_of(expr.instant), self.value_of(expr.calendar), self._calendars

        def during(facts: Snapshot) -> bool:
            at, found = instant(facts), calendars.get(calendar(facts) or "")
            return at is not None and found is not None and found.is_open(at) is not expr.outside

        return during

    # Values

    def value_of(self, expr: Expr) -> Compute:
        """The value of an expression."""
        match expr:
            case Literal() | Fact() | Word():
                return self._named(expr)
            case Items():
                items = [self.value_of(item) for item in expr.items]
                return lambda facts: tuple(item(facts) for item in items)
            case Arithmetic():
                operator, zone = expr.operator, self.around.zone
                left, right = self.value_of(expr.left), self.value_of(expr.right)
                return lambda facts: compute(operator, left(facts), right(facts), zone)
            case Negate():
                operand = self.value_of(expr.operand)
                return lambda facts: opposite(operand(facts))
            case If():
                condition, then, otherwise = (
                    self.truth_of(expr.condition),
                    self.value_of(expr.then),
                    self.value_of(expr.otherwise),
                )
                return lambda facts: then(facts) if condition(facts) else otherwise(facts)
            case Fallback():
                return fallback(self.value_of(expr.left), self.value_of(expr.right))
            case Quantified(quantity=Quantity.COUNT):
                selected = self._selected(expr.records, expr.condition)
                return lambda facts: sum(1 for _ in selected(facts))
            case Aggregated():
                return self._aggregated(expr)
            case Call():
                return self._call(expr)
            case (
                Not()
                | And()
                | Or()
                | Compare()
                | Between()
                | In()
                | Has()
                | MatchText()
                | Ask()
                | Changed()
                | During()
                | Quantified()
            ):
                return self.truth_of(expr)
            case Broken():
                raise ValueError("a project with errors is not compiled")
            case _:
                assert_never(expr)

    def _named(self, expr: Literal | Fact | Word) -> Compute:
        match self.checked.meanings[expr.id]:
            case Constant(value):
                return lambda _: value
            case Read(path):
                return itemgetter(path)
            case ItemRead(""):
                return lambda facts: facts.item
            case ItemRead(part):
                return part_of_item(part)
            case DefinitionRead(name):
                return itemgetter(definition_path(name))
            case Now():
                return now

    def _selected(self, records: Expr, condition: Expr | None) -> Callable[[Snapshot], Iterable[Any]]:
        """The records of a list for which a condition holds, each being the item at hand while the caller looks at it."""
        listed = self.value_of(records)
        holds = always if condition is None else self.truth_of(condition)

        def select(facts: Snapshot) -> Iterable[Any]:
            outer = facts.item
            try:
                for item in ordered(listed(facts)):
                    facts.item = item
                    if holds(facts):
                        yield item
                    facts.item = outer
            finally:
                facts.item = outer

        return select

    def _quantified(self, expr: Quantified) -> Truth:
        listed = self.value_of(expr.records)
        holds = always if expr.condition is None else self.truth_of(expr.condition)
        stops_at = expr.quantity is not Quantity.ALL
        answer = expr.quantity is Quantity.ANY

        def quantified(facts: Snapshot) -> bool:
            outer = facts.item
            try:
                for item in listed(facts) or ():
                    facts.item = item
                    if holds(facts) is stops_at:
                        return answer
            finally:
                facts.item = outer
            return not answer

        return quantified

    def _aggregated(self, expr: Aggregated) -> Compute:
        selected, value = self._selected(expr.records, expr.condition), self.value_of(expr.value)
        rank = self._rank(expr.value)
        is_duration = self.checked.types[expr.value.id] is Simple.DURATION

        def values(facts: Snapshot) -> list[Any]:
            return [found for _ in selected(facts) if (found := value(facts)) is not None]

        match expr.aggregate:
            case Aggregate.SUM:
                return lambda facts: total(values(facts), durations=is_duration)
            case Aggregate.MIN:
                return lambda facts: min(ranked(values(facts), rank), key=rank, default=None)
            case Aggregate.MAX:
                return lambda facts: max(ranked(values(facts), rank), key=rank, default=None)

    def _call(self, expr: Call) -> Compute:
        function, around = IMPLEMENTATIONS[expr.function], self.around
        arguments = [self.value_of(argument) for argument in expr.arguments]

        def call(facts: Snapshot) -> Value:
            given = [argument(facts) for argument in arguments]
            return None if None in given else function(around, facts.now, *given)

        return call
