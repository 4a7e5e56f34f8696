"""Decision tables in what is kept, bundled, compared, covered and tried."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyarrow as pa
import pytest

import ruleflow
from ruleflow.analysis.compare import compare
from ruleflow.analysis.verdicts import Proof, State
from ruleflow.analysis.verify import verify
from ruleflow.batch import match_table
from ruleflow.diagnostics.collector import Collector
from ruleflow.project import kept
from ruleflow.project.bundle import bundle_of, open_bundle
from ruleflow.project.folder import read_folder
from ruleflow.project.opening import open_folder
from ruleflow.review.edits import Edited, PartAdded, PartChanged, PartRemoved, ValueChanged
from ruleflow.review.review import diff
from ruleflow.testing.coverage_text import gap_texts
from ruleflow.testing.run import run_tests
from tests.projects import NOON, decide, loaded, write_project

YAML = """
segments: [vip, partner]
teams: [desk, vip_desk]
tables:
  - id: teams
    stage: route
    on: ticket.created
    columns: {Segment: contact.segments, Team: route.team}
    file: teams.csv
"""
CSV = "id;Segment;Team\nvip;vip;vip_desk\nothers;-;desk\n"
FILES = {"rules/a.yaml": YAML, "rules/teams.csv": CSV}
TESTS = """
tests:
  - {name: a vip, event: ticket.created, given: {contact: {segments: [vip]}}, expect: {matched: [teams/vip]}}
"""


def large(rows: int, team: str = "desk") -> str:
    """A table of many rows for texts; the last but one routes to `team`."""
    lines = [f"      '{at}' | {'vip_desk' if at % 2 else 'desk'}" for at in range(rows - 2)]
    lines += [f"      'odd' | {team}", "      - | vip_desk"]
    grid = "\n".join(["      ticket.region | route.team", *lines])
    return (
        f"teams: [desk, vip_desk]\ntables:\n  - id: t\n    stage: route\n    on: ticket.created\n    rows: |\n{grid}\n"
    )


def test_a_kept_project_decides_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept is taken, rows and all; another spreadsheet is read again."""
    first = ruleflow.load(write_project(tmp_path, FILES))
    folder = read_folder(tmp_path, Collector())
    assert folder is not None
    again = kept.kept(folder, Collector())
    assert again is not None
    assert first.model.tables == again.checked.model.tables
    assert first.digest == again.digest
    write_project(tmp_path, {"rules/teams.csv": CSV.replace("desk\n", "vip_desk\n")})
    assert kept.kept(folder, Collector()) is None


def test_a_bundle_has_the_spreadsheet(tmp_path: Path) -> None:
    """A bundle decides as the folder it was made of, and names the file."""
    folder = read_folder(write_project(tmp_path, FILES), Collector())
    assert folder is not None
    bundle = open_bundle(bundle_of(folder, open_folder(folder, Collector()), ()))
    assert "rules/teams.csv" in bundle.files
    assert ["teams/vip"] == decide(bundle.project, contact={"segments": ["vip"]})["matched"]


def test_a_revision_has_the_spreadsheet_of_then(tmp_path: Path) -> None:
    """A review of a change in the spreadsheet alone: the cell in words, and what it means for tickets."""
    write_project(tmp_path, FILES)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    write_project(tmp_path, {"rules/teams.csv": CSV.replace("vip;vip;vip_desk", "vip;partner;vip_desk")})
    found = diff(folder=tmp_path)
    (edit,) = found.edits
    assert isinstance(edit, Edited)
    assert (ValueChanged("row vip: contact.segments", "vip", "partner"),) == edit.changes
    assert found.meaning is not None
    (route,) = [one for one in found.meaning.verdicts if one.outcome == "route"]
    assert (State.CHANGED, True) == (route.state, route.complete)


def test_rows_in_words(tmp_path: Path) -> None:
    """Rows that are new, gone, moved and changed; of numbered ones, too."""
    old = "ticket.priority | add_tags\nlow | a\nnormal | b\nhigh | c\nurgent | d"
    new = "ticket.priority | add_tags\nurgent | d\nlow | a\nhigh | e\n- | f"

    def of(grid: str, name: str) -> Path:
        rows = grid.replace("\n", "\n      ")
        text = f"tables:\n  - id: t\n    stage: classify\n    rows: |\n      {rows}\n"
        return write_project(tmp_path / name, {"a.yaml": text})

    (edit,) = diff(of(old, "old"), of(new, "new"), prove=False).edits
    assert isinstance(edit, Edited)
    assert (
        PartRemoved("rows", "row 2: ticket.priority normal → add_tags b"),
        ValueChanged("row 3: add_tags", "c", "e"),
        PartAdded("rows", "row 4: any ticket → add_tags f"),
        PartChanged("rows", "4", "1", "row 1 moved: it was number 4, it now is number 1"),
    ) == edit.changes


def test_rows_that_no_test_hits(tmp_path: Path) -> None:
    """Coverage counts rows, and names those that are left out."""
    coverage = run_tests(ruleflow.load(write_project(tmp_path, {**FILES, "t.yaml": TESTS}))).coverage
    assert (1, 2) == (coverage.rows.seen, coverage.rows.total)
    assert ("teams/others",) == coverage.never_hit
    assert ("rules/a.yaml:5: table `teams`: no test hits the row `others` of 2",) == gap_texts(coverage)


def test_a_large_table_is_never_proved(tmp_path: Path) -> None:
    """Of a table with very many rows nothing is proved; a ticket that was decided still counts."""
    promise = "properties: [{id: routed, on: ticket.created, expect: outcome.route.team is present}]\n"
    found = loaded(tmp_path / "a", large(400) + promise)
    (verdict,) = verify(found.plan).promises
    assert [Proof.UNKNOWN] == [one.proof for one in verdict.events]
    assert "400 rows" in verdict.events[0].reason
    other = loaded(tmp_path / "b", large(400, "vip_desk") + promise)
    states = {one.outcome: one.state for one in compare(found.plan, other.plan).verdicts}
    assert State.UNCHANGED not in states.values()
    assert State.CHANGED is states["route"]


def test_columns_of_tickets_match_rows(tmp_path: Path) -> None:
    """A table of tickets is matched with the rows of decision tables as one by one."""
    project = ruleflow.load(write_project(tmp_path, FILES))
    table = pa.table({"contact.segments": [["vip"], [], None]})
    assert [["teams/vip"], ["teams/others"], ["teams/others"]] == match_table(
        project, "ticket.created", table, now=NOON
    ).rules.to_pylist()


def test_promises_about_rows(tmp_path: Path) -> None:
    """What a table decides is proved for every ticket; a row may be named."""
    promises = """
properties:
  - {id: routed, on: ticket.created, expect: outcome.route.team is present}
  - {id: vips, on: ticket.created, for: contact.segments has vip, expect: "outcome.matched has 'teams/vip'"}
  - {id: wrong, on: ticket.created, expect: outcome.route.team is desk}
"""
    project = ruleflow.load(write_project(tmp_path, {**FILES, "p.yaml": promises}))
    proofs = {one.id: one.proof for one in verify(project.plan).promises}
    assert {"routed": Proof.PROVED, "vips": Proof.PROVED, "wrong": Proof.FAILS} == proofs
