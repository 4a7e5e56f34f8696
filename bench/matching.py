"""Finding the rules that match a ticket, beside the engines that a user could take instead.

    python bench/matching.py --sizes 10,100,1000

Rules and tickets come from a seed (`bench/workload.py`). Each engine runs in a process of its own and must find the
very rules that the judge finds, in the same order, before it is timed; one that does not, is not installed or takes
too long is named with the reason. Rounds alternate between the engines; medians of CPU seconds are printed, and written
down or drawn where asked.
"""

from __future__ import annotations

import argparse
import json
import pickle
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.engines.protocol import ENGINES, Engine
from bench.trials import Row, run
from bench.workload import SEED, TICKETS, make_workload

NODE = Path.home() / ".cache" / "ruleflow-bench" / "node"
OURS = "ruleflow"
WHOLE = "ruleflow, whole decision"


def main() -> int:
    """Measure, print, write down."""
    asked = _arguments()
    results: dict[int, list[Row]] = {}
    for size in asked.sizes:
        with TemporaryDirectory() as folder:
            _tell(f"{size:,} rules: making the workload")
            workload = make_workload(size, asked.tickets, asked.seed)
            Path(folder, "workload").write_bytes(pickle.dumps(workload))
            results[size] = run(
                asked.engines,
                workload,
                Path(folder),
                rounds=asked.rounds,
                budget_s=asked.budget,
                node=asked.node,
                tell=_tell,
            )
        _tell("")
        show(size, results[size])
    if asked.json is not None:
        asked.json.write_text(json.dumps(record(asked, results), indent=2) + "\n", encoding="utf-8")
    if asked.plot is not None:
        from bench.plot import draw

        draw(results, asked.plot)
    return 0


def _arguments() -> argparse.Namespace:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--sizes", type=_numbers, default=[10, 100, 1_000], help="numbers of rules, by commas")
    reading.add_argument("--engines", type=_engines, default=ENGINES, help="names or parts of them, by commas")
    reading.add_argument("--rounds", type=int, default=5)
    reading.add_argument("--tickets", type=int, default=TICKETS)
    reading.add_argument("--seed", type=int, default=SEED)
    reading.add_argument("--budget", type=float, default=120, help="seconds for reading the rules, and for any turn")
    reading.add_argument("--node", type=Path, default=NODE, help="the folder with the packages for Node")
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    reading.add_argument("--plot", type=Path, help="draw cost against number of rules, as SVG")
    return reading.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(one.replace("_", "")) for one in text.split(",")]


def _engines(text: str) -> Sequence[Engine]:
    wanted = text.lower().split(",")
    return [one for one in ENGINES if any(part in one.name.lower() for part in wanted)]


def show(size: int, rows: Sequence[Row]) -> None:
    """A table, the fastest first, and how ruleflow stands to the best peer."""
    print(f"\n{size:,} rules: decisions per CPU second")
    print(f"  {'':<26}{'all matches':>12}{'first match':>12}{'built in':>10}{'memory':>9}{'compared':>10}")
    for row in sorted((row for row in rows if not row.problem), key=lambda row: row.match_s):
        first = f"{1 / row.first_s:,.0f}" if row.first_s else "–"
        print(
            f"  {row.engine:<26}{1 / row.match_s:>12,.0f}{first:>12}"
            f"{row.built_s:>8.2f} s{max(0.0, row.built_mb):>6.0f} MB{row.checked:>10}"
        )
    for row in rows:
        if row.problem:
            print(f"  {row.engine:<26}  left out: {row.problem}")
    for what, ratio in ratios(rows).items():
        print(f"  ruleflow to the best peer, {what}: {ratio:.3g}x")


def ratios(rows: Sequence[Row]) -> dict[str, float]:
    """How many times as many decisions ruleflow makes as the best peer, by what is found."""
    found: dict[str, float] = {}
    for what, key in (("all matches", "match_s"), ("first match", "first_s")):
        ours = [getattr(row, key) for row in rows if row.engine == OURS]
        peers = [getattr(row, key) for row in rows if row.engine not in {OURS, WHOLE}]
        if any(ours) and any(peers):
            found[what] = min(one for one in peers if one) / ours[0]
    return found


def record(asked: argparse.Namespace, results: Mapping[int, Sequence[Row]]) -> dict[str, Any]:
    """As JSON: seconds for one decision, by size and engine."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seed": asked.seed,
        "tickets": asked.tickets,
        "rounds": asked.rounds,
        "sizes": {
            str(size): {
                "ratios": {what: float(f"{ratio:.3g}") for what, ratio in ratios(rows).items()},
                "engines": {row.engine: _entry(row) for row in rows},
            }
            for size, rows in results.items()
        },
    }


def _entry(row: Row) -> dict[str, Any]:
    if row.problem:
        return {"left_out": row.problem}
    kept = {key: value for key, value in asdict(row).items() if key not in {"engine", "problem"}}
    return {key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in kept.items()}


def _tell(text: str) -> None:
    """What goes on, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
