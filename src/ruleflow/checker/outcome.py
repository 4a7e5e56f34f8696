"""What a decision comes to, as names that promises may ask for: `outcome.route.team`, `outcome.ticket.priority`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.checker.scope import OUTCOME, fact_field, fact_paths, fact_type
from ruleflow.model.model import Model
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.vocabulary import Metric
from ruleflow.types.terms import Choice, Kind, Record, Reference, SetOf, Simple, Type

DAYS = "_days"
"""Ends the name of a target that is counted in days."""

MEANT: Mapping[str, str] = {
    "sla.policy": f"{OUTCOME}sla",
    **{f"sla.{metric.value}.target": f"{OUTCOME}sla.{metric.value}" for metric in Metric},
}
"""What the service level's own names mean in a promise, where no clock runs yet."""

ROUTE = Record(
    tuple((one.name, one.type) for one in STANDARD_ACTIONS["route"].parameters if one.name != "only_if_unassigned")
)
"""Who gets the ticket, as the action says it; when a route acts is the rule's own business."""

_ALWAYS: Mapping[str, Type] = {
    "route": ROUTE,
    "sla": Reference((Kind.SLA,)),
    **{f"sla.{metric.value}": Simple.DURATION for metric in Metric},
    **{f"sla.{metric.value}{DAYS}": Simple.WORKING_DAYS for metric in Metric},
    "tags": SetOf(Simple.TEXT),
    "messages": SetOf(Reference((Kind.TEMPLATE,))),
    "message_count": Simple.INTEGER,
    "denied": Simple.TEXT,
    "contract": Reference((Kind.CONTRACT,)),
}


def outcome_type(model: Model, path: str) -> Type | None:
    """The type of a name that begins with `outcome.`; None where there is no such thing."""
    name = path.removeprefix(OUTCOME)
    own = outcome_parts(model).get(name)
    if own is not None:
        return own
    if name.startswith("route."):
        return ROUTE.part(name.removeprefix("route."))
    declared = fact_field(model, name)
    return None if declared is None or name.startswith("event.") else fact_type(model, name)


def outcome_parts(model: Model) -> Mapping[str, Type]:
    """What a decision comes to beside the fields, by the name after `outcome.`."""
    return {
        **_ALWAYS,
        "matched": SetOf(Choice((*(rule.id for rule in model.rules), *_row_ids(model)))),
        "actions": SetOf(Choice(tuple(model.actions))),
    }


MOST_ROWS = 2_000
"""Rows of a table that promises may name."""


def _row_ids(model: Model) -> Iterator[str]:
    for table in model.tables:
        if table.rows.count <= MOST_ROWS:
            yield from table.row_ids()


def outcome_paths(model: Model) -> list[str]:
    """Every name that begins with `outcome.`, for suggestions; the parts of the decision before the fields."""
    routes = (f"route.{name}" for name, _ in ROUTE.parts)
    fields = (path for path in fact_paths(model) if outcome_type(model, path) is not None)
    return [f"{OUTCOME}{name}" for name in (*outcome_parts(model), *routes, *fields)]
