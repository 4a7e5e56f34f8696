"""The report of a replay as pictures (SVG), each complete in itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruleflow.replay.report import Report
from ruleflow.replay.sections import WEEKDAYS, attained, many, share
from ruleflow.timeline.svg import FAINT, INK, box, cut, head, label, line

WIDTH, LEFT, RIGHT, TOP = 900, 270, 130, 64
_ROW, _CELL = 24, 17
_BLUE, _PALE, _MET, _BREACHED, _RUNNING = "#2c5f9e", "#9fb8d6", "#2f7d4f", "#c0392b", "#b9c2ca"
_MOST_BARS, _MOST_TEAMS, _MAPS_IN_ROW = 20, 8, 2
_FATES = (("met", _MET), ("breached", _BREACHED), ("running", _RUNNING))


def plots_of(report: Report) -> Mapping[str, str]:
    """The pictures by the name of their file; one with nothing to show is left out."""
    found = {
        "routes.svg": _routes(report),
        "rules.svg": _rules(report),
        "load.svg": _load(report),
        "service-levels.svg": _service_levels(report),
        "changes.svg": _changes(report),
    }
    return {name: "\n".join(parts) + "\n" for name, parts in found.items() if parts}


def _title(report: Report, what: str) -> str:
    return f"{report['project']['name']} on {report['data']}: {what}"


def _routes(report: Report) -> list[str]:
    values = report["outcomes"].get("route.team") or report["outcomes"].get("route.agent") or []
    bars = [("(others)" if one["value"] is None else one["value"], one["count"]) for one in values]
    return _bars(_title(report, "where tickets go"), bars, report["decided"])


def _rules(report: Report) -> list[str]:
    bars = sorted(((one["rule"], one["fired"]) for one in report["rules"]), key=lambda one: -one[1])
    return _bars(_title(report, "how often each rule fired"), bars, report["decided"])


def _changes(report: Report) -> list[str]:
    changes = report["changes"]
    if changes is None or not changes["outcomes"]:
        return []
    bars = [
        (f"{one['outcome']}: {way['from']} → {way['to']}", way["count"])
        for one in changes["outcomes"]
        for way in one["ways"]
    ]
    title = _title(report, f"{many(changes['tickets'], 'ticket')} decided otherwise than before")
    return _bars(title, bars, report["tickets"], left=420)


def _bars(title: str, bars: Sequence[tuple[str, int]], whole: int, left: int = LEFT) -> list[str]:
    """A bar for each, as long as its count; [] where there is none."""
    shown = bars[:_MOST_BARS]
    if not shown:
        return []
    most = max(1, *(count for _, count in shown))
    height = TOP + _ROW * len(shown) + 36
    parts = [*head(title, WIDTH, height), label(20, 30, cut(title, 95), size=17, weight=600)]
    for at, (name, count) in enumerate(shown):
        y = TOP + _ROW * at
        length = (WIDTH - left - RIGHT) * count / most
        text = f"{count:,} ({share(count, whole)})" if whole else f"{count:,}"
        parts += [
            label(left - 10, y + 13, cut(name, left // 7 - 3), size=12, anchor="end"),
            box(left, y, max(length, 0.6), 17, _BLUE if count else _PALE, f"{name}: {text}"),
            label(round(left + length + 6, 2), y + 13, text, size=12, fill=FAINT),
        ]
    if len(bars) > len(shown):
        parts.append(label(left, height - 12, f"and {len(bars) - len(shown):,} more", size=12, fill=FAINT))
    return [*parts, "</svg>"]


def _load(report: Report) -> list[str]:
    """A map of weekdays by hours for each of the teams with most tickets."""
    teams = report["load"][:_MOST_TEAMS]
    if not teams:
        return []
    block = _CELL * 7 + 62
    height = TOP + block * -(-len(teams) // _MAPS_IN_ROW) + 10
    title = _title(report, "when each team gets its tickets")
    parts = [*head(title, WIDTH, height), label(20, 30, cut(title, 95), size=17, weight=600)]
    for at, team in enumerate(teams):
        x, y = 20 + at % _MAPS_IN_ROW * (WIDTH // _MAPS_IN_ROW), TOP + at // _MAPS_IN_ROW * block
        parts += _hours(team, x, y)
    return [*parts, "</svg>"]


def _hours(team: Mapping[str, Any], x: int, y: int) -> Iterator[str]:
    hours = team["by_weekday_and_hour"]
    most = max(map(max, hours))
    yield label(
        x,
        y,
        f"{cut(team['team'], 34)}: {many(team['total'], 'ticket')}, at most {most:,} in a cell",
        size=12,
        weight=600,
    )
    yield box(x + 34, y + 10, 24 * (_CELL - 1), 7 * _CELL, _shade(0, most), "none")
    for day, counts in enumerate(hours):
        top = y + 10 + day * _CELL
        yield label(x, top + 13, WEEKDAYS[day], size=11, fill=FAINT)
        for hour, count in enumerate(counts):
            if count:
                name = f"{WEEKDAYS[day]} {hour:02} to {hour + 1:02}: {count:,}"
                yield box(x + 34 + hour * (_CELL - 1), top, _CELL - 2, _CELL - 1, _shade(count, most), name)
    for hour in (0, 6, 12, 18):
        yield label(x + 34 + hour * (_CELL - 1), y + 10 + 7 * _CELL + 12, f"{hour:02}", size=11, fill=FAINT)


def _shade(count: int, most: int) -> str:
    """White for nothing, the darker the more; square roots, so that small counts show too."""
    share_ = (count / most) ** 0.5 if most else 0
    low, high = (238, 242, 246), (44, 95, 158)
    return "#" + "".join(f"{round(a + (b - a) * share_):02x}" for a, b in zip(low, high, strict=True))


def _service_levels(report: Report) -> list[str]:
    """Met, breached and running of each policy and metric; with another project, its bar above."""
    bars = [
        (f"{one['policy']}, {one['metric'].replace('_', ' ')}{' (before)' if which == 'before' else ''}", found)
        for one in report["service_levels"]
        for which in ("before", "now")
        if (found := one.get("before") if which == "before" else one) is not None
    ]
    if not bars:
        return []
    height = TOP + 30 * len(bars) + 46
    title = _title(report, "service levels")
    parts = [*head(title, WIDTH, height), label(20, 30, cut(title, 95), size=17, weight=600)]
    for at, (name, found) in enumerate(bars):
        parts += _stacked(name, found, TOP + 30 * at)
    parts.append(line(LEFT, TOP - 6, LEFT, height - 44, INK))
    for at, (state, colour) in enumerate(_FATES):
        parts += [
            box(LEFT + 110 * at, height - 26, 14, 12, colour, state),
            label(LEFT + 110 * at + 20, height - 15, state, size=12, fill=FAINT),
        ]
    return [*parts, "</svg>"]


def _stacked(name: str, found: Mapping[str, int], y: int) -> Iterator[str]:
    total = sum(found[state] for state, _ in _FATES)
    x: float = LEFT
    yield label(LEFT - 10, y + 14, cut(name, 36), size=12, anchor="end")
    for state, colour in _FATES:
        width = (WIDTH - LEFT - RIGHT) * found[state] / max(total, 1)
        if width:
            yield box(round(x, 2), y, width, 20, colour, f"{state}: {found[state]:,}")
        x += width
    yield label(round(x + 6, 2), y + 14, f"{attained(found) or 'none over yet'} met", size=12, fill=FAINT)
