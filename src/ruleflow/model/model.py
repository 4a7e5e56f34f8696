"""A project's vocabulary and rules in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ruleflow.model.properties import Assumption, Property
from ruleflow.model.rules import ActionType, Rule, Stage
from ruleflow.model.scores import Score
from ruleflow.model.tests import EventTest
from ruleflow.model.vocabulary import (
    Agent,
    CalendarEntry,
    Contract,
    Definition,
    EventType,
    Field,
    Folder,
    Named,
    Segment,
    Skill,
    SlaPolicy,
    Team,
    Template,
)
from ruleflow.source import Span
from ruleflow.types.terms import Kind


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """A plain id in the files that must name a thing of one of `kinds`; `within` says what holds it."""

    kinds: tuple[Kind, ...]
    id: str
    span: Span
    within: str = ""


@dataclass(frozen=True, slots=True)
class OptionUse:
    """A plain word in the files that must be an option of the choice field `path`; `within` says what holds it."""

    path: str
    option: str
    span: Span
    within: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """What a project says, names not yet resolved. Mappings keep file order; their keys are ids (paths, for fields)."""

    name: str
    zone: ZoneInfo
    stages: tuple[Stage, ...]
    fields: Mapping[str, Field]
    segments: Mapping[str, Segment]
    contracts: Mapping[str, Contract]
    folders: Mapping[str, Folder]
    calendars: Mapping[str, CalendarEntry]
    sla: Mapping[str, SlaPolicy]
    teams: Mapping[str, Team]
    agents: Mapping[str, Agent]
    skills: Mapping[str, Skill]
    templates: Mapping[str, Template]
    actions: Mapping[str, ActionType]
    events: Mapping[str, EventType]
    definitions: Mapping[str, Definition]
    rules: tuple[Rule, ...]
    tests: tuple[EventTest, ...] = field(default=())
    properties: tuple[Property, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    title: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    references: tuple[ReferenceUse, ...] = field(default=(), compare=False, repr=False)
    """Every plain reference outside expressions: owners, calendars, regulations, teams of agents, ..."""
    options: tuple[OptionUse, ...] = field(default=(), compare=False, repr=False)
    """Every plain option outside expressions: request types and priorities of contracts and SLA targets."""

    def things(self, kind: Kind) -> Mapping[str, Named]:
        """All named things of a kind, by id."""
        return {
            Kind.SEGMENT: self.segments,
            Kind.CONTRACT: self.contracts,
            Kind.TEAM: self.teams,
            Kind.AGENT: self.agents,
            Kind.SKILL: self.skills,
            Kind.CALENDAR: self.calendars,
            Kind.SLA: self.sla,
            Kind.TEMPLATE: self.templates,
            Kind.FOLDER: self.folders,
        }[kind]
