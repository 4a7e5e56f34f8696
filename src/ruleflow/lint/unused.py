"""Things that nothing names: RF823."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.checker.checked import Checked, Constant
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Named, Segment
from ruleflow.references.cells import reader_at
from ruleflow.types.terms import Kind, ListOf, Reference, SetOf, Type

KINDS = (Kind.TEAM, Kind.CALENDAR, Kind.SEGMENT, Kind.SKILL)
"""Policies and messages are RF510's, definitions RF502's; agents come with the facts."""


def find_unused(subject: Subject) -> Iterator[Diagnostic]:
    """Nothing is said of a kind of which rules take some from the facts: any may be meant."""
    checked, model = subject.checked, subject.model
    tested = _in_tests(model)
    for kind in KINDS:
        named = tested | {use.id for use in model.references if kind in use.kinds}
        named |= {str(one.default) for one in model.fields.values() if _is_of(one.type, kind)}
        if kind is Kind.SEGMENT:
            named |= {variant.segment for one in model.templates.values() for variant in one.variants}
        named |= set(_in_cells(checked, kind))
        for node, meaning in checked.meanings.items():
            if isinstance(meaning, Constant) and _is_of(checked.types[node], kind):
                named.add(str(meaning.value))
        if not _from_facts(subject, kind):
            for one in model.things(kind).values():
                if one.id not in named and not _is_seen(one):
                    yield errors.unused_thing(one.span, kind.value, one.id)


def _in_cells(checked: Checked, kind: Kind) -> Iterator[str]:
    """What the cells of tables ask for."""
    for table in checked.model.tables:
        for column in range(len(table.inputs)):
            reader = reader_at(table, column, checked)
            if reader is not None and _is_of(reader.kind, kind):
                yield from (word.text for text in table.rows.texts[column] for word in reader.words(text))


def _is_seen(thing: Named) -> bool:
    """Whether it is there to be seen: a coloured segment shows what a client is to whoever opens a ticket."""
    return isinstance(thing, Segment) and bool(thing.color or thing.background)


def _in_tests(model: Model) -> set[str]:
    """All that the facts of tests and what they expect name."""
    todo: list[object] = [part for test in model.tests for case in test.cases for part in (case.given, case.expect)]
    found: set[str] = set()
    while todo:
        match todo.pop():
            case str() as text:
                found.add(text)
            case Mapping() as mapping:
                todo += mapping.values()
            case list() | tuple() as several:
                todo += several
    return found


def _from_facts(subject: Subject, kind: Kind) -> bool:
    """Whether a rule writes what a field of the project holds."""
    fields = {path for path, one in subject.model.fields.items() if not one.standard and _is_of(one.type, kind)}
    return any(fields & reads for reads in subject.checked.reads.values())


def _is_of(type_: Type, kind: Kind) -> bool:
    of = type_.of if isinstance(type_, SetOf | ListOf) else type_
    return isinstance(of, Reference) and kind in of.kinds
