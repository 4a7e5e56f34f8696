"""Seeded rules and tickets shaped like those of real helpdesks, as values that no engine owns.

A condition is a small tree; `holds` says what it means and is the judge of every engine. Texts are lower-case ASCII
and decimals are multiples of 0.25, so that all engines mean the same by them. An order or text test of a missing value
is false, and only tests of equality and of sets are negated: engines differ about the others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text, holds
from bench.fields import BY_KIND, FIELDS, IDS, Field, Kind

SEED = 20_261_125
TICKETS = 300
MOST_MATCHES = 10
EVENT = "ticket.created"
_CHOICES = (*BY_KIND[Kind.CHOICE], *BY_KIND[Kind.BOOLEAN])
_NUMBERS = (*BY_KIND[Kind.INTEGER], *BY_KIND[Kind.DECIMAL])
_KINDS = {"equality": 0.52, "range": 0.235, "text": 0.16, "set": 0.085}
"""What a condition is beside the first one, an equality, so that of all conditions seven in ten are equalities."""

Ticket = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, and its conditions, all of which must hold."""

    id: str
    when: And


@dataclass(frozen=True, slots=True)
class Workload:
    """Rules in order; tickets as JSON has them; of each ticket the ids of the rules that match, in order."""

    rules: tuple[Rule, ...]
    tickets: tuple[Ticket, ...]
    expected: tuple[tuple[str, ...], ...]


def make_workload(rules: int, tickets: int = TICKETS, seed: int = SEED) -> Workload:
    """At least ten rules, and tickets that each match 1 to 10 of them. Same arguments, same workload.

    Judging a ticket takes about two microseconds a rule.
    """
    made, drawn = draw_tickets(rules, seed)
    kept: list[tuple[Ticket, tuple[str, ...]]] = []
    while len(kept) < tickets:
        ticket = next(drawn)
        matched = tuple(rule.id for rule in made if holds(rule.when, ticket))
        if 1 <= len(matched) <= MOST_MATCHES:
            kept.append((ticket, matched))
    return Workload(made, tuple(ticket for ticket, _ in kept), tuple(matched for _, matched in kept))


def draw_tickets(rules: int, seed: int = SEED) -> tuple[tuple[Rule, ...], Iterator[Ticket]]:
    """The rules of a workload, and tickets without end that most match some of them; nobody has judged them."""
    draw = _Draw(random.Random(f"{seed} {rules}"), rules)
    made = tuple(Rule(f"r{number}", draw.rule()) for number in range(rules))
    return made, draw.tickets(made)


@dataclass(frozen=True, slots=True)
class _Draw:
    """Draws rules and tickets. The more rules, the more products, accounts and phrases there are."""

    random: random.Random
    rules: int
    words: tuple[str, ...] = field(init=False)
    ids: Mapping[Field, int] = field(init=False)

    def __post_init__(self) -> None:
        syllables = [first + second for first in "bdfgklmnprstv" for second in "aeiou"]
        words = {"".join(self.random.choices(syllables, k=self.random.choice((2, 2, 3)))) for _ in range(500)}
        object.__setattr__(self, "words", tuple(sorted(words)))
        counts = {one: max(3, int(self.rules**power / share)) for one, (power, share) in IDS.items()}
        object.__setattr__(self, "ids", counts)

    def rule(self) -> And:
        """Two to six conditions on different fields; one is an equality on an id, which few tickets have."""
        wanted = self.random.choice((2, 3, 3, 4, 4, 4, 5, 5, 6))
        anchor = self.random.choices(tuple(IDS), (45, 30, 15, 10))[0]
        free = [one for one in FIELDS if one not in IDS]
        self.random.shuffle(free)
        parts: list[Condition] = [Is(anchor, self.value(anchor))]
        if anchor.path == "ticket.category":
            wanted = max(wanted, 4)
            parts += [Is(one, self.value(one)) for one in self._take(free, _CHOICES, 2)]
        while len(parts) < wanted:
            parts.append(self._nested(free) if self.random.random() < 0.1 else self._negated(self._leaf(free)))
        self.random.shuffle(parts)
        return And(tuple(parts))

    def _nested(self, free: list[Field]) -> Condition:
        one, other = self._negated(self._leaf(free)), self._leaf(free)
        return Or((one, And((other, self._leaf(free))) if self.random.random() < 0.3 else other))

    def _negated(self, leaf: Condition) -> Condition:
        if isinstance(leaf, Is | OneOf | Has) and self.random.random() < 0.1:
            return Not(leaf)
        return leaf

    def _take(self, free: list[Field], among: tuple[Field, ...], count: int) -> Iterator[Field]:
        for one in [one for one in free if one in among][:count]:
            free.remove(one)
            yield one

    def _leaf(self, free: list[Field]) -> Condition:
        """A test of a field that the rule does not name yet."""
        kind = self.random.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
        pools = {"range": _NUMBERS, "text": BY_KIND[Kind.TEXT], "set": BY_KIND[Kind.SET]}
        for one in self._take(free, pools.get(kind, _CHOICES), 1):
            return self._test(one)
        return self._leaf(free)

    def _test(self, one: Field) -> Condition:
        match one.kind:
            case Kind.INTEGER | Kind.DECIMAL:
                low, high = sorted((self.value(one), self.value(one)))
                if self.random.random() < 0.4:
                    return Between(one, low, high)
                bound = min(max(low, 1), one.highest - 1)
                return Order(one, self.random.choice(("<", "<=", ">", ">=")), bound)
            case Kind.TEXT:
                how = self.random.choice(("contains", "contains", "starts", "ends"))
                words = self.random.sample(self.words, self.random.choice((1, 2, 2)))
                return Text(one, how, " ".join(words))
            case Kind.SET:
                wanted = self.random.sample(one.options, self.random.choice((1, 1, 2, 3)))
                return Has(one, tuple(wanted), every=self.random.random() < 0.3)
            case _:
                if len(one.options) > 4 and self.random.random() < 0.2:
                    return OneOf(one, tuple(self.random.sample(one.options, self.random.choice((2, 3)))))
                return Is(one, self.value(one))

    def value(self, one: Field) -> Any:
        """Any value of a field."""
        match one.kind:
            case Kind.ID:
                return f"{one.name[0]}{self.random.randrange(self.ids[one])}"
            case Kind.BOOLEAN:
                return self.random.random() < 0.5
            case Kind.INTEGER:
                return self.random.randint(0, one.highest)
            case Kind.DECIMAL:
                return self.random.randint(0, one.highest * 4) / 4
            case Kind.TEXT:
                return self._text(one.highest)
            case Kind.SET:
                return self.random.sample(one.options, self.random.randint(0, 3))
            case Kind.CHOICE:
                return self.random.choice(one.options)

    def _text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, k=length // 3))[:length].strip()

    def ticket(self) -> Ticket:
        """A ticket that no rule has seen; optional fields are missing now and then."""
        made: Ticket = {"ticket": {}, "contact": {}, "company": {}}
        for one in FIELDS:
            if not one.optional or self.random.random() < 0.8:
                made[one.group][one.name] = self.value(one)
        return made

    def tickets(self, rules: tuple[Rule, ...]) -> Iterator[Ticket]:
        """Tickets that were changed until some rules matched, which those after them may have undone."""
        while True:
            ticket = self.ticket()
            for rule in self.random.sample(rules, self.random.choice((1, 1, 2, 2, 3, 3, 4, 5, 7, 9))):
                self.force(ticket, rule.when)
            yield ticket

    def force(self, ticket: Ticket, condition: Condition) -> None:
        """Change a ticket until a condition holds."""
        if holds(condition, ticket):
            return
        match condition:
            case And(parts):
                for part in parts:
                    self.force(ticket, part)
            case Or(parts):
                self.force(ticket, self.random.choice(parts))
            case Text(one, how, pattern):
                text = ticket[one.group][one.name]
                at = {"starts": 0, "ends": len(text) - len(pattern)}.get(how, len(text) // 2)
                ticket[one.group][one.name] = text[:at] + pattern + text[at + len(pattern) :]
            case Has(one, wanted):
                ticket[one.group][one.name] = list(dict.fromkeys([*ticket[one.group].get(one.name, ()), *wanted]))
            case Not(Has(one)):
                ticket[one.group][one.name] = []
            case Not(Is(one) | OneOf(one)):
                while not holds(condition, ticket):
                    ticket[one.group][one.name] = self.value(one)
            case Is(one, value) | OneOf(one, (value, *_)) | Between(one, value):
                ticket[one.group][one.name] = value
            case Order(one, sign, bound):
                ticket[one.group][one.name] = bound + {"<": -1, ">": 1}.get(sign, 0)
