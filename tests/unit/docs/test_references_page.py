"""The page about names shows what is printed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from ruleflow.cli.app import run

PAGE = Path(__file__).resolve().parents[3] / "docs" / "references.md"
CONTACTS = """{"contact": {"id": "c-17", "segments": ["vip", "reseller"]}}
{"contact": {"id": "c-18", "segments": ["grp-1"]}}
{"contact": {"id": "c-19", "segments": ["wholesale"]}}
"""


def test_what_is_shown_is_printed(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the page, one after the other in a copy of the example, prints what stands below it."""
    shutil.copytree(repository / "rules-examples" / "contact-groups", tmp_path / "support")
    (tmp_path / "contacts.jsonl").write_text(CONTACTS)
    monkeypatch.chdir(tmp_path / "support")
    blocks = re.findall(r"```text\n\$ ruleflow ([^\n]+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    for command, expected in blocks:
        run(shlex.split(command))
        shown = capsys.readouterr()
        assert expected == shown.out + shown.err


def test_every_kind_is_named() -> None:
    """The page lists all kinds of things that have names."""
    from ruleflow.references.names import Kind

    text = PAGE.read_text(encoding="utf-8")
    assert [] == [kind.value for kind in Kind if f"`{kind.value}`" not in text]
