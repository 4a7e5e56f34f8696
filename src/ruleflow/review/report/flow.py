"""The picture of one outcome (SVG): a band for each change, from what tickets got to what they get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ruleflow.analysis.verdicts import Verdict
from ruleflow.diagnostics.cells import columns, visible
from ruleflow.review.report.words import said

WIDTH, LABEL, BAR = 860, 300, 10
BAND, GAP, TOP = 20, 12, 30
LONGEST = 36
"""Columns of a label; the whole text stands in its title and beside the picture."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A value on one side: `y` is its upper edge, `bands` the changes that touch it, by their numbers."""

    text: str
    y: int
    bands: tuple[int, ...]

    @property
    def height(self) -> int:
        return BAND * len(self.bands)


def flow_svg(verdict: Verdict) -> str:
    """The picture. Every band is one way in which tickets change, however many tickets take it. Colours come from the page."""
    left = _nodes([said(change.before) for change in verdict.changes])
    right = _nodes([said(change.after) for change in verdict.changes])
    height = max(side[-1].y + side[-1].height for side in (left, right)) + GAP
    told = "; ".join(f"{said(one.before)} becomes {said(one.after)}" for one in verdict.changes)
    label = escape(visible(f"{verdict.outcome}: {told}"), quote=True)
    head = f'<svg class="flow" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
    caption = f'<text class="side" x="{LABEL - 8}" y="16" text-anchor="end">before</text>'
    caption += f'<text class="side" x="{WIDTH - LABEL + 8}" y="16">after</text>'
    bands = (_band(number, left, right) for number in range(len(verdict.changes)))
    return "\n".join([head, caption, *bands, *_side(left, is_left=True), *_side(right, is_left=False), "</svg>"])


def _nodes(values: Sequence[str]) -> tuple[_Node, ...]:
    """Each different value, in order, below the one before it."""
    found, y = [], TOP
    for text in dict.fromkeys(values):
        bands = tuple(number for number, value in enumerate(values) if value == text)
        found.append(_Node(text, y, bands))
        y += BAND * len(bands) + GAP
    return tuple(found)


def _band(number: int, left: Sequence[_Node], right: Sequence[_Node]) -> str:
    """A band from side to side, its ends level."""
    y1, y2 = _edge(number, left), _edge(number, right)
    x1, x2 = LABEL + BAR, WIDTH - LABEL - BAR
    middle = (x1 + x2) // 2
    upper = f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
    lower = f"L{x2} {y2 + BAND - 2} C{middle} {y2 + BAND - 2} {middle} {y1 + BAND - 2} {x1} {y1 + BAND - 2} Z"
    return f'<path class="band b{number % 5}" d="{upper} {lower}"/>'


def _edge(number: int, nodes: Sequence[_Node]) -> int:
    node = next(one for one in nodes if number in one.bands)
    return node.y + BAND * node.bands.index(number) + 1


def _side(nodes: Sequence[_Node], *, is_left: bool) -> Iterator[str]:
    x = LABEL if is_left else WIDTH - LABEL - BAR
    at, anchor = (LABEL - 8, "end") if is_left else (WIDTH - LABEL + 8, "start")
    for node in nodes:
        text = escape(visible(_cut(node.text)))
        yield f'<rect class="node" x="{x}" y="{node.y}" width="{BAR}" height="{node.height}"/>'
        yield (
            f'<text x="{at}" y="{node.y + node.height / 2 + 5:g}" text-anchor="{anchor}">'
            f"<title>{escape(visible(node.text))}</title>{text}</text>"
        )


def _cut(text: str) -> str:
    """The text as far as there is room for it; wide characters take two columns."""
    if columns(text) <= LONGEST:
        return text
    kept = text[:LONGEST]
    while columns(kept) >= LONGEST:
        kept = kept[:-1]
    return f"{kept}…"
