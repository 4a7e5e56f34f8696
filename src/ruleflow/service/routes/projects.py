"""`GET /v1/projects` and `GET /v1/project`: what is served, and what may be sent to it."""

from __future__ import annotations

import msgspec

from ruleflow.model.rules import Rule
from ruleflow.model.vocabulary import Field
from ruleflow.service.access import EXPLAIN
from ruleflow.service.admission import iso_of, served_of
from ruleflow.service.calls import Answer, Call
from ruleflow.service.messages import (
    EventInfo,
    FieldInfo,
    ProjectInfo,
    ProjectList,
    ProjectQuery,
    ProjectSummary,
    RefusedChange,
    RuleInfo,
    StageInfo,
)
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem
from ruleflow.service.state import Served, Service
from ruleflow.types.terms import Choice, ListOf, SetOf, Type, describe


def operations(service: Service) -> list[Operation]:
    """The operations of this module."""

    async def projects(_: Call) -> Answer | Problem:
        found = tuple(_summary(one, service) for one in service.projects.values())
        return Answer(msgspec.json.encode(ProjectList(found)))

    async def project(call: Call) -> Answer | Problem:
        served = served_of(service.projects, call.message.project or None, "")
        if isinstance(served, Problem):
            return served
        return Answer(msgspec.json.encode(_told(served, service)))

    return [
        Operation(
            "GET", "/v1/projects", "listProjects", "The served projects", projects, scopes=EXPLAIN, gives=ProjectList
        ),
        Operation(
            "GET",
            "/v1/project",
            "getProject",
            "A served project",
            project,
            "Its rules, and the events and facts that may be sent to it.",
            scopes=EXPLAIN,
            query=ProjectQuery,
            gives=ProjectInfo,
            problems=frozenset({400, 404, 503}),
        ),
    ]


def refused_change(service: Service, name: str) -> RefusedChange | None:
    """The newest state of a project's source, where it is not served for its errors."""
    refused = next((one.refused for one in service.status().projects if one.name == name), None)
    return None if refused is None else RefusedChange(iso_of(refused.at), refused.text, refused.findings)


def _summary(served: Served, service: Service) -> ProjectSummary:
    project = served.project
    return ProjectSummary(
        project.name,
        project.model.title,
        project.digest,
        served.source,
        iso_of(served.loaded_at),
        len(project.model.deciders),
        refused_change(service, project.name) is not None,
    )


def _told(served: Served, service: Service) -> ProjectInfo:
    model = served.project.model
    return ProjectInfo(
        served.project.name,
        model.title,
        served.project.digest,
        served.source,
        iso_of(served.loaded_at),
        str(model.zone),
        tuple(StageInfo(stage.id, stage.hit.value) for stage in model.stages),
        tuple(EventInfo(event.name, event.title) for event in model.events.values()),
        tuple(map(_rule, model.deciders)),
        tuple(_field(one) for path, one in model.fields.items() if path != "event.name"),
        refused_change(service, served.project.name),
    )


def _rule(rule: Rule) -> RuleInfo:
    span = rule.id_span or rule.span
    return RuleInfo(
        rule.id,
        rule.title,
        rule.stage,
        rule.events,
        rule.owner,
        rule.note,
        rule.labels,
        rule.mode.value,
        rule.enabled,
        rule.after is not None,
        None if span is None else span.source.name,
        None if span is None else span.source.position(span.start).line,
    )


def _field(one: Field) -> FieldInfo:
    return FieldInfo(
        one.path,
        one.title,
        describe(one.type),
        _options(one.type),
        one.required,
        one.secret,
        one.standard,
        one.unit,
    )


def _options(kind: Type) -> tuple[str, ...]:
    match kind:
        case Choice(options=options):
            return options
        case SetOf(of=of) | ListOf(of=of):
            return _options(of)
        case _:
            return ()
