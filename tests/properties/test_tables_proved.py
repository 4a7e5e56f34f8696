"""What is proved about decision tables holds for every ticket of a small vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.analysis.compare import compare
from ruleflow.analysis.tickets import Engine
from ruleflow.analysis.verdicts import State
from ruleflow.plan.compile import compile_plan
from tests.properties.test_plan_decides_as_reference import EXAMPLES, checked_project

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ROOT = "ruleflow: 1\nproject: random\nstages: [one, {id: two, hit: first}]\n"
BASE = """
segments: [a, b]
sla: {p1: {targets: {first_reply: 1h}}, p2: {targets: {first_reply: 2h}}}
fields:
  ticket.word: {type: choice, options: [x, y, z], ordered: true}
  ticket.flag: {type: boolean}
  ticket.out: {type: choice, options: [x, y, z]}
definitions: {either: ticket.word is x or ticket.flag is true}
"""
CELLS = {
    "ticket.word": ["-", "x", "y, z", "not x", ">= y", "x..y", "missing", "present"],
    "ticket.flag": ["-", "true", "false", "missing"],
    "contact.segments": ["-", "a", "a, b", "not a", "missing"],
    "ticket.out": ["-", "x", "not y", "missing"],
    "either": ["-", "true", "false"],
}
DONE = {"set ticket.out": ["x", "y", "-"], "add_tags": ["m", "n", "-"], "set_sla": ["p1", "p2", "-"]}
TICKETS: list[dict[str, Any]] = [
    {
        "ticket": {name: one for name, one in (("word", word), ("flag", flag), ("out", out)) if one is not None},
        "contact": {"segments": segments},
    }
    for word, flag, out, segments in product(
        [None, "x", "y", "z"], [None, True, False], [None, "x", "y"], [[], ["a"], ["a", "b"]]
    )
]


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Two tables, one in each stage."""
    lines = ["tables:"]
    for at, stage in enumerate(["one", "two"]):
        asked = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=2, unique=True))
        done = draw(st.lists(st.sampled_from(sorted(DONE)), min_size=1, max_size=2, unique=True))
        lines += [f"  - id: t{at}", f"    stage: {stage}", "    on: ticket.created"]
        lines += [f"    hit: {draw(st.sampled_from(['first', 'unique', 'collect']))}", "    rows: |"]
        lines.append(f"      {' | '.join([*asked, *done])}")
        for _ in range(draw(st.integers(1, 4))):
            cells = [draw(st.sampled_from(CELLS[one])) for one in asked] + [
                draw(st.sampled_from(DONE[one])) for one in done
            ]
            lines.append(f"      {' | '.join(cells)}")
    return "\n".join(lines) + "\n"


@given(tables(), tables())
@settings(max_examples=max(25, EXAMPLES // 5), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_two_tables_decide_is_compared_rightly(one: str, other: str) -> None:
    """An outcome that is proved unchanged is the same for every ticket; one that changed is another for the ticket shown."""
    plans = [compile_plan(checked_project(ROOT, BASE + written)) for written in (one, other)]
    engines = [Engine(plan, "ticket.created") for plan in plans]
    verdicts = compare(*plans).verdicts
    decided = [[engine.decide(ticket, NOW) for engine in engines] for ticket in TICKETS]
    for verdict in verdicts:
        assert verdict.state is not State.UNKNOWN, verdict
        both = [
            [engine.outcome(verdict.outcome, found) for engine, found in zip(engines, pair, strict=True) if found]
            for pair in decided
        ]
        if verdict.state is State.UNCHANGED:
            assert all(before == after for before, after in both), verdict.outcome
        for change in verdict.changes:
            assert change.before != change.after
