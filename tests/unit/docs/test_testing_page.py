"""What the page on testing shows is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from ruleflow.project.project import load
from ruleflow.testing.run import run_tests

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
SHOWN = re.findall(
    r"^```sh\nruleflow (test rules-examples/[^\n]*)\n```\n\n```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("command", "expected"), SHOWN)
def test_what_is_shown_is_printed(
    command: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Each report on the page is the report of today."""
    monkeypatch.chdir(REPOSITORY)
    assert 0 == run(command.split())
    assert expected == capsysbinary.readouterr().out.decode()


def test_both_reports_are_shown() -> None:
    """The page shows coverage and changes."""
    assert ["--coverage", "--mutate"] == [command.split()[-1] for command, _ in SHOWN]


def test_the_missing_test_closes_the_gap(tmp_path: Path) -> None:
    """With the test that the page gives, the part decides by being false."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    example = (REPOSITORY / "rules-examples" / "first-steps" / "ruleflow.yaml").read_text(encoding="utf-8")
    (tmp_path / "ruleflow.yaml").write_text(example, encoding="utf-8")
    before = run_tests(load(tmp_path)).coverage
    (tmp_path / "more.test.yaml").write_text(f"tests:\n{block}", encoding="utf-8")
    report = run_tests(load(tmp_path))
    assert () == report.failed

    assert before.parts.seen + 1 == report.coverage.parts.seen
