"""The outcomes of a version as terms that another version's can be held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.space import Cells
from ruleflow.analysis.terms import (
    NOTHING,
    ONLY_NOTHING,
    Alternatives,
    Computed,
    Const,
    Given,
    Group,
    Term,
    first_of,
    is_plain,
)
from ruleflow.analysis.version import SetState, Version
from ruleflow.analysis.written import items_of
from ruleflow.model.vocabulary import Metric, SlaPolicy
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.types.values import Value

SLA = "sla"
HIDDEN = frozenset({"ticket.team", "ticket.agent", "ticket.sla"})
"""Fields that `route` and `sla` tell of."""


def single_outcomes(version: Version, made: Outcomes, paths: Iterable[str]) -> dict[str, Alternatives]:
    """Outcomes of which a ticket has one: route, denial, service level, and each of some fields at the end."""
    found = {path: spelled(version, path, version.alternatives(path)) for path in paths if path not in HIDDEN}
    return {**found, ROUTE: made.single[ROUTE], DENIED: made.single[DENIED], SLA: _service_level(version)}


def spelled(version: Version, path: str, alternatives: Alternatives) -> Alternatives:
    """Alternatives in which a fact as it came, where it has few values, is each of them."""
    found: list[tuple[Literal, Term]] = []
    for guard, term in alternatives:
        variable = version.space.variables.get(term.path) if isinstance(term, Given) else None
        if isinstance(variable, Cells) and all(
            value is None or isinstance(value, str | bool) for value in variable.values
        ):
            own = zip(variable.values, variable.literals, strict=True)
            found += [(version.network.all_of((guard, one)), Const(version.meant(path, value))) for value, one in own]
        else:
            found.append((guard, term))
    return first_of(version.network, found, ())


Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Old ids of options and things with those that they have now, by the place where such an id may stand."""


def renamed(alternatives: Alternatives, names: Names, place: str) -> Alternatives:
    """Alternatives of an outcome in which ids stand under their new names."""
    return tuple((guard, _renamed(term, names, place)) for guard, term in alternatives)


def _renamed(term: Term, names: Names, place: str) -> Term:
    match term:
        case Const(value):
            return Const(_renamed_value(value, names.get(place, {})))
        case Group(parts):
            return Group(tuple((name, _renamed(one, names, f"{place}.{name}")) for name, one in parts))
        case _:
            return term


def _renamed_value(value: Value, names: Mapping[str, str]) -> Value:
    match value:
        case str():
            return names.get(value, value)
        case frozenset():
            return frozenset(_renamed_value(one, names) for one in value)
        case tuple():
            return tuple(_renamed_value(one, names) for one in value)
        case _:
            return value


def _service_level(version: Version) -> Alternatives:
    """The policy of a ticket with what it promises: of each metric the target and the calendar it is counted in."""
    model = version.plan.model
    network = version.network
    policies = policies_of(version)
    found: list[tuple[Literal, Term]] = []
    for guard, term in policies:
        policy = model.sla.get(str(term.value)) if isinstance(term, Const) else None
        if policy is not None:
            found += [(network.all_of((guard, when)), promise) for when, promise in _promises(version, policy)]
        else:
            found.append((guard, term))
    found = list(first_of(network, found, ONLY_NOTHING))
    if not any(request.resolve_in for one in model.contracts.values() for request in one.requests):
        return tuple(found)
    by_contract = _resolve_in(version)
    pairs = product(found, by_contract)
    both = (
        (network.all_of((guard, other)), Group((("policy", _less(term, one)), ("contract", one))))
        for (guard, term), (other, one) in pairs
    )
    return first_of(network, both, ())


def policies_of(version: Version) -> Alternatives:
    """The name of the policy of a ticket: its own, else that of its contract; it may be one that the project does not have."""
    own = spelled(version, "ticket.sla", version.alternatives("ticket.sla"))
    named = [(guard, term) for guard, term in own if term not in (NOTHING, Const(""))]
    return first_of(version.network, named, version.alternatives("contract.regulation"))


CREATED = "ticket.created"
SEEN_AT_ONCE = frozenset({Metric.FIRST_REPLY, Metric.RESOLUTION})
"""Clocks that every ticket has when it is created: another target is another outcome. Other clocks, and any clock later on, run
for some tickets only, and another calendar need not move a deadline."""


def _less(policy: Term, contract: Term) -> Term:
    """A policy without its time to resolve where the contract's own goes before it."""
    if contract == Const(None) or not isinstance(policy, Group):
        return policy
    return Group(tuple(part for part in policy.parts if part[0] != "resolution"))


def _promises(version: Version, policy: SlaPolicy) -> Iterator[tuple[Literal, Term]]:
    """What a policy promises, by the values of the fields that its targets go by."""
    fields = sorted({target.by for target in policy.targets if target.by})
    choices = [spelled(version, path, version.alternatives(path)) for path in fields]
    calendars = version.alternatives("contract.calendar") if not policy.calendar else ((TRUE, Const(policy.calendar)),)
    for chosen in product(*choices, calendars):
        *terms, named = (term for _, term in chosen)
        values = dict(zip(fields, terms, strict=True))
        counted = version.calendar_version(str(named.value)) if isinstance(named, Const) and named.value else None
        when = version.network.all_of(guard for guard, _ in chosen)
        if when == FALSE:
            continue
        parts: list[tuple[str, Term]] = [
            ("policy", Const(policy.id)),
            ("calendar", Computed(counted)),
        ]
        for target in policy.targets:
            term = values.get(target.by, Const(""))
            time = target.times.get(str(term.value or "")) if isinstance(term, Const) else None
            told: Term = Computed((repr(target), term)) if not isinstance(term, Const) else Computed(repr(time))
            if isinstance(term, Const) and target.metric in SEEN_AT_ONCE and version.event == CREATED:
                told = Const(repr(time))
            parts.append((target.metric.value, told))
            parts.append((f"{target.metric.value} more", Computed(repr((target.warn_at, target.on_change)))))
        for name, expr in (("pause", policy.pause_when), ("solved", policy.solved_when)):
            if expr is not None:
                parts.append((name, Computed(version.key_of(expr))))
        yield when, Group(tuple(parts))


def _resolve_in(version: Version) -> Alternatives:
    """The time to resolve that the contract promises for the kind of request, in its calendar."""
    from ruleflow.plan.conditions import Equals

    rivals: list[tuple[Literal, Term]] = []
    for guard, term in version.alternatives("contract"):
        contract = version.plan.model.contracts.get(str(term.value)) if isinstance(term, Const) else None
        for request in contract.requests if contract is not None else ():
            if contract is not None and request.resolve_in is not None:
                asked = version.truth(Equals("ticket.request_type", request.request_type))
                calendar = Computed(version.calendar_version(contract.calendar))
                time = (
                    Const(repr(request.resolve_in)) if version.event == CREATED else Computed(repr(request.resolve_in))
                )
                told = Group((("time", time), ("calendar", calendar)))
                rivals.append((version.network.all_of((guard, asked)), told))
    return first_of(version.network, rivals, ONLY_NOTHING)


def sets_differ(one: Version, other: Version, path: str, names: Names) -> tuple[Literal, Literal]:
    """When a set may have different elements at the end, and when it surely has: in elements that rules name."""
    network = one.network
    mine, theirs = one.set_of(path), other.set_of(path)
    elements = list(dict.fromkeys((*one.element_names(path), *_touched(mine), *_touched(theirs))))
    parts = [-network.same(mine.has(name), theirs.has(_renamed_value(name, names.get(path, {})))) for name in elements]
    return network.any_of((*parts, -network.same(mine.other, theirs.other))), network.any_of(parts)


def _touched(state: SetState) -> Iterator[Value]:
    """The elements that rules add or take away."""
    for kind, _, term in (one for one in state.touched if len(one) == 3):
        if isinstance(kind, bool) and isinstance(term, Const):
            yield from items_of(term)


MOST_COUNTED = 12
"""Times that one thing may be done of which the number is compared; beyond, any difference in who does it counts."""


def done_differs(one: Version, mine: Outcomes, theirs: Outcomes, kind: str, names: Names) -> tuple[Literal, Literal]:
    """When actions of a kind that add up may be done differently, be it another number of times; and when they surely are."""
    network = one.network
    terms: dict[tuple[tuple[str, Term], ...], tuple[list[Literal], list[Literal]]] = {}
    for place, made in enumerate((mine, theirs)):
        for deed in made.done:
            if deed.type == kind:
                own = tuple((name, _renamed(term, names, f"{kind}.{name}")) for name, term in deed.arguments)
                terms.setdefault(own, ([], []))[place].append(deed.guard)
    differs = network.any_of(_counts_differ(one, *both) for both in terms.values())
    each = [_apart(*both) for both in terms.values()]
    whole = _apart(*([literal for both in terms.values() for literal in both[place]] for place in (0, 1)))
    counted = each if all(is_plain(term) for own in terms for _, term in own) else [whole]
    if any(len(own) > MOST_COUNTED for both in counted for own in both):
        return differs, FALSE
    return differs, network.any_of(_counts_differ(one, *both) for both in counted)


def _apart(mine: list[Literal], theirs: list[Literal]) -> tuple[list[Literal], list[Literal]]:
    """What two lists do not share."""
    first, second = Counter(mine), Counter(theirs)
    return list((first - second).elements()), list((second - first).elements())


def _counts_differ(version: Version, mine: list[Literal], theirs: list[Literal]) -> Literal:
    network = version.network
    mine, theirs = _apart(mine, theirs)
    if max(len(mine), len(theirs)) > MOST_COUNTED:
        return network.any_of((*mine, *theirs))
    first, second = at_least(version, mine), at_least(version, theirs)
    longest = max(len(first), len(second))
    padded = ([*own, *[FALSE] * (longest - len(own))] for own in (first, second))
    return network.any_of(-network.same(a, b) for a, b in zip(*padded, strict=True))


def at_least(version: Version, truths: list[Literal]) -> list[Literal]:
    """Whether at least one, two, three … of some truths hold."""
    network = version.network
    counts: list[Literal] = []
    for truth in truths:
        shifted = [TRUE, *counts]
        counts = [
            network.any_of((was, network.all_of((truth, below))))
            for was, below in zip([*counts, FALSE], shifted, strict=True)
        ]
    return counts
