"""The conditions of an event's rules as questions to columns: equal atoms are one question, whoever asks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol, TypeAlias

from ruleflow.batch.leaves import BEFORE, Places, places_of
from ruleflow.checker.reads import paths_read
from ruleflow.engine.timers import TIMER
from ruleflow.plan.closures import Truth
from ruleflow.plan.conditions import (
    All,
    Any,
    Atom,
    Condition,
    Equals,
    HasChanged,
    Negated,
    OneOf,
    Opaque,
    RegexMatch,
    TextMatch,
    atoms,
)
from ruleflow.plan.evaluator import SEGMENTS
from ruleflow.plan.plan import EventRules, position
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.tables import PlannedTable
from ruleflow.plan.views import PlannedView
from ruleflow.project.project import Project

OF_CLOCKS = ("sla.warning", "sla.breached")
"""The events that a decision on `timer` goes through too, where clocks are due."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An atom, and the columns that its answer follows from: declared fields, and old values after `before.`.

    `column` is the path of the field, or of the part of a record, where the atom looks at nothing else. `sources` None: only
    the facts as a whole answer it.
    """

    atom: Atom
    truth: Truth
    column: str
    sources: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A question that is to be answered with yes, or where it is `negated` with no."""

    question: Question
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Every:
    """All parts hold."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """One of the parts holds."""

    parts: tuple[Part, ...]


Part: TypeAlias = Literal | Every | Some


class Conditional(Protocol):
    """What has a condition: a rule, or a view."""

    @property
    def condition(self) -> Condition:
        """The condition in canonical form."""

    @property
    def holds(self) -> Truth:
        """Whether it holds."""


@dataclass(frozen=True, slots=True, eq=False)
class AskedRule:
    """A rule or a view with its condition as parts that must all hold; or a table with that of the whole table.

    Whether a row of a table matches is asked ticket by ticket. `place` is that of the rule, or of the table's first row.
    """

    id: str
    planned: Conditional
    parts: tuple[Part, ...]
    place: int

    def ids(self) -> Iterable[str]:
        """What decisions call it, or the rows of the table."""
        planned = self.planned
        return planned.source.row_ids() if isinstance(planned, PlannedTable) else (self.id,)

    def matching(self, seen: Snapshot) -> Iterable[int]:
        """The places of what matches, asked of the facts of a ticket; nothing where a value is too large."""
        try:
            if isinstance(self.planned, PlannedTable):
                return [self.place + row.row for row in self.planned.matching(seen)]
            return [self.place] if self.planned.holds(seen) else []
        except BudgetError:
            return []


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the tickets of one event.

    `compared` are the paths of fields that some rule compares as a whole. `tests` has the text questions by field.
    `one_by_one`: nothing can be said by columns.
    """

    project: Project
    event: str
    places: Places
    rules: tuple[AskedRule, ...]
    compared: frozenset[str]
    tests: dict[str, tuple[Question, ...]]
    one_by_one: bool


def asked_on(project: Project, event: str) -> Asked:
    """The questions of all rules that may run on an event, whatever their stage."""
    stages = project.plan.stages
    planned = [
        (one.rule.id, one) for stage in stages if event in stage.events for one in _of_event(stage.events[event])
    ]
    clocks = event == TIMER and any(one in stage.events for stage in stages for one in OF_CLOCKS)
    return _asked(project, event, planned, one_by_one=clocks or event not in project.door.events)


def asked_in(project: Project, planned: PlannedView, event: str) -> Asked:
    """The question whether records are in a view, looked at as on an event."""
    return _asked(project, event, [(planned.view.id, planned)], one_by_one=False)


def sources_of(project: Project, paths: Iterable[str]) -> tuple[str, ...] | None:
    """The columns that values follow from which are made of some facts; None where only the facts as a whole tell."""
    return _Writer(project, places_of(project.door)).sources(paths, looks_back=False)


def _asked(project: Project, event: str, planned: Sequence[tuple[str, Conditional]], *, one_by_one: bool) -> Asked:
    places = places_of(project.door)
    writer = _Writer(project, places)
    sizes = (one.source.rows.count if isinstance(one, PlannedTable) else 1 for _, one in planned)
    rules = tuple(
        AskedRule(name, one, writer.parts_of(one.condition), place)
        for (name, one), place in zip(planned, accumulate(sizes, initial=0), strict=False)
    )
    compared = {atom.path for _, one in planned for atom in atoms(one.condition) if isinstance(atom, Equals | OneOf)}
    tests: dict[str, tuple[Question, ...]] = {}
    for question in writer.known.values():
        if isinstance(question.atom, TextMatch | RegexMatch):
            tests[question.column] = (*tests.get(question.column, ()), question)
    return Asked(project, event, places, rules, frozenset(compared), tests, one_by_one)


def _of_event(own: EventRules) -> list[PlannedRule]:
    """The rules and tables of a stage in file order."""
    return sorted([*own.rules, *own.tables], key=position)


@dataclass(frozen=True, slots=True)
class _Writer:
    project: Project
    places: Places
    known: dict[Atom, Question] = field(default_factory=dict)

    def parts_of(self, condition: Condition) -> tuple[Part, ...]:
        return tuple(map(self.part, condition.parts if isinstance(condition, All) else (condition,)))

    def part(self, condition: Condition) -> Part:
        match condition:
            case All(parts):
                return Every(tuple(map(self.part, parts)))
            case Any(parts):
                return Some(tuple(map(self.part, parts)))
            case Negated(atom):
                return Literal(self.question(atom), negated=True)
            case atom:
                return Literal(self.question(atom), negated=False)

    def question(self, atom: Atom) -> Question:
        found = self.known.get(atom)
        if found is None:
            truth = self.project.plan.evaluator.compile(atom)
            paths = _paths(atom, self.project)
            looks_back = isinstance(atom, Opaque | HasChanged)
            is_plain = not looks_back and not any(path in self.project.plan.derive for path in paths)
            column = paths[0] if is_plain and paths else ""
            sources = self.sources(paths, looks_back=looks_back)
            if isinstance(atom, HasChanged) and atom.path in self.project.plan.derive and atom.path != SEGMENTS:
                sources = None
            found = self.known[atom] = Question(atom, truth, column, sources)
        return found

    def sources(self, paths: Iterable[str], *, looks_back: bool) -> tuple[str, ...] | None:
        """The columns behind some paths; None where they are not known. What is derived may look back, too."""
        plan = self.project.plan
        found: dict[str, None] = {}
        for path in paths:
            made_of = plan.depends.get(path) if path in plan.derive else (path,)
            if made_of is None:
                return None
            for one in sorted(made_of):
                owner = self.places.owner(one)
                if owner:
                    found[owner] = None
                    if looks_back or path in plan.derive:
                        found[BEFORE + owner] = None
        return tuple(found)


def _paths(atom: Atom, project: Project) -> tuple[str, ...]:
    """The facts that an atom reads; nothing for the instant of the decision."""
    if isinstance(atom, Opaque):
        checked = project.plan.checked
        return tuple(dict.fromkeys(paths_read(atom.expr, checked.model, checked.meanings)))
    return () if atom.path == "now" else (atom.path,)
