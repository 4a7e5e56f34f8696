"""All tickets at once: a free truth for each thing that facts may say, and atoms as truths over them.

Where atoms of two versions of a project look at the same fact they are truths over the same cells. Tests of texts are free
truths with what follows from one for another; whatever is no atom is a free truth of its own: a proof holds for them too,
and a ticket found is decided by the engine before it is shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ruleflow.analysis.network import FALSE, TRUE, Literal, Network
from ruleflow.plan.conditions import Atom, Equals, IsBlank, IsMissing, OneOf, Range, TextMatch
from ruleflow.syntax.expressions import TextTest
from ruleflow.types.values import Value

Holds = Callable[[Atom, Value], bool]
"""Whether an atom holds for a value of its field: the engine's own test."""


@dataclass(slots=True)
class Cells:
    """A fact with few kinds of values: exactly one of its cells is true. `values[0]` is None: missing.

    Of ordered values `steps` has for each but the first whether the fact is that or more; a range is then two truths.
    """

    values: tuple[Value, ...]
    literals: tuple[Literal, ...]
    steps: tuple[Literal, ...] = ()
    known: dict[Hashable, Literal] = field(default_factory=dict)
    """The atoms asked so far, each with its truth."""

    def truth(
        self, network: Network, key: Hashable, holds: Callable[[Value], bool], atom: Atom | None = None
    ) -> Literal:
        """An atom as a truth over the cells; `key` is what it is known by."""
        found = self.known.get(key)
        if found is None:
            is_range = isinstance(atom, Range) and not atom.options and bool(self.steps)
            found = self._between(network, atom, holds) if is_range else self._chosen(network, holds)  # type: ignore[arg-type]
            self.known[key] = found
        return found

    def _chosen(self, network: Network, holds: Callable[[Value], bool]) -> Literal:
        chosen = [literal for value, literal in zip(self.values, self.literals, strict=True) if holds(value)]
        return TRUE if len(chosen) == len(self.values) else network.any_of(chosen)

    def _between(self, network: Network, atom: Range, holds: Callable[[Value], bool]) -> Literal:
        """A range over ordered values, which holds for one run of them: its ends are sought, and the engine asked there."""
        own: Any = self.values[1:]
        side = bisect_right if atom.low_open else bisect_left
        first = 0 if atom.low is None else side(own, atom.low)
        side = bisect_left if atom.high_open else bisect_right
        last = len(own) - 1 if atom.high is None else side(own, atom.high) - 1
        for at in {first - 1, first, last, last + 1} & set(range(len(own))):
            if holds(own[at]) is not (first <= at <= last):
                raise AssertionError(f"{atom} is not what it seems at {own[at]}")
        if first > last:
            return FALSE
        low = -self.literals[0] if first == 0 else self.steps[first - 1]
        return network.all_of((low, *(() if last == len(own) - 1 else (-self.steps[last],))))


def cells(network: Network, values: tuple[Value, ...], *, may_be_missing: bool, ordered: bool = False) -> Cells:
    """The cells of a fact; `values` without the missing one, from the lowest where they are `ordered`."""
    if ordered and len(values) > 2:
        made = _ordered(network, values)
    else:
        literals = tuple(network.fresh() for _ in range(len(values) + 1))
        network.require(*literals)
        network.at_most_one(literals)
        made = Cells((None, *values), literals)
    if not may_be_missing and values:
        network.require(-made.literals[0])
    return made


def _ordered(network: Network, values: tuple[Value, ...]) -> Cells:
    missing = network.fresh()
    steps = tuple(network.fresh() for _ in values[1:])
    network.require(-missing, -steps[0])
    for lower, higher in pairwise(steps):
        network.require(-higher, lower)
    first = network.all_of((-missing, -steps[0]))
    inner = [network.all_of((lower, -higher)) for lower, higher in pairwise(steps)]
    return Cells((None, *values), (missing, first, *inner, steps[-1]), steps)


@dataclass(slots=True)
class Text:
    """A text of which tests are asked: whether it is missing, which of the texts it is that rules name, which tests it passes."""

    missing: Literal
    equals: dict[str, Literal] = field(default_factory=dict)
    tests: dict[Atom, Literal] = field(default_factory=dict)

    def truth(self, network: Network, atom: Atom, holds: Holds) -> Literal:
        """An atom as a truth."""
        match atom:
            case Equals(_, value):
                return self.missing if value is None else self.equals[str(value)]
            case IsMissing():
                return self.missing
            case OneOf(_, values):
                several = [self.missing if one is None else self.equals[str(one)] for one in values]
                return network.any_of(several)
            case _:
                return self._test(network, atom, holds)

    def _test(self, network: Network, atom: Atom, holds: Holds) -> Literal:
        found = self.tests.get(atom)
        if found is None:
            found = self.tests[atom] = network.fresh()
            network.require(-self.missing, found if holds(atom, None) else -found)
            for text, literal in self.equals.items():
                network.require(-literal, found if holds(atom, text) else -found)
            for other, literal in list(self.tests.items()) if len(self.tests) <= MOST_RELATED else ():
                relate(network, atom, found, other, literal, holds)
        return found


MOST_RELATED = 200
"""With more tests of one text than this, what follows from one for another is said only where a ticket asks for it."""


def text(network: Network, known: set[str], *, may_be_missing: bool) -> Text:
    """A text that rules compare with those in `known`."""
    missing = network.fresh() if may_be_missing else FALSE
    equals = {one: network.fresh() for one in sorted(known)}
    network.at_most_one(equals.values())
    for literal in equals.values():
        network.require(-missing, -literal)
    return Text(missing, equals)


def relate(network: Network, one: Atom, literal: Literal, other: Atom, other_literal: Literal, holds: Holds) -> bool:
    """Say what follows from one test of a text for another; whether there is anything to say."""
    said = False
    for first, first_literal, second, second_literal in (
        (one, literal, other, other_literal),
        (other, other_literal, one, literal),
    ):
        if first != second and implies(first, second, holds):
            network.require(-first_literal, second_literal)
            said = True
    if exclude(one, other):
        network.require(-literal, -other_literal)
        said = True
    return said


def implies(one: Atom, other: Atom, holds: Holds) -> bool:
    """Whether every text that passes one test surely passes another."""
    if isinstance(other, IsBlank):
        return False
    if not isinstance(one, TextMatch) or not isinstance(other, TextMatch) or one.exact != other.exact:
        return False
    match one.test, other.test:
        case _, TextTest.CONTAINS:
            return other.pattern in one.pattern
        case TextTest.STARTS_WITH, TextTest.STARTS_WITH:
            return one.pattern.startswith(other.pattern)
        case TextTest.ENDS_WITH, TextTest.ENDS_WITH:
            return one.pattern.endswith(other.pattern)
        case TextTest.CONTAINS_WORD, TextTest.CONTAINS_WORD:
            return holds(other, one.pattern)
        case _:
            return False


def exclude(one: Atom, other: Atom) -> bool:
    """Whether surely no text passes both tests."""
    if isinstance(one, IsBlank) or isinstance(other, IsBlank):
        test = other if isinstance(one, IsBlank) else one
        return isinstance(test, TextMatch) and bool(test.pattern.strip())
    if not isinstance(one, TextMatch) or not isinstance(other, TextMatch) or one.exact != other.exact:
        return False
    first, second = one.pattern, other.pattern
    match one.test, other.test:
        case TextTest.STARTS_WITH, TextTest.STARTS_WITH:
            return not (first.startswith(second) or second.startswith(first))
        case TextTest.ENDS_WITH, TextTest.ENDS_WITH:
            return not (first.endswith(second) or second.endswith(first))
        case _:
            return False


@dataclass(slots=True)
class Elements:
    """A set: whether it is missing, the elements that rules name, and whether it has any other."""

    missing: Literal
    held: dict[Value, Literal]
    other: Literal

    def empty(self, network: Network) -> Literal:
        """Whether it has no element."""
        return network.all_of((-self.other, *(-literal for literal in self.held.values())))


def elements(network: Network, names: list[Value], *, may_be_missing: bool) -> Elements:
    """A set of which rules name these elements."""
    made = Elements(
        network.fresh() if may_be_missing else FALSE, {name: network.fresh() for name in names}, network.fresh()
    )
    for literal in (*made.held.values(), made.other):
        network.require(-made.missing, -literal)
    return made


Variable = Cells | Text | Elements
"""What is free about one fact."""


@dataclass(slots=True)
class Space:
    """The facts of all tickets. `variables` by path; values before the event under `before` and the path."""

    network: Network
    variables: dict[str, Variable] = field(default_factory=dict)

    def free(self, *key: Hashable) -> Literal:
        """A truth of which nothing is known but that it is the same for the same key."""
        return self.network.free(key)
