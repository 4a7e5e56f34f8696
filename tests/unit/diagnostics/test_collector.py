from __future__ import annotations

from dataclasses import replace

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Fix
from tests.unit.diagnostics.findings import ROUTING, URGNT, WHOLE, at, spanning


def test_each_finding_once() -> None:
    """A finding reported by two phases is kept once, whatever fix each brings."""
    out = Collector()
    out.report(URGNT)
    out.report(replace(URGNT, fixes=(Fix("write `urgent`", at(ROUTING, "urgnt"), "urgent"),)))
    assert len(out) == 1


def test_sorted_by_place() -> None:
    """Findings about the whole project come first, then file by file and from top to bottom."""
    early, late = spanning("срочно", 0, 1), spanning("срочно", 3, 4)
    out = Collector()
    for finding in (URGNT, late, early, WHOLE):
        out.report(finding)
    assert (WHOLE, early, late, URGNT) == out.sorted()


def test_errors_are_told_from_warnings() -> None:
    """A warning is no error, and one error is enough."""
    out = Collector()
    out.report(WHOLE)
    assert not out.has_errors
    out.report(URGNT)
    assert out.has_errors


def test_inside() -> None:
    """What is being read is added to the findings that do not say it, the innermost only, until it is left."""
    out = Collector()
    with out.inside("rule `a`"):
        with out.inside("condition of rule `a`"):
            out.report(WHOLE)
            out.report(URGNT)
        out.report(spanning("x", 0, 1))
    out.report(spanning("x", 1, 1))
    withins = [finding.within for finding in out.sorted()]
    assert ["condition of rule `a`", "rule `a`", "", "condition of rule `vip_first`"] == withins
