"""A timeline as a picture (SVG): open, closed, paused and used time of every clock, and what fires when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ruleflow.sla.clocks import Clock
from ruleflow.timeline.svg import FAINT, INK, box, cut, head, label, line, safe
from ruleflow.timeline.text import ending, happenings, headline, moment
from ruleflow.timeline.timeline import Timeline, is_telling

WIDTH, LEFT, RIGHT = 1200, 150, 30
LANE, ROW, TOP = 64, 24, 92
_USED, _LATE, _PAUSED, _OPEN, _CLOSED = (
    "#2f7d4f",
    "#c0392b",
    "#e0a030",
    "#cfe3d6",
    "#eceef0",
)
_STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10080, 20160, 43200, 129600)
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From instants to places on the picture."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """The place of an instant, at the edge where it lies outside."""
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + max(0.0, min(1.0, share)) * (WIDTH - LEFT - RIGHT), 2)


def timeline_svg(timeline: Timeline) -> str:
    """The picture, complete in itself: no scripts, no fonts, nothing from elsewhere."""
    zone = timeline.model.zone
    scale = _scale(timeline)
    events = [
        (step.at, mark, what)
        for step in (timeline.first, *timeline.steps)
        if is_telling(step)
        for mark, what, _ in happenings(step, timeline)
    ]
    lanes = TOP + LANE * len(timeline.clocks)
    height = lanes + ROW * len(events) + 64
    title = f"{timeline.model.title or timeline.model.name}: {headline(timeline)}"
    body = [
        *_head(title, height),
        *_axis(scale, zone, height - 50),
        *(part for at, clock in enumerate(timeline.clocks) for part in _lane(clock, TOP + LANE * at, scale, zone)),
        *(
            part
            for at, event in enumerate(events)
            for part in _event(*event, y=lanes + ROW * at + 12, scale=scale, zone=zone)
        ),
        *_now(timeline.now, scale, height - 50),
        *_legend(height - 22),
        *_more(timeline, height - 22),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _scale(timeline: Timeline) -> _Scale:
    """From the first instant of interest to the last, with a little room."""
    instants = [timeline.now, *(step.at for step in timeline.steps)]
    for clock in timeline.clocks:
        instants += [clock.pieces[0].start, clock.pieces[-1].end, *((clock.due_at,) if clock.due_at else ())]
    start, end = min(instants).astimezone(UTC), max(instants).astimezone(UTC)
    room = max((end - start) / 25, timedelta(minutes=30))
    return _Scale(start - room / 2, end + room)


def _head(title: str, height: int) -> Iterator[str]:
    yield from head(title, WIDTH, height)
    yield (
        '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#fbe6bd"/><rect width="3" height="6" fill="{_PAUSED}"/></pattern></defs>'
    )
    yield label(LEFT, 28, title, size=17, weight=600)


def _axis(scale: _Scale, zone: ZoneInfo, bottom: int) -> Iterator[str]:
    """Days and hours, in the project's zone."""
    last = -1e9
    is_of_one_year = scale.start.astimezone(zone).year == scale.end.astimezone(zone).year
    day, day_room = ("%a %d %b", 84) if is_of_one_year else ("%a %d %b %Y", 120)
    for at in _ticks(scale, zone):
        x, local = scale.x(at), at.astimezone(zone)
        is_day = (local.hour, local.minute) == (0, 0)
        yield line(x, 66, x, bottom, "#c5ccd3" if is_day else "#e6eaed")
        room = day_room if is_day else 44
        if x - last >= room:
            last = x
            text = local.strftime(day) if is_day else local.strftime("%H:%M")
            yield label(x + 3, 60, text, size=12, fill=INK if is_day else FAINT)


def _ticks(scale: _Scale, zone: ZoneInfo) -> Iterator[datetime]:
    """Round instants at a distance that leaves room for their names; whole days begin at midnight."""
    step = next((step for step in _STEPS if (scale.end - scale.start) / step <= 16), _STEPS[-1])
    first = scale.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for number in range(2_000):
        at = (first + number * step).replace(tzinfo=zone).astimezone(UTC)
        if at > scale.end:
            return
        if at >= scale.start:
            yield at


def _lane(clock: Clock, y: int, scale: _Scale, zone: ZoneInfo) -> Iterator[str]:
    """The bar of a clock, with its deadline and warnings."""
    bar = y + 16
    yield label(LEFT - 10, bar + 15, clock.metric.value.replace("_", " "), size=13, anchor="end", weight=600)
    yield label(LEFT - 10, bar + 30, clock.state.value, size=11, anchor="end", fill=_colour(clock))
    first, last = scale.x(clock.pieces[0].start), scale.x(clock.pieces[-1].end)
    yield box(first, bar, max(last - first, 1), 22, _CLOSED, "closed")
    for start, end, colour, name in _coloured(clock):
        yield box(scale.x(start), bar, max(scale.x(end) - scale.x(start), 0.6), 22, colour, name)
    if clock.is_live and clock.due_at is not None and clock.due_at > clock.pieces[-1].end:
        for start, end in clock.promise.calendar.periods(clock.pieces[-1].end, clock.due_at)[:2000]:
            yield box(scale.x(start), bar, max(scale.x(end) - scale.x(start), 0.6), 22, _OPEN, "open time left")
    for warn in clock.warn_at:
        x = scale.x(warn.at)
        yield f'<path d="M{x} {bar - 1} l-5 -8 h10 z" fill="{_PAUSED}"><title>{safe(f"warning {warn.label} at {moment(warn.at, zone)}")}</title></path>'
    if clock.due_at is not None:
        x = scale.x(clock.due_at)
        yield line(x, bar - 8, x, bar + 28, INK, width=2)
        side = "end" if x > WIDTH - 220 else "start"
        shift = -5 if side == "end" else 5
        yield label(x + shift, bar + 36, f"due {moment(clock.due_at, zone)}", size=11, anchor=side)


def _coloured(clock: Clock) -> Iterator[tuple[datetime, datetime, str, str]]:
    """The open stretches of a clock, each in the colour of what became of it."""
    for piece in clock.pieces:
        for start, end in piece.counted_in.periods(piece.start, piece.end)[:2000]:
            if not piece.runs:
                colour = _CLOSED if piece.solved else "url(#stripes)"
                yield start, end, colour, "solved" if piece.solved else f"paused: {piece.paused_by}"
                continue
            due = clock.breached_at
            if due is None or end <= due:
                yield start, end, _USED, "used"
            elif start >= due:
                yield start, end, _LATE, "late"
            else:
                yield start, due, _USED, "used"
                yield due, end, _LATE, "late"


def _colour(clock: Clock) -> str:
    return {"breached": _LATE, "met": _USED, "paused": "#9a6a00"}.get(clock.state.value, FAINT)


def _event(at: datetime, mark: str, what: str, *, y: int, scale: _Scale, zone: ZoneInfo) -> Iterator[str]:
    """Something that fires: a dot at its instant, and its name on the side where there is room."""
    x = scale.x(at)
    colour = {"!": _PAUSED, "✗": _LATE}.get(mark, "#2c5f9e")
    text = f"{what} · {moment(at, zone)}"
    side = "end" if x > WIDTH / 2 else "start"
    yield line(LEFT, y, WIDTH - RIGHT, y, "#f2f4f6")
    yield f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    yield label(x + (-10 if side == "end" else 10), y + 4, cut(text, 100), size=12, anchor=side)


def _now(now: datetime, scale: _Scale, bottom: int) -> Iterator[str]:
    x = scale.x(now)
    yield f'<line x1="{x}" y1="70" x2="{x}" y2="{bottom}" stroke="#2c5f9e" stroke-width="1.5" stroke-dasharray="4 3"/>'
    yield label(x + 4, 82, "now", size=11, fill="#2c5f9e")


def _legend(y: int) -> Iterator[str]:
    """What the colours mean."""
    x = LEFT
    for colour, name in (
        (_USED, "used"),
        (_OPEN, "open, left"),
        ("url(#stripes)", "paused"),
        (_LATE, "late"),
        (_CLOSED, "closed"),
    ):
        yield box(x, y - 11, 16, 12, colour, name)
        yield label(x + 22, y, name, size=12, fill=FAINT)
        x += 40 + 8 * len(name) + 16


def _more(timeline: Timeline, y: int) -> Iterator[str]:
    """That there is more to come than the picture shows."""
    if timeline.next_timer is not None:
        yield label(WIDTH - RIGHT, y, ending(timeline), size=11, fill=FAINT, anchor="end")
