"""The wheel, installed in a fresh environment, has all it needs to decide a ticket."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from ruleflow.resources import resource_folder

pytestmark = [pytest.mark.packaging, pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the repository."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(repository),
    ]
    subprocess.run(command, check=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_grammar_schemas_examples_pages_and_vocabulary(wheel: Path) -> None:
    """Everything that is no code but needed stands in the wheel."""
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "ruleflow/_data/grammar/expression.lark",
        "ruleflow/_data/schemas/rules.schema.json",
        "ruleflow/_data/rules-examples/starter/ruleflow.yaml",
        "ruleflow/_data/codes/RF403.md",
        "ruleflow/model/standard/ticket.yaml",
        "ruleflow/store/migrations/env.py",
        "ruleflow/store/migrations/versions/0001_decisions.py",
        "ruleflow/service/console/pages/rules.html",
        "ruleflow/service/console/static/console.css",
        "ruleflow/service/console/words/fi.json",
        "ruleflow/py.typed",
    ):
        assert wanted in names


def test_an_installed_wheel_decides(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment, with nothing of the repository, a new project is made, checked, tested and decided."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = next((tmp_path / "venv").glob("[bS]*/python*"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)

    def ruleflow(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-m", "ruleflow", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout

    ruleflow("new", "support")
    assert "no problems found\n" == ruleflow("check", "support")
    assert ruleflow("test", "support").startswith("3 passed")
    decided = ruleflow("decide", "support", "-e", "ticket.created", "-f", "support/ticket.json", "--format", "json")
    assert {"team": "vip_desk"} == json.loads(decided)["outcome"]["route"]
    assert ruleflow("explain", "RF403").startswith("# RF403")


def test_a_checkout_uses_its_own_files(repository: Path) -> None:
    """In a checkout the grammar and the rest come from the repository, not from a copy that an install left."""
    assert repository / "grammar" == resource_folder("grammar")
    assert repository / "docs" / "codes" == resource_folder("codes")
