"""What check says of a project, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.service.console.asked import Asked
from ruleflow.service.console.source import page_with, place_of


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with the address of its place; `place` '' : it is about the whole project."""

    code: str
    severity: str
    message: str
    place: str
    link: str
    within: str
    help: tuple[str, ...]
    related: tuple[tuple[str, str, str], ...]
    """Other places: what is there, the place, its address."""


def shown_finding(asked: Asked, finding: Diagnostic) -> Finding:
    """A finding of the project that is served."""
    place = None if finding.span is None else place_of(finding.span)
    return Finding(
        str(finding.code),
        finding.severity.value,
        finding.message,
        "" if place is None else f"{place[0]}:{place[1]}",
        "" if place is None else page_with(asked, *place),
        finding.within,
        finding.help,
        tuple(
            (one.message, "{}:{}".format(*place_of(one.span)), page_with(asked, *place_of(one.span)))
            for one in finding.related
        ),
    )
