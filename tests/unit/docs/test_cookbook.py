"""The recipes of the cookbook, and the translations of the page for newcomers, are run as they stand on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ruleflow
from ruleflow.cli.app import run
from ruleflow.testing.run import run_tests
from tests.pages import DOCS, Block, blocks
from tests.projects import write_project

RECIPE = re.compile(r"^## (.+)$", re.MULTILINE)


def recipes(name: str) -> dict[str, list[Block]]:
    """The blocks of a page under the heading that they stand below."""
    found: dict[str, list[Block]] = {}
    heading = ""
    for block in blocks(DOCS / name):
        heading = (RECIPE.findall(block.before) or [heading])[-1]
        found.setdefault(heading, []).append(block)
    return found


COOKBOOK = recipes("cookbook.md")
RECIPES = {**COOKBOOK, **recipes("coming-from.md")}


def written(folder: Path, recipe: list[Block], kind: str = "") -> Path:
    """A recipe as files: the project, its tests, its texts."""
    names = {("yaml", kind): "ruleflow.yaml", ("yaml", "tests"): "recipe.test.yaml"}
    files = {names.get((block.language, block.mark)) or block.mark: block.text for block in recipe if is_file(block)}
    return write_project(folder, {name: text for name, text in files.items() if name not in {"", "wrong"}})


def is_file(block: Block) -> bool:
    """Whether a block belongs to the project."""
    return block.language in {"yaml", "markdown"}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_decides_as_it_says(tmp_path: Path, name: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The project has no finding, not even by proof, its tests pass, and they see each rule act; it is in form."""
    folder = written(tmp_path, RECIPES[name])
    assert [] == [
        one.mark for one in RECIPES[name] if one.language == "markdown" and f"`{one.mark}`:" not in one.before
    ]
    run(["check", str(folder)])
    assert "no problems found\n" == capsysbinary.readouterr().out.decode()
    assert 0 == run(["fmt", "--check", str(folder)])
    report = run_tests(ruleflow.load(folder))
    assert () == report.failed
    assert () == report.never_fired
    assert report.results


def test_the_recipes_are_all_there() -> None:
    """Twenty, numbered, and each is named in the table on top."""
    assert [str(number) for number in range(1, len(COOKBOOK) + 1)] == [name.partition(".")[0] for name in COOKBOOK]
    top = (DOCS / "cookbook.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert len(COOKBOOK) == top.count("](#")
    assert len(COOKBOOK) >= 20


def test_what_check_says_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The wrong way of recipe 19 has the report that stands below it."""
    recipe = COOKBOOK["19. A condition that nearly always holds"]
    written(tmp_path, recipe[:1], "wrong")
    monkeypatch.chdir(tmp_path)
    run(["check"])
    (report,) = [block.text for block in recipe if block.language == "text"]
    assert report == capsysbinary.readouterr().out.decode()


def test_deleting_a_segment_is_told(tmp_path: Path) -> None:
    """Without the segment `partner` the two places that name it are errors, as recipe 2 says."""
    folder = written(tmp_path, COOKBOOK["2. Six kinds of client"])
    place = folder / "ruleflow.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("  partner: {title: Partner}\n", ""), encoding="utf-8")
    (folder / "recipe.test.yaml").unlink()
    within = {one.within for one in ruleflow.check(folder) if one.is_error}
    assert {"condition of rule `partners`", "segment `new_client`"} == within
