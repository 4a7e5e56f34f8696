"""What the page on views shows is what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from tests.projects import findings

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "views.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```sh\nruleflow (view [^\n]*)\n```\n\n```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "expected"), SHOWN)
def test_what_is_shown_is_printed(
    command: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Each list on the page is the list of today, with what is told beside it."""
    monkeypatch.chdir(REPOSITORY)
    assert 0 == run(command.split())
    seen = capsysbinary.readouterr()
    assert expected == (seen.out + seen.err).decode()


def test_both_are_shown() -> None:
    """The page shows a view and the list of views."""
    assert 2 == len(SHOWN)


@pytest.mark.parametrize("page", ["views.md", "language.md"])
def test_the_views_shown_are_right(page: str, tmp_path: Path) -> None:
    """They pass the checker."""
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```yaml\n(views:.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [] == [one.message for one in findings(tmp_path, f"segments: [partner]\n{shown}")]
