"""A rule, a decision table or a row of one by itself: its source, how it fared, what is said about it."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.rules import Rule
from ruleflow.project.last_changes import kept_changes
from ruleflow.project.project import Project
from ruleflow.service.console.asked import AbsentError, Asked, Shown
from ruleflow.service.console.decisions import latest
from ruleflow.service.console.findings import shown_finding
from ruleflow.service.console.fired import Fired, fired_by_rule
from ruleflow.service.console.rule_text import states
from ruleflow.service.console.source import lines_of, page_with, place_of
from ruleflow.source import Span
from ruleflow.store.log import Query

RECENT = 10


def rule_page(asked: Asked) -> Shown:
    """A rule; raises `AbsentError` where there is none of that id."""
    project = asked.served.project
    rule = project.model.rule(asked.names["rule"])
    if rule is None:
        raise AbsentError(asked.names["rule"])
    fired = fired_by_rule(asked)
    place = None if rule.span is None else place_of(rule.span)
    values = {
        "rule": rule,
        "states": tuple(states(rule, asked.now, asked.zone)),
        "lines": () if rule.span is None else lines_of(rule.span),
        "place": place,
        "place_link": "" if place is None else page_with(asked, *place),
        "fired": None if fired is None else fired.get(rule.id, Fired()),
        "change": kept_changes(asked.service.settings.state, project.digest).get(rule.id),
        "recent": latest(asked, Query(project=project.name, rule=rule.id, limit=RECENT)),
        "findings": [shown_finding(asked, one) for one in _about(rule, project)],
    }
    return Shown("rule.html", rule.title or rule.id, "rules", values)


def _about(rule: Rule, project: Project) -> Iterator[Diagnostic]:
    """The findings whose place, or a place that belongs to them, lies in a rule."""
    if rule.span is None:
        return
    for finding in project.warnings:
        places = (finding.span, *(related.span for related in finding.related))
        if any(place is not None and _lies_in(place, rule.span) for place in places):
            yield finding


def _lies_in(place: Span, around: Span) -> bool:
    return place.source.name == around.source.name and around.start <= place.start < around.end
