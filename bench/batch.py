"""Which rules match a table of tickets: by columns, beside ticket by ticket.

    python bench/batch.py --tickets 1000000

Rules and tickets come from a seed (`bench/workload.py`); the tickets are an Arrow table in memory, a struct column for each
object. Ticket by ticket is measured on the first of them, twice: from the table (a dictionary made of the row, read by the
door, matched by the index), and matching alone, facts read outside the clock. Both must name the same rules for those
tickets before anything is timed. Rounds alternate; medians of CPU seconds of the process with all its threads, for a ticket.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import pyarrow as pa

import ruleflow
from bench.engines.ruleflow import NOW, Matching, project_files
from bench.workload import EVENT, SEED, Rule, Ticket, draw_tickets
from ruleflow.batch import match_table

SAMPLE = 5_000
"""So many tickets are matched one by one in a round."""
CHUNK = 20_000


def main() -> int:
    """Measure, print, write down."""
    asked = _arguments()
    rules, drawn = draw_tickets(asked.rules, asked.seed)
    project = _loaded(rules)
    table = pa.Table.from_batches(_batches(drawn, asked.tickets))
    ways = _ways(project, table)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(asked.rounds):
        for name, (count, run) in ways.items():
            start = process_time()
            run()
            seconds[name].append((process_time() - start) / count)
    medians = {name: median(several) for name, several in seconds.items()}
    show(asked, medians)
    if asked.json is not None:
        asked.json.write_text(json.dumps(record(asked, seconds, medians), indent=2) + "\n", encoding="utf-8")
    return 0


def _ways(project: ruleflow.Project, table: pa.Table) -> dict[str, tuple[int, Callable[[], Any]]]:
    """What is measured: of how many tickets, and what does it. All have given the same answers."""
    sample = table.slice(0, SAMPLE)
    matching = Matching(project)
    forms = [matching.form(ticket) for ticket in sample.to_pylist()]
    by_columns = match_table(project, EVENT, sample, now=NOW).rules.to_pylist()
    assert by_columns == [matching.match(form) for form in forms]
    return {
        "by columns": (len(table), lambda: match_table(project, EVENT, table, now=NOW)),
        "one by one, from the table": (
            len(sample),
            lambda: [matching.match(matching.form(ticket)) for ticket in sample.to_pylist()],
        ),
        "one by one, matching alone": (len(sample), lambda: [matching.match(form) for form in forms]),
    }


def _batches(drawn: Iterator[Ticket], tickets: int) -> Iterator[pa.RecordBatch]:
    first = pa.RecordBatch.from_pylist(list(islice(drawn, min(CHUNK, tickets))))
    yield first
    for start in range(CHUNK, tickets, CHUNK):
        some = list(islice(drawn, min(CHUNK, tickets - start)))
        yield pa.RecordBatch.from_pylist(some, schema=first.schema)


def _loaded(rules: tuple[Rule, ...]) -> ruleflow.Project:
    with TemporaryDirectory() as folder:
        for name, text in project_files(rules):
            place = Path(folder, name)
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return ruleflow.load(folder)


def show(asked: argparse.Namespace, medians: dict[str, float]) -> None:
    """Print the medians, and how many times as much as by columns they are."""
    least = medians["by columns"]
    print(f"one ticket of {asked.tickets:,}, {asked.rules:,} rules, median of {asked.rounds} rounds")
    for name, seconds in medians.items():
        print(f"  {name:<28} {seconds * 1e6:8.2f} µs {seconds / least:8.1f}x")


def record(asked: argparse.Namespace, seconds: dict[str, list[float]], medians: dict[str, float]) -> dict[str, Any]:
    """What was measured, as JSON."""
    return {
        "rules": asked.rules,
        "tickets": asked.tickets,
        "seed": asked.seed,
        "cpu_s_per_ticket": medians,
        "rounds": seconds,
        "ratio_from_the_table": medians["one by one, from the table"] / medians["by columns"],
        "ratio_matching_alone": medians["one by one, matching alone"] / medians["by columns"],
        "python": platform.python_version(),
        "machine": platform.machine(),
        "pyarrow": version("pyarrow"),
        "numpy": version("numpy"),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
