"""An index over the conditions of rules: a decision costs what its matching rules cost, not what all rules cost.

Rules are put under keys that must be in the facts if they are to match, first under the most telling ones, and the rules
of one key under further keys as long as there are many; what is left of few rules is checked by generated code. Every
rule stands under one access only, so the index is as large as the rules. The shape is that of a BE-Tree (Sadoghi and
Jacobsen, BE-Tree: an index structure to efficiently match Boolean expressions, SIGMOD 2011), made once and never changed.

Nodes are made when they are first visited: a start pays for the first level only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ruleflow.plan.access import Access, Lookup, Way, access
from ruleflow.plan.conditions import All, Condition, Range, RegexMatch, TextMatch
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.generated import Visit, scan
from ruleflow.plan.patterns import hits_of
from ruleflow.plan.snapshot import Snapshot, folded
from ruleflow.plan.stretches import Stretches, stretches
from ruleflow.resources import without_collection

FEW = 6
"""So many rules are checked one by one at once."""
WORTH = {Way.VALUE: 2.5, Way.ELEMENT: 5.0, Way.RANGE: 10.0, Way.TEXT: 20.0}
"""How many checks a lookup must save to be worth its cost."""
PREFERENCE = {Way.VALUE: 0.0, Way.ELEMENT: 0.02, Way.RANGE: 0.05, Way.TEXT: 0.25}
"""Added to the share of facts that have a key, so that of equally telling keys the cheaper one is taken."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A rule in the index: its place, conditions that it can still be put under a key by, and those only to be checked."""

    place: int
    open: tuple[tuple[Condition, Access], ...]
    rest: tuple[Condition, ...]

    @property
    def parts(self) -> tuple[Condition, ...]:
        """All that must hold."""
        return (*(condition for condition, _ in self.open), *self.rest)

    def under(self, at: int) -> _Term:
        """The rule under a key of its open condition `at`."""
        condition, used = self.open[at]
        rest = self.rest if used.decides else (*self.rest, condition)
        return _Term(self.place, (*self.open[:at], *self.open[at + 1 :]), rest)


@dataclass(slots=True)
class Probes:
    """What a decision costs: keys looked up, and rules checked."""

    lookups: int = 0
    checks: int = 0


@dataclass(frozen=True)
class Index:
    """Finds the rules that match. Any number of threads may ask it at once."""

    conditions: tuple[Condition, ...]
    evaluator: Evaluator = field(repr=False)
    derived: frozenset[str] = field(repr=False)
    is_scalar: Callable[[str], bool] = field(repr=False)
    probes: Probes | None = None
    """Counts while it is asked, for tests and for people who want to know."""

    def __post_init__(self) -> None:
        with without_collection():
            root = self._node([self._term(*one) for one in enumerate(self.conditions)])
        object.__setattr__(self, "_visit", root)

    def matches(self, facts: Snapshot) -> list[int]:
        """The places of the conditions that hold, in order.

        May raise `BudgetError`: then the rules are to be asked one by one.
        """
        found: list[int] = []
        self._visit(facts, facts.get, found.append)  # type: ignore[attr-defined]
        return sorted(set(found)) if len(found) > 1 else found

    def counted(self) -> Index:
        """The same index, which counts."""
        return replace(self, probes=Probes())

    def _term(self, place: int, condition: Condition) -> _Term:
        parts = condition.parts if isinstance(condition, All) else (condition,)
        found = [(part, access(part, self.is_scalar)) for part in parts]
        opened = tuple((part, own) for part, own in found if own is not None)
        return _Term(place, opened, tuple(part for part, own in found if own is None))

    def _node(self, terms: Sequence[_Term]) -> Visit:
        """What finds those of some rules that match."""
        if len(terms) <= FEW:
            return self._scan(terms)
        level = _Level.over(terms)
        placed: dict[Lookup, dict[Hashable, list[_Term]]] = {}
        rest: list[_Term] = []
        for term in terms:
            at = level.choice(term)
            if at is None:
                rest.append(term)
                continue
            below = term.under(at)
            for lookup, key in level.keys(term.open[at][1]):
                placed.setdefault(lookup, {}).setdefault(key, []).append(below)
        if not placed:
            return self._scan(terms)
        steps = [self._step(lookup, buckets, level) for lookup, buckets in placed.items()]
        if rest:
            steps.append(self._node(rest) if len(rest) < len(terms) else self._scan(rest))
        return _in_turn(steps)

    def _scan(self, terms: Sequence[_Term]) -> Visit:
        visit = scan([(term.place, term.parts) for term in terms], self.evaluator, self.derived)
        return visit if self.probes is None else _counting(visit, self.probes, checks=len(terms))

    def _step(self, lookup: Lookup, buckets: dict[Hashable, list[_Term]], level: _Level) -> Visit:
        nodes: dict[Hashable, Visit] = {}
        for key, terms in buckets.items():
            nodes[key] = self._later(terms, nodes, key)
        visit = _step(lookup, nodes, level, is_derived=lookup.path in self.derived)
        return visit if self.probes is None else _counting(visit, self.probes, lookups=1)

    def _later(self, terms: Sequence[_Term], nodes: dict[Hashable, Visit], key: Hashable) -> Visit:
        """A node that is made when it is first visited. Two threads may both make it; either will do."""

        def visit(facts: Snapshot, get: Callable[[str], Any], add: Callable[[int], None]) -> None:
            node = nodes[key] = self._node(terms)
            node(facts, get, add)

        return visit


@dataclass(frozen=True, slots=True)
class _Level:
    """What some rules have in common: by lookup, how telling its keys are, and which lookups are worth their cost."""

    sizes: Mapping[Lookup, int]
    trees: Mapping[Lookup, Stretches]
    tests: Mapping[Lookup, Mapping[Hashable, int]]
    """Of texts, the tests with their numbers, which are their keys."""
    chosen: frozenset[Lookup] | None

    @staticmethod
    def over(terms: Sequence[_Term]) -> _Level:
        """The level of some rules."""
        known: dict[Lookup, dict[Hashable, None]] = {}
        for term in terms:
            for _, own in term.open:
                for lookup, key in own.keys:
                    known.setdefault(lookup, {})[key] = None
        trees = {one: stretches(cast("Iterable[Range]", keys)) for one, keys in known.items() if one.way is Way.RANGE}
        tests = {one: {key: at for at, key in enumerate(keys)} for one, keys in known.items() if one.way is Way.TEXT}
        level = _Level({lookup: len(keys) for lookup, keys in known.items()}, trees, tests, None)
        return replace(level, chosen=level.worthwhile(terms))

    def worthwhile(self, terms: Sequence[_Term]) -> frozenset[Lookup]:
        """The lookups that save more checks than they cost, where every rule goes by its most telling one."""
        saved: dict[Lookup, float] = {}
        for term in terms:
            at = self.choice(term)
            if at is not None:
                own = term.open[at][1]
                for lookup in own.lookups:
                    saved[lookup] = saved.get(lookup, 0) + (1 - self.share(own)) / len(own.lookups)
        return frozenset(lookup for lookup, checks in saved.items() if checks > WORTH[lookup.way])

    def choice(self, term: _Term) -> int | None:
        """By which of its open conditions a rule is found; None where it is to be checked always."""
        best, least = None, 0.9
        for at, (_, own) in enumerate(term.open):
            if self.chosen is None or self.chosen.issuperset(own.lookups):
                score = self.share(own) + max(PREFERENCE[lookup.way] for lookup in own.lookups)
                if score < least:
                    best, least = at, score
        return best

    def share(self, own: Access) -> float:
        """Which part of all facts has one of the keys, as far as one can guess."""
        return min(1.0, sum(self._share(lookup, key) for lookup, key in own.keys))

    def _share(self, lookup: Lookup, key: Hashable) -> float:
        match lookup.way:
            case Way.VALUE:
                return 1 / (self.sizes[lookup] + 1)
            case Way.ELEMENT:
                return 2 / (self.sizes[lookup] + 2)
            case Way.RANGE:
                return self.trees[lookup].share(cast("Range", key))
            case Way.TEXT:
                return 0.1

    def keys(self, own: Access) -> Iterable[tuple[Lookup, Hashable]]:
        """The keys under which a rule stands."""
        for lookup, key in own.keys:
            if lookup.way is Way.RANGE:
                yield from ((lookup, node) for node in self.trees[lookup].of_range(cast("Range", key)))
            elif lookup.way is Way.TEXT:
                yield lookup, self.tests[lookup][key]
            else:
                yield lookup, key


def _in_turn(steps: Sequence[Visit]) -> Visit:
    if len(steps) == 1:
        return steps[0]
    every = tuple(steps)

    def visit(facts: Snapshot, get: Callable[[str], Any], add: Callable[[int], None]) -> None:
        for step in every:
            step(facts, get, add)

    return visit


def _step(lookup: Lookup, nodes: Mapping[Hashable, Visit], level: _Level, *, is_derived: bool) -> Visit:
    """What goes from the facts to the nodes of the keys that they have."""
    path, find = lookup.path, nodes.get
    if lookup.way is Way.VALUE and not is_derived:

        def of_value(facts: Snapshot, get: Callable[[str], Any], add: Callable[[int], None]) -> None:
            node = find(get(path))
            if node is not None:
                node(facts, get, add)

        return of_value
    keys = _keys_in_facts(lookup, level)

    def of_keys(facts: Snapshot, get: Callable[[str], Any], add: Callable[[int], None]) -> None:
        for key in keys(facts[path], facts):
            node = find(key)
            if node is not None:
                node(facts, get, add)

    return of_keys


def _keys_in_facts(lookup: Lookup, level: _Level) -> Callable[[Any, Snapshot], Iterable[Hashable]]:
    """The keys of a value."""
    match lookup.way:
        case Way.VALUE:
            return lambda value, _: (value,)
        case Way.ELEMENT:
            return lambda value, _: value or ()
        case Way.RANGE:
            of_value = level.trees[lookup].of_value
            return lambda value, _: of_value(value)
        case Way.TEXT:
            hits = hits_of(cast("Sequence[TextMatch | RegexMatch]", tuple(level.tests[lookup])))
            folded_path = folded(lookup.path)
            return lambda value, facts: () if value is None else hits(value, str(facts[folded_path]))


def _counting(visit: Visit, probes: Probes, *, lookups: int = 0, checks: int = 0) -> Visit:
    def counted(facts: Snapshot, get: Callable[[str], Any], add: Callable[[int], None]) -> None:
        probes.lookups += lookups
        probes.checks += checks
        visit(facts, get, add)

    return counted
