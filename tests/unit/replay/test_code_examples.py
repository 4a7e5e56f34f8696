"""The examples on the pages of the codes of mappings give the reports that stand under them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.render_text import render_text
from tests.unit.replay.mappings import COLUMNS, mapping_of, project

NUMBERS = [number for number in CODES if "RF620" <= number <= "RF629"]
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", NUMBERS)
def test_examples(number: str, repository: Path, tmp_path: Path) -> None:
    """What is wrong gives the report, and what is right gives none."""
    page = (repository / "docs" / "codes" / f"{number}.md").read_text(encoding="utf-8")
    blocks = {found["kind"]: found["text"] for found in _BLOCK.finditer(page)}
    model = project(tmp_path)
    assert blocks["text"] == render_text(mapping_of(blocks["yaml wrong"], model, COLUMNS)[1])
    assert () == mapping_of(blocks["yaml right"], model, COLUMNS)[1]
