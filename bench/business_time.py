"""Adding open time to an instant, beside the two peers that Python has: businesstimedelta and pandas' business hours.

    pip install . --group bench && python bench/business_time.py

Instants of ten years and targets of whole hours, from a seed; a calendar of Monday to Friday, 09:00 to 17:00, in UTC,
which all three can count (pandas knows no minutes, and what is used up at closing is due at the next opening there, so
such tasks are left out). Before anything is timed, all three must agree on every task. Rounds alternate between the
three; the medians and their ratios are printed, and with `--json FILE` written down.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import businesstimedelta
import pandas as pd

import ruleflow

ROUNDS = 15
SEED = 20_260_302
YEARS = 10
Task = tuple[datetime, int]
"""An instant, and hours to add."""
Add = Callable[[datetime, int], datetime]


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to add open time. It is timed on one task in `share`, the slow ones on fewer."""

    name: str
    add: Add
    share: int


def of_ruleflow() -> Add:
    """Our calendar."""
    calendar = ruleflow.Calendar.from_dict({"timezone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}})

    def add(start: datetime, hours: int) -> datetime:
        found = calendar.add(start, timedelta(hours=hours))
        if found is None:
            raise ValueError("the calendar opens")
        return found

    return add


def of_businesstimedelta() -> Add:
    """A rule of working days and hours."""
    day = businesstimedelta.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4])
    rules = businesstimedelta.Rules([day])

    def add(start: datetime, hours: int) -> datetime:
        found: datetime = start + businesstimedelta.BusinessTimeDelta(rules, hours=hours)
        return found

    return add


def of_pandas() -> Add:
    """An offset of business hours."""

    def add(start: datetime, hours: int) -> datetime:
        found: datetime = pd.Timestamp(start) + pd.offsets.BusinessHour(hours, start="09:00", end="17:00")
        return found

    return add


def tasks(count: int, add: Add) -> list[Task]:
    """Instants to the minute and targets from one hour to ten working days, less those that are due at closing."""
    draw, start = random.Random(SEED), datetime(2020, 1, 1, tzinfo=UTC)
    drawn = (
        (start + timedelta(minutes=draw.randrange(YEARS * 365 * 1_440)), draw.randrange(1, 80)) for _ in range(count)
    )
    return [task for task in drawn if add(*task).time() != time(17)]


def disagreements(peers: Sequence[Peer], work: Sequence[Task]) -> int:
    """On how many tasks the peers do not all say the same."""
    return sum(len({peer.add(*task).timestamp() for peer in peers}) > 1 for task in work)


def measure(peers: Sequence[Peer], work: Sequence[Task]) -> dict[str, list[float]]:
    """Microseconds for one task, by peer and round."""
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer in peers:
            own = work[:: peer.share]
            begin = perf_counter()
            for task in own:
                peer.add(*task)
            found[peer.name].append((perf_counter() - begin) / len(own) * 1e6)
    return found


def main() -> int:
    """Compare, measure, print."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    asked = reading.parse_args()
    ours = of_ruleflow()
    peers = (
        Peer("ruleflow", ours, 1),
        Peer("businesstimedelta", of_businesstimedelta(), 40),
        Peer("pandas", of_pandas(), 40),
    )
    work = tasks(20_000, ours)
    differing = disagreements(peers, work[::20])
    if differing:
        print(f"{differing} of {len(work[::20])} tasks are answered differently; nothing is timed", file=sys.stderr)
        return 1
    medians = {name: median(rounds) for name, rounds in measure(peers, work).items()}
    show(medians)
    if asked.json is not None:
        asked.json.write_text(json.dumps(record(medians), indent=2) + "\n", encoding="utf-8")
    return 0


def show(medians: Mapping[str, float]) -> None:
    """A table of medians and ratios."""
    print(f"one addition, median of {ROUNDS} rounds, tasks over {YEARS} years")
    for name, micros in medians.items():
        print(f"  {name:<20} {micros:10.2f} µs {micros / medians['ruleflow']:8.1f}x")


def record(medians: Mapping[str, float]) -> dict[str, Any]:
    """What was measured, and with what."""
    return {
        "python": platform.python_version(),
        "versions": {name: version(name) for name in medians},
        "median_us": {name: round(micros, 3) for name, micros in medians.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
