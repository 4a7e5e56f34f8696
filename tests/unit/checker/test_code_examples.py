"""The examples on the pages of the codes give, as projects on disk, the reports that stand under them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.render_text import render_text
from ruleflow.project.findings import findings_of
from tests.projects import write_project

NUMBERS = [
    number
    for number in CODES
    if "RF100" <= number <= "RF599" and not "RF110" <= number <= "RF149" and number not in {"RF301", "RF313"}
] + ["RF701", "RF702", "RF703", "RF706", "RF707"]
PROVED = {"RF504", "RF505", "RF506", "RF507", "RF508", "RF509", "RF510", "RF511"} | {
    f"RF52{digit}" for digit in range(6)
}
"""Those that need the solver. Elsewhere it would have more to say of examples that are there for something else."""
_BLOCK = re.compile(r"^```(?P<kind>[a-z ]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, kind: str) -> list[str]:
    """The texts of the blocks of a kind."""
    return [found["text"] for found in _BLOCK.finditer(page) if found["kind"] == kind]


def report(number: str, folder: Path, text: str, liquid: str) -> str:
    """What `check` says about an example: a file of its own, or the root file."""
    name = "ruleflow.yaml" if text.startswith("ruleflow:") else "rules/example.yaml"
    written = write_project(folder, {name: text, "templates/welcome.md": liquid.removesuffix("\n")})
    return render_text(findings_of(written, cached=False, prove=number in PROVED))


@pytest.mark.parametrize("number", NUMBERS)
def test_examples(number: str, repository: Path, tmp_path: Path) -> None:
    """What is wrong gives the report, and what is right gives none."""
    page = (repository / "docs" / "codes" / f"{number}.md").read_text(encoding="utf-8")
    liquid = blocks(page, "liquid") or ["Welcome!\n"]
    (wrong,), (expected,), (right,) = (blocks(page, kind) for kind in ("yaml wrong", "text", "yaml right"))
    assert expected == report(number, tmp_path / "wrong", wrong, liquid[0])
    assert "" == report(number, tmp_path / "right", right, liquid[-1])
