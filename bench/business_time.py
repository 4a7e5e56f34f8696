"""Adding open time to an instant, beside the ways that Python has: businesstimedelta, pandas, loops over days.

    pip install . --group bench && python bench/business_time.py

Three calendars (`WORK`): a simple one, an office with lunch, public holidays and clock changes, and a night shift that
starts shortly before the clocks change. Instants and targets of 1 to 80 hours come from a seed; what is due just at a
closing is left out, since pandas says the next opening there. A loop of the standard library is the judge. ruleflow must
agree with it on every task; of the others it is told on how many they are wrong, and only tasks that all answer rightly
are timed. Rounds alternate between the peers; the medians and their ratios are printed, and with `--json FILE` written
down.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.business_peers import (
    EVERY_DAY,
    Add,
    Office,
    day_loop,
    of_businesstimedelta,
    of_businesstimedelta_dates,
    of_pandas,
    ours,
    pendulum_loop,
)

ROUNDS = 15
SEED = 20_260_302
YEARS = 10
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
TASKS = 2_000
TURN_S = 0.05
"""Seconds of one peer's turn in a round."""
OURS = "ruleflow"
PEERS: Mapping[str, Callable[[Office], Add]] = {
    OURS: ours,
    "day loop": day_loop,
    "pendulum loop": pendulum_loop,
    "businesstimedelta": of_businesstimedelta,
    "businesstimedelta, set of dates": of_businesstimedelta_dates,
    "pandas": of_pandas,
}
PACKAGES = ("ruleflow", "pendulum", "businesstimedelta", "pandas", "holidays")

Task = tuple[datetime, int]
"""An instant, and hours to add."""


def any_instant(draw: random.Random) -> datetime:
    """A minute of the ten years."""
    return FIRST + timedelta(minutes=draw.randrange(YEARS * 365 * 1_440))


def before_a_change(draw: random.Random) -> datetime:
    """A minute of the two days before the clocks of Europe change, on the last Sunday of March or October."""
    last = datetime(FIRST.year + draw.randrange(YEARS), draw.choice((3, 10)), 31, 1, tzinfo=UTC)
    change = last - timedelta(days=(last.weekday() + 1) % 7)
    return change - timedelta(minutes=draw.randrange(2 * 1_440))


WORK: Mapping[str, tuple[Office, Callable[[random.Random], datetime]]] = {
    "Monday to Friday 9-17, UTC": (Office(), any_instant),
    "Monday to Friday 9-12 and 13-17, Helsinki, public holidays": (
        Office("Europe/Helsinki", hours=((9, 12), (13, 17)), country="FI"),
        any_instant,
    ),
    "every night 22-6, Helsinki, over clock changes": (
        Office("Europe/Helsinki", EVERY_DAY, ((22, 6),)),
        before_a_change,
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of a peer: microseconds for one task (None: it was not timed), and how often it is wrong."""

    peer: str
    median_us: float | None
    wrong: int
    of: int


def tasks(office: Office, instant: Callable[[random.Random], datetime]) -> dict[Task, datetime]:
    """Tasks with the right answers."""
    draw, judge, zone = random.Random(SEED), day_loop(office), ZoneInfo(office.zone)
    closings = {end for _, end in office.hours}
    found: dict[Task, datetime] = {}
    while len(found) < TASKS:
        task = instant(draw), draw.randrange(1, 81)
        due = judge(*task).astimezone(zone)
        if due.minute or due.hour not in closings:
            found[task] = due.astimezone(UTC)
    return found


def is_right(add: Add, task: Task, due: datetime) -> bool:
    """Whether a peer names the instant; one that gives up does not."""
    try:
        return add(*task).timestamp() == due.timestamp()
    except ValueError:
        return False


def measure(office: Office, instant: Callable[[random.Random], datetime]) -> list[Row]:
    """Compare and time the peers on one calendar. A peer that is wrong on more than half is not timed."""
    work, peers = tasks(office, instant), {name: made(office) for name, made in PEERS.items()}
    wrong = {name: {task for task, due in work.items() if not is_right(add, task, due)} for name, add in peers.items()}
    timed = {name: add for name, add in peers.items() if len(wrong[name]) <= len(work) / 2}
    common = [task for task in work if not any(task in wrong[name] for name in timed)]
    rounds: dict[str, list[float]] = {name: [] for name in timed}
    counts = dict.fromkeys(timed, 20)
    for number in range(ROUNDS + 1):
        for name, add in timed.items():
            own = common[: counts[name]]
            begin = perf_counter()
            for task in own:
                add(*task)
            took = (perf_counter() - begin) / len(own)
            counts[name] = max(20, int(TURN_S / took))
            if number:  # the first one only tells how many tasks make a turn
                rounds[name].append(took * 1e6)
    return [Row(name, median(rounds[name]) if name in rounds else None, len(wrong[name]), len(work)) for name in PEERS]


def main() -> int:
    """Compare, measure, print."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    asked = reading.parse_args()
    results = {title: measure(*work) for title, work in WORK.items()}
    for title, rows in results.items():
        show(title, rows)
    if asked.json is not None:
        asked.json.write_text(json.dumps(record(results), indent=2) + "\n", encoding="utf-8")
    mistaken = [title for title, rows in results.items() for row in rows if row.peer == OURS and row.wrong]
    for title in mistaken:
        print(f"{title}: ruleflow is wrong", file=sys.stderr)
    return 1 if mistaken else 0


def ratios(rows: Sequence[Row]) -> dict[str, float | None]:
    """How many times as long as ruleflow each peer takes."""
    (own,) = [row.median_us for row in rows if row.peer == OURS]
    assert own is not None
    return {row.peer: None if row.median_us is None else row.median_us / own for row in rows}


def show(title: str, rows: Sequence[Row]) -> None:
    """A table of medians and ratios."""
    print(f"\n{title}: one addition, median of {ROUNDS} rounds")
    for row, ratio in zip(rows, ratios(rows).values(), strict=True):
        told = f"{'not timed':>25}" if ratio is None else f"{row.median_us:>12.2f} µs {ratio:>8.1f}x "
        print(f"  {row.peer:<32}{told}  wrong on {row.wrong} of {row.of}")


def record(results: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What was measured, and with what."""
    return {
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "calendars": {
            title: {
                row.peer: {
                    "median_us": row.median_us and round(row.median_us, 3),
                    "ratio": ratio and float(f"{ratio:.3g}"),
                    "wrong": row.wrong,
                    "of": row.of,
                }
                for row, ratio in zip(rows, ratios(rows).values(), strict=True)
            }
            for title, rows in results.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
