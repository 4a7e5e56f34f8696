"""A timeline as text that an admin reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.diagnostics.cells import visible
from ruleflow.engine.service import clock_dict
from ruleflow.engine.timers import TIMER
from ruleflow.sla.clocks import Clock
from ruleflow.sla.pieces import Piece
from ruleflow.timeline.future import Step
from ruleflow.timeline.timeline import Timeline, fired_timers, is_telling
from ruleflow.types.durations import duration_text

_MARK = {"sla.warning": "!", "sla.breached": "✗", "timer": "→"}


def timeline_text(timeline: Timeline) -> str:
    """What happens when and why, then every clock with its working."""
    zone = timeline.model.zone
    lines = [headline(timeline), ""]
    telling = [step for step in (timeline.first, *timeline.steps) if is_telling(step)]
    for step in telling:
        lines += [f"  {line}" for line in _step(step, timeline)]
    lines += [f"  {ending(timeline)}"]
    for clock in timeline.clocks:
        lines += ["", *_clock(clock, zone)]
    return "\n".join(visible(line) for line in lines) + "\n"


def headline(timeline: Timeline) -> str:
    """What happens first, and when."""
    now = moment(timeline.now, timeline.model.zone)
    return f"from {now} on" if timeline.event == TIMER else f"{timeline.event} at {now}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 2026-01-19 10:00`, with seconds where there are any, in a zone."""
    local = at.astimezone(zone)
    return local.strftime("%a %Y-%m-%d %H:%M:%S" if local.second else "%a %Y-%m-%d %H:%M")


def happenings(step: Step, timeline: Timeline) -> Iterator[tuple[str, str, str]]:
    """What happens in a step: a mark, what it is, and how its instant was counted."""
    timers = fired_timers(step)
    for timer in timers:
        if not timer.rule:
            what = "is breached" if timer.event == "sla.breached" else f"warning {timer.label}"
            yield _MARK[timer.event], f"{timer.metric} {what}", timer.why
    by_rule = {timer.rule: timer.why for timer in timers if timer.rule}
    decision = step.evaluated.decision
    for rule in (*decision.matched, *decision.shadow):
        shadow = " (in shadow: it does not act)" if rule in decision.shadow else ""
        known = timeline.model.rule(rule)
        title = f": {known.title}" if known is not None and known.title else ""
        yield "→", f"{rule}{title}{shadow}", by_rule.get(rule, "")


def _step(step: Step, timeline: Timeline) -> Iterator[str]:
    zone = timeline.model.zone
    for mark, what, how in happenings(step, timeline):
        yield f"{moment(step.at, zone)}  {mark} {what}" + (f"   ({how})" if how else "")
        rule = what.partition(":")[0].partition(" ")[0]
        own = [action for action in step.evaluated.decision.actions if action["rule"] == rule]
        yield from (f"{' ' * 24}{_action(action)}" for action in own)
    for error in step.evaluated.decision.errors:
        yield f"{moment(step.at, zone)}  error: {error['message']}"


def _action(action: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in action.items() if key not in {"type", "rule", "index", "field"}}
    if action["type"] == "set":
        return f"set {action['field']} to {'nothing' if rest['value'] is None else rest['value']}"
    return f"{action['type']} " + ", ".join(f"{key} {_value(value)}" for key, value in rest.items())


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def ending(timeline: Timeline) -> str:
    """What comes after the last instant."""
    zone, after = timeline.model.zone, timeline.next_timer
    if after is None:
        return "then nothing more, unless somebody does something"
    if timeline.is_cut:
        return f"and so on: no more than {len(timeline.steps)} instants are followed"
    return f"more after {moment(timeline.until, zone)}: next at {moment(after.due_at, zone)} (see further with --until)"


def _clock(clock: Clock, zone: ZoneInfo) -> Iterator[str]:
    """A clock: what was promised, how it ended, and each stretch of its time."""
    shown = clock_dict(clock, zone)
    due = "never" if clock.due_at is None else moment(clock.due_at, zone)
    yield f"{clock.metric.value}: {clock.state.value}, due {due} — {visible(clock.promise.text)}"
    counted = (("used", clock.elapsed), ("paused", clock.paused), ("closed", clock.closed))
    yield f"  {', '.join(f'{name} {duration_text(length)}' for name, length in counted if length or name == 'used')}"
    for one in shown["log"]:
        yield f"  {moment(datetime.fromisoformat(one['at']), zone)}  {one['what']}: {visible(one['why'])}"
    for piece in clock.pieces:
        yield from _stretches(piece, zone)


def _stretches(piece: Piece, zone: ZoneInfo) -> Iterator[str]:
    """The open stretches of a piece, each with what it was and how long."""
    kind = "used" if piece.runs else "solved" if piece.solved else "paused"
    periods = piece.counted_in.periods(piece.start, piece.end)
    for start, end in periods[:MOST_PERIODS]:
        length = timedelta(seconds=end.timestamp() - start.timestamp())
        yield f"    {moment(start, zone)} – {_until(start, end, zone)}  {kind} {duration_text(length)}"
    if len(periods) > MOST_PERIODS:
        yield f"    … and {len(periods) - MOST_PERIODS} more stretches"


MOST_PERIODS = 30
"""Stretches of a piece that are listed."""


def _until(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    same = start.astimezone(zone).date() == end.astimezone(zone).date()
    return end.astimezone(zone).strftime("%H:%M:%S" if end.second else "%H:%M") if same else moment(end, zone)
