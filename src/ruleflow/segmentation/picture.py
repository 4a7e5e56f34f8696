"""Segments as a picture (SVG): a map of two scores, and how large segments are against what they buy."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.model import Model
from ruleflow.segmentation.summary import NOBODY, Group, Summary, percent, result_text, steps_of
from ruleflow.timeline.svg import FAINT, INK, box, cut, head, label, line

WIDTH, MARGIN, TOP = 1200, 40, 96
MAP, BARS = 460, 600
"""How wide the map is, and where the bars begin."""
BAR, ROW = 14, 46
_CONTACTS, _REVENUE = "#9aa5b1", "#2f7d4f"
_LIGHT, _DARK = (0xEE, 0xF5, 0xF0), (0x1F, 0x5F, 0x3A)


def segments_svg(summary: Summary, model: Model, subtitle: str) -> str:
    """The picture, complete in itself: no scripts, no fonts, nothing from elsewhere."""
    shown = [(name, group) for name, group in summary.segments.items() if name != NOBODY or group.contacts]
    has_map = summary.map_of is not None
    height = max(TOP + ROW * len(shown) + 70, TOP + MAP + 90 if has_map else 0)
    title = f"{model.title or model.name}: {summary.total.contacts:,} contacts"
    left = BARS if has_map else MARGIN
    body = [
        *head(title, WIDTH, height),
        label(MARGIN, 36, cut(title, 90), size=20, weight=600),
        label(MARGIN, 58, cut(subtitle, 150), size=13, fill=FAINT),
        *(_map(summary, model) if has_map else ()),
        *_bars(shown, summary.total, model, left),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _map(summary: Summary, model: Model) -> Iterator[str]:
    """A grid: the first score from left to right, the second from bottom to top; the darker, the more revenue."""
    if summary.map_of is None:
        return
    across, up = (model.scores[name] for name in summary.map_of)
    columns, rows = steps_of(across), tuple(reversed(steps_of(up)))
    left, top = MARGIN + 44, TOP + 8
    wide, high = (MAP - 44) / len(columns), (MAP - 30) / len(rows)
    most = max((group.revenue for group in summary.cells.values()), default=0)
    for at, row in enumerate(rows):
        y = top + at * high
        yield label(left - 10, round(y + high / 2 + 5, 1), cut(result_text(row), 6), size=13, anchor="end")
        for place, column in enumerate(columns):
            group = summary.cells.get((column, row), Group())
            share = float(group.revenue / most) if most else 0.0
            x = left + place * wide
            told = f"{across.id} {result_text(column)}, {up.id} {result_text(row)}: {group.contacts:,} contacts, revenue {group.revenue:,.2f}"
            yield box(round(x + 1, 1), round(y + 1, 1), wide - 2, round(high - 2, 1), _shade(share), told)
            yield from _cell(x + wide / 2, y + high / 2, group, summary.total, is_dark=share**0.5 > 0.5)
    base = top + len(rows) * high
    for place, column in enumerate(columns):
        x = round(left + (place + 0.5) * wide, 1)
        yield label(x, round(base + 20, 1), cut(result_text(column), 10), size=13, anchor="middle")
    yield label(left, round(base + 42, 1), f"→ {cut(across.title or across.id, 50)}", size=13, fill=FAINT)
    yield label(left - 44, TOP - 6, f"↑ {cut(up.title or up.id, 50)}", size=13, fill=FAINT)
    yield label(
        left,
        round(base + 62, 1),
        "contacts, and their share of revenue; the darker, the more revenue",
        size=12,
        fill=FAINT,
    )


def _cell(x: float, y: float, group: Group, total: Group, *, is_dark: bool) -> Iterator[str]:
    ink = "#ffffff" if is_dark else INK
    if group.contacts:
        yield label(round(x, 1), round(y, 1), f"{group.contacts:,}", size=15, fill=ink, anchor="middle", weight=600)
        yield label(
            round(x, 1), round(y + 17, 1), percent(group.revenue, total.revenue), size=11, fill=ink, anchor="middle"
        )


def _shade(share: float) -> str:
    """From light to dark; the root of the share, so that small ones differ."""
    by = share**0.5
    return "#" + "".join(f"{round(light + (dark - light) * by):02x}" for light, dark in zip(_LIGHT, _DARK, strict=True))


def _bars(shown: list[tuple[str, Group]], total: Group, model: Model, left: int) -> Iterator[str]:
    """Two bars for each segment: its share of contacts, its share of revenue."""
    if not shown:
        return
    start, end = left + 200, WIDTH - MARGIN - 120
    largest = max((max(_share(group, total)) for _, group in shown), default=0.0) or 1.0
    yield box(start, TOP - 16, 10, 10, _CONTACTS, "share of contacts")
    yield label(start + 16, TOP - 7, "share of contacts", size=12, fill=FAINT)
    yield box(start + 140, TOP - 16, 10, 10, _REVENUE, "share of revenue")
    yield label(start + 156, TOP - 7, "share of revenue", size=12, fill=FAINT)
    for at, (name, group) in enumerate(shown):
        y = TOP + 8 + at * ROW
        segment = model.segments.get(name)
        contacts, revenue = _share(group, total)
        yield label(start - 12, y + 19, cut((segment.title if segment else "") or name, 28), size=14, anchor="end")
        texts = (
            f"{percent(group.contacts, total.contacts)} ({group.contacts:,})",
            percent(group.revenue, total.revenue),
        )
        for place, (share, fill, text) in enumerate(
            zip((contacts, revenue), (_CONTACTS, _REVENUE), texts, strict=True)
        ):
            width = round((end - start) * share / largest, 1)
            top = y + place * (BAR + 2)
            yield box(start, top, max(width, 1), BAR, fill, f"{name}: {text}")
            yield label(round(start + max(width, 1) + 6, 1), top + 11, text, size=12, fill=FAINT)
    yield line(start, TOP + 2, start, TOP + 8 + len(shown) * ROW - 8, FAINT)


def _share(group: Group, total: Group) -> tuple[float, float]:
    contacts = group.contacts / total.contacts if total.contacts else 0.0
    return contacts, float(group.revenue / total.revenue) if total.revenue else 0.0
