"""A mapping says which column is which fact; each of its parts does what the page on it says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.render_text import render_text
from ruleflow.project.project import Project
from ruleflow.replay.moments import Form, moments, pattern_problem
from ruleflow.replay.recorded import Recorded, Silent
from ruleflow.replay.tables import Unusable
from tests.unit.replay.mappings import facts, mapping_of, project, recorded_in_csv

EVENTS = "events: [{event: ticket.created, now: {constant: '2026-03-02T10:00'}}]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Project:
    return project(tmp_path / "project")


def read(tmp_path: Path, desk: Project, cell: str, path: str, source: str) -> Any:
    """What a cell is as a fact, by a source written in a mapping."""
    (one,) = facts(recorded_in_csv(tmp_path, f"c;d\n{cell};x\n", f"facts: {{{path}: {source}}}\n{EVENTS}", desk))
    found: Any = one
    for key in path.split("."):
        found = found.get(key, "missing") if isinstance(found, dict) else found
    return found


@pytest.mark.parametrize(
    ("cell", "path", "source", "expected"),
    [
        ("hello", "ticket.subject", "c", "hello"),
        (" hello ", "ticket.subject", "{column: c}", "hello"),
        ("", "ticket.subject", "c", "missing"),
        ("2,5", "ticket.spent", "c", "2,5"),
        ("Yes", "ticket.vip", "c", True),
        ("0", "ticket.vip", "c", False),
        ("perhaps", "ticket.vip", "c", "perhaps"),
        ("P3", "ticket.priority", "{column: c, values: {P3: normal}}", "normal"),
        ("P4", "ticket.priority", "{column: c, values: {P3: normal}, other: low}", "low"),
        ("P4", "ticket.priority", "{column: c, values: {P3: normal}, other: null}", "missing"),
        ("P4", "ticket.priority", "{column: c, values: {P4: null}}", "missing"),
        ("ja", "ticket.vip", "{column: c, values: {ja: true}, other: false}", True),
        ("a| b ||c", "ticket.tags", "{column: c, separator: '|'}", ["a", "b", "c"]),
        ("a|b", "ticket.tags", "c", ["a|b"]),
        ("", "ticket.tags", "{column: c, separator: '|'}", []),
        ("gold|x", "contact.segments", "{column: c, separator: '|', values: {gold: [vip, partner]}}", ["vip", "partner", "x"]),
        ("x", "ticket.priority", "{constant: high}", "high"),
        ("x", "contact.segments", "{constant: [vip]}", ["vip"]),
        ("Oulu", "ticket.address.city", "c", "Oulu"),
        ("31.12.2026", "ticket.due_on", "{column: c, format: DD.MM.YYYY}", "2026-12-31"),
        ("2026-12-31", "ticket.due_on", "c", "2026-12-31"),
        ("2026-03-02 10:00", "ticket.updated_at", "c", "2026-03-02T08:00:00+00:00"),
        ("2026-03-02T10:00+05:00", "ticket.updated_at", "c", "2026-03-02T05:00:00+00:00"),
        ("2026-03-02T10:00", "ticket.updated_at", "{column: c, timezone: UTC}", "2026-03-02T10:00:00+00:00"),
        ("03/02/2026 01:05:09 PM", "ticket.updated_at", "{column: c, format: 'MM/DD/YYYY hh:mm:ss AM'}", "2026-03-02T11:05:09+00:00"),
        ("2-Mar-26 9:05", "ticket.updated_at", "{column: c, format: 'DD-MMM-YY hh:mm'}", "2026-03-02T07:05:00+00:00"),
        ("1772445600", "ticket.updated_at", "{column: c, format: seconds}", "2026-03-02T10:00:00+00:00"),
        ("1772445600500", "ticket.updated_at", "{column: c, format: milliseconds}", "2026-03-02T10:00:00.500000+00:00"),
    ],
)  # fmt: skip
def test_a_cell_becomes_a_fact(tmp_path: Path, desk: Project, cell: str, path: str, source: str, expected: Any) -> None:
    """Texts, numbers, flags, tables of values, lists, constants, dates and instants in any form."""
    assert expected == read(tmp_path, desk, cell, path, source)


def test_words_for_nothing_are_missing(tmp_path: Path, desk: Project) -> None:
    """What `missing` lists is read as an empty cell."""
    mapping = f"missing: ['?', 'NULL']\nfacts: {{ticket.subject: a, ticket.body: b}}\n{EVENTS}"
    assert [{"ticket": {"body": "x"}}, {}] == facts(recorded_in_csv(tmp_path, "a,b\n?,x\nNULL,?\n", mapping, desk))


def test_a_text_that_no_table_names_is_kept_and_told(tmp_path: Path, desk: Project) -> None:
    """It stands as it is, the ticket is decided, and its column and text are noted; a secret only masked."""
    mapping = (
        "facts:\n  ticket.priority: {column: p, values: {P1: urgent}}\n"
        f"  ticket.code: {{column: s, values: {{none: ''}}}}\n{EVENTS}"
    )
    (one,) = recorded_in_csv(tmp_path, "p,s\nP9,4711-4711\n", mapping, desk)
    assert isinstance(one, Recorded)
    assert "P9" == one.facts["ticket"]["priority"]
    assert ("p", "P9") == one.unmapped[0]
    assert "4711-4711" not in str(one.unmapped)


HISTORY = """ticket: id
facts: {ticket.id: id, ticket.status: state, ticket.priority: prio}
history: {at: at, status: state, priority: prio}
events:
"""
ROWS = "id,at,state,prio,times\n1,2026-03-02T08:00,new,low,0\n1,2026-03-02T09:00,open,,0\n1,2026-03-02T10:00,open,high,2\n2,2026-03-02T11:00,new,low,5\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("", [("1", 8), ("1", 9), ("1", 10), ("2", 11)]),
        ("rows: each", [("1", 8), ("1", 9), ("1", 10), ("2", 11)]),
        ("rows: first", [("1", 8), ("2", 11)]),
        ("rows: last", [("1", 10), ("2", 11)]),
        ("rows: {increased: times}", [("1", 10)]),
        ("rows: {changed: state}", [("1", 9)]),
        ("rows: {where: {state: open}}", [("1", 9), ("1", 10)]),
        ("rows: {where: {state: [open, new], prio: low}}", [("1", 8), ("2", 11)]),
        ("rows: {where: {state: open}, take: first}", [("1", 9)]),
        ("rows: {where: {state: none}}", []),
    ],
)
def test_which_rows_of_a_ticket_are_events(tmp_path: Path, desk: Project, rows: str, expected: list[Any]) -> None:
    """The first, the last, those where something changed or grew, those that say something."""
    events = f"  - {{event: ticket.updated, now: {{column: at, timezone: UTC}}, {rows}}}\n"
    found = recorded_in_csv(tmp_path, ROWS, HISTORY + events, desk)
    assert expected == [(one.ticket, one.at.hour) for one in found if isinstance(one, Recorded)]


def test_history_and_what_changed(tmp_path: Path, desk: Project) -> None:
    """An event knows the rows of its ticket up to its own, and what the row before said otherwise."""
    events = "  - {event: ticket.updated, rows: last, now: {column: at, timezone: UTC}, before: {ticket.vip: {constant: true}}}\n"
    first, second = facts(recorded_in_csv(tmp_path, ROWS, HISTORY + events, desk))
    assert [
        {"at": "2026-03-02T06:00:00+00:00", "status": "new", "priority": "low"},
        {"at": "2026-03-02T07:00:00+00:00", "status": "open", "priority": ""},
        {"at": "2026-03-02T08:00:00+00:00", "status": "open", "priority": "high"},
    ] == first["ticket"]["history"]
    assert {"ticket": {"priority": None, "vip": True}} == first["before"]
    assert {"ticket": {"vip": True}} == second["before"]


def test_several_events_come_in_the_order_of_the_rows(tmp_path: Path, desk: Project) -> None:
    """An event may have facts of its own, which go before the others."""
    mapping = (
        "ticket: id\nfacts: {ticket.id: id, ticket.status: state}\nevents:\n"
        "  - {event: ticket.closed, rows: last, now: at, facts: {ticket.status: {constant: closed}}}\n"
        "  - {event: ticket.created, rows: first, now: at}\n"
    )
    found = recorded_in_csv(tmp_path, ROWS, mapping, desk)
    assert [("ticket.created", "new"), ("ticket.closed", "closed"), ("ticket.closed", "closed"), ("ticket.created", "new")] == [
        (one.event, one.facts["ticket"]["status"]) for one in found if isinstance(one, Recorded)
    ]  # fmt: skip


def test_the_event_may_stand_in_a_column(tmp_path: Path, desk: Project) -> None:
    """A row whose column says nothing that is an event is none, and is counted as such."""
    mapping = (
        "facts: {ticket.id: id}\n"
        "events: [{event: {column: what, values: {opened: ticket.created}, other: null}, now: at}]\n"
    )
    found = recorded_in_csv(tmp_path, "id,what,at\n1,opened,2026-03-02\n1,seen,2026-03-03\n", mapping, desk)
    assert ["Recorded", "Silent"] == [type(one).__name__ for one in found]
    assert Silent(3) == found[1]


def test_rows_that_stand_apart_are_told(tmp_path: Path, desk: Project) -> None:
    """Where the rows of a ticket must be known together, those that come later are not taken for another ticket."""
    text = "id,at\n1,2026-03-02\n2,2026-03-02\n1,2026-03-03\n"
    mapping = "ticket: id\nfacts: {ticket.id: id}\nevents: [{event: ticket.created, rows: ROWS, now: at}]\n"
    found = recorded_in_csv(tmp_path, text, mapping.replace("ROWS", "first"), desk)
    assert Unusable(4, "other rows of the ticket stand further up; sort the file by ticket", ticket="1") == found[-1]
    assert 3 == len(facts(recorded_in_csv(tmp_path, text, mapping.replace("ROWS", "each"), desk)))


def test_what_nobody_can_decide_is_told(tmp_path: Path, desk: Project) -> None:
    """A row without its ticket, without its instant, or with one that cannot be read."""
    text = "id,at\n,2026-03-02\n2,\n3,yesterday\n"
    mapping = "ticket: id\nfacts: {ticket.id: id}\nevents: [{event: ticket.created, now: at}]\n"
    found = recorded_in_csv(tmp_path, text, mapping, desk)
    assert [
        (2, "`id` is empty, so nobody knows which ticket it is", "", ""),
        (3, "`at` is empty, so nobody knows when it happened", "", "2"),
        (4, "`at` is not an instant of the format that the mapping says", "yesterday", "3"),
    ] == found


def test_too_many_rows_of_one_ticket(tmp_path: Path, desk: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column that is the same everywhere is no name of tickets; memory stays bounded."""
    monkeypatch.setattr("ruleflow.replay.tickets.MOST_ROWS", 2)
    mapping = "ticket: id\nfacts: {ticket.id: id}\nevents: [{event: ticket.created, rows: last, now: at}]\n"
    found = recorded_in_csv(tmp_path, "id,at\n" + "x,2026-03-02\n" * 4, mapping, desk)
    assert ["Unusable", "Unusable", "Recorded"] == [type(one).__name__ for one in found]
    assert "is `id` the column that names it?" in getattr(found[0], "reason", "")


WRONG = [
    ("", "the mapping says nothing"),
    ("facts: [a]\nevents: []\n", "`facts` must be a mapping; found a list"),
    ("facts: {ticket.id: a}\n", "a mapping file has no `events`"),
    (f"facts: {{ticket.priorty: a}}\n{EVENTS}", "did you mean `ticket.priority`?"),
    (f"facts: {{ticket.id: {{colum: a}}}}\n{EVENTS}", "did you mean `column`?"),
    (f"facts: {{ticket.priority: {{column: a, values: {{x: urgnt}}}}}}\n{EVENTS}", "did you mean `urgent`?"),
    (f"facts: {{ticket.priority: {{column: a, values: {{x: low}}, other: hgih}}}}\n{EVENTS}", "did you mean `high`?"),
    (f"facts: {{contact.segments: {{constant: [vpi]}}}}\n{EVENTS}", "did you mean `vip`?"),
    ("facts: {ticket.id: a}\nevents: [{event: ticket.craeted, now: a}]\n", "did you mean `ticket.created`?"),
    ("facts: {ticket.id: a}\nevents: [{event: {column: a, values: {x: ticket.closd}}, now: a}]\n", "`ticket.closed`?"),
    ("facts: {ticket.id: a}\nevents: [{event: ticket.created}]\n", "an item of `events` has no `now`"),
    ("facts: {ticket.id: a}\nevents: [{event: ticket.created, now: {constant: noon}}]\n", "`noon`"),
    (f"facts: {{ticket.id: {{column: a, constant: b}}}}\n{EVENTS}", "`column` says nothing beside `constant`"),
    (f"facts: {{ticket.id: {{column: a, separator: ','}}}}\n{EVENTS}", "for a field with one value"),
    (f"facts: {{ticket.id: {{column: a, other: b}}}}\n{EVENTS}", "`other` says nothing without `values`"),
    (f"facts: {{ticket.id: {{column: a, format: YYYY}}}}\n{EVENTS}", "`format` is for dates and instants"),
    (f"facts: {{ticket.updated_at: {{column: a, format: '%Y-%m-%d'}}}}\n{EVENTS}", "it is written with `%`"),
    (f"facts: {{ticket.updated_at: {{column: a, timezone: Europe/Helsinky}}}}\n{EVENTS}", "`Europe/Helsinki`?"),
    (f"timezone: Mars\nfacts: {{ticket.id: a}}\n{EVENTS}", "`Mars` is not a time zone"),
    (f"file: {{encoding: utf8x}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "`utf8x` is not an encoding"),
    (f"file: {{encoding: base64}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "`base64` is not an encoding"),
    (f"file: {{delimiter: x}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "it may be `,`, `;`, `tab` or `|`"),
    (f"file: {{delimiter: '::'}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "`delimiter` cannot be `::`"),
    (f"ticket: a\nhistory: {{at: a, stauts: b}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "did you mean `status`?"),
    (f"ticket: a\nhistory: {{status: b}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "have no instant"),
    (f"history: {{at: a}}\nfacts: {{ticket.id: a}}\n{EVENTS}", "`history` needs the rows of a ticket"),
    ("facts: {ticket.id: a}\nevents: [{event: ticket.created, now: a, rows: {changed: b}}]\n", "`rows` needs"),
    ("facts: {ticket.id: a}\nevents: [{event: ticket.created, now: a, rows: frist}]\n", "did you mean `first`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_mapping_is_told_at_its_place(desk: Project, text: str, said: str) -> None:
    """Every mistake is an error with what was meant, at its line and column."""
    _, found = mapping_of(text, desk)
    assert 1 == len(found), render_text(found)
    assert found[0].is_error
    assert said in render_text(found)
    assert found[0].span is not None


def test_all_mistakes_come_in_one_run(desk: Project) -> None:
    """Fields, columns and options in one report, in the order of the file."""
    text = "facts:\n  ticket.prio: p\n  ticket.id: nmber\n  ticket.priority: {column: p, values: {a: hi}}\n" + EVENTS
    found = mapping_of(text, desk, ("number", "p"))[1]
    assert ["RF302", "RF620", "RF403"] == [one.code.number for one in found]
    assert [2, 3, 4] == [one.span.first.line for one in found if one.span]


def test_a_column_that_is_named_twice_matters_only_where_it_is_used(desk: Project) -> None:
    """A heading with a name twice is fine for a mapping that uses other columns."""
    text = f"facts: {{ticket.id: a}}\n{EVENTS}"
    assert () == mapping_of(text, desk, ("a", "b", "b"))[1]
    assert ["RF621"] == [one.code.number for one in mapping_of(text, desk, ("a", "b", "a"))[1]]


PATTERNS = [
    "YYYY-MM-DD hh:mm:ss",
    "DD.MM.YYYY hh:mm:ss",
    "MM/DD/YY hh:mm:ss AM",
    "DD MMM YYYY hh.mm.ss",
    "YYYYMMDDhhmmss ZZ",
]
_PYTHON = {"YYYY": "%Y", "YY": "%y", "MMM": "%b", "MM": "%m", "DD": "%d", "mm": "%M", "ss": "%S", "AM": "%p", "ZZ": "%z"}  # fmt: skip


_FIRST, _LAST = datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2068-01-01")


@given(at=st.datetimes(_FIRST, _LAST), pattern=st.sampled_from(PATTERNS))
def test_an_instant_is_read_as_it_was_written(at: datetime, pattern: str) -> None:
    """Whatever is written by a pattern is read by it, to the second."""
    at = at.replace(microsecond=0, tzinfo=UTC)
    code = pattern.replace("hh", "%I" if "AM" in pattern else "%H")
    for letters, python in _PYTHON.items():
        code = code.replace(letters, python)
    assert "" == pattern_problem(pattern)
    assert at == moments(Form(pattern))(at.strftime(code))


@given(cell=st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans()))
@pytest.mark.parametrize("pattern", ["iso", "seconds", "milliseconds", "DD.MM.YYYY"])
def test_no_cell_breaks_the_reading_of_instants(pattern: str, cell: object) -> None:
    """Anything is an instant of the years that are counted, or none."""
    found = moments(Form(pattern))(cell)
    assert found is None or 2 <= found.year <= 9998
