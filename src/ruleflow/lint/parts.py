"""Parts of conditions that say nothing, by what is read off them (RF801 to RF803) or proved of every ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lint import errors
from ruleflow.lint.implied import always, implies
from ruleflow.lint.subject import Place, Subject
from ruleflow.plan.conditions import Condition, Equals, IsBlank, IsMissing, Negated, OneOf, all_of, any_of, negation
from ruleflow.syntax.expressions import And, Expr, Literal, Not, Or
from ruleflow.syntax.operands import joined_by, without_operand

Holds = Callable[[Condition], bool]
"""Whether a condition holds for every ticket."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Says of conditions whether they always hold, and which follow from which.

    `safe`: what it says is beyond doubt, whatever stages write. `related`: whether it is worth asking about two at all.
    """

    always: Holds
    implies: Callable[[Condition, Condition], bool]
    safe: bool
    related: Callable[[Condition, Condition], bool] = lambda _one, _other: True

    def never(self, condition: Condition) -> bool:
        """Whether it holds for no ticket."""
        return self.always(negation(condition))


READER = Judge(always, implies, safe=True)


def find_parts(subject: Subject, judge: Judge = READER) -> Iterator[Diagnostic]:
    """Findings about every condition; of a condition that always or never holds as a whole, no part is mentioned."""
    for place in subject.places:
        yield from _of_node(place.condition, place, subject, judge)


def _of_node(node: Expr, place: Place, subject: Subject, judge: Judge) -> Iterator[Diagnostic]:
    match node:
        case Not():
            yield from _of_node(node.operand, place, subject, judge)
        case And() | Or():
            own = [subject.canonical.condition(one) for one in node.operands]
            whole = _of_whole(node, own, place, judge)
            if whole is not None:
                yield whole
                return
            told = dict(_of_operands(node, own, place, subject, judge))
            yield from told.values()
            for at, operand in enumerate(node.operands):
                if at not in told:
                    yield from _of_node(operand, place, subject, judge)
        case _:
            return


def _of_whole(node: And | Or, own: Sequence[Condition], place: Place, judge: Judge) -> Diagnostic | None:
    """What is to say of an `and` that never holds, or an `or` that always does, though each part has a meaning."""
    if any(judge.always(one) or judge.never(one) for one in own):
        return None
    if isinstance(node, And) and judge.never(all_of(tuple(own))):
        return errors.never_true(node, place.within, _other_word(node, own))
    if isinstance(node, Or) and judge.always(any_of(tuple(own))):
        return errors.always_true(node, place.within, _other_word(node, own))
    return None


def _other_word(node: Expr, own: Sequence[Condition]) -> tuple[Fix, ...]:
    """The edit that joins tests of one fact by the other word: neither this nor that, one or the other."""
    match node:
        case Or() if len({one.part.path for one in own if isinstance(one, Negated) and _is_equality(one.part)}) == 1:
            return joined_by(node, "and") if all(isinstance(one, Negated) for one in own) else ()
        case And() if len({getattr(one, "path", "") for one in own}) == 1 and all(map(_is_equality, own)):
            return joined_by(node, "or")
        case _:
            return ()


def _is_equality(condition: Condition) -> TypeGuard[Equals | OneOf]:
    return isinstance(condition, Equals | OneOf)


def _of_operands(
    node: And | Or, own: Sequence[Condition], place: Place, subject: Subject, judge: Judge
) -> Iterator[tuple[int, Diagnostic]]:
    """Findings about operands by number, the last first: of two that say the same it is the later that goes."""
    left = dict(enumerate(own))
    for at in reversed(range(len(own))):
        finding = _of_operand(node, at, left, place, subject, judge)
        if finding is not None:
            del left[at]
            yield at, finding


def _mending(node: And | Or, at: int, subject: Subject, idle: type[And | Or]) -> tuple[Fix, ...]:
    """The edit for an operand that always or never holds, which says nothing under `idle`.

    A constant may go. Of anything else it is likely that something was meant: that is for the author to say.
    """
    operand = node.operands[at]
    if isinstance(operand, And | Or):
        fixes = _other_word(operand, [subject.canonical.condition(one) for one in operand.operands])
        if fixes:
            return fixes
    return without_operand(node, at, safe=isinstance(operand, Literal)) if isinstance(node, idle) else ()


def _guards(part: Condition) -> bool:
    """Whether a part asks that a value be there: said for the reader, or for the checker, where it follows from the rest, too."""
    return isinstance(part, Negated) and isinstance(part.part, IsMissing | IsBlank)


def _of_operand(
    node: And | Or, at: int, left: dict[int, Condition], place: Place, subject: Subject, judge: Judge
) -> Diagnostic | None:
    part, operand = left[at], node.operands[at]
    others = [(node.operands[other], one) for other, one in left.items() if other != at]
    if judge.always(part):
        return errors.always_true(operand, place.within, _mending(node, at, subject, And))
    if judge.never(part):
        return errors.never_true(operand, place.within, _mending(node, at, subject, Or))
    fixes = without_operand(node, at, safe=judge.safe)
    if not others or _guards(part):
        return None
    if isinstance(node, And):
        because = _because(part, others, lambda one: judge.implies(one, part), all_of, judge)
    else:
        because = _because(part, others, lambda one: judge.implies(part, one), any_of, judge)
    if because is None:
        return None
    others_say = None if len(because) > 1 else because[0]
    return errors.redundant(operand, others_say, place.within, fixes, all_=isinstance(node, And))


def _because(
    part: Condition,
    others: Sequence[tuple[Expr, Condition]],
    settles: Holds,
    join: Callable[[tuple[Condition, ...]], Condition],
    judge: Judge,
) -> tuple[Expr, ...] | None:
    """The one operand that makes a part needless, or all that do so together; None where it is needed."""
    near = [(expr, one) for expr, one in others if judge.related(part, one)]
    if not near or (not judge.safe and not settles(join(tuple(one for _, one in near)))):
        return None
    single = next((expr for expr, one in near if settles(one)), None)
    if single is not None:
        return (single,)
    return None if judge.safe else tuple(expr for expr, _ in near)
