"""A helpdesk that sets one timer and asks again then: whatever happens to the ticket, each key fires once, at its instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import ruleflow
from ruleflow.engine.facts import Facts
from ruleflow.timeline.carry import happened, paths_named
from ruleflow.timeline.future import Step, decide_step, pass_time

PROJECT = ruleflow.load(Path(__file__).parents[2] / "rules-examples" / "service-levels")
START = datetime(2026, 3, 27, 9, tzinfo=UTC)
"""A Friday, two days before the clocks change."""

HAPPENINGS = st.sampled_from(
    [
        ("ticket.replied", {"event": {"by": "agent"}}),
        ("ticket.replied", {"event": {"by": "contact"}}),
        ("message.received", {}),
        ("ticket.updated", {"ticket": {"status": "pending"}}),
        ("ticket.updated", {"ticket": {"status": "open"}}),
        ("ticket.updated", {"ticket": {"status": "solved"}}),
        ("ticket.updated", {"ticket": {"priority": "urgent"}}),
        ("ticket.updated", {"ticket": {"priority": "low"}}),
        ("ticket.updated", {"ticket": {"sla": "vip"}}),
        ("ticket.updated", {"ticket": {"sla": "standard"}}),
        ("ticket.updated", {"ticket": {"team": "support"}}),
    ]
)


def step(event: str, raw: dict[str, Any], last: Step | None, at: datetime) -> Step:
    """Something happens to the ticket, and the decision is carried out."""
    read = PROJECT.door.read(event, raw)
    assert isinstance(read, Facts)
    tracked = PROJECT.plan.service_levels.tracked
    facts = happened(event, read, tuple(paths_named(raw)), last.facts if last else None, at, tracked)
    return decide_step(PROJECT.plan, event, facts, at, PROJECT.digest)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["vip", ""]),
    st.lists(st.tuples(st.integers(1, 4_000), HAPPENINGS), max_size=6),
)
def test_each_key_fires_once_at_its_instant(segment: str, life: list[tuple[int, tuple[str, dict[str, Any]]]]) -> None:
    """In random lives: what fires was announced for that very instant by the decision before, and never fires again."""
    raw = {"ticket": {"id": "1"}, "contact": {"email": "a@example.fi", **({"segments": [segment]} if segment else {})}}
    last = step("ticket.created", raw, None, START)
    seen = list(last.evaluated.decision.fired)
    now = START
    for minutes, (event, more) in [*life, (20_000, ("ticket.updated", {}))]:
        now += timedelta(minutes=minutes)
        for one in pass_time(PROJECT.plan, last, now, PROJECT.digest):
            announced = {timer.key for timer in one.due}
            told = {timer.key for timer in last.timers if timer.due_at <= one.at}
            assert announced <= told
            fired = one.evaluated.decision.fired
            assert set(fired) <= told | {key for key in fired if key.startswith("nobody_is_here@")}
            assert all(timer.due_at > one.at for timer in one.timers)
            seen += fired
            last = one
        last = step(event, more, last, now)
        seen += last.evaluated.decision.fired
    assert len(seen) == len(set(seen))
