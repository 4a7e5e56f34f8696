from __future__ import annotations

from dataclasses import replace

import pytest

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.counts import Counts, count
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.render_text import summary
from tests.unit.diagnostics.findings import URGNT, WHOLE, spanning

NOTE = Diagnostic(codes.NO_TITLE, "the rule `vip` has no title", None)
SILENCED = replace(WHOLE, silenced="it is a trial")


def test_count() -> None:
    """Findings are counted by severity, files once each."""
    assert Counts(errors=3, warnings=1, files=2) == count([URGNT, spanning("a", 0, 1), spanning("b", 0, 1), WHOLE])


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param([], "no problems found", id="nothing"),
        pytest.param([URGNT], "1 error in 1 file", id="one"),
        pytest.param([WHOLE], "1 warning", id="about the whole project"),
        pytest.param([WHOLE, URGNT, spanning("", 0, 0)], "2 errors, 1 warning in 2 files", id="both"),
        pytest.param([NOTE, URGNT], "1 error, 1 note in 1 file", id="a note"),
        pytest.param([SILENCED, URGNT], "1 error in 1 file (1 silenced)", id="a silenced one"),
        pytest.param([SILENCED], "no problems found (1 silenced)", id="silenced ones only"),
        pytest.param([URGNT] * 10_000, "10,000 errors in 1 file", id="many"),
    ],
)
def test_summary(findings: list[Diagnostic], expected: str) -> None:
    """The summary is one line with what is there and nothing else."""
    assert expected == summary(findings)
