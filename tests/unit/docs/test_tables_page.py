"""The examples on the page about decision tables are checked without a mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.projects import findings

VOCABULARY = """
segments: [vip, partner, wholesale, supplier, new_client]
teams: [vip_desk, wholesale_desk, service_desk]
agents: [anna]
sla: {within_the_day: {targets: {first_reply: 1h}}, quick: {targets: {first_reply: 2h}}, usual: {targets: {first_reply: 8h}}}
contracts: {tills: {rating: 1}}
fields:
  ticket.request_type: {type: choice, options: [question, incident, cash_register_broken]}
  contact.lifetime_value: {type: decimal}
"""
_BLOCK = re.compile(r"^```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(repository: Path, kind: str) -> list[str]:
    page = (repository / "docs" / "tables.md").read_text(encoding="utf-8")
    return [found["text"] for found in _BLOCK.finditer(page) if found["kind"] == kind]


@pytest.mark.parametrize("number", range(4))
def test_examples(repository: Path, tmp_path: Path, number: int) -> None:
    """Every table of the page is one, with its spreadsheet."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "departments.csv").write_text(blocks(repository, "text")[0], encoding="utf-8")
    text = blocks(repository, "yaml")[number]
    assert [] == [one for one in findings(tmp_path, VOCABULARY + text) if one.is_error]


def test_no_example_is_left_out(repository: Path) -> None:
    """There are as many examples as are tried."""
    assert 4 == len(blocks(repository, "yaml"))
