"""Deciding recorded tickets again, by one project or by two, and counting."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import tee

from ruleflow.engine.canonical import canonical_json
from ruleflow.project.many import answered
from ruleflow.project.project import Project
from ruleflow.replay.changes import Changes
from ruleflow.replay.recorded import Found, Recorded
from ruleflow.replay.tally import Reading, Tally


@dataclass(slots=True)
class Replay:
    """What came of a replay; `before` and `changes` where it was held against another project."""

    reading: Reading = field(default_factory=Reading)
    now: Tally = field(default_factory=Tally)
    before: Tally | None = None
    changes: Changes | None = None


def replay(
    found: Iterable[Found],
    project: Project,
    against: Project | None = None,
    *,
    strict: bool = False,
    workers: int = 1,
) -> Replay:
    """Decide what was found, each event as it comes. With several `workers` some batches are read ahead."""
    result = Replay()
    asked: deque[Recorded] = deque()
    lines = _lines(found, result.reading, asked)
    if against is None:
        for answer in project.answer_lines(lines, strict=strict, workers=workers):
            result.now.add(asked.popleft(), answered(answer))
    else:
        result.before, result.changes = Tally(), Changes()
        here, there = tee(lines)
        share = max(1, workers // 2)
        pairs = zip(
            project.answer_lines(here, strict=strict, workers=share),
            against.answer_lines(there, strict=strict, workers=share),
            strict=True,
        )
        for new, old in pairs:
            one, decided, decided_before = asked.popleft(), answered(new), answered(old)
            result.now.add(one, decided)
            result.before.add(one, decided_before)
            result.changes.add(one, decided_before, decided)
        result.before.finish()
        result.changes.finish()
    result.now.finish()
    return result


def _lines(found: Iterable[Found], reading: Reading, asked: deque[Recorded]) -> Iterator[bytes]:
    """Each event as a line of JSON that is decided; it is noted in `asked`. The rest is counted only."""
    for one in found:
        if not isinstance(one, Recorded):
            reading.pass_by(one)
            continue
        reading.add(one)
        asked.append(one._replace(facts={}))
        yield canonical_json({"event": one.event, "facts": one.facts, "now": one.at.isoformat()})
