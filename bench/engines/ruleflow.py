"""ruleflow: a project with one stage, each rule adding a tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ruleflow
from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import BY_KIND, FIELDS, Field, Kind
from bench.workload import EVENT, Rule, Ticket
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.snapshot import Snapshot

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_PER_FILE = 5_000
"""A rule file has at most 5 MiB."""
_TEXTS = {"contains": "contains", "starts": "starts with", "ends": "ends with"}
_TYPES = {
    Kind.ID: "text",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "decimal",
}


class Matching:
    """Matching only: facts are read and the snapshot is made outside the clock.

    What a snapshot keeps of the last time, a folded text say, is thrown away inside the clock.
    """

    def __init__(self, project: ruleflow.Project) -> None:
        self._project = project
        self._rules = project.plan.stages[0].events[EVENT]

    def form(self, ticket: Ticket) -> Snapshot:
        facts = self._project.door.read(EVENT, ticket)
        assert isinstance(facts, Facts), facts
        return snapshot_of(self._project.plan, EVENT, facts, NOW, dict(facts.values))

    def match(self, form: Snapshot) -> list[str]:
        while form.computed:
            del form[form.computed.pop()]
        return [one.rule.id for one in self._rules.matching(form)]

    def first(self, form: Snapshot) -> str:
        return self.match(form)[0]


class Deciding:
    """The whole decision: facts are checked and read, rules matched, actions and the outcome made."""

    first = None

    def __init__(self, project: ruleflow.Project) -> None:
        self._project = project

    def form(self, ticket: Ticket) -> Ticket:
        return ticket

    def match(self, form: Ticket) -> list[str]:
        return list(self._project.decide(EVENT, form, now=NOW).matched)


class _Files:
    """A project as files; loading it makes an engine."""

    def __init__(self, rules: tuple[Rule, ...], made: type[Any]) -> None:
        self._folder = TemporaryDirectory()
        self._made = made
        for name, text in project_files(rules):
            place = Path(self._folder.name, name)
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def __call__(self) -> Any:
        with self._folder as folder:
            return self._made(ruleflow.load(folder))


def translate(rules: tuple[Rule, ...]) -> _Files:
    """For matching only."""
    return _Files(rules, Matching)


def translate_whole(rules: tuple[Rule, ...]) -> _Files:
    """For whole decisions."""
    return _Files(rules, Deciding)


def project_files(rules: tuple[Rule, ...], stages: Sequence[str] = ("classify",)) -> Iterator[tuple[str, str]]:
    """The files of a project, by name; its rules are dealt out to the stages in turn."""
    fields = "".join(f"  {one.path}: {_declared(one)}\n" for one in FIELDS if one.path != "contact.segments")
    segments = "".join(f"  {name}: {{title: {name}}}\n" for name in _segments().options)
    yield (
        "ruleflow.yaml",
        f"ruleflow: 1\nproject: bench\nstages: [{', '.join(stages)}]\nfields:\n{fields}segments:\n{segments}",
    )
    for start in range(0, len(rules), _PER_FILE):
        written = (
            f"  - id: {rule.id}\n    title: Rule {rule.id}\n    stage: {stages[number % len(stages)]}\n    on: {EVENT}\n"
            f"    when: |\n      {expression(rule.when)}\n    then: [{{add_tags: [{rule.id}]}}]\n"
            for number, rule in enumerate(rules[start : start + _PER_FILE])
        )
        yield f"rules/{start:07}.yaml", "rules:\n" + "".join(written)


def _segments() -> Field:
    return next(one for one in BY_KIND[Kind.SET] if one.path == "contact.segments")


def _declared(one: Field) -> str:
    match one.kind:
        case Kind.CHOICE:
            return f"{{type: choice, options: [{', '.join(one.options)}]}}"
        case Kind.SET:
            return f"{{type: set, of: choice, options: [{', '.join(one.options)}]}}"
        case kind:
            return f"{{type: {_TYPES[kind]}}}"


def expression(condition: Condition) -> str:
    """A condition in our own language."""
    match condition:
        case And(parts):
            return " and ".join(_inner(part) for part in parts)
        case Or(parts):
            return " or ".join(_inner(part) for part in parts)
        case Not(part):
            return f"not ({expression(part)})"
        case Is(field, value):
            return f"{field.path} is {_literal(field, value)}"
        case OneOf(field, values):
            return f"{field.path} in [{', '.join(_literal(field, value) for value in values)}]"
        case Order(field, sign, bound):
            return f"{field.path} {sign} {bound}"
        case Between(field, low, high):
            return f"{field.path} between {low} and {high}"
        case Text(field, how, pattern):
            return f"{field.path} {_TEXTS[how]} '{pattern}'"
        case Has(field, wanted, every):
            return f"{field.path} has {'all' if every else 'any'} of [{', '.join(wanted)}]"


def _inner(part: Condition) -> str:
    return f"({expression(part)})" if isinstance(part, And | Or) else expression(part)


def _literal(field: Field, value: object) -> str:
    match field.kind:
        case Kind.BOOLEAN:
            return str(value).lower()
        case Kind.CHOICE:
            return str(value)
        case _:
            return f"'{value}'"
