"""What may be missing, and where that would surprise.

Order, range and text tests are false where a side is missing; under a `not` that makes them true, which people do not
expect. So such a test in a negative position is a mistake unless something beside it says that the value is there
(`… is present and …`) or what stands in for it (`??`). `known` is the set of names that are surely present.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ruleflow.checker.checked import DefinitionRead, ItemRead, Read
from ruleflow.checker.scope import PRESENT_WITH_CONTRACT, Scope, definition_body, fact_is_optional, score_read
from ruleflow.model.scores import Score
from ruleflow.syntax.expressions import (
    Aggregate,
    Aggregated,
    And,
    Arithmetic,
    Ask,
    Between,
    Call,
    Changed,
    Compare,
    Comparison,
    During,
    Expr,
    Fact,
    Fallback,
    If,
    In,
    Literal,
    MatchText,
    Negate,
    Not,
    Or,
    Presence,
    Quantified,
    Quantity,
    Word,
)
from ruleflow.syntax.walk import children
from ruleflow.types.functions import FUNCTIONS
from ruleflow.types.terms import ListOf, SetOf, Simple

Known = frozenset[str]
NOTHING: Known = frozenset()


def present_when(expr: Expr | None, scope: Scope, *, truth: bool = True, by_tests: bool = True) -> Known:
    """The names that are surely present where `expr` is true (or false, for `truth` False).

    `by_tests` False counts only what is asked outright (`is present`, an equality), not what follows from an order,
    range or text test.
    """
    match expr:
        case Not():
            return present_when(expr.operand, scope, truth=not truth, by_tests=by_tests)
        case And() | Or():
            said = [present_when(part, scope, truth=truth, by_tests=by_tests) for part in expr.operands]
            return NOTHING.union(*said) if isinstance(expr, And) is truth else frozenset.intersection(*said)
        case Ask():
            asks_presence = (expr.presence is Presence.PRESENT) != expr.negated
            return _names(scope, expr.operand) if asks_presence is truth else NOTHING
        case Compare(operator=Comparison.IS):
            return _equal(expr, scope) if truth else NOTHING
        case Compare(operator=Comparison.IS_NOT):
            return NOTHING if truth else _equal(expr, scope)
        case In():
            return _names(scope, expr.left) if truth is not expr.negated else NOTHING
        case Changed(after=after) if after is not None and truth and culprit(after, NOTHING, scope) is None:
            return _names(scope, expr.operand)
        case Word() if (body := _body(expr, scope)) is not None:
            return present_when(body, _inside(expr, scope), truth=truth, by_tests=by_tests)
        case None:
            return NOTHING
        case _:
            return _names(scope, *_tested(expr)) if truth and by_tests else NOTHING


def _equal(expr: Compare, scope: Scope) -> Known:
    """What an equality that holds says: a side that equals something present is present."""
    left, right = expr.left, expr.right
    of_left = _names(scope, left) if culprit(right, NOTHING, scope) is None else NOTHING
    of_right = _names(scope, right) if culprit(left, NOTHING, scope) is None else NOTHING
    return of_left | of_right


def _names(scope: Scope, *exprs: Expr) -> Known:
    """The names of facts whose presence follows from that of the values."""
    return frozenset(name for expr in exprs for name in _names_of(expr, scope))


def _names_of(expr: Expr, scope: Scope) -> Iterator[str]:
    match expr:
        case Fact() | Word():
            yield from _names_of_word(expr, scope)
        case Arithmetic():
            yield from _names_of(expr.left, scope)
            yield from _names_of(expr.right, scope)
        case Negate():
            yield from _names_of(expr.operand, scope)
        case Call():
            for argument in expr.arguments:
                yield from _names_of(argument, scope)
        case _:
            return


def _names_of_word(expr: Fact | Word, scope: Scope) -> Iterator[str]:
    name = _name(expr, scope)
    if name:
        yield name
    if name.startswith("contract."):
        yield "contract"
    body = _body(expr, scope)
    if body is not None:
        yield from _names_of(body, scope)


def _name(expr: Expr, scope: Scope) -> str:
    """The name under which presence is remembered; '' for what is always there."""
    match scope.tables.meanings.get(expr.id):
        case Read(path):
            return path
        case ItemRead(part):
            return f"it.{part}"
        case _:
            return ""


def _body(expr: Expr, scope: Scope) -> Expr | None:
    """The expression behind a definition's name; None for anything else and for a definition that meets itself."""
    meaning = scope.tables.meanings.get(expr.id)
    if not isinstance(meaning, DefinitionRead) or meaning.name in scope.open_definitions:
        return None
    return definition_body(scope.model, meaning.name)


def _inside(expr: Expr, scope: Scope) -> Scope:
    meaning = scope.tables.meanings.get(expr.id)
    return scope.entering(meaning.name) if isinstance(meaning, DefinitionRead) else scope


def culprit(expr: Expr, known: Known, scope: Scope) -> Expr | None:
    """The part of a value because of which it may be missing, or None when it is surely there.

    An absent set or list is empty, never missing. Tests are true or false, never missing.
    """
    if isinstance(scope.tables.types.get(expr.id), SetOf | ListOf):
        return None
    match expr:
        case Fact() | Word():
            return _culprit_of_word(expr, known, scope)
        case Arithmetic():
            divides = expr.operator in "/%" and not _is_nonzero(expr.right)
            return _first(culprit(part, known, scope) for part in (expr.left, expr.right)) or (
                expr if divides else None
            )
        case Negate():
            return culprit(expr.operand, known, scope)
        case If():
            then = culprit(expr.then, known | present_when(expr.condition, scope), scope)
            return then or culprit(expr.otherwise, known | present_when(expr.condition, scope, truth=False), scope)
        case Fallback():
            return culprit(expr.left, known, scope) and culprit(expr.right, known, scope)
        case Aggregated():
            return None if expr.aggregate is Aggregate.SUM else expr
        case Call():
            function = FUNCTIONS.get(expr.function)
            own = expr if function is not None and function.may_be_missing else None
            return _first(culprit(argument, known, scope) for argument in expr.arguments) or own
        case _:
            return None


def _culprit_of_word(expr: Fact | Word, known: Known, scope: Scope) -> Expr | None:
    body = _body(expr, scope)
    if body is not None:
        return expr if culprit(body, known, _inside(expr, scope)) is not None else None
    match scope.tables.meanings.get(expr.id):
        case Read(path) if (score := score_read(scope.model, path)) is not None:
            return expr if path not in known and _score_may_be_missing(score, scope) else None
        case Read(path) if path not in known and fact_is_optional(scope.model, path):
            return None if "contract" in known and path in PRESENT_WITH_CONTRACT else expr
        case ItemRead(part) if part and f"it.{part}" not in known:
            return expr
        case _:
            return None


def _score_may_be_missing(score: Score, scope: Scope) -> bool:
    """Whether there may be no score: some value fits no bin, somebody belongs to no class, or what it is made of is missing."""
    if score.missing is not None or score.path in scope.open_definitions:
        return False
    if score.classes:
        return all(one.when is not None for one in score.classes)
    if score.is_unfitted or (score.bins and all(one.bound is not None for one in score.bins)):
        return True
    inside = scope.entering(score.path)
    return any(culprit(expr, NOTHING, inside) is not None for expr in score.made_of)


def _is_nonzero(expr: Expr) -> bool:
    return isinstance(expr, Literal) and bool(expr.value)


def _first(found: Iterable[Expr | None]) -> Expr | None:
    return next((expr for expr in found if expr is not None), None)


Surprise = tuple[Expr, Expr]
"""A value that may be missing, and the test that it makes false."""


def surprises(expr: Expr, scope: Scope, known: Known = NOTHING, *, negative: bool = False) -> Iterator[Surprise]:
    """The tests in a negative position that a missing value would turn around, each with that value."""
    if negative:
        guilty = _first(culprit(part, known, scope) for part in _tested(expr))
        if guilty is not None:
            yield guilty, expr
    match expr:
        case Not():
            yield from surprises(expr.operand, scope, known, negative=not negative)
        case And() | Or():
            yield from _in_parts(expr, scope, known, negative=negative)
        case If():
            yield from _in_if(expr, scope, known, negative=negative)
        case Quantified():
            yield from _in_quantified(expr, scope, known, negative=negative)
        case Aggregated():
            inside = _without_item(known)
            for part in (expr.value, expr.condition):
                if part is not None:
                    yield from surprises(part, scope, inside)
        case Fact() | Word():
            yield from _in_definition(expr, scope, known, negative=negative)
        case Compare() if scope.tables.types.get(expr.left.id) is Simple.BOOLEAN:
            for side in (expr.left, expr.right):
                yield from surprises(side, scope, known, negative=True)
        case _:
            for part in children(expr):
                yield from surprises(part, scope, known)


def _tested(expr: Expr) -> tuple[Expr, ...]:
    """The values that an order, range or text test looks at; empty for anything else, which is total."""
    match expr:
        case Compare() if expr.operator not in {Comparison.IS, Comparison.IS_NOT}:
            return (expr.left, expr.right)
        case Between():
            return (expr.operand, expr.low, expr.high)
        case MatchText():
            return (expr.left, *expr.patterns)
        case During():
            return (expr.instant, expr.calendar)
        case _:
            return ()


def _in_parts(expr: And | Or, scope: Scope, known: Known, *, negative: bool) -> Iterator[Surprise]:
    """Each part of an `and` may count on the others being true, each part of an `or` on the others being false.

    Where a missing value makes the whole hold, its own test is no witness: `not x < 3 or not x < 5` guards nothing.
    """
    truth = isinstance(expr, And)
    by_tests = truth and not negative
    said = [present_when(operand, scope, truth=truth, by_tests=by_tests) for operand in expr.operands]
    for at, operand in enumerate(expr.operands):
        others = NOTHING.union(*said[:at], *said[at + 1 :])
        yield from surprises(operand, scope, known | others, negative=negative)


def _in_if(expr: If, scope: Scope, known: Known, *, negative: bool) -> Iterator[Surprise]:
    yield from surprises(expr.condition, scope, known, negative=True)
    yield from surprises(expr.then, scope, known | present_when(expr.condition, scope), negative=negative)
    yield from surprises(
        expr.otherwise, scope, known | present_when(expr.condition, scope, truth=False), negative=negative
    )


def _in_quantified(expr: Quantified, scope: Scope, known: Known, *, negative: bool) -> Iterator[Surprise]:
    if expr.condition is None:
        return
    turned = {
        Quantity.ANY: negative,
        Quantity.ALL: negative,
        Quantity.NONE: not negative,
        Quantity.COUNT: False,
    }[expr.quantity]
    yield from surprises(expr.condition, scope, _without_item(known), negative=turned)


def _in_definition(expr: Fact | Word, scope: Scope, known: Known, *, negative: bool) -> Iterator[Surprise]:
    """A definition is looked into only where it is negated: by itself it is checked where it is defined."""
    body = _body(expr, scope) if negative else None
    if body is not None:
        inside = _inside(expr, scope)
        found = next(surprises(body, inside, _without_item(known), negative=True), None)
        if found is not None:
            yield found[0], expr


def _without_item(known: Known) -> Known:
    return frozenset(name for name in known if not name.startswith("it."))
