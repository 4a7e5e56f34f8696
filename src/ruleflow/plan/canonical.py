"""From the checked tree of an expression to its canonical condition."""

from __future__ import annotations

from dataclasses import dataclass

from ruleflow.checker.checked import Checked, Constant, DefinitionRead, Now, Read
from ruleflow.plan.conditions import (
    FALSE,
    TRUE,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsBlank,
    IsMissing,
    Opaque,
    Range,
    RegexMatch,
    TextMatch,
    Within,
    all_of,
    any_of,
    negation,
    one_of,
)
from ruleflow.plan.scored import WrittenOut, by_path
from ruleflow.plan.truths import prepared
from ruleflow.syntax.expressions import (
    And,
    Ask,
    Between,
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
    Not,
    Or,
    Presence,
    SetTest,
    TextTest,
    Word,
)
from ruleflow.types.terms import Choice, ListOf, SetOf, Simple, Type
from ruleflow.types.values import Value

_MIRROR = {
    Comparison.LESS: Comparison.MORE,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.IS: Comparison.IS,
    Comparison.IS_NOT: Comparison.IS_NOT,
}


def conditions_of(checked: Checked) -> dict[str, Condition]:
    """The canonical condition of each rule of a checked project without errors, by id."""
    canonical = Canonical(checked)
    return {rule.id: TRUE if rule.when is None else canonical.condition(rule.when) for rule in checked.model.deciders}


@dataclass(frozen=True, slots=True)
class Canonical:
    """Brings the expressions of a checked project to canonical form. Definitions and scores are written out."""

    checked: Checked

    def condition(self, expr: Expr) -> Condition:
        """The canonical form of an expression that is true or false."""
        match expr:
            case Not():
                return negation(self.condition(expr.operand))
            case And():
                return all_of(tuple(self.condition(part) for part in expr.operands))
            case Or():
                return any_of(tuple(self.condition(part) for part in expr.operands))
            case If():
                return self._if(expr)
            case _:
                return self._written_out(self._test(expr))

    def _test(self, expr: Expr) -> Condition:
        """The canonical form of a test by itself."""
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
            case _:
                return self._truth(expr)

    def _written_out(self, condition: Condition) -> Condition:
        """The condition with what scores are made of in their place."""
        scores = self.checked.model.scores
        if not scores:
            return condition
        written = WrittenOut(by_path(scores.values()), self._path, self.condition, self.checked.meanings)
        return written.condition(condition)

    def _truth(self, expr: Expr) -> Condition:
        """A boolean value as a condition: a missing one does not hold."""
        match self.checked.meanings.get(expr.id):
            case Constant(value):
                return TRUE if value is True else FALSE
            case Read(path):
                return Equals(path, True)
            case DefinitionRead(name):
                return self.condition(self.checked.model.definitions[name].value)
            case _:
                return Opaque(expr)

    def _if(self, expr: If) -> Condition:
        condition = self.condition(expr.condition)
        then = all_of((condition, self.condition(expr.then)))
        return any_of((then, all_of((negation(condition), self.condition(expr.otherwise)))))

    def _compare(self, expr: Compare) -> Condition:
        if expr.operator is Comparison.IS_NOT:
            return negation(self._compare(Compare(Comparison.IS, expr.left, expr.right, expr.span, expr.id)))
        if expr.operator is Comparison.IS and self._type(expr.left) is Simple.BOOLEAN:
            return self._same_truth(expr)
        path, constant, operator = self._field_against(expr)
        if not path or self._is_collection(expr.left) or self._is_collection(expr.right):
            return Opaque(expr)
        if operator is Comparison.IS:
            return Equals(path, constant)
        return self._range(path, operator, constant, self._type(expr.left), expr)

    def _same_truth(self, expr: Compare) -> Condition:
        """`flag is true`; missing equals neither true nor false."""
        path, constant, _ = self._field_against(expr)
        if path:
            return Equals(path, constant)
        if isinstance(expr.right, Literal) and not self._is_read(expr.left):
            condition = self.condition(expr.left)
            return condition if expr.right.value is True else negation(condition)
        return Opaque(expr)

    def _field_against(self, expr: Compare) -> tuple[str, Value, Comparison]:
        """Path, constant and operator of a comparison of a field with a constant; the path is '' for any other."""
        left, right = self._path(expr.left), self._path(expr.right)
        if left and self._is_constant(expr.right):
            return left, self._constant(expr.right), expr.operator
        if right and self._is_constant(expr.left):
            return right, self._constant(expr.left), _MIRROR[expr.operator]
        return "", None, expr.operator

    def _range(self, path: str, operator: Comparison, bound: Value, kind: Type, expr: Expr) -> Condition:
        options: tuple[str, ...] = ()
        if isinstance(kind, Choice):
            if bound not in kind.options:
                return Opaque(expr)
            options, bound = kind.options, kind.options.index(str(bound))
        is_open = operator in {Comparison.LESS, Comparison.MORE}
        if operator in {Comparison.LESS, Comparison.AT_MOST}:
            return Range(path, None, bound, high_open=is_open, options=options)
        return Range(path, bound, None, low_open=is_open, options=options)

    def _between(self, expr: Between) -> Condition:
        path = self._path(expr.operand)
        if not (path and self._is_constant(expr.low) and self._is_constant(expr.high)):
            return Opaque(expr)
        low, high, kind = self._constant(expr.low), self._constant(expr.high), self._type(expr.operand)
        if not isinstance(kind, Choice):
            return Range(path, low, high)
        if low not in kind.options or high not in kind.options:
            return Opaque(expr)
        return Range(path, kind.options.index(str(low)), kind.options.index(str(high)), options=kind.options)

    def _in(self, expr: In) -> Condition:
        if expr.negated:
            return negation(self._in(In(expr.left, expr.items, False, expr.span, expr.id)))
        path = self._path(expr.left)
        constants = self._constants(expr.items)
        if not path or constants is None or self._is_collection(expr.left):
            return Opaque(expr)
        return one_of(path, constants)

    def _has(self, expr: Has) -> Condition:
        path = self._path(expr.left)
        wanted = [self._constant(expr.items)] if self._is_constant(expr.items) else self._constants(expr.items)
        if not path or wanted is None:
            return Opaque(expr)
        elements = tuple(HasElement(path, one) for one in dict.fromkeys(wanted))
        match expr.test:
            case SetTest.ALL:
                return all_of(elements)
            case SetTest.NONE:
                return negation(any_of(elements))
            case _:
                return any_of(elements)

    def _match_text(self, expr: MatchText) -> Condition:
        path = self._path(expr.left)
        if not path or not all(self._is_constant(pattern) for pattern in expr.patterns):
            return Opaque(expr)
        patterns = [str(self._constant(pattern)) for pattern in expr.patterns]
        if expr.test is TextTest.MATCHES:
            return any_of(tuple(RegexMatch(path, pattern, expr.exact) for pattern in patterns))
        folded = [prepared(pattern, exact=expr.exact) for pattern in patterns]
        return any_of(tuple(TextMatch(path, expr.test, pattern, expr.exact) for pattern in folded))

    def _ask(self, expr: Ask) -> Condition:
        path = self._path(expr.operand)
        if not path:
            return Opaque(expr)
        asked = IsBlank(path) if expr.presence is Presence.BLANK else IsMissing(path)
        holds = (expr.presence is Presence.PRESENT) is expr.negated
        return asked if holds else negation(asked)

    def _changed(self, expr: Changed) -> Condition:
        path = self._path(expr.operand)
        sides = [side for side in (expr.before, expr.after) if side is not None]
        if not path or not all(self._is_constant(side) for side in sides):
            return Opaque(expr)
        before = () if expr.before is None else (self._constant(expr.before),)
        after = () if expr.after is None else (self._constant(expr.after),)
        return HasChanged(path, before, after)

    def _during(self, expr: During) -> Condition:
        path = "now" if isinstance(self._meaning(expr.instant), Now) else self._path(expr.instant)
        if not path or not self._is_constant(expr.calendar):
            return Opaque(expr)
        within = Within(path, str(self._constant(expr.calendar)))
        if not expr.outside:
            return within
        return all_of((negation(within), negation(IsMissing(path)))) if path != "now" else negation(within)

    def _type(self, expr: Expr) -> Type:
        return self.checked.types[expr.id]

    def _meaning(self, expr: Expr) -> object:
        meaning = self.checked.meanings.get(expr.id)
        if isinstance(meaning, DefinitionRead) and isinstance(expr, Word):
            return self._meaning(self.checked.model.definitions[meaning.name].value)
        return meaning

    def _is_read(self, expr: Expr) -> bool:
        return bool(self._path(expr))

    def _path(self, expr: Expr) -> str:
        meaning = self._meaning(expr)
        return meaning.path if isinstance(meaning, Read) else ""

    def _is_constant(self, expr: Expr) -> bool:
        return isinstance(self._meaning(expr), Constant)

    def _constant(self, expr: Expr) -> Value:
        meaning = self._meaning(expr)
        return meaning.value if isinstance(meaning, Constant) else None

    def _constants(self, expr: Expr) -> list[Value] | None:
        if not isinstance(expr, Items) or not all(self._is_constant(item) for item in expr.items):
            return None
        return [self._constant(item) for item in expr.items]

    def _is_collection(self, expr: Expr) -> bool:
        return isinstance(self._type(expr), SetOf | ListOf)
