"""What changed in a condition, part by part: the operands of `and` and `or`, and inside a test its constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from ruleflow.review.edits import Change, PartAdded, PartChanged, PartRemoved
from ruleflow.review.expressions import expression_text, one_line
from ruleflow.syntax.expressions import And, Expr, Fact, Items, Literal, MatchText, Not, Or, Word
from ruleflow.syntax.walk import children

Within = tuple[str, ...]
_GROUPS: tuple[tuple[type[And | Or], str], ...] = ((And, "all of"), (Or, "any of"))


def part_changes(key: str, old: Expr | None, new: Expr | None) -> Iterator[Change]:
    """How a condition differs from what it was; None: there was no condition, or there is none any more."""
    if old is None or new is None:
        yield from (PartRemoved(key, expression_text(part)) for part in _operands(old, And))
        yield from (PartAdded(key, expression_text(part)) for part in _operands(new, And))
    else:
        yield from _changes(key, old, new, ())


def _changes(key: str, old: Expr, new: Expr, within: Within) -> Iterator[Change]:
    if old == new:
        return
    for group, word in _GROUPS:
        if isinstance(old, group) or isinstance(new, group):
            yield from _group_changes(key, old, new, within, group, word)
            return
    if isinstance(old, Not) and isinstance(new, Not):
        yield from _changes(key, old.operand, new.operand, (*within, "not"))
        return
    before, after = expression_text(old), expression_text(new)
    yield PartChanged(key, before, after, _shown(old, new) or f"{before} → {after}", within)


def _group_changes(
    key: str, old: Expr, new: Expr, within: Within, group: type[And | Or], word: str
) -> Iterator[Change]:
    """Operands that are in both say nothing; of the others those that are alike are compared, the rest is gone or new."""
    gone, fresh = _without_common(_operands(old, group), _operands(new, group))
    inside = within if group is And and not within else (*within, word)
    for before, after in _alike(gone, fresh):
        if after is None:
            yield PartRemoved(key, expression_text(before), inside)
        else:
            yield from _changes(key, before, after, inside)
            fresh.remove(after)
    yield from (PartAdded(key, expression_text(part), inside) for part in fresh)


def _operands(expr: Expr | None, group: type[And | Or]) -> list[Expr]:
    """What is joined, groups of the same kind inside taken apart."""
    if expr is None:
        return []
    if not isinstance(expr, group):
        return [expr]
    return [part for operand in expr.operands for part in _operands(operand, group)]


def _without_common(old: list[Expr], new: list[Expr]) -> tuple[list[Expr], list[Expr]]:
    fresh = list(new)
    gone = []
    for part in old:
        if part in fresh:
            fresh.remove(part)
        else:
            gone.append(part)
    return gone, fresh


def _alike(gone: list[Expr], fresh: list[Expr]) -> Iterator[tuple[Expr, Expr | None]]:
    """Each part that is gone, with the one that most likely stands in its place."""
    ranked = sorted(
        (
            (-likeness, at, to)
            for at, old in enumerate(gone)
            for to, new in enumerate(fresh)
            if (likeness := _likeness(old, new)) > 0
        ),
    )
    places: dict[int, int] = {}
    for _, at, to in ranked:
        if at not in places and to not in places.values():
            places[at] = to
    pairs = [(old, fresh[places[at]] if at in places else None) for at, old in enumerate(gone)]
    return iter(pairs)


def _likeness(old: Expr, new: Expr) -> float:
    """0 to 1: for groups twice the parts in common by all parts (Dice), for tests of one kind the share of equal sides."""
    for group, _ in _GROUPS:
        if isinstance(old, group) or isinstance(new, group):
            one, other = _operands(old, group), _operands(new, group)
            gone, _ = _without_common(one, other)
            return 2 * (len(one) - len(gone)) / (len(one) + len(other))
    if isinstance(old, Not) and isinstance(new, Not):
        return _likeness(old.operand, new.operand)
    if type(old) is not type(new):
        return 0
    sides, others = children(old), children(new)
    equal = sum(one == other for one, other in zip(sides, others, strict=False))
    # The first side, what is asked about, counts a little more than the constant that it is asked for.
    return (equal + 0.1 * (sides[:1] == others[:1])) / (max(len(sides), len(others)) + 0.1) if sides else 0


def _shown(old: Expr, new: Expr) -> str:
    """Both versions of a test in one text where a single constant, or some items of one list, changed; else ''."""
    found = _differing(old, new)
    if found is None or len(found) != 1:
        return ""
    one, other = found[0]
    before, after = one.span.start - old.span.start, one.span.end - old.span.start
    text = old.span.text
    match one, other:
        case (Items(), Items()):
            return _with_items(text[:before], one.items, other.items)
        case (MatchText(), MatchText()):
            start = one.patterns[0].span.start - old.span.start
            return _with_items(text[:start].rstrip().removesuffix("["), one.patterns, other.patterns)
        case _:
            return " ".join(f"{text[:before]}{one_line(one.span)} → {one_line(other.span)}{text[after:]}".split())


def _with_items(head: str, old: tuple[Expr, ...], new: tuple[Expr, ...]) -> str:
    gone, fresh = _without_common(list(old), list(new))
    if not gone and not fresh:
        return ""  # only their order
    said = [f"− {expression_text(item)}" for item in gone] + [f"+ {expression_text(item)}" for item in fresh]
    return f"{' '.join(head.split())} […]: {', '.join(said)}"


def _differing(old: Expr, new: Expr) -> list[tuple[Expr, Expr]] | None:
    """The constants, names and lists that differ in tests of one form; None where the form differs."""
    if old == new:
        return []
    leaves = (Literal, Word, Fact)
    if isinstance(old, leaves) and isinstance(new, leaves):
        return [(old, new)]
    if type(old) is not type(new) or _form(old) != _form(new):
        return None
    match old, new:
        case (Items(), Items()):
            return [(old, new)]
        case (MatchText(), MatchText()) if old.any_of:
            return [(old, new)] if old.left == new.left else None
    sides, others = children(old), children(new)
    if len(sides) != len(others):
        return None
    found: list[tuple[Expr, Expr]] = []
    for one, other in zip(sides, others, strict=True):
        below = _differing(one, other)
        if below is None:
            return None
        found += below
    return found


def _form(expr: Expr) -> tuple[Any, ...]:
    """What makes a node what it is, besides the expressions in it: its operator, whether it is negated."""
    values = [getattr(expr, one.name) for one in fields(expr) if one.compare]
    return tuple(value for value in values if not is_dataclass(value) and not isinstance(value, tuple))
