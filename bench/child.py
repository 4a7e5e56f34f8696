"""One engine in a process of its own, so that its memory and its garbage are nobody else's.

`python bench/child.py ENGINE WORKLOAD` has the engine read the rules of a pickled workload and answer one ticket, since
some put work off until then. It compares the matches of the tickets with what is expected, and times rounds as it is
told. It speaks JSON, a line each: first `{"built_s", "built_mb", "version"}`, then `{"checked", "wrong", "match_s",
"first_s"}`, then for each line `match 100` or `first 100` that comes in `{"cpu_s"}`. Times are CPU seconds of this
process with all its threads. `bench/node/serve.mjs` speaks the same.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.engines.protocol import ENGINES, Built
from bench.workload import Workload

CHECK_S = 20.0
"""So many CPU seconds at most for comparing a slow engine's matches with what is expected."""
LEAST_CHECKED = 5


def main(name: str, place: str) -> None:
    """Build, compare, and time rounds until nothing comes in any more."""
    engine = next(one for one in ENGINES if one.name == name)
    module = import_module(f"bench.engines.{engine.module}")
    workload: Workload = pickle.loads(Path(place).read_bytes())
    translation = getattr(module, engine.translate)(workload.rules)
    gc.collect()
    before, begin = resident_mb(), process_time()
    built: Built = translation()
    built.match(built.form(workload.tickets[0]))
    took = process_time() - begin
    gc.collect()
    say({"built_s": took, "built_mb": resident_mb() - before, "version": version(engine.package)})
    forms = [built.form(ticket) for ticket in workload.tickets]
    say(compare(built, forms, workload))
    for line in sys.stdin:
        what, count = line.split()
        say({"cpu_s": timed(getattr(built, what), list(islice(cycle(forms), int(count))))})


def compare(built: Built, forms: Sequence[Any], workload: Workload) -> dict[str, Any]:
    """How many tickets were compared, the first that differs, and the seconds that one ticket took."""
    checked, match_s, first_s = 0, 0.0, 0.0
    for form, expected in zip(forms, workload.expected, strict=True):
        begin = process_time()
        found = built.match(form)
        between = process_time()
        first = built.first(form) if built.first else expected[0]
        match_s, first_s = match_s + between - begin, first_s + process_time() - between
        if tuple(found) != expected or first != expected[0]:
            return {"checked": checked, "wrong": {"expected": expected, "found": found, "first": first}}
        checked += 1
        if checked >= LEAST_CHECKED and match_s + first_s > CHECK_S:
            break
    first_mean = first_s / checked if built.first else None
    return {"checked": checked, "wrong": None, "match_s": match_s / checked, "first_s": first_mean}


def timed(call: Callable[[Any], object], forms: Sequence[Any]) -> float:
    """CPU seconds for all forms, one after the other."""
    gc.collect()
    begin = process_time()
    for form in forms:
        call(form)
    return process_time() - begin


def resident_mb() -> float:
    """Resident memory of this process, in MB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def say(answer: dict[str, Any]) -> None:
    """One line for the parent."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
