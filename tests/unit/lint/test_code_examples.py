"""The examples on the pages of advice give, as projects on disk, the reports that stand under them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.render_text import render_text
from tests.unit.lint.linting import linted

NUMBERS = [number for number in CODES if number.startswith("RF8")]
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", NUMBERS)
def test_examples(number: str, repository: Path, tmp_path: Path) -> None:
    """What is wrong gives the report, and what is right gives none."""
    page = (repository / "docs" / "codes" / f"{number}.md").read_text(encoding="utf-8")
    blocks = {found["kind"]: found["text"] for found in _BLOCK.finditer(page)}
    assert blocks["text"] == render_text(standing(linted(tmp_path / "wrong", blocks["yaml wrong"])))
    assert "" == render_text(standing(linted(tmp_path / "right", blocks["yaml right"])))
