"""What a whole decision costs, part by part, and what a plan of many rules costs to build.

    python bench/deciding.py

The rules and tickets of `bench/workload.py`, the rules spread over the five standard stages. Before anything is timed,
decisions must match what the judge says. Rounds alternate between the parts; medians of CPU seconds are printed. The
floor is what JSON itself costs: decoding the same facts and encoding the same decision, with nothing between.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec

import ruleflow
from bench.child import timed
from bench.engines.ruleflow import NOW, project_files
from bench.workload import EVENT, Ticket, Workload, make_workload
from ruleflow.diagnostics.collector import Collector
from ruleflow.engine.door import make_door
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import run_stages, snapshot_of
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import Snapshot
from ruleflow.project.loading import load_checked

STAGES = ("classify", "prioritise", "sla", "route", "notify")
TICKETS = 300
ROUNDS = 15
REPEATS = 5
"""So often a round goes through the tickets."""
FLOOR, DOOR, MATCHING = "JSON alone", "the door", "matching"
RUN, WHOLE, BYTES = "the stages, with matching", "the whole decision", "bytes to bytes"
RATIOS = {"whole to matching": (WHOLE, MATCHING), "bytes to JSON alone": (BYTES, FLOOR)}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work: what it takes of a ticket, made anew each time and outside the clock, and what is timed."""

    name: str
    form: Callable[[Ticket], Any]
    call: Callable[[Any], object]


def parts_of(project: ruleflow.Project) -> Iterator[Part]:
    """The parts of a decision."""
    plan, door, decoder, encoder = project.plan, project.door, msgspec.json.Decoder(float_hook=Decimal), msgspec.json
    stages = [stage.events[EVENT] for stage in plan.stages if EVENT in stage.events]

    def facts(ticket: Ticket) -> Facts:
        read = door.read(EVENT, ticket)
        assert isinstance(read, Facts), read
        return read

    def snapshot(ticket: Ticket) -> Snapshot:
        read = facts(ticket)
        return snapshot_of(plan, EVENT, read, NOW, read.values)

    def answer(line: bytes) -> bytes:
        return next(project.answer_lines([line], event=EVENT, now=NOW)).line

    def in_and_out(ticket: Ticket) -> tuple[bytes, Any]:
        line = encoder.encode(ticket)
        return line, decoder.decode(answer(line))

    def match(seen: Snapshot) -> None:
        for stage in stages:
            list(stage.matching(seen))

    yield Part(FLOOR, in_and_out, lambda one: (decoder.decode(one[0]), encoder.encode(one[1])))
    yield Part(DOOR, lambda ticket: ticket, lambda ticket: door.read(EVENT, ticket))
    yield Part(MATCHING, snapshot, match)
    yield Part(RUN, facts, lambda read: run_stages(plan, EVENT, read, NOW))
    yield Part(WHOLE, lambda ticket: ticket, lambda ticket: project.decide(EVENT, ticket, now=NOW))
    yield Part(BYTES, encoder.encode, answer)


def measure(workload: Workload, rounds: int) -> dict[str, float]:
    """Microseconds of CPU for each part of one decision; medians of the rounds."""
    with TemporaryDirectory() as folder:
        write(workload, Path(folder))
        project = ruleflow.load(folder)
    for ticket, expected in zip(workload.tickets, workload.expected, strict=True):
        assert set(expected) == set(project.decide(EVENT, ticket, now=NOW).matched), "it does not decide as it should"
    parts = list(parts_of(project))
    taken: dict[str, list[float]] = {part.name: [] for part in parts}
    for number in range(rounds + 1):
        for part in parts:
            forms = [part.form(ticket) for _ in range(REPEATS) for ticket in workload.tickets]
            seconds = timed(part.call, forms)
            if number:  # the first round warms up
                taken[part.name].append(seconds / len(forms) * 1e6)
    return {name: median(several) for name, several in taken.items()}


def write(workload: Workload, folder: Path) -> None:
    """The project in a folder."""
    for name, text in project_files(workload.rules, STAGES):
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")


def build(size: int) -> dict[str, float]:
    """Seconds of CPU and MB for a plan and its indexes, from conditions that are known to tickets whose rules are found.

    Parts of an index are made when they are first visited: `first_s` goes until one ticket was asked about, `all_s` until
    all were. Memory, `all_mb`, is that of another plan, since counting it takes time.
    """
    workload = make_workload(size, TICKETS)
    with TemporaryDirectory() as folder:
        write(workload, Path(folder))
        loaded = load_checked(Path(folder), Collector())
    assert loaded is not None
    door = make_door(loaded.checked.model)
    facts = [read for ticket in workload.tickets if isinstance(read := door.read(EVENT, ticket), Facts)]

    def ask(plan: Plan, several: Sequence[Facts]) -> None:
        for read in several:
            seen = snapshot_of(plan, EVENT, read, NOW, read.values)
            for stage in plan.stages:
                list(stage.events[EVENT].matching(seen))

    gc.collect()
    begin = process_time()
    plan = compile_plan(loaded.checked, loaded.conditions)
    ask(plan, facts[:1])
    first_s = process_time() - begin
    ask(plan, facts)
    all_s = process_time() - begin
    tracemalloc.start()
    other = compile_plan(loaded.checked, loaded.conditions)
    ask(other, facts)
    gc.collect()
    return {"first_s": first_s, "all_s": all_s, "all_mb": tracemalloc.get_traced_memory()[0] / 1e6}


def main() -> None:
    """Measure, print, write down."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--sizes", type=_numbers, default=[10, 1_000, 10_000], help="numbers of rules, by commas")
    reading.add_argument("--plans", type=_numbers, default=[10_000], help="numbers of rules for building plans")
    reading.add_argument("--rounds", type=int, default=ROUNDS)
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    reading.add_argument("--build", type=int, help=argparse.SUPPRESS)
    asked = reading.parse_args()
    if asked.build is not None:
        print(json.dumps(build(asked.build)))
        return
    figures = {size: measure(make_workload(size, TICKETS), asked.rounds) for size in asked.sizes}
    if figures:
        show(figures)
    plans = {size: _built_alone(size) for size in asked.plans}
    for size, told in plans.items():
        print(f"plan of {size:,} rules: " + ", ".join(f"{name} {value:.3g}" for name, value in told.items()))
    if asked.json is not None:
        asked.json.write_text(json.dumps(record(figures, plans), indent=2) + "\n", encoding="utf-8")


def _numbers(text: str) -> list[int]:
    return [int(one.replace("_", "")) for one in text.split(",") if one]


def _built_alone(size: int) -> dict[str, float]:
    """What a plan costs in a process of its own, so that its memory is nobody else's."""
    done = subprocess.run([sys.executable, __file__, "--build", str(size)], stdout=subprocess.PIPE, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def ratios(figures: Mapping[str, float]) -> dict[str, float]:
    """How the parts stand to one another."""
    return {name: figures[one] / figures[other] for name, (one, other) in RATIOS.items()}


def show(results: Mapping[int, Mapping[str, float]]) -> None:
    """A table: a line for each part, a column for each size."""
    sizes: Sequence[int] = list(results)
    print(f"{'CPU µs of one decision':<28}" + "".join(f"{f'{size:,} rules':>14}" for size in sizes))
    for name in next(iter(results.values()), {}):
        print(f"  {name:<26}" + "".join(f"{results[size][name]:>14.1f}" for size in sizes))
    for name in RATIOS:
        print(f"  {name:<26}" + "".join(f"{ratios(results[size])[name]:>13.2f}x" for size in sizes))


def record(
    results: Mapping[int, Mapping[str, float]], plans: Mapping[int, Mapping[str, float]]
) -> dict[str, dict[str, Any] | str]:
    """As JSON."""

    def short(several: Mapping[str, float]) -> dict[str, float]:
        return {name: float(f"{value:.4g}") for name, value in several.items()}

    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpu_us": {str(size): short(own) for size, own in results.items()},
        "ratios": {str(size): short(ratios(own)) for size, own in results.items()},
        "plans": {str(size): short(own) for size, own in plans.items()},
    }


if __name__ == "__main__":
    main()
