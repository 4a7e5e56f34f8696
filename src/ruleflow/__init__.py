"""Rules for helpdesks, as small YAML files in git: checked, explained, decided.

import ruleflow

project = ruleflow.load("support")
decision = project.decide("ticket.created", {"ticket": {"subject": "Help"}})
decision.to_dict()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruleflow.analysis.verdicts import Verification
    from ruleflow.calendar.calendar import Calendar, CalendarError
    from ruleflow.diagnostics.diagnostic import Diagnostic
    from ruleflow.engine.decision import Decision
    from ruleflow.engine.explain import Explanation
    from ruleflow.project.errors import FactsError, ProjectError, RevisionError, RuleflowError, UnknownRuleError
    from ruleflow.project.project import Project, check, load
    from ruleflow.review.review import Review, diff
    from ruleflow.review.verification import verify
from ruleflow.project.questions import Refusal

_HOMES = {
    "Calendar": "calendar.calendar",
    "CalendarError": "calendar.calendar",
    "Decision": "engine.decision",
    "Diagnostic": "diagnostics.diagnostic",
    "Explanation": "engine.explain",
    "FactsError": "project.errors",
    "Project": "project.project",
    "ProjectError": "project.errors",
    "Refusal": "project.questions",
    "Review": "review.review",
    "RevisionError": "project.errors",
    "RuleflowError": "project.errors",
    "UnknownRuleError": "project.errors",
    "Verification": "analysis.verdicts",
    "check": "project.project",
    "diff": "review.review",
    "load": "project.project",
    "verify": "review.verification",
}

__all__ = [
    "Calendar",
    "CalendarError",
    "Decision",
    "Diagnostic",
    "Explanation",
    "FactsError",
    "Project",
    "ProjectError",
    "Refusal",
    "Review",
    "RevisionError",
    "RuleflowError",
    "UnknownRuleError",
    "Verification",
    "check",
    "diff",
    "load",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: `ruleflow --help` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ruleflow' has no attribute {name!r}")
    return getattr(import_module(f"ruleflow.{_HOMES[name]}"), name)
