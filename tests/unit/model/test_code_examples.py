"""The examples on the pages of the reader's codes give the reports that stand under them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.render_text import render_text
from tests.unit.model.projects import Read, read_files

NUMBERS = [number for number in CODES if "RF110" <= number <= "RF149" or number in {"RF301", "RF313"}]
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, kind: str) -> list[str]:
    """The texts of the blocks of a kind."""
    return [found["text"] for found in _BLOCK.finditer(page) if found["kind"] == kind]


def example(text: str, liquid: str | None, *, root: bool = True) -> Read:
    """An example as a project: in a file of its own, or as the root file."""
    name = "ruleflow.yaml" if text.startswith("ruleflow:") else "rules/example.yaml"
    files = {"ruleflow.yaml": "ruleflow: 1\n"} if root else {}
    return read_files(
        files | {name: text}, {} if liquid is None else {"templates/welcome.md": liquid.removesuffix("\n").encode()}
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_examples(number: str, repository: Path) -> None:
    """What is wrong gives the report, and what is right gives none."""
    page = (repository / "docs" / "codes" / f"{number}.md").read_text(encoding="utf-8")
    liquid: list[str] | list[None] = blocks(page, "liquid") or [None]
    (wrong,), (report,), (right,) = (blocks(page, kind) for kind in ("yaml wrong", "text", "yaml right"))
    assert report == render_text(example(wrong, liquid[0], root=number != "RF122").found)
    assert "" == render_text(example(right, liquid[-1]).found)
