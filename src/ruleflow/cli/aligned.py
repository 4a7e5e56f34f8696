"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ruleflow.diagnostics.cells import columns, visible


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines, their cells under each other; every row has as many cells."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
