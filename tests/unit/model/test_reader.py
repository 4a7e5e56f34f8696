"""Reading a project as a whole."""

from __future__ import annotations

from itertools import count

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.model.root import read_ignored
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.types.terms import Kind, ListOf, Reference, SetOf
from tests.unit.model.projects import read, read_files


def test_sections_of_several_files_are_one() -> None:
    """Files may hold any sections; things keep the order of the files."""
    found = read_files(
        {
            "ruleflow.yaml": "ruleflow: 1\nteams: [b]\n",
            "model/a.yaml": "teams: [a]\nsegments: [vip]\n",
            "rules/x.yaml": "rules: [{id: x, stage: route, then: {route: {team: a}}}]\ntests: [{name: t, event: timer, expect: {matched: []}}]\n",
        }
    )
    assert () == found.found
    assert ["b", "a"] == list(found.model.teams)
    assert (["vip"], ["x"], ["t"]) == (
        list(found.model.segments), [rule.id for rule in found.model.rules], [test.name for test in found.model.tests],
    )  # fmt: skip


def test_things_by_kind() -> None:
    """The model gives the things of each kind by id."""
    model = read("skills: [finnish]\ncontracts: {a: {folders: [retail]}}\n").model
    assert ["finnish"] == list(model.things(Kind.SKILL))
    assert ["retail"] == list(model.things(Kind.FOLDER))
    assert [] == list(model.things(Kind.TEMPLATE))


def test_the_folders_that_are_ignored() -> None:
    """Whoever looks for the files of a project asks which folders to leave out."""
    node = read_yaml(Source("ruleflow.yaml", "ignore: [drafts, old/rules]"), Collector())
    assert ("drafts", "old/rules") == read_ignored(node)
    assert () == read_ignored(None)


def test_a_file_that_is_no_yaml_does_not_hide_the_others() -> None:
    """Its own finding is all that is said of it."""
    out = Collector()
    files = (
        ProjectFile(
            Source("ruleflow.yaml", "ruleflow: 1\nteams: [A]\n"),
            read_yaml(Source("ruleflow.yaml", "ruleflow: 1\nteams: [A]\n"), out),
        ),
        ProjectFile(Source("b.yaml", "{"), None),
    )
    build_model(files, lambda _: None, out, map(NodeId, count()))
    assert ["`A` is not an id"] == [one.message for one in out.sorted()]


def test_the_standard_vocabulary() -> None:
    """What helpdesks have is there without a word, and is told apart from what the project declares."""
    standard = standard_vocabulary()
    assert standard is standard_vocabulary()
    assert {
        "ticket.id",
        "ticket.priority",
        "contact.segments",
        "contact.likelihood_to_leave",
        "company.size",
        "event.caused_by",
    } <= set(standard.fields)
    assert 12 == len(standard.events)
    assert all(field.standard and field.title and field.span is None for field in standard.fields.values())
    assert SetOf(Reference((Kind.TEAM, Kind.AGENT))) == standard.fields["ticket.watchers"].type
    assert isinstance(standard.fields["contact.tickets"].type, ListOf)
    assert ("normal", "new", 0, "") == tuple(
        standard.fields[path].default
        for path in ("ticket.priority", "ticket.status", "ticket.reopened_count", "ticket.subject")
    )


def test_an_unreadable_type_brings_no_echo() -> None:
    """A default of a field whose type is wrong is not looked at."""
    assert ["RF116"] == read("fields: {ticket.x: {type: txt, default: 5}}\n").codes
    assert ["RF116"] == read("fields: {ticket.x: {type: set, of: txt, default: [5]}}\n").codes


def test_unknown_parameters_are_left_out() -> None:
    """An argument that the action does not take is told once."""
    found = read("rules: [{id: a, stage: route, then: {route: {team: b, teem: c}}}]\n")
    assert ["RF111"] == found.codes
    assert ["team"] == [argument.name for argument in found.model.rules[0].actions[0].arguments]


def test_very_long_names() -> None:
    """Names as long as a file are refused or read in time that grows with their length."""
    assert ["RF126"] == read("fields:\n  ? '" + "." * 200_000 + "'\n  : text\n").codes
    assert [] == read("fields:\n  ? ticket." + "a." * 5_000 + "b\n  : text\n").codes


def test_many_mistakes_of_many_kinds() -> None:
    """10,000 mistakes in names and types are all told."""
    text = (
        "fields:\n"
        + "".join(f"  ticket.f{at}: txt\n" for at in range(5_000))
        + "teams:\n"
        + "".join(f"  T{at}:\n" for at in range(5_000))
    )
    assert 10_000 == len(read(text).found)
