"""The picture: what one decision costs against the number of rules, a line for each engine, labelled at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.engines.protocol import ENGINES
from bench.trials import Row

OURS = ("ruleflow", "ruleflow, whole decision")
RED = "#d1242f"
PEERS = ("#57606a", "#0969da", "#8250df", "#1a7f37", "#9a6700", "#bf3989", "#1b7c83", "#6e7781", "#953800", "#24292f")
_GAP = 0.048
"""Between labels, as a share of the height."""


def draw(results: Mapping[int, Sequence[Row]], place: Path) -> None:
    """Draw the results, by number of rules, as SVG; an engine that was left out at a size has no point there."""
    mpl.rcParams.update(
        {"svg.hashsalt": "ruleflow", "svg.fonttype": "none", "font.size": 10, "font.family": "sans-serif"}
    )
    figure, axes = plt.subplots(figsize=(9, 5.6))
    lines = _lines(results)
    peers = [engine.name for engine in ENGINES if engine.name not in OURS]
    colours = {name: RED if name in OURS else PEERS[peers.index(name) % len(PEERS)] for name in lines}
    for name, points in lines.items():
        ours = name in OURS
        axes.plot(
            *zip(*points, strict=True),
            color=colours[name],
            linewidth=3 if name == "ruleflow" else 1.4,
            linestyle="--" if ours and name != "ruleflow" else "-",
            marker="o",
            markersize=6 if name == "ruleflow" else 3.5,
            zorder=3 if ours else 2,
        )
    axes.set(xscale="log", yscale="log", xlabel="rules", ylabel="CPU time of one decision, all matches")
    axes.set_xticks(list(results), [f"{size:,}" for size in results])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda microseconds, _: _span(microseconds))
    axes.grid(visible=True, color="#d8dee4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    _label(axes, lines, colours)
    figure.subplots_adjust(left=0.11, right=0.75, top=0.97, bottom=0.1)
    figure.savefig(place, metadata={"Date": None, "Creator": None}, facecolor="white")
    plt.close(figure)


def _lines(results: Mapping[int, Sequence[Row]]) -> dict[str, list[tuple[int, float]]]:
    """Points of rules and microseconds, by engine."""
    found: dict[str, list[tuple[int, float]]] = {}
    for size, rows in sorted(results.items()):
        for row in rows:
            if not row.problem:
                found.setdefault(row.engine, []).append((size, row.match_s * 1e6))
    return found


def _label(axes: Axes, lines: Mapping[str, Sequence[tuple[int, float]]], colours: Mapping[str, str]) -> None:
    """Names right of the axes, as high as the lines end, moved apart where they would overlap."""
    low, high = (log10(one) for one in axes.get_ylim())
    ends = sorted((log10(points[-1][1]) - low) / (high - low) for points in lines.values())
    heights = _apart(ends)
    by_end = sorted(lines, key=lambda name: lines[name][-1][1])
    for name, end, height in zip(by_end, ends, heights, strict=True):
        last = lines[name][-1][0]
        start = axes.transAxes.inverted().transform(axes.transData.transform((last, 10 ** (low + end * (high - low)))))[
            0
        ]
        axes.plot(
            [start, 0.985, 1.015],
            [end, end, height],
            color=colours[name],
            linewidth=0.6,
            transform=axes.transAxes,
            clip_on=False,
            linestyle=":" if start < 0.94 else "-",
        )
        axes.text(
            1.02,
            height,
            name,
            transform=axes.transAxes,
            va="center",
            color=colours[name],
            weight="bold" if name in OURS else "normal",
        )


def _apart(ends: Sequence[float]) -> list[float]:
    """Heights at least a gap apart, in order, as near to the ends as they may be."""
    heights = list(ends)
    for _ in range(200):
        for lower in range(len(heights) - 1):
            lacking = _GAP - (heights[lower + 1] - heights[lower])
            if lacking > 1e-9:
                heights[lower] -= lacking / 2
                heights[lower + 1] += lacking / 2
    return heights


def _span(microseconds: float) -> str:
    """A time in words of a tick: `10 µs`, `1 ms`, `1 s`."""
    for factor, unit in ((1e6, "s"), (1e3, "ms"), (1.0, "µs")):
        if microseconds >= factor:
            return f"{microseconds / factor:g} {unit}"
    return f"{microseconds:g} µs"
