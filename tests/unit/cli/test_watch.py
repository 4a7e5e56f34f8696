"""Running again whenever a file changes, with files and a clock that are made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from ruleflow.cli.exits import FINDINGS, FINE, INTERRUPTED
from ruleflow.cli.watch import watch
from ruleflow.project.folder import Files, files_in

A, B, C = {"a": (1, 1)}, {"a": (2, 1)}, {"a": (2, 1), "b": (3, 1)}


def watched(looks: list[Files], codes: list[int | Exception]) -> tuple[int, int]:
    """The exit code and the number of runs, where looking at the files shows these in turn and then somebody stops."""
    shown: Iterator[Files] = iter(looks)
    answers = iter(codes)
    runs = 0

    def look(_: Path) -> Files:
        found = next(shown, None)
        if found is None:
            raise KeyboardInterrupt
        return found

    def run() -> int:
        nonlocal runs
        runs += 1
        code = next(answers)
        if isinstance(code, Exception):
            raise code
        return code

    return watch(Path(), run, look=look, wait=lambda _: None), runs


def test_a_change_runs_again(capsys: pytest.CaptureFixture[str]) -> None:
    """It waits until the files are at rest, says what changed, and ends with the code of the last run."""
    assert (FINDINGS, 2) == watched([A, A, A, B, C, C, C, C], [FINE, FINDINGS])
    out = capsys.readouterr().out
    assert "changed: `a` and `b`" in out


def test_a_change_during_a_run_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What was written while the tests ran is seen at the first look after it."""
    assert (FINE, 2) == watched([A, B, B, B], [FINE, FINE])
    assert "changed: `a`" in capsys.readouterr().out


def test_a_change_that_was_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are as they were are run again too: somebody wrote them."""
    assert (FINE, 2) == watched([A, B, A, A, A], [FINE, FINE])
    assert "changed and changed back" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stops", "code"), [(click.exceptions.Exit(1), FINDINGS), (click.UsageError("no such rule"), 2)]
)
def test_a_project_with_mistakes_is_watched_on(stops: Exception, code: int) -> None:
    """A run that cannot go through ends neither the watching nor the next run."""
    assert (code, 1) == watched([A, A], [stops])
    assert (FINE, 2) == watched([A, B, B, B], [stops, FINE])


def test_stopped_in_the_first_run() -> None:
    """Nothing is known yet."""

    def run() -> int:
        raise KeyboardInterrupt

    assert INTERRUPTED == watch(Path(), run, look=lambda _: {}, wait=lambda _: None)


def test_files_of_a_project(tmp_path: Path) -> None:
    """Every file counts, templates and calendars too; hidden ones do not."""
    for name in ("ruleflow.yaml", "templates/a.md", ".git/index", ".hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    before = files_in(tmp_path)
    assert ["ruleflow.yaml", "templates/a.md"] == sorted(before)
    (tmp_path / "templates/a.md").write_text("xy", encoding="utf-8")
    assert before != files_in(tmp_path)


def test_waiting_is_by_the_clock() -> None:
    """Between two looks it rests, and looks no more often than a few times a second."""
    pauses: list[float] = []
    looks = iter([A, A, A, A])

    def look(_: Path) -> Files:
        return next(looks)

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    run: Callable[[], int] = lambda: FINE  # noqa: E731
    assert FINE == watch(Path(), run, look=look, wait=wait)
    assert [True] * 3 == [0.1 <= one <= 1 for one in pauses]
