"""Plain ids that stand outside expressions: an owner, a calendar, a team of an agent, a priority."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.scope import fact_type, things_of
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.types.terms import Choice


def check_references(model: Model, out: Collector) -> None:
    """Report every plain reference to a thing, or option of a field, that the project does not define."""
    for use in model.references:
        known = things_of(model, use.kinds)
        if use.id not in known:
            with out.inside(use.within):
                out.report(errors.unknown_thing(use.span, use.id, use.kinds, known))
    for choice in model.options:
        kind = fact_type(model, choice.path)
        if isinstance(kind, Choice) and choice.option not in kind.options:
            with out.inside(choice.within):
                out.report(errors.unknown_option(choice.span, choice.option, kind, choice.path))
