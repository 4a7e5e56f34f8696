"""What would have made a rule fire, as plain JSON values: secrets masked, long texts cut."""

from __future__ import annotations

from typing import Any

from ruleflow.analysis.nearest import FactChange, Situation, nearest
from ruleflow.analysis.solver import ProverMissing
from ruleflow.analysis.version import BEFORE
from ruleflow.checker.scope import fact_field
from ruleflow.engine.canonical import plain
from ruleflow.engine.trace import shortened
from ruleflow.formats.masking import masked
from ruleflow.model.model import Model
from ruleflow.plan.plan import Plan

MISSING = "this takes the prover: pip install 'ruleflow[prove]'"


def nearest_dict(plan: Plan, given: Situation, rule: str) -> dict[str, Any]:
    """`ways`, each a list of facts that change with `from` and `to` (null: missing), `least`, and without ways `reason`."""
    try:
        found = nearest(plan, given, rule)
    except ProverMissing:
        return {"ways": [], "least": False, "reason": MISSING}
    ways = [[_change(one, plan.model) for one in way.changes] for way in found.ways]
    return {"ways": ways, "least": found.least and bool(ways), "reason": found.reason}


def _change(one: FactChange, model: Model) -> dict[str, Any]:
    shown = one.path.removeprefix(BEFORE)
    path = f"before.{shown}" if one.path.startswith(BEFORE) else shown
    return {"fact": path, "from": _value(shown, one.before, model), "to": _value(shown, one.after, model)}


def _value(path: str, value: Any, model: Model) -> Any:
    declared = fact_field(model, path)
    if declared is not None and declared.secret and value is not None:
        return masked(value)
    return shortened(value) if isinstance(value, str) else plain(value, model.zone)
