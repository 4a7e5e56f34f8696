"""Test results in words."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ruleflow.testing.coverage_text import gap_lines, summary_lines
from ruleflow.testing.expect import Mismatch
from ruleflow.testing.mutation_text import mutation_dict, mutation_lines
from ruleflow.testing.results import CaseResult, Report


def render_text(report: Report, *, gaps: bool = False) -> str:
    """The failures with what was expected and found, then a summary; `gaps`: with what tests leave out."""
    blocks = [_failure(result) for result in report.failed]
    left_out = ("", *gap_lines(report.coverage)) if gaps else ()
    changes = () if report.mutation is None else ("", *mutation_lines(report.mutation))
    return "\n".join([*blocks, *_summary(report), *left_out, *changes]) + "\n"


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
        "coverage": report.coverage.to_dict(),
        **({} if report.mutation is None else {"mutation": mutation_dict(report.mutation)}),
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
    return (counts, *summary_lines(report.coverage))
