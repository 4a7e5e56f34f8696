"""Truths as a network of `and` and `not`, equal ones being one: what an analysis asks the solver about.

A literal is a number, its negation the opposite number; `TRUE` is 1. A node is made with the clauses that define it (G. S.
Tseitin, On the complexity of derivation in propositional calculus, 1968), so a network is at once a formula.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

Literal = int
TRUE: Literal = 1
FALSE: Literal = -1


@dataclass(slots=True)
class Network:
    """A growing network. Made by one analysis and used by nobody else."""

    clauses: list[list[Literal]] = field(default_factory=lambda: [[TRUE]])
    names: dict[Hashable, Literal] = field(default_factory=dict)
    """The free truths by what they stand for."""
    _last: int = TRUE
    _nodes: dict[tuple[Literal, ...], Literal] = field(default_factory=dict)

    def fresh(self) -> Literal:
        """A truth of which nothing is known."""
        self._last += 1
        return self._last

    def free(self, key: Hashable) -> Literal:
        """The truth that a key stands for; the same key gives the same one."""
        found = self.names.get(key)
        if found is None:
            found = self.names[key] = self.fresh()
        return found

    def all_of(self, parts: Iterable[Literal]) -> Literal:
        """Whether all of some truths hold."""
        own = set(parts)
        own.discard(TRUE)
        if FALSE in own or any(-one in own for one in own):
            return FALSE
        if len(own) <= 1:
            return next(iter(own), TRUE)
        key = tuple(sorted(own))
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = self.fresh()
            self.clauses += [[-node, one] for one in key]
            self.clauses.append([node, *(-one for one in key)])
        return node

    def any_of(self, parts: Iterable[Literal]) -> Literal:
        """Whether one of some truths holds."""
        return -self.all_of(-one for one in parts)

    def if_else(self, condition: Literal, then: Literal, otherwise: Literal) -> Literal:
        """One of two truths."""
        if condition == TRUE or then == otherwise:
            return then
        if condition == FALSE:
            return otherwise
        return self.any_of((self.all_of((condition, then)), self.all_of((-condition, otherwise))))

    def same(self, one: Literal, other: Literal) -> Literal:
        """Whether two truths are alike."""
        return self.if_else(one, other, -other) if one != other else TRUE

    def at_least(self, parts: Iterable[Literal], most: int) -> tuple[Literal, ...]:
        """For 1 up to `most` whether so many of some truths hold, counted one truth after the other."""
        found = [FALSE] * most
        for one in parts:
            before = [TRUE, *found]
            found = [self.any_of((found[at], self.all_of((before[at], one)))) for at in range(most)]
        return tuple(found)

    def require(self, *parts: Literal) -> None:
        """One of some truths holds in all that follows."""
        self.clauses.append(list(parts))

    def at_most_one(self, parts: Iterable[Literal]) -> None:
        """No two of some truths hold (C. Sinz, Towards an optimal CNF encoding of Boolean cardinality constraints, 2005)."""
        before = FALSE
        for one in parts:
            if before != FALSE:
                self.require(-before, -one)
            chain = self.fresh()
            self.require(-one, chain)
            self.require(-before, chain)
            before = chain
