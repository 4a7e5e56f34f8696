"""The few parts of which pictures are made: boxes, lines, labels. No scripts, no fonts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

INK = "#1f2933"
FAINT = "#6b7680"
_TEXT = 'font-family="system-ui, sans-serif"'


def head(title: str, width: int, height: int) -> Iterator[str]:
    """The beginning of a picture, white, with its title at the top."""
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
    yield f"<title>{safe(title)}</title>"
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'


def box(x: float, y: float, width: float, height: float, fill: str, title: str) -> str:
    """A filled box that tells its title to whoever points at it."""
    return f'<rect x="{x}" y="{y}" width="{round(width, 2)}" height="{height}" fill="{fill}"><title>{safe(title)}</title></rect>'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, *, width: float = 1) -> str:
    """A straight line."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}" stroke-width="{width}"/>'


def label(
    x: float, y: float, text: str, *, size: int, fill: str = INK, anchor: str = "start", weight: int = 400
) -> str:
    """Text; `anchor` says which end of it is at `x`."""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}" {_TEXT}>'
        f"{safe(text)}</text>"
    )


def cut(text: str, most: int) -> str:
    """Text, cut to so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def safe(text: str) -> str:
    """Text that XML can carry and that shows as it is."""
    return escape("".join(one if one.isprintable() else "�" for one in text))
