"""A decision table of many rows, beside the decision table of zen-engine.

    python bench/tables.py --sizes 10,1000,100000

The rows come from a seed: a customer, a priority or a range of them, a range of amounts, regions; a few ask anything.
The first row that matches counts. Both engines get the same rows and must name the same row for every ticket before
they are timed. Rounds alternate; medians of CPU seconds are printed, and written down where asked.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

SEED = 20_261_125
EVENT = "ticket.created"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRIORITIES = ("low", "normal", "high", "urgent")
REGIONS = ("north", "south", "east", "west")
_ROOT = """
ruleflow: 1
project: table
fields:
  ticket.customer: {type: text}
  ticket.amount: {type: integer}
  ticket.area: {type: choice, options: [north, south, east, west]}
tables:
  - id: t
    stage: route
    on: ticket.created
    file: t.csv
"""

Ticket = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a customer (None: any), priorities, amounts from and to (None: any), areas."""

    customer: str | None
    priorities: tuple[str, ...]
    amounts: tuple[int, int] | None
    areas: tuple[str, ...]

    def takes(self, ticket: Ticket) -> bool:
        """Whether it matches, as plainly as can be: the judge of both engines."""
        own = ticket["ticket"]
        return (
            self.customer in {None, own["customer"]}
            and own["priority"] in self.priorities
            and (self.amounts is None or self.amounts[0] <= own["amount"] <= self.amounts[1])
            and own["area"] in self.areas
        )


def draw_rows(count: int, seed: int = SEED) -> list[Row]:
    """So many rows; each customer has about three, one row in a thousand is for any, and the last takes all."""
    drawn = random.Random(f"{seed} {count}")
    rows = [_row(drawn, count) for _ in range(count - 1)]
    return [*rows, Row(None, PRIORITIES, None, REGIONS)]


def _row(drawn: random.Random, count: int) -> Row:
    low = drawn.randrange(0, 900, 50)
    return Row(
        None if drawn.random() < 0.001 else f"c{drawn.randrange(max(2, count // 3))}",
        drawn.choice([(one,) for one in PRIORITIES] + [PRIORITIES[2:], PRIORITIES]),
        drawn.choice([None, (low, low + drawn.randrange(50, 500, 50))]),
        drawn.choice([(one,) for one in REGIONS] + [REGIONS[:2], REGIONS]),
    )


def draw_tickets(rows: Sequence[Row], count: int, seed: int = SEED) -> list[Ticket]:
    """Tickets of customers that rows name."""
    drawn = random.Random(f"{seed} tickets")
    customers = sorted({row.customer for row in rows if row.customer})
    return [
        {
            "ticket": {
                "customer": drawn.choice(customers),
                "priority": drawn.choice(PRIORITIES),
                "amount": drawn.randrange(1_000),
                "area": drawn.choice(REGIONS),
            }
        }
        for _ in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Built:
    """An engine that has its rows: which row it names, and how long it took to read them until the first answer."""

    name: str
    ask: Callable[[Any], str]
    form: Callable[[Ticket], Any]
    built_s: float


def ruleflow_engines(rows: Sequence[Row], first: Ticket) -> list[Built]:
    """Finding the row, and a whole decision with its outcome; both out of one project on disk."""
    import ruleflow

    with TemporaryDirectory() as folder:
        Path(folder, "ruleflow.yaml").write_text(_ROOT, encoding="utf-8")
        lines = [
            "id;ticket.customer;ticket.priority;ticket.amount;ticket.area;add_tags",
            *map(_line, range(len(rows)), rows),
        ]
        Path(folder, "t.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
        begin = process_time()
        project = ruleflow.load(folder)
        project.decide(EVENT, first, now=NOW)
        built_s = process_time() - begin
        begin = process_time()
        again = ruleflow.load(folder)
        again.decide(EVENT, first, now=NOW)
        again_s = process_time() - begin
    index = project.plan.tables["t"].index

    def values(ticket: Ticket) -> list[Any]:
        return [ticket["ticket"][name] for name in ("customer", "priority", "amount", "area")]

    return [
        Built("ruleflow", lambda form: f"r{index.matches(form)[0]}", values, built_s),
        Built(
            "ruleflow, whole decision",
            lambda ticket: project.decide(EVENT, ticket, now=NOW).matched[0].removeprefix("t/"),
            lambda ticket: ticket,
            again_s,
        ),
    ]


def _line(number: int, row: Row) -> str:
    amounts = "-" if row.amounts is None else f"{row.amounts[0]}..{row.amounts[1]}"
    areas = "-" if row.areas == REGIONS else ", ".join(row.areas)
    priorities = "-" if row.priorities == PRIORITIES else ", ".join(row.priorities)
    return f"r{number};{row.customer or '-'};{priorities};{amounts};{areas};t{number % 50}"


def zen_engine(rows: Sequence[Row], first: Ticket) -> Built:
    """A decision table with the hit policy `first`, compiled by a loader before the first ticket."""
    import zen

    from bench.engines.zen import _graph

    names = ("customer", "priority", "amount", "area")
    content = _graph(
        "decisionTableNode",
        {
            "hitPolicy": "first",
            "inputs": [{"id": name, "name": name, "field": f"ticket.{name}"} for name in names],
            "outputs": [{"id": "row", "name": "row", "field": "row"}],
            "rules": [
                {
                    "_id": f"r{number}",
                    "customer": f"'{row.customer}'" if row.customer else "",
                    "priority": "" if row.priorities == PRIORITIES else ", ".join(f"'{one}'" for one in row.priorities),
                    "amount": "" if row.amounts is None else f"[{row.amounts[0]}..{row.amounts[1]}]",
                    "area": "" if row.areas == REGIONS else ", ".join(f"'{one}'" for one in row.areas),
                    "row": f"'r{number}'",
                }
                for number, row in enumerate(rows)
            ],
        },
    )
    begin = process_time()
    compiled = zen.ZenDecisionContent(content)
    engine = zen.ZenEngine({"loader": lambda _: compiled})
    engine.get_decision("rules")

    def ask(ticket: Ticket) -> str:
        found: str = engine.evaluate("rules", ticket)["result"]["row"]
        return found

    ask(first)
    return Built("zen-engine, table", ask, lambda ticket: ticket, process_time() - begin)


def measure(size: int, rounds: int, tickets: int) -> dict[str, dict[str, float]]:
    """Seconds for reading the rows and for one answer, by engine."""
    rows = draw_rows(size)
    drawn = draw_tickets(rows, tickets)
    engines = [*ruleflow_engines(rows, drawn[0]), zen_engine(rows, drawn[0])]
    for engine in engines:
        for ticket in drawn[: 20 if size > 10_000 else 200]:
            expected = next(f"r{number}" for number, row in enumerate(rows) if row.takes(ticket))
            found = engine.ask(engine.form(ticket))
            assert expected == found, (engine.name, ticket, expected, found)
    counts = {engine.name: _affordable(engine, drawn) for engine in engines}
    times: dict[str, list[float]] = {engine.name: [] for engine in engines}
    for _ in range(rounds):
        for engine in engines:
            times[engine.name].append(_round(engine, drawn[: counts[engine.name]]))
    return {engine.name: {"built_s": engine.built_s, "answer_s": median(times[engine.name])} for engine in engines}


def _affordable(engine: Built, tickets: Sequence[Ticket]) -> int:
    """How many tickets a round has: half a second's worth, judged by a few."""
    each = _round(engine, tickets[:5])
    return max(5, min(len(tickets), int(0.5 / each)))


def _round(engine: Built, tickets: Sequence[Ticket]) -> float:
    forms = [engine.form(ticket) for ticket in tickets]
    gc.collect()
    begin = process_time()
    for form in forms:
        engine.ask(form)
    return (process_time() - begin) / len(forms)


def main() -> int:
    """Measure, print, write down."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--sizes", default="10,1000,100000", help="numbers of rows, by commas")
    reading.add_argument("--rounds", type=int, default=5)
    reading.add_argument("--tickets", type=int, default=2_000)
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    asked = reading.parse_args()
    results = {}
    for size in (int(one.replace("_", "")) for one in asked.sizes.split(",")):
        results[size] = measure(size, asked.rounds, asked.tickets)
        print(f"\n{size:,} rows: answers per CPU second")
        for name, found in results[size].items():
            print(f"  {name:<26}{1 / found['answer_s']:>12,.0f}   read in {found['built_s']:.2f} s")
    if asked.json is not None:
        made = {
            "python": platform.python_version(),
            "zen-engine": version("zen-engine"),
            "seed": SEED,
            "sizes": results,
        }
        asked.json.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
