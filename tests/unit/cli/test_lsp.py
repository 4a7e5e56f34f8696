"""`ruleflow lsp`, before anybody speaks to it."""

from __future__ import annotations

import sys

import pytest

from ruleflow.cli.app import run


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, as other commands do."""
    for name in [one for one in sys.modules if one.startswith(("ruleflow.lsp", "pygls", "lsprotocol"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    assert 2 == run(["lsp"])
    assert "pip install 'ruleflow[lsp]'" in capsys.readouterr().err
