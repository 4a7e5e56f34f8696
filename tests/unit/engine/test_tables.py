"""Decision tables in decisions: rows that act, hit policies, gates, shadow, spreadsheets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ruleflow.project.errors import UnknownRuleError
from ruleflow.project.project import Project
from tests.projects import NOON, decide, findings, loaded

MODEL = """
segments: [vip, partner]
teams: [desk, vip_desk, wholesale]
fields: {contact.value: {type: decimal}}
"""
TEAMS = """
  - id: teams
    stage: route
    rows: |
      id     | contact.segments | contact.value | route.team | add_tags
      vip    | vip              | -             | vip_desk   | hot
      trade  | partner          | >= 2.5        | wholesale  | -
      others | -                | -             | desk       | -
"""


def project(folder: Path, tables: str = TEAMS) -> Project:
    return loaded(folder, f"{MODEL}tables:{tables}")


def told(found: Project, **facts: Any) -> tuple[list[str], list[Any], list[str]]:
    """What matched, who got it, and the codes of errors."""
    decision = decide(found, **facts)
    route = decision["outcome"]["route"] or {}
    return decision["matched"], [route.get("team")], [one["code"] for one in decision["errors"]]


def grid(hit: str, more: str = "", *, id_: str = "t") -> str:
    return f"""
  - id: {id_}
    stage: classify
    hit: {hit}
{more}    rows: |
      contact.segments | add_tags
      vip              | a
      partner          | b
"""


def test_the_first_row_that_fits_acts(tmp_path: Path) -> None:
    """Rows are gone through from the top; a cell that is not filled is an action that is not done."""
    found = project(tmp_path)
    decision = decide(found, contact={"segments": ["partner", "vip"], "value": 9})
    assert ["teams/vip"] == decision["matched"]
    assert [("route", "teams/vip"), ("add_tags", "teams/vip")] == [
        (one["type"], one["rule"]) for one in decision["actions"]
    ]
    assert (["teams/trade"], ["wholesale"], []) == told(found, contact={"segments": ["partner"], "value": 2.5})
    assert (["teams/others"], ["desk"], []) == told(found, contact={"segments": ["partner"], "value": 2.25})


@pytest.mark.parametrize(
    ("hit", "matched", "errors"),
    [("first", ["t/1"], []), ("unique", ["t/1"], ["RF612"]), ("collect", ["t/1", "t/2"], [])],
)
def test_hit_policies(tmp_path: Path, hit: str, matched: list[str], errors: list[str]) -> None:
    """Of two rows that match the first acts, or both; where only one may match the other is reported."""
    found = told(project(tmp_path, grid(hit)), contact={"segments": ["vip", "partner"]})
    assert (matched, errors) == (found[0], found[2])


def test_a_table_has_one_rollout(tmp_path: Path) -> None:
    """A ticket has all rows or none: the share is drawn by the table."""
    found = project(tmp_path, grid("collect", "    rollout: 50%\n"))
    counts = {
        len(decide(found, ticket={"id": f"T{at}"}, contact={"segments": ["vip", "partner"]})["matched"])
        for at in range(40)
    }
    assert {0, 2} == counts


@pytest.mark.parametrize(
    "key", ["enabled: false", "valid_until: 2026-03-01", "on: ticket.closed", "when: ticket.subject is 'x'"]
)
def test_what_keeps_a_table_keeps_its_rows(tmp_path: Path, key: str) -> None:
    """The keys of a rule are those of a table."""
    assert [] == told(project(tmp_path, grid("collect", f"    {key}\n")), contact={"segments": ["vip"]})[0]


def test_a_table_in_shadow(tmp_path: Path) -> None:
    """Its rows are reported and do not act."""
    decision = decide(project(tmp_path, grid("first", "    mode: shadow\n")), contact={"segments": ["vip"]})
    assert ([], ["t/1"], []) == (decision["matched"], decision["shadow"], decision["actions"])


def test_rules_and_rows_of_a_stage(tmp_path: Path) -> None:
    """In one file the rules come first, and a stage of which only the first acts minds both."""
    root = "ruleflow: 1\nstages: [{id: classify, hit: first}]\n"
    rules = "rules: [{id: a, stage: classify, when: contact.segments has vip, then: [{add_tags: [r]}]}]\n"
    found = loaded(tmp_path, f"segments: [vip, partner]\ntables:{grid('collect')}{rules}", root)
    assert ["a"] == decide(found, contact={"segments": ["vip", "partner"]})["matched"]
    assert ["t/2"] == decide(found, contact={"segments": ["partner"]})["matched"]


def test_writes_that_lose_name_their_row(tmp_path: Path) -> None:
    """`resolve` decides between rows as between rules."""
    table = """
  - id: t
    stage: classify
    hit: collect
    rows: |
      contact.segments | set ticket.grade
      vip              | 2
      partner          | 1
"""
    found = loaded(
        tmp_path,
        f"segments: [vip, partner]\nfields: {{ticket.grade: {{type: integer, resolve: lowest}}}}\ntables:{table}",
    )
    decision = decide(found, contact={"segments": ["vip", "partner"]})
    assert [("t/1", "t/2")] == [(one["rule"], one["by"]) for one in decision["overridden"]]


CSV = '\ufeffid;Segment;Value;Team;note;;\r\nv;vip;>= 2,25;vip_desk;"two\r\nlines; one cell";;\r\nw;-;-;desk;;;\r\n;;;;;;\r\n'
FROM_FILE = """
  - id: teams
    stage: route
    columns: {Segment: contact.segments, Value: contact.value, Team: route.team}
    file: teams.csv
"""


def write(folder: Path, content: bytes) -> None:
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "teams.csv").write_bytes(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_spreadsheet_beside_the_file(tmp_path: Path, encoding: str) -> None:
    """Semicolons, a byte-order mark, decimal commas, line breaks in cells, empty rows and columns."""
    write(tmp_path, CSV.encode() if encoding == "utf-8" else CSV.removeprefix("\ufeff").encode("utf-16"))
    found = project(tmp_path, FROM_FILE)
    assert (["teams/v"], ["vip_desk"], []) == told(found, contact={"segments": ["vip"], "value": 2.25})
    assert (["teams/w"], ["desk"], []) == told(found, contact={"segments": ["vip"], "value": 2})
    assert "two lines; one cell" == " ".join(found.model.tables[0].rows.notes[0].split())


def test_the_spreadsheet_is_part_of_the_project(tmp_path: Path) -> None:
    """Another cell is another digest, and decides otherwise; what was kept is not taken for it."""
    write(tmp_path, CSV.encode())
    before = project(tmp_path, FROM_FILE)
    assert before.digest == project(tmp_path, FROM_FILE).digest
    write(tmp_path, CSV.replace(";vip_desk", ";wholesale").encode())
    after = project(tmp_path, FROM_FILE)
    assert before.digest != after.digest
    assert ["wholesale"] == told(after, contact={"segments": ["vip"], "value": 3})[1]


def test_findings_point_into_the_spreadsheet(tmp_path: Path) -> None:
    """A wrong cell is told with its file, line and column, once for each text."""
    write(tmp_path, b"id;Segment;Value;Team\na;wip;x;vip_desk\nb;wip;-;nobody\n")
    found = findings(tmp_path, f"{MODEL}tables:{FROM_FILE}")
    assert [
        ("RF304", "rules/teams.csv", 2, "wip"),
        ("RF402", "rules/teams.csv", 2, "x"),
        ("RF304", "rules/teams.csv", 3, "nobody"),
    ] == [
        (one.code.number, one.span.source.name, one.span.first.line, one.span.text)
        for one in found
        if one.span and one.is_error
    ]
    assert ("did you mean `vip`?",) == found[0].help


def test_an_encoding_of_one_country_is_refused(tmp_path: Path) -> None:
    """Nobody guesses: the help names what to choose in the spreadsheet."""
    write(tmp_path, "Segment;Value;Team\nvip;-;склад\n".encode("cp1251"))
    (found,) = [one for one in findings(tmp_path, f"{MODEL}tables:{FROM_FILE}") if one.is_error]
    assert "RF001" == found.code.number
    assert "CSV UTF-8" in found.help[0]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("file: absent.csv", "RF135"),
        ("file: teams.xlsx", "RF150"),
        ("rows: ''", "RF150"),
        ("rows: 'contact.segments | route.team'", "RF150"),
        ("title: x", "RF112"),
        ("rows: [[a, b], [c, d]]", "RF110"),
        ("rows: x\n    file: teams.csv", "RF150"),
        ("after: {time: 1h, since: now}\n    rows: x", "RF111"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, keys: str, code: str) -> None:
    """A missing file, a file of another kind, no rows, keys that are none."""
    found = findings(tmp_path, f"{MODEL}tables:\n  - id: t\n    stage: route\n    {keys}\n")
    assert code in {one.code.number for one in found}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["ticket.prioriti | add_tags", "high | a"], "RF302"),
        (["contact.visits | add_tags", "high | a"], "RF402"),
        (["ticket.priority | ticket.priority | add_tags", "high | high | a"], "RF150"),
        (["ticket.priority", "high"], "RF150"),
        (["add_tags", "a"], "RF150"),
        (["Segment | add_tags", "vip | a"], "RF150"),
        (["Сумма | add_tags", "5 | a"], "RF150"),
        (["ticket.priority | set ticket.nothing", "high | 1"], "RF302"),
        (["ticket.priority | set ticket.team", "high | desk"], "RF416"),
        (["ticket.priority | route.team", "high | contact.account_manager"], "RF402"),
        (["contact.value < 3 | add_tags", "false | a"], "RF405"),
        (["id | ticket.priority | add_tags", "a | high | x", "a | low | y"], "RF301"),
    ],
)
def test_columns_are_checked(tmp_path: Path, lines: list[str], code: str) -> None:
    """What is asked and done is typed as in rules."""
    more = "  contact.visits: {type: list, of: {at: date}}\n"
    rows = "".join(f"      {line}\n" for line in lines)
    model = MODEL.replace(
        "fields: {contact.value: {type: decimal}}", f"fields:\n  contact.value: {{type: decimal}}\n{more}"
    )
    found = findings(tmp_path, f"{model}tables:\n  - id: t\n    stage: route\n    rows: |\n{rows}")
    assert code in {one.code.number for one in found if one.is_error}, found


def test_one_name_for_a_rule_and_a_table(tmp_path: Path) -> None:
    """Ids are those of both."""
    rule = "rules: [{id: t, stage: classify, then: [{add_tags: [a]}]}]\n"
    assert "RF301" in {one.code.number for one in findings(tmp_path, f"{MODEL}{rule}tables:{grid('first')}")}


def test_a_later_stage_sees_what_rows_wrote(tmp_path: Path) -> None:
    """A column that asks an expression is computed anew where its facts have changed."""
    tables = """
  - id: grades
    stage: classify
    rows: |
      contact.segments | set ticket.grade
      vip              | 3
  - id: tags
    stage: route
    rows: |
      (ticket.grade ?? 0) * 2 | add_tags
      >= 6                    | six
      -                       | less
"""
    found = loaded(tmp_path, f"segments: [vip]\nfields: {{ticket.grade: {{type: integer}}}}\ntables:{tables}")
    assert ["grades/1", "tags/1"] == decide(found, contact={"segments": ["vip"]})["matched"]
    assert ["tags/2"] == decide(found)["matched"]


def test_a_value_too_large_fails_the_table(tmp_path: Path) -> None:
    """Whichever rows would ask it; the others of the stage decide."""
    table = """
  - id: t
    stage: classify
    rows: |
      contact.segments | ticket.region | add_tags
      vip              | -             | a
      -                | north         | b
"""
    found = project(tmp_path, table)
    decision = decide(found, contact={"segments": ["vip"]}, ticket={"region": "x" * 200_000})
    assert ([], [("t", "RF607")]) == (decision["matched"], [(one["rule"], one["code"]) for one in decision["errors"]])


def test_why_and_why_not(tmp_path: Path) -> None:
    """A row is explained cell by cell; of a table no row of which matched the nearest rows are told."""
    found = project(tmp_path)
    text = found.explain(
        "ticket.created", {"contact": {"segments": ["partner"], "value": 1}}, rule="teams/trade", now=NOON
    ).to_text()
    assert "✓ contact.segments has partner   (contact.segments is [partner])" in text
    assert "✗ contact.value >= 2.5   (contact.value is 1)  ← decides" in text
    none = project(tmp_path / "b", grid("unique"))
    told_ = none.explain("ticket.created", {}, rule="t", now=NOON).to_dict()["rule"]
    assert "no row of it matches" == told_["reason"]
    assert ["t/1", "t/2"] == [one["id"] for one in told_["nearest_rows"]]


def test_a_row_that_is_none(tmp_path: Path) -> None:
    """A misspelt row is told with the one that was meant."""
    with pytest.raises(UnknownRuleError, match="did you mean `teams/vip`"):
        project(tmp_path).explain("ticket.created", {}, rule="teams/vpi", now=datetime(2026, 1, 1, tzinfo=UTC))
