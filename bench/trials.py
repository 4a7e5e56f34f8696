"""All engines at one size: processes that build and compare, then are timed in turn, round by round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from threading import Thread
from typing import Any

import bench.child
from bench.engines.protocol import Engine
from bench.workload import Workload

ROUND_S = 0.3
"""CPU seconds of one engine's turn in a round."""
_NODE = Path(__file__).parent / "node" / "serve.mjs"


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of an engine; with a `problem`, only that. Seconds are CPU seconds, for one decision."""

    engine: str
    problem: str = ""
    version: str = ""
    checked: int = 0
    built_s: float = 0.0
    built_mb: float = 0.0
    match_s: float = 0.0
    first_s: float | None = None


class TrialError(Exception):
    """Why an engine is left out."""


@dataclass(slots=True)
class Trial:
    """A process with one engine."""

    engine: Engine
    process: subprocess.Popen[str]
    lines: Queue[str] = field(default_factory=Queue)
    built: Mapping[str, Any] = field(default_factory=dict)
    checked: Mapping[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line)
        self.lines.put("")

    def hear(self, budget_s: float) -> Mapping[str, Any]:
        """The next line that the process says. Raises `TrialError` when it says none in so many seconds, or ended."""
        try:
            line = self.lines.get(timeout=budget_s)
        except Empty:
            self.end()
            raise TrialError(f"over budget: more than {budget_s:g} s") from None
        if not line:
            said = self.process.stderr.read().strip() if self.process.stderr else ""
            raise TrialError(_reason(said))
        heard: Mapping[str, Any] = json.loads(line)
        return heard

    def ready(self, budget_s: float) -> None:
        """Wait until it has built and compared; decide how many tickets make a turn."""
        self.built = self.hear(budget_s)
        self.checked = self.hear(budget_s)
        if self.checked["wrong"]:
            wrong = self.checked["wrong"]
            raise TrialError(f"disagrees: {wrong['found']} (first {wrong['first']}), expected {wrong['expected']}")
        for what in ("match", "first"):
            if self.checked[f"{what}_s"] is not None:
                self.counts[what] = max(1, round(ROUND_S / max(self.checked[f"{what}_s"], 1e-6)))

    def turn(self, what: str, budget_s: float) -> float:
        """Seconds for one ticket, in one turn."""
        if self.process.stdin is None:
            raise TrialError("cannot be spoken to")
        self.process.stdin.write(f"{what} {self.counts[what]}\n")
        self.process.stdin.flush()
        cpu_s: float = self.hear(budget_s)["cpu_s"]
        return cpu_s / self.counts[what]

    def turns(self, budget_s: float) -> None:
        """A turn of each kind that counts."""
        for what in self.counts:
            self.seconds.setdefault(what, []).append(self.turn(what, budget_s))

    def warm_up(self, budget_s: float) -> None:
        """A turn that does not count, after which the number of tickets in a turn is set anew."""
        for what in self.counts:
            self.counts[what] = max(1, round(ROUND_S / self.turn(what, budget_s)))

    def row(self) -> Row:
        """The medians."""
        first = self.seconds.get("first")
        return Row(
            self.engine.name,
            version=self.built["version"],
            checked=self.checked["checked"],
            built_s=self.built["built_s"],
            built_mb=self.built["built_mb"],
            match_s=median(self.seconds["match"]),
            first_s=median(first) if first else None,
        )

    def end(self) -> None:
        """End the process, if it still runs."""
        self.process.kill()
        self.process.communicate()


def run(
    engines: Sequence[Engine],
    workload: Workload,
    folder: Path,
    *,
    rounds: int,
    budget_s: float,
    node: Path,
    tell: Callable[[str], None],
) -> list[Row]:
    """Measure engines on a workload. One that is not installed, disagrees or takes too long says so in its row."""
    rows: dict[str, Row] = {}
    trials: list[Trial] = []
    for engine in engines:
        tell(f"{engine.name}: reading {len(workload.rules):,} rules")
        try:
            trial = _node(engine, workload, folder, node) if engine.node else _python(engine, folder)
            trials.append(trial)
            trial.ready(budget_s)
            trial.warm_up(budget_s)
        except TrialError as error:
            rows[engine.name] = Row(engine.name, str(error))
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        for trial in trials:
            if trial.engine.name not in rows:
                try:
                    trial.turns(budget_s)
                except TrialError as error:
                    rows[trial.engine.name] = Row(trial.engine.name, str(error))
    rows |= {trial.engine.name: trial.row() for trial in trials if trial.engine.name not in rows}
    for trial in trials:
        trial.end()
    return [rows[engine.name] for engine in engines]


def _python(engine: Engine, folder: Path) -> Trial:
    return _started(engine, [sys.executable, bench.child.__file__, engine.name, str(folder / "workload")], folder)


def _node(engine: Engine, workload: Workload, folder: Path, node: Path) -> Trial:
    """The rules are translated here and written down for the process."""
    module = import_module(f"bench.engines.{engine.module}")
    place = folder / f"{engine.node}.json"
    tickets, expected = workload.tickets, workload.expected
    rules = getattr(module, engine.translate)(workload.rules)
    text = json.dumps({"rules": rules, "tickets": tickets, "expected": expected, "package": engine.package})
    place.write_text(text, encoding="utf-8")
    return _started(engine, ["node", "--expose-gc", str(_NODE), engine.node, str(place), str(node)], folder)


def _started(engine: Engine, command: list[str], folder: Path) -> Trial:
    """A process; what ruleflow keeps between runs goes into a folder of its own, so that it reads every rule anew."""
    own = {**os.environ, "RULEFLOW_CACHE": str(folder / f"cache of {engine.name}")}
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=own, text=True, encoding="utf-8")
    except FileNotFoundError:
        raise TrialError(f"`{command[0]}` is not installed") from None
    return Trial(engine, process)


def _reason(said: str) -> str:
    """The line that names the error, out of what a process that ended wrote of it."""
    lines = said.splitlines()
    found = next((line.strip() for line in reversed(lines) if "Error" in line), "ended without a word")
    absent = "No module named" in found or "Cannot find module" in found
    return f"not installed ({found.partition(': ')[2]})" if absent else found
