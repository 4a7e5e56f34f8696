"""What a decision about all tickets comes to, as facts `outcome.…` that a promise asks beside the facts as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.outcomes import exact, in_days
from ruleflow.analysis.outcomes_of import at_least, policies_of, spelled
from ruleflow.analysis.terms import NOTHING, ONLY_NOTHING, Alternatives, Computed, Const, Group, Term, first_of
from ruleflow.analysis.version import SetState, Version
from ruleflow.analysis.written import holds_element, items_of
from ruleflow.checker.outcome import DAYS
from ruleflow.checker.scope import OUTCOME
from ruleflow.model.vocabulary import Metric, Target, TimeSpan
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.plan.conditions import Equals
from ruleflow.types.values import Value

MOST_MESSAGES = 64
"""Messages beyond which their number is left closed."""
Counted = Callable[[TimeSpan], Value]


def tell_outcome(asked: Version, paths: Iterable[str], after: Version, made: Outcomes) -> None:
    """Let `asked`, which has the facts as they came, see some `outcome.…` of what `after` has decided."""
    for path in paths:
        name = path.removeprefix(OUTCOME)
        found = _set(name, after, made) or (_as_seen(after, name) if after.is_set(name) else None)
        if found is not None:
            asked.sets[path] = found
        else:
            asked.state[path] = _value(name, after, made)


# Values


def _value(name: str, after: Version, made: Outcomes) -> Alternatives:
    match name.split("."):
        case ["route"]:
            return tuple((guard, _whole(term)) for guard, term in made.single[ROUTE])
        case ["route", part]:
            parts = ((guard, _part(term, part)) for guard, term in made.single[ROUTE])
            return first_of(after.network, parts, ONLY_NOTHING)
        case ["denied"]:
            return made.single[DENIED]
        case ["sla"]:
            policies = ((guard, _policy(after, term)) for guard, term in policies_of(after))
            return first_of(after.network, policies, ONLY_NOTHING)
        case ["sla", metric]:
            counted = in_days if metric.endswith(DAYS) else exact
            return _target(after, Metric(metric.removesuffix(DAYS)), counted)
        case ["message_count"]:
            return _count(after, [deed.guard for deed in made.done if deed.type == "send"])
        case _:
            return spelled(after, name, after.alternatives(name))


def _whole(term: Term) -> Term:
    """A route as one thing: nobody can ask more of it than whether it is there."""
    return Computed(term, is_present=True) if isinstance(term, Group) else term


def _part(term: Term, name: str) -> Term:
    match term:
        case Group(parts):
            return dict(parts).get(name, NOTHING)
        case Const():
            return NOTHING
        case _:
            return Computed((name, term))


def _policy(after: Version, term: Term) -> Term:
    return term if not isinstance(term, Const) or str(term.value) in after.plan.model.sla else NOTHING


def _target(after: Version, metric: Metric, counted: Counted) -> Alternatives:
    """What is promised for a metric: by the contract where it names a time to resolve, else by the policy."""
    rivals = list(_by_contract(after, counted)) if metric is Metric.RESOLUTION else []
    return first_of(after.network, rivals, _by_policy(after, metric, counted))


def _by_contract(after: Version, counted: Counted) -> Iterator[tuple[Literal, Term]]:
    for guard, term in after.alternatives("contract"):
        contract = after.plan.model.contracts.get(str(term.value)) if isinstance(term, Const) else None
        none = guard
        for request in contract.requests if contract is not None else ():
            asked = after.truth(Equals("ticket.request_type", request.request_type))
            if request.resolve_in is not None:
                yield after.network.all_of((none, asked)), Const(counted(request.resolve_in))
            none = after.network.all_of((none, -asked))


def _by_policy(after: Version, metric: Metric, counted: Counted) -> Alternatives:
    network = after.network
    found: list[tuple[Literal, Term]] = []
    for guard, term in policies_of(after):
        policy = after.plan.model.sla.get(str(term.value)) if isinstance(term, Const) else None
        if policy is not None:
            for target in reversed([one for one in policy.targets if one.metric is metric]):
                times = _times(after, target, counted)
                found += [(network.all_of((guard, when)), time) for when, time in times]
        elif not isinstance(term, Const):
            found.append((guard, Computed((metric, counted.__name__, term))))
    return first_of(network, found, ONLY_NOTHING)


def _times(after: Version, target: Target, counted: Counted) -> Iterator[tuple[Literal, Term]]:
    """The times of a target by the field that it goes by, where it has one."""
    by = spelled(after, target.by, after.alternatives(target.by)) if target.by else ((TRUE, Const("")),)
    for guard, term in by:
        if not isinstance(term, Const):
            yield guard, Computed((repr(target), counted.__name__, term))
        elif (time := target.times.get(str(term.value or ""))) is not None:
            yield guard, Const(counted(time))


def _count(after: Version, guards: list[Literal]) -> Alternatives:
    """How many of some truths hold."""
    if len(guards) > MOST_MESSAGES:
        return ((TRUE, Computed(("count", tuple(guards)), is_present=True)),)
    counts = [TRUE, *at_least(after, guards), FALSE]
    number = ((after.network.all_of((counts[at], -counts[at + 1])), Const(at)) for at in range(len(counts) - 1))
    return tuple((guard, term) for guard, term in number if guard != FALSE)


# Sets


def _set(name: str, after: Version, made: Outcomes) -> SetState | None:
    """The parts of a decision that are sets; None for everything else."""
    match name:
        case "matched":
            return _named(after, made.fires)
        case "actions":
            return _named(after, {kind: after.network.any_of(guards) for kind, guards in made.acts.items()})
        case "tags":
            return _told(
                after,
                [(deed.guard, _argument(deed.arguments, "tags")) for deed in made.done if deed.type == "add_tags"],
            )
        case "messages":
            return _told(
                after,
                [(deed.guard, _argument(deed.arguments, "template")) for deed in made.done if deed.type == "send"],
            )
        case _:
            return None


def _argument(arguments: Iterable[tuple[str, Term]], name: str) -> Term:
    return dict(arguments).get(name, NOTHING)


def _named(after: Version, truths: dict[str, Literal]) -> SetState:
    return SetState(lambda value: truths.get(str(value), FALSE), FALSE, after.network.any_of(truths.values()))


def _told(after: Version, told: list[tuple[Literal, Term]]) -> SetState:
    """The elements that actions name. `other` is whether there are any: a set that is blank is asked for nothing else."""
    network = after.network

    def has(value: Value) -> Literal:
        return network.any_of(network.all_of((guard, holds_element(after, term, value))) for guard, term in told)

    return SetState(has, FALSE, network.any_of(network.all_of((guard, _is_some(after, term))) for guard, term in told))


def _is_some(after: Version, term: Term) -> Literal:
    if isinstance(term, Const):
        return TRUE if items_of(term) else FALSE
    return after.space.free("some of", term)


def _as_seen(after: Version, path: str) -> SetState:
    """A set of the ticket at the end."""
    own = after.set_of(path)
    named = [own.has(value) for value in after.element_names(path)]
    return SetState(partial(own.has), own.missing, after.network.any_of((own.other, *named)), own.touched)
