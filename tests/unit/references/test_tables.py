"""Names in decision tables and views: every cell is a place of its own, and a spreadsheet is edited as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.index import index_of
from ruleflow.references.names import Kind, Name, Role
from ruleflow.references.remove import Touched, remove
from ruleflow.references.rename import Edited, InTheWay, rename

MODEL = """
segments: [vip, partner, wholesale]
teams: [desk, vip_desk]
agents: [anna]
calendars: {office: {hours: {mon: ['09:00-17:00']}}}
sla: {quick: {calendar: office, targets: {first_reply: 1h}}}
fields:
  ticket.plan: {type: choice, options: [gold, iron, big one], ordered: true}
  ticket.wish: {type: choice, options: [gold, iron]}
definitions: {is_gold: ticket.plan is gold}
events: [ticket.escalated]
"""
GRID = """
tables:
  - id: levels
    stage: sla
    on: [ticket.created]
    when: contact.segments has vip
    columns: {Plan: ticket.plan}
    rows: |
      id    | Plan             | contact.segments | is_gold | set_sla | set ticket.wish | add_to_segments
      first | >= iron          | vip, partner     | -       | quick   | gold            | vip
      other | gold..iron, gold | not vip          | yes     | -       | missing         | -
      mixed | big one, iron    | missing, vip     | -       | quick   | if contact.segments has any of [vip, partner] then gold else iron | vip, partner
      again | -                | vip, partner     | -       | quick   | if contact.segments has any of [vip, partner] then gold else iron | -
      rest  | -                | -                | -       | -       | -               | -
"""
SHEET = """tables:
  - id: departments
    stage: route
    columns: {Группа: contact.segments, Отдел: route.team, Кто: route.agent, Событие: event.name}
    file: departments.csv
"""
CSV = (
    "id;Группа;Событие;Отдел;Кто;note\r\n"
    "первый;vip;-;vip_desk;contact.account_manager ?? anna;vip\r\n"
    'второй; "vip, partner" ;ticket.escalated;"desk";-;"vip\r\n\r\nи ""vip"""\r\n'
    "\r\n"
    "others;-;-;desk;-;\r\n"
)
VIEWS = """
views:
  queue:
    when: contact.segments has vip and ticket.plan is gold
    sort: [-ticket.plan, sla.due_at]
    columns: [ticket.id, {title: vip, value: ticket.plan}]
"""
TESTS = """
properties: [{id: kept, expect: outcome.matched has 'levels/first' or outcome.matched has 'departments/others'}]
tests:
  - name: one
    event: ticket.created
    given: {contact: {segments: [vip]}}
    expect: {matched: [levels/first, departments/первый], actions: [{type: route, rule: departments/первый}]}
"""
FILES = {
    "ruleflow.yaml": "ruleflow: 1\n",
    "model.yaml": MODEL,
    "grid.yaml": GRID,
    "rules/sheet.yaml": SHEET,
    "views.yaml": VIEWS,
    "tests.yaml": TESTS,
}
ENCODINGS = {
    "plain": CSV.encode(),
    "mark": b"\xef\xbb\xbf" + CSV.encode(),
    "utf-16": b"\xff\xfe" + CSV.encode("utf-16-le"),
    "tabs": CSV.replace(";", "\t").replace("\r\n", "\n").encode(),
    "commas": ("sep=,\r\n" + CSV.replace(";", ",")).encode(),
}


def folder_of(sheet: bytes = ENCODINGS["plain"], files: dict[str, str] = FILES) -> Folder:
    """The project in memory."""
    own = tuple(RawFile(name, text.encode()) for name, text in files.items())
    return Folder(Path(), own, lambda name: sheet if name == "rules/departments.csv" else None)


def checked(folder: Folder) -> Checked:
    """The project, which has no errors."""
    out = Collector()
    found = check_folder(folder, out).checked
    assert [] == [f"{finding.message} {finding.span}" for finding in out.sorted() if finding.is_error]
    return found


def used(kind: Kind, name: str, folder: Folder | None = None) -> list[str]:
    """The places of a thing, less its definition."""
    return [
        f"{use.span.source.name}:{use.span.first.line}:{use.span.first.column} {use.span.text} | {use.holder}"
        for use in index_of(checked(folder or folder_of())).of(kind, name)
        if use.role is Role.USE
    ]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.SEGMENT, "vip", [
            "grid.yaml:6:32 vip | condition of table `levels`",
            "grid.yaml:10:34 vip | row `first` of table `levels`",
            "grid.yaml:10:91 vip | row `first` of table `levels`",
            "grid.yaml:11:38 vip | row `other` of table `levels`",
            "grid.yaml:12:43 vip | row `mixed` of table `levels`",
            "grid.yaml:12:105 vip | row `mixed` of table `levels`",
            "grid.yaml:12:141 vip | row `mixed` of table `levels`",
            "grid.yaml:13:34 vip | row `again` of table `levels`",
            "grid.yaml:13:105 vip | row `again` of table `levels`",
            "rules/departments.csv:2:8 vip | row `первый` of table `departments`",
            "rules/departments.csv:3:10 vip | row `второй` of table `departments`",
            "tests.yaml:6:34 vip | facts of test `one`",
            "views.yaml:4:32 vip | condition of view `queue`",
        ]),
        (Kind.OPTION, "ticket.plan:gold", [
            "grid.yaml:11:15 gold | row `other` of table `levels`",
            "grid.yaml:11:27 gold | row `other` of table `levels`",
            "model.yaml:10:39 gold | definition `is_gold`",
            "views.yaml:4:55 gold | condition of view `queue`",
        ]),
        (Kind.OPTION, "ticket.wish:gold", [
            "grid.yaml:10:73 gold | row `first` of table `levels`",
            "grid.yaml:12:124 gold | row `mixed` of table `levels`",
            "grid.yaml:13:124 gold | row `again` of table `levels`",
        ]),
        (Kind.OPTION, "ticket.plan:iron", [
            "grid.yaml:10:18 iron | row `first` of table `levels`",
            "grid.yaml:11:21 iron | row `other` of table `levels`",
            "grid.yaml:12:24 iron | row `mixed` of table `levels`",
        ]),
        (Kind.OPTION, "ticket.plan:big one", [
            "grid.yaml:12:15 big one | row `mixed` of table `levels`",
        ]),
        (Kind.TEAM, "desk", [
            "rules/departments.csv:3:43 desk | row `второй` of table `departments`",
            "rules/departments.csv:7:12 desk | row `others` of table `departments`",
        ]),
        (Kind.AGENT, "anna", [
            "rules/departments.csv:2:50 anna | row `первый` of table `departments`",
        ]),
        (Kind.SLA, "quick", [
            "grid.yaml:10:63 quick | row `first` of table `levels`",
            "grid.yaml:12:63 quick | row `mixed` of table `levels`",
            "grid.yaml:13:63 quick | row `again` of table `levels`",
        ]),
        (Kind.FIELD, "ticket.plan", [
            "grid.yaml:7:21 ticket.plan | column `Plan` of table `levels`",
            "model.yaml:10:24 ticket.plan | definition `is_gold`",
            "views.yaml:4:40 ticket.plan | condition of view `queue`",
            "views.yaml:5:13 ticket.plan | order of view `queue`",
            "views.yaml:6:46 ticket.plan | column of view `queue`",
        ]),
        (Kind.FIELD, "ticket.wish", [
            "grid.yaml:9:77 ticket.wish | column `set ticket.wish` of table `levels`",
        ]),
        (Kind.DEFINITION, "is_gold", [
            "grid.yaml:9:53 is_gold | column `is_gold` of table `levels`",
        ]),
        (Kind.EVENT, "ticket.escalated", [
            "rules/departments.csv:3:25 ticket.escalated | row `второй` of table `departments`",
        ]),
        (Kind.ACTION, "route", [
            "rules/sheet.yaml:4:48 route | column `Отдел` of table `departments`",
            "rules/sheet.yaml:4:65 route | column `Кто` of table `departments`",
            "tests.yaml:7:76 route | expectation of test `one`",
        ]),
        (Kind.STAGE, "route", [
            "rules/sheet.yaml:3:12 route | table `departments`",
        ]),
        (Kind.TABLE, "levels", [
            "tests.yaml:2:54 levels | promise of property `kept`",
            "tests.yaml:7:24 levels | expectation of test `one`",
        ]),
        (Kind.TABLE, "departments", [
            "tests.yaml:2:92 departments | promise of property `kept`",
            "tests.yaml:7:38 departments | expectation of test `one`",
            "tests.yaml:7:89 departments | expectation of test `one`",
        ]),
        (Kind.ROW, "levels/first", [
            "tests.yaml:2:61 first | promise of property `kept`",
            "tests.yaml:7:31 first | expectation of test `one`",
        ]),
        (Kind.ROW, "departments/первый", [
            "tests.yaml:7:50 первый | expectation of test `one`",
            "tests.yaml:7:101 первый | expectation of test `one`",
        ]),
        (Kind.ROW, "departments/others", [
            "tests.yaml:2:104 others | promise of property `kept`",
        ]),
        (Kind.VIEW, "queue", []),
    ],
)  # fmt: skip
def test_uses(kind: Kind, name: str, expected: list[str]) -> None:
    """Headings, conditions, columns of views and every single cell are places; a title or a note names nothing."""
    assert expected == used(kind, name)


@pytest.mark.parametrize("written", ENCODINGS)
@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (Kind.SEGMENT, "vip", "premium"), (Kind.OPTION, "ticket.plan:gold", "ticket.plan:best"), (Kind.OPTION, "ticket.plan:big one", "ticket.plan:very big"),
        (Kind.OPTION, "ticket.wish:gold", "ticket.wish:au"), (Kind.TEAM, "desk", "front"), (Kind.AGENT, "anna", "zoe"), (Kind.SLA, "quick", "fast"),
        (Kind.FIELD, "ticket.plan", "ticket.tariff"), (Kind.FIELD, "ticket.wish", "ticket.hope"), (Kind.DEFINITION, "is_gold", "golden"),
        (Kind.EVENT, "ticket.escalated", "ticket.raised"), (Kind.TABLE, "levels", "grades"), (Kind.TABLE, "departments", "offices"),
        (Kind.ROW, "levels/first", "levels/top"), (Kind.ROW, "departments/первый", "departments/1-й"), (Kind.VIEW, "queue", "inbox"),
    ],
)  # fmt: skip
def test_renamed_and_back_every_byte_is_what_it_was(written: str, kind: Kind, old: str, new: str) -> None:
    """Separators, quotes, marks, encodings and line ends stay; the way back restores everything but `was`."""
    folder = folder_of(ENCODINGS[written])
    there = rename(folder, checked(folder), Name(kind, old), new)
    assert isinstance(there, Edited), there
    between = edited_folder(folder, contents_after(folder, there.edits))
    back = rename(between, checked(between), Name(kind, new), old)
    assert isinstance(back, Edited), back
    restored = edited_folder(between, contents_after(between, back.edits))
    assert ENCODINGS[written] == restored.attachment("rules/departments.csv")
    told = {file.name: file.content.decode() for file in restored.files}
    assert {name: text for name, text in FILES.items() if name not in {"model.yaml", "views.yaml"}} == {
        name: text for name, text in told.items() if name not in {"model.yaml", "views.yaml"}
    }
    assert there.files.keys() == back.files.keys()


def test_a_spreadsheet_is_edited_as_text() -> None:
    """Only the cells that name the thing change: in quotes, in lists, and in no note."""
    folder = folder_of(ENCODINGS["mark"])
    found = rename(folder, checked(folder), Name(Kind.SEGMENT, "vip"), "premium")
    assert isinstance(found, Edited)
    expected = CSV.replace("первый;vip;", "первый;premium;").replace('"vip, partner"', '"premium, partner"')
    assert b"\xef\xbb\xbf" + expected.encode() == found.files["rules/departments.csv"][1]


def test_quotes_that_are_doubled_are_minded() -> None:
    """An option with quotes in it is found in a cell that writes them twice."""
    files = {
        "ruleflow.yaml": "ruleflow: 1\n",
        "a.yaml": "fields: {ticket.size: {type: choice, options: ['5\" pipe', other]}}\n"
        "tables: [{id: t, stage: route, file: rules/departments.csv}]\n",
    }
    sheet = b'ticket.size;add_tags\n"5"" pipe, other";x\n-;-\n'
    folder = folder_of(sheet, files)
    found = rename(folder, checked(folder), Name(Kind.OPTION, "ticket.size:other"), "ticket.size:rest")
    assert isinstance(found, Edited)
    assert b'"5"" pipe, rest";x' in found.files["rules/departments.csv"][1]
    assert ['rules/departments.csv:2:2 5"" pipe | row `1` of table `t`'] == used(
        Kind.OPTION, 'ticket.size:5" pipe', folder
    )


@pytest.mark.parametrize(
    ("kind", "old", "new", "reason"),
    [
        (Kind.ROW, "levels/first", "other/first", "a row stays one of `levels`"),
        (Kind.ROW, "levels/first", "levels/other", "there is a row `levels/other` already, at grid.yaml:11:7"),
        (Kind.ROW, "levels/first", "levels/a b", "`a b` is no id of a row: write letters, digits, `_`, `-` and `.`, a letter or digit first"),
        (Kind.TABLE, "levels", "departments", "there is a table `departments` already, at rules/sheet.yaml:2:9"),
        (Kind.OPTION, "ticket.plan:iron", "ticket.plan:a, b", "with `a, b` the project would have new findings"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_told(kind: Kind, old: str, new: str, reason: str) -> None:
    """A name that is taken, or that a cell could not hold, is refused."""
    folder = folder_of()
    found = rename(folder, checked(folder), Name(kind, old), new)
    assert isinstance(found, InTheWay)
    assert reason == found.reason


def test_a_table_and_a_rule_are_not_called_the_same() -> None:
    """Decisions could mean either."""
    rules = "rules: [{id: r, stage: route, then: [stop: true]}]\n"
    folder = folder_of(files={**FILES, "rules.yaml": rules})
    found = rename(folder, checked(folder), Name(Kind.RULE, "r"), "levels")
    assert isinstance(found, InTheWay)
    assert "there is a table `levels` already, at grid.yaml:3:9" == found.reason


def removed(
    kind: Kind, name: str, files: dict[str, str] = FILES, *, with_lists: bool = False
) -> tuple[Touched, Edited | InTheWay]:
    """What comes of a removal."""
    folder = folder_of(files=files)
    return remove(folder, checked(folder), Name(kind, name), with_lists=with_lists)


WITHOUT_TESTS = {name: text for name, text in FILES.items() if name != "tests.yaml"}


def test_while_a_cell_names_it_nothing_is_removed() -> None:
    """Each cell is told, and the rows that would never match."""
    touched, found = removed(Kind.SEGMENT, "vip")
    assert isinstance(found, InTheWay)
    assert found.reason.startswith("the segment `vip` is named elsewhere; --with-lists takes it out of a list in ")
    assert (
        "the condition of table `levels` would never hold",
        "the condition of view `queue` would never hold",
        "row `первый` of table `departments` would never match",
    ) == touched.left


def test_words_are_taken_out_of_the_lists_of_cells() -> None:
    """Of several values in a cell one goes, in quotes too; lists that a cell gives, and those in its expressions, likewise."""
    touched, found = removed(Kind.SEGMENT, "partner", with_lists=True)
    assert isinstance(found, Edited), found
    assert () == touched.left
    grid = (
        GRID.replace("| vip, partner     |", "| vip     |")
        .replace("has any of [vip, partner]", "has any of [vip]")
        .replace("| vip, partner\n", "| vip\n")
    )
    assert grid == found.files["grid.yaml"][1].decode()
    assert CSV.replace('"vip, partner"', '"vip"') == found.files["rules/departments.csv"][1].decode()


def test_the_end_of_a_range_stays_in_the_way() -> None:
    """A range without its end would ask something else."""
    _, found = removed(Kind.OPTION, "ticket.plan:iron", with_lists=True)
    assert isinstance(found, InTheWay)
    assert ["iron", "iron"] == [span.text for span, _ in found.places]


def test_a_row_goes_with_its_lines() -> None:
    """Line breaks inside its cells go with it."""
    _, found = removed(Kind.ROW, "departments/второй")
    assert isinstance(found, Edited), found
    start, end = CSV.index("второй"), CSV.index("\r\nothers")
    assert CSV[:start] + CSV[end:] == found.files["rules/departments.csv"][1].decode()
    _, found = removed(Kind.ROW, "levels/mixed")
    assert isinstance(found, Edited), found
    assert (
        "".join(line for line in GRID.splitlines(keepends=True) if " mixed " not in line)
        == found.files["grid.yaml"][1].decode()
    )


def test_a_row_that_a_test_expects_stays() -> None:
    """Tests and promises name rows; a table goes only with all of them."""
    _, found = removed(Kind.ROW, "levels/first")
    assert isinstance(found, InTheWay)
    assert ["first", "first"] == [span.text for span, _ in found.places]
    _, found = removed(Kind.TABLE, "departments")
    assert isinstance(found, InTheWay)
    assert {"departments", "первый", "others"} == {span.text for span, _ in found.places}


def test_a_table_and_a_view_go_with_their_lines() -> None:
    """The spreadsheet of a table stays where it is: nothing reads it any more."""
    _, found = removed(Kind.TABLE, "departments", WITHOUT_TESTS)
    assert isinstance(found, Edited), found
    assert {"rules/sheet.yaml": (SHEET.encode(), b"")} == found.files
    _, found = removed(Kind.VIEW, "queue")
    assert isinstance(found, Edited), found
    assert {"views.yaml": (VIEWS.encode(), b"\n")} == found.files
