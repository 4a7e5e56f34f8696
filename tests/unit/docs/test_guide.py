"""The guide is walked: its commands are run, its edits made, and what it shows is what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import DOCS, Block, blocks

GUIDE = [*blocks(DOCS / "guide.md")]
RUSSIAN = [*blocks(DOCS / "ru" / "guide.md")]
INSTANT = re.compile(r"(?<=ticket.created at )\S+")


def edit(folder: Path, block: Block) -> None:
    """Make an edit as the page tells it: lines with a minus go, lines with a plus come."""
    place = folder / re.findall(r"`(support/[\w./]+)`", block.before)[-1]
    lines = block.text.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    text = place.read_text(encoding="utf-8")
    assert 1 == text.count(old), f"{place.name} says once {old!r}"
    place.write_text(text.replace(old, new), encoding="utf-8")


def said(folder: Path, commands: str) -> str:
    """What commands print when they are typed one after the other."""
    environment = os.environ | {
        "GIT_AUTHOR_NAME": "Anna", "GIT_AUTHOR_EMAIL": "anna@example.com",
        "GIT_COMMITTER_NAME": "Anna", "GIT_COMMITTER_EMAIL": "anna@example.com", "GIT_CONFIG_GLOBAL": os.devnull,
    }  # fmt: skip
    shell = ["bash", "-c", f'ruleflow() {{ "{sys.executable}" -m ruleflow "$@"; }}\n{commands}']
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, check=False, timeout=120)
    assert done.returncode in {0, 1}, done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


def shown(text: str) -> re.Pattern[str]:
    """A pattern of what a page shows: the instant may differ, `…` alone on a line stands for any lines."""
    return re.compile(".*".join(re.escape(part) for part in INSTANT.sub("@", text).split("…\n")), re.DOTALL)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("git")), reason="bash and git are not both installed")
def test_the_guide_is_true(tmp_path: Path) -> None:
    """From the first command to the last: each output is the one shown, each edit can be made, each sample is in its file."""
    output, compared = "", 0
    for block in GUIDE:
        match block.language:
            case "sh":
                output = said(tmp_path, block.text)
            case "diff":
                edit(tmp_path, block)
            case "text":
                assert shown(block.text).fullmatch(INSTANT.sub("@", output)), f"expected\n{block.text}found\n{output}"
                compared += 1
            case "yaml":
                assert block.text in (tmp_path / "support" / "rules" / "routing.yaml").read_text(encoding="utf-8")
            case "console":  # how it is installed, which is what runs this test
                assert "pip install '.[prove]'" in block.text
            case language:
                raise AssertionError(language)
    assert "no problems found" not in output
    assert compared >= 9
    assert 'failures="0"' in (tmp_path / "results.xml").read_text(encoding="utf-8")


def test_the_russian_guide_shows_the_same() -> None:
    """Its commands, edits and outputs are those of the English one, and it names the same files for edits."""
    assert [(block.language, block.text) for block in GUIDE] == [(block.language, block.text) for block in RUSSIAN]
    files = [[re.findall(r"`(support/[\w./]+)`", block.before) for block in page] for page in (GUIDE, RUSSIAN)]
    assert files[0] == files[1]
