"""What an outcome may be for some tickets: a value, a fact as it came, or something computed that is left closed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ruleflow.analysis.network import FALSE, TRUE, Literal, Network
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class Const:
    """A value; None: none."""

    value: Value


@dataclass(frozen=True, slots=True)
class Given:
    """The fact of this path as it came."""

    path: str


@dataclass(frozen=True, slots=True)
class Computed:
    """The value of something that the analysis does not look into; equal ones are the same for each ticket."""

    key: Hashable
    is_present: bool = False
    """Whether it surely is a value and not missing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Several named values that stand or fall together, such as those of a route."""

    parts: tuple[tuple[str, Term], ...]


Term: TypeAlias = Const | Given | Computed | Group
Alternatives: TypeAlias = tuple[tuple[Literal, Term], ...]
"""Terms, each with when it is; of any ticket exactly one."""

NOTHING = Const(None)
ONLY_NOTHING: Alternatives = ((TRUE, NOTHING),)


def first_of(network: Network, rivals: Iterable[tuple[Literal, Term]], otherwise: Alternatives) -> Alternatives:
    """The first rival whose time it is, and where none is what was before; equal terms are one."""
    found: dict[Term, list[Literal]] = {}
    none = TRUE
    for guard, term in rivals:
        mine = network.all_of((none, guard))
        if mine != FALSE:
            found.setdefault(term, []).append(mine)
        none = network.all_of((none, -guard))
        if none == FALSE:
            break
    for guard, term in otherwise if none != FALSE else ():
        mine = network.all_of((none, guard))
        if mine != FALSE:
            found.setdefault(term, []).append(mine)
    return tuple((network.any_of(guards), term) for term, guards in found.items())


def when_equal(network: Network, alternatives: Alternatives, term: Term) -> Literal:
    """When the alternatives are this term."""
    return network.any_of(guard for guard, one in alternatives if one == term)


def surely_different(one: Term, other: Term) -> bool:
    """Whether two terms are different values for every ticket: not where one is a fact or left closed, for it may be the other."""
    match one, other:
        case Const(first), Const(second):
            return first != second
        case Group(first), Group(second):
            mine, theirs = dict(first), dict(second)
            return any(
                surely_different(mine.get(name, NOTHING), theirs.get(name, NOTHING)) for name in {*mine, *theirs}
            )
        case (Group(), Const(None)) | (Const(None), Group()):
            return True
        case (Computed(("text", tuple() as parts)), Const(None)) | (Const(None), Computed(("text", tuple() as parts))):
            return any(isinstance(part, str) and part.strip() for part in parts)
        case _:
            return False


def when_surely_different(network: Network, one: Alternatives, other: Alternatives) -> Literal:
    """When two outcomes are different values, whatever the facts are."""
    pairs = ((guard, second) for guard, first in one for second, term in other if surely_different(first, term))
    return network.any_of(network.all_of(both) for both in pairs)


def is_plain(term: Term) -> bool:
    """Whether a term is one value for every ticket."""
    return isinstance(term, Const) or (isinstance(term, Group) and all(is_plain(part) for _, part in term.parts))


def when_different(network: Network, one: Alternatives, other: Alternatives) -> Literal:
    """When two outcomes may be different terms."""
    if one == other:
        return FALSE
    terms = dict.fromkeys(term for _, term in (*one, *other))
    return network.any_of(
        network.all_of((when_equal(network, one, term), -when_equal(network, other, term))) for term in terms
    )
