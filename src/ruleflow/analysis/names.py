"""The names of options and things that mean an id, old and foreign ones, by the place where they may stand."""

from __future__ import annotations

from ruleflow.plan.plan import Plan
from ruleflow.types.terms import Choice, Kind, ListOf, Reference, SetOf, Type


def names_of(plan: Plan) -> dict[str, dict[str, str]]:
    """By path of an option, a thing or a set of them: the names that the door takes for an id that is another."""
    found: dict[str, dict[str, str]] = {}
    for path, declared in plan.model.fields.items():
        names = dict(declared.external_options) if isinstance(declared.type, Choice) else _things(plan, declared.type)
        if names:
            found[path] = names
    return found


def written_names_of(plan: Plan) -> dict[str, dict[str, str]]:
    """The same of all that an outcome may name: by path of a field, and of an argument by `action.argument`.

    The same word may be an option here, a team there and a text elsewhere: a name is renamed only where it names the thing.
    """
    arguments = {
        f"{action}.{one.name}": _things(plan, one.type)
        for action, kind in plan.model.actions.items()
        for one in kind.parameters
    }
    policies = _things(plan, Reference((Kind.SLA,)))
    levels = {
        "sla.policy": policies,
        "sla.policy.policy": policies,
        "sla.clocks.calendar": _things(plan, Reference((Kind.CALENDAR,))),
    }
    return {**arguments, **levels, **names_of(plan)}


def _things(plan: Plan, kind: Type) -> dict[str, str]:
    match kind:
        case Reference(kinds) | SetOf(of=Reference(kinds)) | ListOf(of=Reference(kinds)):
            things = [one for kind in reversed(kinds) for one in plan.model.things(kind).values()]
            return {old: one.id for one in things for old in (*one.was, one.external_id) if old and old != one.id}
        case _:
            return {}
