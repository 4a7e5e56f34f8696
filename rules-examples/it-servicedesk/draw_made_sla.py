"""The picture of the search for the promises behind `made_sla`: targets, hours, and the deadline among the incidents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from sla_search import Incident, Promise, Trial, best, shift, used_minutes

import ruleflow

MADE, MISSED, LINE = "#2a6f97", "#e07a1f", "#222222"


def draw(incidents: Sequence[Incident], trials: Sequence[Trial], path: str) -> None:
    """Three panels, into a `.png` or `.svg`."""
    import matplotlib as mpl

    mpl.use("svg" if path.endswith(".svg") else "agg")
    from matplotlib import pyplot as plt

    found = best(trials)
    figure, (targets, hours, deadline) = plt.subplots(1, 3, figsize=(15, 4.8), layout="constrained")
    draw_targets(targets, incidents, found.promise)
    draw_hours(hours, trials, len(incidents))
    draw_deadline(deadline, incidents, found)
    figure.savefig(path, dpi=110)


def draw_targets(axes: Any, incidents: Sequence[Incident], found: Promise) -> None:
    """The share that is told wrongly at every target, for three clocks."""
    made = [one.made_sla for one in incidents]
    clocks = [(Promise(), 168, "#8d99ae"), (Promise("00:00-24:00"), 120, "#3a7ca5"), (found, None, LINE)]
    for promise, hours, colour in clocks:
        weekly = hours or open_hours(promise)
        pairs = sorted(zip(used_minutes(promise, incidents), made, strict=True))
        wrong = list(accumulate((1 - 2 * met for _, met in pairs), initial=sum(made)))
        used = [minutes for minutes, _ in pairs]
        places = [place / 500 for place in range(400, 1001)]
        shares = [100 * wrong[bisect_right(used, place * weekly * 60)] / len(made) for place in places]
        axes.plot(places, shares, color=colour, label=f"{promise}, least {100 * min(wrong) / len(made):.2f} %")
    axes.set_yscale("log")
    axes.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.set_xlabel("target, in weeks of the clock's open time")
    axes.set_ylabel("incidents told wrongly, % (log)")
    axes.set_title("Which target: business time has one that fits")
    axes.legend(loc="upper right", fontsize=8, frameon=False)


def open_hours(promise: Promise) -> float:
    """The open hours of a week."""
    monday = datetime(2016, 4, 4, tzinfo=UTC)
    calendar = ruleflow.Calendar.from_dict(promise.calendar())
    return calendar.between(monday, monday + timedelta(days=7)) / timedelta(hours=1)


def draw_hours(axes: Any, trials: Sequence[Trial], count: int) -> None:
    """The incidents told wrongly, each beginning and length of the hours with its best target."""
    from matplotlib.colors import LogNorm

    wrong = {trial.promise.hours: count - trial.whole.right for trial in trials}
    lengths = range(4, 25)
    table = [[wrong[shift(start * 60, length * 60)] for start in range(24)] for length in lengths]
    image = axes.imshow(
        table, origin="lower", aspect="auto", extent=(-0.5, 23.5, 3.5, 24.5), cmap="viridis_r", norm=LogNorm()
    )
    bar = axes.figure.colorbar(image, ax=axes, label="incidents told wrongly (log)")
    bar.ax.set_yticks([10, 30, 100], ["10", "30", "100"])
    start, length = min(
        ((start, length) for length in lengths for start in range(24)),
        key=lambda place: wrong[shift(place[0] * 60, place[1] * 60)],
    )
    axes.plot(start, length, marker="o", markersize=9, markerfacecolor="none", markeredgecolor="black")
    axes.set_xticks(range(0, 24, 3))
    axes.set_yticks(range(4, 25, 4))
    axes.set_xlabel("hours begin at (the log's clock)")
    axes.set_ylabel("hours a day, Monday to Friday")
    axes.set_title("Which hours: many do as well")


def draw_deadline(axes: Any, incidents: Sequence[Incident], found: Trial) -> None:
    """When incidents were opened and closed, on weekdays, with the deadline of the best promise."""
    calendar = ruleflow.Calendar.from_dict(found.promise.calendar())
    for made, colour in ((True, MADE), (False, MISSED)):
        points = [place(one.opened, one.closed) for one in incidents if one.made_sla is made and on_weekdays(one)]
        axes.scatter(*zip(*points, strict=True), s=5, color=colour, linewidths=0)
    monday = datetime(2016, 4, 4, tzinfo=UTC)
    opened = [monday + timedelta(minutes=minute) for minute in range(0, 1440, 5)]
    target = timedelta(minutes=found.whole.target)
    due = [place(at, calendar.add(at, target) or at) for at in opened]
    axes.plot(*zip(*due, strict=True), color=LINE)
    axes.set(xlim=(0, 24), ylim=(5.8, 8.1), xticks=range(0, 25, 3), yticks=[6, 6.5, 7, 7.5, 8])
    axes.set_yticklabels(["6th, 0:00", "6th, 12:00", "7th, 0:00", "7th, 12:00", "8th, 0:00"])
    axes.set_xlabel("opened at (the log's clock)")
    axes.set_ylabel("closed on the … weekday after")
    axes.set_title("The deadline, where it is seen")
    for height, colour, text in ((7.3, MISSED, "missed"), (6.945, LINE, "deadline"), (6.5, MADE, "made")):
        axes.text(0.4, height, text, color=colour, fontsize=10, weight="bold")


def on_weekdays(one: Incident) -> bool:
    """Whether an incident was opened and closed from Monday to Friday."""
    return one.opened.weekday() < 5 and one.closed.weekday() < 5


def place(opened: datetime, closed: datetime) -> tuple[float, float]:
    """The hour of opening, and the weekdays from that day to the closing with the part of its day."""
    return hour(opened), weekdays(opened.date(), closed.date()) + hour(closed) / 24


def hour(at: datetime) -> float:
    """The time of the day in hours."""
    return at.hour + at.minute / 60


def weekdays(start: date, end: date) -> int:
    """How many weekdays one weekday is after another."""
    weeks, days = divmod((end - start).days, 7)
    return weeks * 5 + days - (2 if start.weekday() + days > 4 else 0)
