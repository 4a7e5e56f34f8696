"""Plain ids that stand outside expressions: an owner, a calendar, a team of an agent."""

from __future__ import annotations

from ruleflow.check import errors
from ruleflow.check.scope import things_of
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model


def check_references(model: Model, out: Collector) -> None:
    """Report every plain reference to a thing that the project does not define."""
    for use in model.references:
        known = things_of(model, use.kinds)
        if use.id not in known:
            with out.inside(use.within):
                out.report(errors.unknown_thing(use.span, use.id, use.kinds, known))
