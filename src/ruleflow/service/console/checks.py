"""What the check says of the project that is served, and of a change of it that was refused."""

from __future__ import annotations

from ruleflow.service.console.asked import Asked, Shown
from ruleflow.service.console.findings import shown_finding

MOST = 500
"""Findings that the page shows."""


def checks_page(asked: Asked) -> Shown:
    """The findings about a project."""
    served = asked.served
    project = served.project
    status = next((one for one in asked.status.projects if one.name == project.name), None)
    values = {
        "findings": [shown_finding(asked, one) for one in project.warnings[:MOST]],
        "count": len(project.warnings),
        "refusal": None if status is None else status.refused,
        "served": served,
    }
    return Shown("checks.html", asked.words.text("checks.title"), "checks", values)
