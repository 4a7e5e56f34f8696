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
    from ruleflow.client.async_client import AsyncClient
    from ruleflow.client.client import Client
    from ruleflow.client.errors import RateLimitedError, ServiceError, UnauthorizedError, UnavailableError
    from ruleflow.diagnostics.diagnostic import Diagnostic
    from ruleflow.engine.decision import Decision
    from ruleflow.engine.explain import Explanation
    from ruleflow.project.errors import (
        FactsError,
        ProjectError,
        RevisionError,
        RuleflowError,
        UnknownRuleError,
        UnknownViewError,
    )
    from ruleflow.project.project import Project, check, load
    from ruleflow.project.questions import Refusal
    from ruleflow.review.review import Review, diff
    from ruleflow.review.verification import verify

_HOMES = {
    "AsyncClient": "client.async_client",
    "Calendar": "calendar.calendar",
    "CalendarError": "calendar.calendar",
    "Client": "client.client",
    "Decision": "engine.decision",
    "Diagnostic": "diagnostics.diagnostic",
    "Explanation": "engine.explain",
    "FactsError": "project.errors",
    "Project": "project.project",
    "ProjectError": "project.errors",
    "RateLimitedError": "client.errors",
    "Refusal": "project.questions",
    "Review": "review.review",
    "RevisionError": "project.errors",
    "RuleflowError": "project.errors",
    "ServiceError": "client.errors",
    "UnauthorizedError": "client.errors",
    "UnavailableError": "client.errors",
    "UnknownRuleError": "project.errors",
    "UnknownViewError": "project.errors",
    "Verification": "analysis.verdicts",
    "check": "project.project",
    "diff": "review.review",
    "load": "project.project",
    "verify": "review.verification",
}

__all__ = [
    "AsyncClient",
    "Calendar",
    "CalendarError",
    "Client",
    "Decision",
    "Diagnostic",
    "Explanation",
    "FactsError",
    "Project",
    "ProjectError",
    "RateLimitedError",
    "Refusal",
    "Review",
    "RevisionError",
    "RuleflowError",
    "ServiceError",
    "UnauthorizedError",
    "UnavailableError",
    "UnknownRuleError",
    "UnknownViewError",
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
