"""The types of expressions and the meanings of their names.

A bare word means what the other side of its test wants: an option of a choice, a segment, a team. So types flow in
both directions: `infer` takes a hint. A mistake is reported once, at its place; the node then has type UNKNOWN, which
fits everything, so that no echo follows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import assert_never

from ruleflow.checker import errors, words
from ruleflow.checker.arithmetic import no_result, result_of
from ruleflow.checker.checked import Constant, Read
from ruleflow.checker.repairs import repair, unlike
from ruleflow.checker.scope import OUTCOME, Scope
from ruleflow.model.scores import SCORE
from ruleflow.regex.regex import RegexProblem, compile_regex
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
    Quantified,
    Quantity,
    SetTest,
    TextTest,
    Word,
)
from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.functions import FUNCTIONS, Function
from ruleflow.types.terms import (
    Choice,
    Kind,
    ListOf,
    Reference,
    SetOf,
    Simple,
    Type,
    alike,
    fits,
    is_ordered,
)
from ruleflow.types.values import Value, plain_number

UNKNOWN = Simple.UNKNOWN
BOOLEAN = Simple.BOOLEAN


def infer(expr: Expr, scope: Scope, hint: Type | None = None) -> Type:
    """The type of an expression; `hint` is the type that its surroundings want, which gives bare words a meaning."""
    kind = _infer(expr, scope, hint)
    scope.tables.types[expr.id] = kind
    return kind


def require(expr: Expr, wanted: tuple[Type, ...], because: str, scope: Scope) -> Type:
    """The type of an expression that must fit one of `wanted`; `because` names what wants it, for the finding."""
    found = infer(expr, scope, wanted[0])
    if any(fits(found, one) for one in wanted):
        return found
    scope.out.report(errors.wrong_type(expr.span, found, wanted, because, repair(expr, found, wanted)))
    return UNKNOWN


def check_condition(expr: Expr, because: str, scope: Scope) -> None:
    """Type an expression that must be true or false."""
    require(expr, (BOOLEAN,), because, scope)


def _infer(expr: Expr, scope: Scope, hint: Type | None) -> Type:
    match expr:
        case Literal():
            return _literal(expr, scope, hint)
        case Fact():
            return words.fact(expr, scope)
        case Word():
            return words.word(expr, scope, hint, infer)
        case Items():
            return _items(expr, scope, hint)
        case Not():
            return _logic((expr.operand,), "`not`", scope)
        case And():
            return _logic(expr.operands, "`and`", scope)
        case Or():
            return _logic(expr.operands, "`or`", scope)
        case Compare():
            return _compare(expr, scope)
        case Between():
            return _between(expr, scope)
        case In():
            return _in(expr, scope)
        case Has():
            return _has(expr, scope)
        case MatchText():
            return _match_text(expr, scope)
        case Ask():
            infer(expr.operand, scope)
            return BOOLEAN
        case Changed():
            return _changed(expr, scope)
        case During():
            return _during(expr, scope)
        case Arithmetic():
            return _arithmetic(expr, scope)
        case Negate():
            return _negate(expr, scope)
        case If():
            return _if(expr, scope, hint)
        case Fallback():
            return _fallback(expr, scope, hint)
        case Quantified():
            return _quantified(expr, scope)
        case Aggregated():
            return _aggregated(expr, scope)
        case Call():
            return _call(expr, scope)
        case Broken():
            return UNKNOWN
        case _:
            assert_never(expr)


def _literal(expr: Literal, scope: Scope, hint: Type | None) -> Type:
    if isinstance(expr.value, str) and isinstance(hint, Choice | Reference):
        return words.quoted(expr.value, expr, scope, hint)
    scope.tables.meanings[expr.id] = Constant(_value(expr, scope))
    return _literal_type(expr.value)


def _value(expr: Literal, scope: Scope) -> Value:
    value = expr.value
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=scope.model.zone)).astimezone(UTC)
    return value


def _literal_type(value: object) -> Type:
    match value:
        case bool():
            return BOOLEAN
        case int():
            return Simple.INTEGER
        case Decimal():
            return Simple.DECIMAL
        case str():
            return Simple.TEXT
        case datetime():
            return Simple.DATETIME
        case date():
            return Simple.DATE
        case time():
            return Simple.TIME
        case timedelta():
            return Simple.DURATION
        case CalendarDays():
            return Simple.CALENDAR_DAYS
        case WorkingDays():
            return Simple.WORKING_DAYS
        case _:
            raise TypeError(f"no literal is a {type(value).__name__}")


def _items(expr: Items, scope: Scope, hint: Type | None) -> Type:
    wanted = hint.of if isinstance(hint, SetOf | ListOf) else hint
    kinds = [infer(item, scope, wanted) for item in expr.items]
    if wanted is not None and all(fits(kind, wanted) for kind in kinds):
        return ListOf(wanted)
    return ListOf(_join(kinds, expr, scope))


def _join(kinds: list[Type], expr: Items, scope: Scope) -> Type:
    joined: Type = UNKNOWN
    for item, kind in zip(expr.items, kinds, strict=True):
        if joined is UNKNOWN or fits(joined, kind):
            joined = kind
        elif not alike(joined, kind):
            scope.out.report(errors.unlike(item.span, joined, kind, ("all items of a list have one type",)))
            return UNKNOWN
    return joined


def _logic(operands: tuple[Expr, ...], because: str, scope: Scope) -> Type:
    for operand in operands:
        check_condition(operand, because, scope)
    return BOOLEAN


def _compare(expr: Compare, scope: Scope) -> Type:
    left, right = _pair(expr.left, expr.right, scope)
    if not alike(left, right):
        scope.out.report(unlike(expr.right.span, expr.left, expr.right, left, right))
    elif expr.operator not in {Comparison.IS, Comparison.IS_NOT}:
        _require_order(expr.left, left, scope)
    return BOOLEAN


def _pair(one: Expr, other: Expr, scope: Scope) -> tuple[Type, Type]:
    """The types of two sides, the one that means something by itself first."""
    if words.wants_hint(one, scope) and not words.wants_hint(other, scope):
        right = infer(other, scope)
        return infer(one, scope, right), right
    left = infer(one, scope)
    return left, infer(other, scope, left)


def _require_order(expr: Expr, kind: Type, scope: Scope) -> None:
    if kind is not UNKNOWN and not is_ordered(kind):
        scope.out.report(errors.not_ordered(expr.span, kind))


def _between(expr: Between, scope: Scope) -> Type:
    kind = infer(expr.operand, scope)
    for bound in (expr.low, expr.high):
        other = infer(bound, scope, kind)
        if not alike(kind, other):
            scope.out.report(unlike(bound.span, expr.operand, bound, kind, other))
            return BOOLEAN
    _require_order(expr.operand, kind, scope)
    return BOOLEAN


def _in(expr: In, scope: Scope) -> Type:
    left, right = _pair(expr.left, expr.items, scope)
    if not isinstance(right, SetOf | ListOf):
        if right is not UNKNOWN:
            scope.out.report(errors.not_a_collection(expr.items.span, right, "in"))
        return BOOLEAN
    items = expr.items.items if isinstance(expr.items, Items) else (expr.items,)
    for item in items:
        kind = scope.tables.types[item.id] if isinstance(expr.items, Items) else right.of
        if not alike(left, kind):
            scope.out.report(unlike(item.span, expr.left, item, left, kind))
            return BOOLEAN
    return BOOLEAN


def _has(expr: Has, scope: Scope) -> Type:
    left = infer(expr.left, scope)
    if not isinstance(left, SetOf | ListOf):
        if left is not UNKNOWN:
            scope.out.report(errors.not_a_collection(expr.left.span, left, expr.test.value))
        infer(expr.items, scope, UNKNOWN)
        return BOOLEAN
    right = infer(expr.items, scope, left.of)
    wanted = left.of if expr.test is SetTest.HAS else ListOf(left.of)
    element = right.of if isinstance(right, SetOf | ListOf) and expr.test is not SetTest.HAS else right
    if right is not UNKNOWN and (
        not alike(left.of, element) or (expr.test is not SetTest.HAS and not isinstance(right, SetOf | ListOf))
    ):
        scope.out.report(errors.unlike(expr.items.span, wanted, right, _has_help(expr, right)))
    return BOOLEAN


def _has_help(expr: Has, right: Type) -> tuple[str, ...]:
    if expr.test is SetTest.HAS and isinstance(right, SetOf | ListOf):
        return ("for several write `has any of […]` or `has all of […]`",)
    return ()


def _match_text(expr: MatchText, scope: Scope) -> Type:
    because = f"`{expr.test.value}`"
    left = infer(expr.left, scope)
    if left not in {Simple.TEXT, UNKNOWN}:
        scope.out.report(errors.wrong_type(expr.left.span, left, (Simple.TEXT,), because, _text_help(expr, left)))
    for pattern in expr.patterns:
        require(pattern, (Simple.TEXT,), because, scope)
        if expr.test is TextTest.MATCHES:
            _check_regex(pattern, scope)
    return BOOLEAN


def _text_help(expr: MatchText, left: Type) -> tuple[str, ...]:
    source = expr.left.span.text
    match left:
        case Choice() | Reference():
            return (f"compare it with `{source} is …` or `{source} in […]`",)
        case SetOf() | ListOf():
            rest = expr.span.text[len(source) :].strip()
            return (f"for an element of it `{source} has …`; for a part of its texts `any ({source} where it {rest})`",)
        case _:
            return ()


def _check_regex(pattern: Expr, scope: Scope) -> None:
    if not (isinstance(pattern, Literal) and isinstance(pattern.value, str)):
        if not isinstance(pattern, Broken):
            scope.out.report(errors.pattern_not_literal(pattern.span))
        return
    compiled = compile_regex(pattern.value, ignore_case=True)
    if isinstance(compiled, RegexProblem):
        scope.out.report(errors.bad_regex(pattern.span, compiled.message, compiled.help))


def _changed(expr: Changed, scope: Scope) -> Type:
    kind = infer(expr.operand, scope)
    meaning = scope.tables.meanings.get(expr.operand.id)
    is_field = isinstance(meaning, Read) and not meaning.path.startswith(("contract", "event.", SCORE, OUTCOME))
    if kind is not UNKNOWN and not is_field:
        scope.out.report(errors.changed_needs_field(expr.operand.span))
    for side in (expr.before, expr.after):
        if side is not None and not alike(kind, other := infer(side, scope, kind)):
            scope.out.report(unlike(side.span, expr.operand, side, kind, other))
    return BOOLEAN


def _during(expr: During, scope: Scope) -> Type:
    because = "`outside`" if expr.outside else "`during`"
    require(expr.instant, (Simple.DATETIME,), because, scope)
    require(expr.calendar, (Reference((Kind.CALENDAR,)),), because, scope)
    return BOOLEAN


def _arithmetic(expr: Arithmetic, scope: Scope) -> Type:
    left, right = infer(expr.left, scope), infer(expr.right, scope)
    if UNKNOWN in (left, right):
        return UNKNOWN
    found = result_of(expr.operator, left, right)
    if found is None:
        scope.out.report(no_result(expr, left, right))
        return UNKNOWN
    return found


def _negate(expr: Negate, scope: Scope) -> Type:
    return require(expr.operand, (Simple.DECIMAL, Simple.DURATION, Simple.CALENDAR_DAYS), "`-`", scope)


def _if(expr: If, scope: Scope, hint: Type | None) -> Type:
    check_condition(expr.condition, "`if`", scope)
    return _either(expr.then, expr.otherwise, scope, hint)


def _fallback(expr: Fallback, scope: Scope, hint: Type | None) -> Type:
    return _either(expr.left, expr.right, scope, hint)


def _either(one: Expr, other: Expr, scope: Scope, hint: Type | None) -> Type:
    """The type of a value that is one of two."""
    if hint is not None:
        left, right = infer(one, scope, hint), infer(other, scope, hint)
    else:
        left, right = _pair(one, other, scope)
    if fits(left, right):
        return right
    if not fits(right, left):
        scope.out.report(unlike(other.span, one, other, left, right))
        return UNKNOWN
    return left


def _elements(records: Expr, word: str, scope: Scope) -> Type:
    kind = infer(records, scope)
    if isinstance(kind, SetOf | ListOf):
        return kind.of
    if kind is not UNKNOWN:
        scope.out.report(errors.not_a_collection(records.span, kind, word))
    return UNKNOWN


def _quantified(expr: Quantified, scope: Scope) -> Type:
    inner = scope.with_item(_elements(expr.records, expr.quantity.value, scope))
    if expr.condition is not None:
        check_condition(expr.condition, "`where`", inner)
    return Simple.INTEGER if expr.quantity is Quantity.COUNT else BOOLEAN


def _aggregated(expr: Aggregated, scope: Scope) -> Type:
    inner = scope.with_item(_elements(expr.records, expr.aggregate.value, scope))
    if expr.condition is not None:
        check_condition(expr.condition, "`where`", inner)
    if expr.aggregate is Aggregate.SUM:
        return require(expr.value, (Simple.DECIMAL, Simple.DURATION), "`sum`", inner)
    kind = infer(expr.value, inner)
    _require_order(expr.value, kind, scope)
    return kind


def _call(expr: Call, scope: Scope) -> Type:
    function = FUNCTIONS.get(expr.function)
    if function is None:
        for argument in expr.arguments:
            infer(argument, scope, UNKNOWN)
        scope.out.report(errors.unknown_function(expr.span, expr.function, FUNCTIONS))
        return UNKNOWN
    least, most = len(function.parameters) - function.defaults, len(function.parameters)
    if not least <= len(expr.arguments) <= most:
        scope.out.report(errors.wrong_arity(expr.span, function, len(expr.arguments)))
    for (name, wanted), argument in zip(function.parameters, expr.arguments, strict=False):
        require(argument, wanted, f"`{name}` of `{function.name}`", scope)
    return _call_result(function, expr, scope)


def _call_result(function: Function, expr: Call, scope: Scope) -> Type:
    first = scope.tables.types.get(expr.arguments[0].id) if expr.arguments else None
    return Simple.INTEGER if function.name == "abs" and first is Simple.INTEGER else function.result
