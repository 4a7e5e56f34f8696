"""What a decision comes to, as values by path, so that the ordinary closures can ask for it beside the facts as they came.

Paths are those of `checker/outcome.py`: `outcome.route.team`, `outcome.sla.first_reply`, `outcome.ticket.priority`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from ruleflow.checker.outcome import DAYS, ROUTE
from ruleflow.checker.scope import OUTCOME
from ruleflow.engine.evaluate import Evaluated, standing_acts
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.model.vocabulary import EndOfWorkingDay, Metric, OpenTime, TimeSpan
from ruleflow.plan.acts import Act
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import Derive, Snapshot
from ruleflow.types.durations import WorkingDays
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class Decided:
    """A ticket that was decided: the event, the facts as they came, and what came of them."""

    event: str
    facts: Facts
    evaluated: Evaluated


def view_of(plan: Plan, decided: Decided) -> Snapshot:
    """The facts as they came, and under `outcome.…` what the decision came to; each value is computed when it is read.

    Reading one that is too large raises `BudgetError`.
    """
    facts = decided.facts
    seen = snapshot_of(plan, decided.event, facts, decided.evaluated.run.final.now, facts.values)
    seen.derive = _Outcomes(plan, decided.evaluated)
    return seen


class _Outcomes(Mapping[str, Derive]):
    """How derived values are computed: those of the plan, and the outcome's."""

    def __init__(self, plan: Plan, evaluated: Evaluated) -> None:
        self._derive = plan.derive
        self._final = evaluated.run.final
        self._own = _parts(plan, evaluated)

    def __getitem__(self, path: str) -> Derive:
        if not path.startswith(OUTCOME):
            return self._derive[path]
        name = path.removeprefix(OUTCOME)
        return self._own.get(name) or (lambda _: self._final[name])

    def __iter__(self) -> Any:
        yield from self._derive
        yield from (f"{OUTCOME}{name}" for name in self._own)

    def __len__(self) -> int:
        return len(self._derive) + len(self._own)


def _parts(plan: Plan, evaluated: Evaluated) -> dict[str, Derive]:
    """What a decision comes to beside the fields; what is not here is a field at the end."""
    model, final = plan.model, evaluated.run.final
    acts = standing_acts(evaluated.run, model)
    route = next((act.told for act in acts if act.type == "route"), None)
    sent = [act for act in acts if act.type == "send"]
    plain: dict[str, Value] = {
        "route": route,
        "tags": _named(acts, "add_tags", "tags"),
        "messages": frozenset(act.arguments.get("template") for act in sent),
        "message_count": len(sent),
        "denied": next((act.value for act in acts if act.type == "deny"), None),
        "matched": frozenset(evaluated.decision.matched),
        "actions": frozenset(act.type for act in acts),
    }
    found: dict[str, Derive] = {name: partial(_itself, value) for name, value in plain.items()}
    found |= {f"route.{name}": partial(_itself, (route or {}).get(name)) for name, _ in ROUTE.parts}
    found["contract"] = lambda _: final["contract"]
    found["sla"] = lambda _: None if (policy := plan.service_levels.policy(final)) is None else policy.id
    for metric in Metric:
        for ending, counted in (("", exact), (DAYS, in_days)):
            found[f"sla.{metric.value}{ending}"] = partial(_target, plan, final, metric, counted)
    return found


def _itself(value: Value, _: Snapshot) -> Value:
    return value


def _named(acts: tuple[Act, ...], action: str, parameter: str) -> frozenset[Any]:
    """Everything that the standing actions of a kind name."""
    values: Any = (act.arguments.get(parameter) or () for act in acts if act.type == action)
    return frozenset(one for several in values for one in several)


def _target(plan: Plan, final: Snapshot, metric: Metric, counted: Callable[[TimeSpan], Value], _: Snapshot) -> Value:
    promise = plan.service_levels.promised(final).get(metric)
    return None if promise is None else counted(promise.time)


def exact(time: TimeSpan) -> Value:
    """A target as a duration; None where it is in days."""
    return timedelta(seconds=time.seconds) if isinstance(time, OpenTime) else None


def in_days(time: TimeSpan) -> Value:
    """A target in working days, the end of the working day as one; None where it is in exact time."""
    if isinstance(time, EndOfWorkingDay):
        return WorkingDays(1)
    return time if isinstance(time, WorkingDays) else None
