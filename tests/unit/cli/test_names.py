"""`ruleflow refs`, `rename` and `remove`, run as an admin types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import ruleflow
from ruleflow.cli.app import run
from tests.projects import NOON, write_project
from tests.unit.references.test_index import FILES


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a bit of everything, in a folder of its own."""
    return write_project(tmp_path / "support", {"ruleflow.yaml": "ruleflow: 1\n", **FILES})


def test_deleting_a_segment_lists_all_that_it_touches(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scenario 2: every rule, condition and test that names the segment, and every contact that carries it."""
    folder = repository / "rules-examples" / "client-segments"
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("contact.id,contact.segments\nC1,partner\nC2,vip\nC3,101\n")
    assert 0 == run(["refs", "segment", "partner", str(folder), "--data", str(contacts)])
    out = capsys.readouterr().out
    assert "Segment `partner` is defined in\n  model/segments.yaml:3:3\n" in out
    assert "  rules/routing.yaml:16:32  condition of rule `partners`\n" in out
    assert "  model/segments.yaml:15:76  condition of segment `new_client`\n" in out
    assert "In contacts.csv, 2 of 3 rows carry it (2 contacts).\n" in out
    assert 1 == run(["remove", "segment", "partner", str(folder)])
    shown = capsys.readouterr()
    assert "Removing the segment `partner` touches 5 places." in shown.out
    assert "the condition of rule `partners` would never hold" in shown.out
    assert (
        "error: nothing is changed: the segment `partner` is named elsewhere; --with-lists takes it out of a list in 1 of these places\n"
        == shown.err
    )


def test_refs_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each place with its file, line, column, offsets and holder."""
    assert 0 == run(["refs", "skill", "greek", str(project), "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    place = {"file": "rules.yaml", "line": 9, "column": 38, "end_line": 9, "end_column": 43, "start": 210, "end": 215}
    holder = {"kind": "rule", "id": "first", "part": "action `route`"}
    assert 1 == found["version"]
    assert [{**place, "text": "greek", "holder": holder}] == found["names"][0]["uses"]
    assert ("skill", "greek", []) == tuple(found["names"][0][key] for key in ("kind", "id", "was"))


def test_a_name_alone_finds_all_kinds(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ruleflow refs gold` finds the options of both fields, in the current folder, too."""
    assert 0 == run(["refs", "gold", str(project)])
    first = capsys.readouterr().out
    assert "Option `gold` of `ticket.plan` is defined in" in first
    assert "Option `gold` of `ticket.wish` is defined in" in first
    monkeypatch.chdir(project)
    assert 0 == run(["refs", "gold"])
    assert first == capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["refs", "segmnt", "vip"], "`segmnt` is no kind of thing; did you mean `segment`?"),
        (["refs", "segment", "vpi"], "there is no segment `vpi`; did you mean `vip`?"),
        (["refs", "team", "vip"], "there is no team `vip` There is the segment `vip`."),
        (["refs", "resellr"], "nothing is called `resellr`; did you mean `reseller`?"),
        (["refs", "option", "gold"], "`gold` is an option of several fields: say which, `ticket.plan:gold` and `ticket.wish:gold`"),
        (["rename", "segment", "vpi", "x"], "there is no segment `vpi`; did you mean `vip`?"),
        (["remove", "segment", "vpi"], "there is no segment `vpi`; did you mean `vip`?"),
    ],
)  # fmt: skip
def test_unknown_names_are_told(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    """A kind or a name that is not there is wrong usage, with what may be meant."""
    monkeypatch.chdir(project)
    assert 2 == run(words)
    assert f"error: {said}\n" == capsys.readouterr().err


def test_rename_writes_all_files_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All places move, facts may say the old name, and `ruleflow diff` sees nothing but a new name."""
    before = project.parent / "before"
    shutil.copytree(project, before)
    assert 0 == run(["rename", "segment", "vip", "premium", str(project), "--dry-run"])
    assert "Segment `vip` is now `premium`: 4 files would change." in capsys.readouterr().out
    assert FILES["rules.yaml"] == (project / "rules.yaml").read_text()
    assert 0 == run(["rename", "segment", "vip", "premium", str(project)])
    assert "note: facts may say `vip` or `premium`; decisions say `premium`" in capsys.readouterr().out
    assert FILES["rules.yaml"].replace("vip", "premium") == (project / "rules.yaml").read_text()
    facts = {"contact": {"segments": ["vip"], "trips": [{"kind": "far"}]}}
    now = ruleflow.load(project).decide("ticket.created", facts, now=NOON)
    assert ruleflow.load(before).decide("ticket.created", facts, now=NOON).matched == now.matched == ("first",)
    assert 0 == run(["diff", str(before), str(project)])
    out = " ".join(capsys.readouterr().out.split())
    assert "1 edit; every ticket is decided as before" in out
    assert "renamed: vip → premium" in out


def test_a_patch_can_be_looked_at_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--diff` prints what would change and writes nothing."""
    assert 0 == run(["rename", "option", "contact.trips.kind:far", "away", str(project), "--diff"])
    out = capsys.readouterr().out
    assert "--- a/rules.yaml\n+++ b/rules.yaml\n" in out
    assert "+        and any (contact.trips where it.kind is away)\n" in out
    assert FILES["rules.yaml"] == (project / "rules.yaml").read_text()


def test_what_is_in_the_way_of_a_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and the places are shown."""
    assert 1 == run(["rename", "option", "ticket.plan:gold", "top", str(project)])
    err = capsys.readouterr().err
    assert "error: nothing is changed: options of two fields meet here, and would no longer be the same words\n" in err
    assert "`ticket.plan` meets `ticket.wish` in condition of rule `third`" in err
    assert FILES["model.yaml"] == (project / "model.yaml").read_text()


def test_remove_waits_for_apply(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What nothing names is removed when asked to; the project still checks."""
    (project / "more.yaml").write_text("segments:\n  unused:\n    title: Nobody # here\n  kept:\n")
    assert 0 == run(["remove", "segment", "unused", str(project)])
    assert "Nothing would dangle; --apply removes it, --diff shows how." in capsys.readouterr().out
    assert 0 == run(["remove", "segment", "unused", str(project), "--apply"])
    assert "Segment `unused` is removed: 1 file changed." in capsys.readouterr().out
    assert "segments:\n  kept:\n" == (project / "more.yaml").read_text()


def test_lists_only_on_request(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --with-lists a thing leaves lists with other items; alone in a test it stays in the way."""
    assert 1 == run(["remove", "segment", "reseller", str(project), "--apply"])
    capsys.readouterr()
    assert 0 == run(["remove", "segment", "reseller", str(project), "--apply", "--with-lists"])
    assert "contact.segments has any of [vip]'" in (project / "rules.yaml").read_text()
    assert not [finding for finding in ruleflow.check(project) if finding.is_error]


def test_a_project_with_errors_is_not_touched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the project does not check, its findings come first."""
    (project / "more.yaml").write_text("rules: [{id: x, stage: nowhere, then: [stop: true]}]\n")
    assert 1 == run(["rename", "segment", "vip", "premium", str(project)])
    assert "`nowhere` is not a stage" in capsys.readouterr().err


def test_a_row_is_called_by_its_own_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one table alone has such a row, its table need not be said; the spreadsheet is written as it was."""
    sheet = "id;contact.segments;add_tags\r\nпервый;vip;x\r\nlast;-;-\r\n".encode("utf-8-sig")
    files = {
        "ruleflow.yaml": "ruleflow: 1\n",
        "a.yaml": "segments: [vip]\ntables: [{id: t, stage: route, file: t.csv}]\n",
    }
    folder = write_project(tmp_path / "support", files)
    (folder / "t.csv").write_bytes(sheet)
    monkeypatch.chdir(folder)
    assert 0 == run(["rename", "row", "первый", "first"])
    assert "Row `t/первый` is now `t/first`: 1 file changed." in capsys.readouterr().out
    assert 0 == run(["rename", "segment", "vip", "premium"])
    assert sheet.replace("первый;vip".encode(), b"first;premium") == (folder / "t.csv").read_bytes()
    assert 0 == run(["remove", "row", "first", "--apply"])
    assert "id;contact.segments;add_tags\r\nlast;-;-\r\n".encode("utf-8-sig") == (folder / "t.csv").read_bytes()
