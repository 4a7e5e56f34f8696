from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from ruleflow.diagnostics.render import FORMATS
from ruleflow.source import Source, Span
from tests.unit.diagnostics.findings import URGNT, WHOLE


def test_formats() -> None:
    """The forms that `--format` takes."""
    assert tuple(FORMATS) == ("text", "json", "sarif", "github")


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_ends_its_last_line(name: str) -> None:
    """Every form ends with one line break."""
    text = FORMATS[name]([URGNT, WHOLE], folder="support")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_many_findings_on_a_huge_line(name: str) -> None:
    """Ten thousand findings on a line of five million characters are rendered in bounded time."""
    source = Source("a.yaml", "[" * 5_000_000)
    findings = [replace(URGNT, span=Span(source, at, at + 1)) for at in range(0, 5_000_000, 500)]
    begin = process_time()
    assert FORMATS[name](findings)
    assert process_time() - begin < 10
