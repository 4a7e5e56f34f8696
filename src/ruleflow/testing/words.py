"""Test results in words."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ruleflow.diagnostics.suggest import listing
from ruleflow.testing.expect import Mismatch
from ruleflow.testing.results import CaseResult, Report


def render_text(report: Report) -> str:
    """The failures with what was expected and found, then a summary."""
    blocks = [_failure(result) for result in report.failed]
    return "\n".join([*blocks, *_summary(report)]) + "\n"


def failure_lines(result: CaseResult) -> tuple[str, ...]:
    """What went wrong in a case, a line each."""
    return (*result.problems, *(line for one in result.mismatches for line in _mismatch(one)))


def to_dict(report: Report) -> dict[str, Any]:
    """As JSON."""
    return {
        "version": 1,
        "passed": len(report.results) - len(report.failed),
        "failed": len(report.failed),
        "never_fired": list(report.never_fired),
        "results": [_result(result) for result in report.results],
    }


def _result(result: CaseResult) -> dict[str, Any]:
    found = {
        "name": result.name,
        "passed": result.passed,
        "file": result.span.source.name,
        "line": result.span.first.line,
    }
    if result.passed:
        return found
    differences = [{"path": one.path, "expected": one.expected, "found": one.found} for one in result.mismatches]
    return {**found, "problems": list(result.problems), "mismatches": differences}


def _failure(result: CaseResult) -> str:
    place = f"{result.span.source.name}:{result.span.first.line}"
    return "\n".join((f"✗ {result.name}", f"  {place}", *(f"    {line}" for line in failure_lines(result)), ""))


def _mismatch(one: Mismatch) -> tuple[str, ...]:
    if one.path == "not_matched":
        return (f"`{one.expected}` was expected not to match, but it did",)
    return (f"{one.path}", f"  expected {_shown(one.expected)}", f"  found    {_shown(one.found)}")


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _summary(report: Report) -> tuple[str, ...]:
    total, failed = len(report.results), len(report.failed)
    if not total:
        return ("no tests found; write one under `tests:` in `tests/first.test.yaml`",)
    counts = f"{total - failed} passed" + (f", {failed} failed" if failed else "")
    if not report.never_fired:
        return (counts, "every rule fired in some test")
    return (counts, f"never fired in a test: {listing(report.never_fired, 12)}")
