"""A project's vocabulary and rules in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ruleflow.model.properties import Assumption, Property
from ruleflow.model.rules import ActionType, Rule, Stage
from ruleflow.model.scores import Score
from ruleflow.model.tables import Table
from ruleflow.model.tests import EventTest
from ruleflow.model.views import View
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
    tables: tuple[Table, ...] = ()
    tests: tuple[EventTest, ...] = field(default=())
    properties: tuple[Property, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    views: Mapping[str, View] = field(default_factory=dict)
    title: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    references: tuple[ReferenceUse, ...] = field(default=(), compare=False, repr=False)
    """Every plain reference outside expressions: owners, calendars, regulations, teams of agents, ..."""
    options: tuple[OptionUse, ...] = field(default=(), compare=False, repr=False)
    """Every plain option outside expressions: request types and priorities of contracts and SLA targets."""

    def rule(self, name: str) -> Rule | None:
        """A rule, a table, or a row of one as a rule, by what decisions call it; None where there is none."""
        found = next((rule for rule in self.rules if rule.id == name), None)
        if found is not None or not self.tables:
            return found
        table, row = self.table_of(name)
        return None if table is None else table.rule if row is None else table.row_rule(row)

    def table_of(self, name: str) -> tuple[Table | None, int | None]:
        """The table that a name means, and its row where it means one; None where it means none."""
        head, slash, _ = name.partition("/")
        table = next((one for one in self.tables if one.id == head), None)
        if table is None or not slash:
            return table, None
        row = table.row_of(name)
        return (None, None) if row is None else (table, row)

    @property
    def deciders(self) -> tuple[Rule, ...]:
        """The rules, and of each table what it shares with them, in file order."""
        own = (*self.rules, *(table.rule for table in self.tables))
        return tuple(sorted(own, key=lambda rule: rule.position)) if self.tables else self.rules

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
