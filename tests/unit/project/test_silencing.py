"""Comments silence in whatever says something of a project."""

from __future__ import annotations

from pathlib import Path

import ruleflow
from ruleflow.diagnostics.allowances import standing
from ruleflow.project.findings import findings_of
from tests.projects import write_project

UNUSED = (
    "definitions:\n  # ruleflow: allow RF502 because the night shift needs it\n  is_urgent: ticket.priority is urgent\n"
)
NEVER = (
    "rules:\n  - id: never\n    stage: classify\n"
    "    when: ticket.priority is low and ticket.priority is high  # ruleflow: allow RF504 because it is a trial\n"
    "    then: [{stop: true}]\n"
)
GAP = (
    "tables:\n  # ruleflow: allow RF520 because others need no tag\n  - id: t\n    stage: classify\n"
    "    rows: |\n      ticket.priority | add_tags\n      high | hot\n"
)


def test_nothing_is_left(tmp_path: Path) -> None:
    """`check` and `load` of the library mind the comments."""
    folder = write_project(tmp_path, {"rules.yaml": UNUSED})
    assert [] == ruleflow.check(folder)
    assert () == ruleflow.load(folder).warnings
    assert () == ruleflow.load(folder).warnings  # as it was kept


def test_the_reason_is_kept(tmp_path: Path) -> None:
    """A finding that is silenced says why, also when it comes from what was kept."""
    folder = write_project(tmp_path, {"rules.yaml": UNUSED})
    for _ in range(2):
        (found,) = findings_of(folder)
        assert ("RF502", "the night shift needs it") == (found.code.number, found.silenced)


def test_proofs_are_silenced(tmp_path: Path) -> None:
    """Where nothing is proved, it is not said that such a comment silences nothing."""
    folder = write_project(tmp_path, {"ruleflow.yaml": "ruleflow: 1\nstages: [classify]\n", "rules.yaml": NEVER})
    assert ["RF504"] == [one.code.number for one in findings_of(folder) if one.silenced]
    assert () == standing(findings_of(folder))
    assert () == findings_of(folder, prove=False)


def test_what_is_found_in_tables_is_silenced(tmp_path: Path) -> None:
    """Where tables are not looked through, it is not said that such a comment silences nothing."""
    folder = write_project(tmp_path, {"rules.yaml": GAP})
    assert ["RF520"] == [one.code.number for one in findings_of(folder) if one.silenced]
    assert () == standing(findings_of(folder))
    assert () == findings_of(folder, prove=False)
    assert [] == ruleflow.check(folder)
    assert () == ruleflow.load(folder).warnings


def test_a_comment_that_silences_nothing_is_told(tmp_path: Path) -> None:
    """Not while there are errors, for then not everything is looked for; and of lint only where lint looks."""
    used = UNUSED + "segments:\n  vip: {when: is_urgent}\n"
    folder = write_project(tmp_path / "a", {"rules.yaml": used})
    assert ["RF890"] == [one.code.number for one in ruleflow.check(folder)]
    folder = write_project(tmp_path / "b", {"rules.yaml": used + "  bad: {when: nothing}\n"})
    assert ["RF303"] == [one.code.number for one in ruleflow.check(folder)]
    folder = write_project(tmp_path / "c", {"rules.yaml": used.replace("RF502", "RF803")})
    assert [] == ruleflow.check(folder)


def test_a_whole_file_and_the_project(tmp_path: Path) -> None:
    """`allow-file` speaks of its file, `allow-project` of all; files that are ignored say nothing."""
    unused = "definitions:\n  is_urgent: ticket.priority is urgent\n"
    files = {"a.yaml": f"# ruleflow: allow-file RF502 because why\n{unused}", "b.yaml": unused.replace("is_", "was_")}
    assert ["b.yaml"] == [
        one.span.source.name for one in ruleflow.check(write_project(tmp_path / "a", files)) if one.span
    ]
    root = "# ruleflow: allow-project RF502, RF503 because why\nruleflow: 1\nignore: [old]\nstages: [classify, route]\n"
    files = {"ruleflow.yaml": root, "b.yaml": unused, "old/c.yaml": "# ruleflow: allow-file RF999\na: 1\n"}
    assert [] == ruleflow.check(write_project(tmp_path / "b", files))
