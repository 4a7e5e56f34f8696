"""The examples of `docs/calendars.md` do what the page says."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.unit.model.projects import read


def blocks(repository: Path, language: str) -> str:
    page = (repository / "docs" / "calendars.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return str(found)


def test_the_calendars_of_the_page_are_read(repository: Path) -> None:
    """Without a finding, a calendar file beside them."""
    closed = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    found = read(blocks(repository, "yaml"), {"closed.ics": closed})
    assert [] == found.messages
    assert {"office", "night_shift", "on_call"} == set(found.model.calendars)


def test_the_answers_of_the_page(repository: Path) -> None:
    """Each call gives the instant beside it."""
    names: dict[str, Any] = {}
    lines = blocks(repository, "python")
    exec(lines, names)  # noqa: S102 - the page is ours
    calls = re.findall(r"^(office\.\w+\(.*\)) +# (.*)$", lines, re.MULTILINE)
    assert 3 == len(calls)
    for call, said in calls:
        answer = eval(call, names)  # noqa: S307 - the page is ours
        assert isinstance(answer, datetime)
        assert said == f"{answer:%A %H:%M}"
