"""The space of all tickets that two versions of a project, or one, can be asked about on an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from ruleflow.analysis.cells import Horizon, constants_of, values_of
from ruleflow.analysis.names import names_of
from ruleflow.analysis.network import Network
from ruleflow.analysis.rows import rules_of, sampled
from ruleflow.analysis.space import Space, cells, elements, text
from ruleflow.analysis.version import BEFORE, NOW, Version
from ruleflow.calendar.calendar import Calendar
from ruleflow.checker.checked import Read
from ruleflow.checker.reads import paths_read
from ruleflow.checker.scope import OUTCOME, fact_type
from ruleflow.checker.scores import constant_of
from ruleflow.engine.gates import start_of
from ruleflow.engine.writes import ADDS, REMOVES
from ruleflow.model.scores import SCORE
from ruleflow.model.vocabulary import Field
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import Atom, Condition, Equals, HasChanged, HasElement, IsMissing, Opaque, Within, atoms
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import NOTHING
from ruleflow.syntax.expressions import Call
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Simple, Type
from ruleflow.types.values import Value

ALWAYS = (
    "ticket.team",
    "ticket.agent",
    "ticket.sla",
    "ticket.contract",
    "ticket.request_type",
    "ticket.priority",
    "event.caused_by",
)
"""Facts that the engine looks at by itself."""


def versions_of(
    plans: Sequence[Plan],
    event: str,
    horizon: Horizon,
    asked: Iterable[Condition] = (),
    reads: Iterable[str] = (),
) -> tuple[Version, ...]:
    """Versions over one space; `asked` are conditions beside those of the rules and the assumptions, `reads` other facts.

    What is asked of `outcome.ticket.priority` is asked of `ticket.priority` as it comes, too.
    """
    space = Space(Network())
    found = {atom for plan in plans for atom in _atoms(plan, event)}
    found |= {_of_fact(atom) for condition in asked for atom in atoms(condition)}
    found |= {atom for plan in plans for atom in _days_of_bins(plan, horizon)}
    by_path: dict[str, list[Atom]] = {}
    for atom in sorted(found, key=repr):
        path = getattr(atom, "path", "")
        if path:
            by_path.setdefault(path, []).append(atom)
    read = {path for plan in plans for path in _paths(plan, event)} | {*ALWAYS, "contact.contracts", "contact.segments"}
    read |= {path.removeprefix(OUTCOME) for path in reads}
    for path in sorted({*by_path, *read}):
        _add(space, path, by_path.get(path, []), plans, event, horizon)
    _add_now(space, by_path.get(NOW, []), plans, horizon)
    return tuple(Version(plan, event, space, names=names_of(plan)) for plan in plans)


def _of_fact(atom: Atom) -> Atom:
    """An atom of a field at the end as one of the field as it comes."""
    if isinstance(atom, Opaque) or not atom.path.startswith(OUTCOME):
        return atom
    return replace(atom, path=atom.path.removeprefix(OUTCOME))


def assume(versions: Iterable[Version]) -> None:
    """Require what versions assume of every ticket. They have not decided yet: facts are as they came."""
    for version in versions:
        for one in version.plan.model.assumptions:
            version.network.require(version.truth(version.condition_of(one.condition)))


def _atoms(plan: Plan, event: str) -> Iterator[Atom]:
    """The atoms that a decision on an event may ask."""
    canonical, model = Canonical(plan.checked), plan.model
    for stage in plan.stages:
        own = stage.events.get(event)
        for planned in (*rules_of(own), *sampled(own)):
            yield from atoms(planned.condition)
    exprs = [
        *(model.segments[name].when for name in plan.checked.derived),
        *(one.applies_when for one in model.contracts.values()),
    ]
    exprs += [one.condition for one in model.assumptions]
    for expr in exprs:
        if expr is not None:
            yield from atoms(canonical.condition(expr))
    for contract in model.contracts.values():
        yield Equals("ticket.contract", contract.id)
        yield HasElement("contact.contracts", contract.id)
        yield from (Equals("ticket.request_type", request.request_type) for request in contract.requests)
    yield from (HasElement("contact.segments", name) for name in model.segments)
    yield from (IsMissing(path) for path in ALWAYS)


def _days_of_bins(plan: Plan, horizon: Horizon) -> Iterator[Atom]:
    """Where the days since an instant are put into bins: an instant in each, as seen from where the horizon begins."""
    meanings = plan.checked.meanings
    for score in plan.model.scores.values():
        match score.value:
            case Call(function="days_since", arguments=(since,)) if isinstance(read := meanings.get(since.id), Read):
                bounds = (constant_of(one.bound, meanings) for one in score.bins if one.bound is not None)
                days = {int(bound) + more for bound in bounds for more in (0, 1)}
                if fact_type(plan.model, read.path) is Simple.DATETIME:
                    yield from (
                        Equals(read.path, horizon.start - timedelta(days=one)) for one in days if 0 <= one <= _FAR
                    )


_FAR = 36_500
"""Days beyond which nobody looks."""


def _paths(plan: Plan, event: str) -> Iterator[str]:
    """The facts that rules read besides their conditions, and those that they write."""
    checked = plan.checked
    for stage in plan.stages:
        own = stage.events.get(event)
        for planned in (*rules_of(own), *sampled(own)):
            yield from checked.reads.get(planned.gated.id, ())
            yield from (action.field for action in planned.rule.actions if action.field)
            yield from (
                (ADDS.get(action.type) or REMOVES[action.type])[0]
                for action in planned.rule.actions
                if action.type in {*ADDS, *REMOVES}
            )
    for assumption in checked.model.assumptions:
        yield from paths_read(assumption.condition, checked.model, checked.meanings)
    yield from (target.by for policy in checked.model.sla.values() for target in policy.targets if target.by)


def _add(space: Space, path: str, own: list[Atom], plans: Sequence[Plan], event: str, horizon: Horizon) -> None:
    """The variable of a fact, where it is one that has any."""
    if path in {NOW, "event.name", "contract"} or path.startswith(("contract.", "sla.", SCORE)):
        return
    kind = next((kind for plan in plans if (kind := fact_type(plan.model, path)) is not None), None)
    declared = [plan.model.fields[path] for plan in plans if path in plan.model.fields]
    may_be_missing = not any(one.required for one in declared)
    match kind:
        case None | Record() | ListOf(of=Record()):
            return
        case SetOf() | ListOf():
            space.variables[path] = elements(
                space.network, _elements(own, kind.of, plans, path, event), may_be_missing=may_be_missing
            )
        case Simple.TEXT:
            known = {one for one in constants_of(own) if isinstance(one, str)}
            space.variables[path] = text(space.network, known, may_be_missing=may_be_missing)
        case _:
            values = tuple(_values(kind, own, declared, plans, path, horizon))
            ordered = not isinstance(kind, Choice | Reference) and kind is not Simple.BOOLEAN
            space.variables[path] = cells(space.network, values, may_be_missing=may_be_missing, ordered=ordered)
            if any(isinstance(one, HasChanged) for one in own):
                _add_before(space, path, values, event)


def _add_before(space: Space, path: str, values: tuple[Value, ...], event: str) -> None:
    """The value before the event; a ticket that is created had none."""
    made = cells(space.network, values, may_be_missing=True)
    space.variables[BEFORE + path] = made
    if event == "ticket.created" and path.startswith("ticket."):
        space.network.require(made.literals[0])


def _values(
    kind: Type, own: list[Atom], declared: Sequence[Field], plans: Sequence[Plan], path: str, horizon: Horizon
) -> list[Value]:
    names = [name for plan in plans for name in _names(kind, plan, path)]
    return values_of(kind, declared, constants_of(own), names, _calendars(own, plans), horizon)


def _names(kind: Type, plan: Plan, path: str) -> Iterator[str]:
    """The options or things that a version knows, and those that it knows by another name only."""
    match kind:
        case Choice():
            own = fact_type(plan.model, path)
            yield from own.options if isinstance(own, Choice) else ()
        case Reference(kinds):
            for one in kinds:
                yield from plan.model.things(one)


def _elements(own: list[Atom], kind: Type, plans: Sequence[Plan], path: str, event: str) -> list[Value]:
    named: dict[Value, None] = {atom.value: None for atom in own if isinstance(atom, HasElement)}
    for plan in plans:
        named.update(dict.fromkeys(_names(kind, plan, path)))
        named.update(dict.fromkeys(sorted(_written(plan, path, event), key=repr)))
    return list(named)


def _written(plan: Plan, path: str, event: str) -> Iterator[Value]:
    """The elements that rules of an event add to a set, or take from it."""
    for stage in plan.stages:
        own = stage.events.get(event)
        for planned in (*rules_of(own), *sampled(own)):
            for action in planned.actions:
                target = (
                    action.action.field or (ADDS.get(action.action.type) or REMOVES.get(action.action.type) or ("",))[0]
                )
                for argument in action.arguments if target == path else ():
                    value = argument.value(NOTHING) if argument.is_constant and argument.value is not None else None
                    yield from value if isinstance(value, frozenset | tuple) else () if value is None else (value,)


def _calendars(own: Iterable[Atom], plans: Sequence[Plan]) -> list[Calendar]:
    named = {atom.calendar for atom in own if isinstance(atom, Within)}
    entries = (plan.model.calendars.get(name) for plan in plans for name in sorted(named))
    found = {
        entry.calendar.version: entry.calendar for entry in entries if entry is not None and entry.calendar is not None
    }
    return [found[version] for version in sorted(found)]


def _add_now(space: Space, own: list[Atom], plans: Sequence[Plan], horizon: Horizon) -> None:
    bounds = constants_of(own)
    for plan in plans:
        for rule in plan.model.deciders:
            bounds |= set(start_of(rule, plan.model.zone))
    values = tuple(values_of(Simple.DATETIME, (), bounds, (), _calendars(own, plans), horizon))
    made = cells(space.network, values, may_be_missing=False)
    space.variables[NOW] = made
