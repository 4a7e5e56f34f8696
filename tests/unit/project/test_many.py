"""Many at once: other processes answer exactly as this one does, in order, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import ruleflow
from ruleflow.project import workers
from ruleflow.project.questions import Question
from ruleflow.project.workers import answered_by_workers, batches

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PROJECT = """ruleflow: 1
fields:
  contact.amount: {type: decimal}
teams: [t1, t2]
rules:
  - {id: first, stage: route, on: ticket.created, when: contact.amount > 2.5, then: [{route: {team: t1}}, {note: 'с {{ contact.amount }}'}]}
  - {id: second, stage: route, on: ticket.created, when: "ticket.tags has 'ä'", then: [{route: {team: t2}}]}
"""


@pytest.fixture
def project(tmp_path: Path) -> ruleflow.Project:
    (tmp_path / "ruleflow.yaml").write_text(PROJECT, encoding="utf-8")
    return ruleflow.load(tmp_path)


def facts(number: int) -> dict[str, Any]:
    """Facts of every kind: decided, refused, and some that JSON cannot hold."""
    amount: Any = [number, number / 4, Decimal(number).scaleb(-2), "much", None, float("nan")][number % 6]
    tags: Any = {"ä", "b"} if number % 7 == 0 else ["ä"] * (number % 2)
    return {"ticket": {"id": str(number), "tags": tags}, "contact": {"amount": amount}}


def test_processes_decide_as_one(project: ruleflow.Project) -> None:
    """Decisions and refusals come in order and are the same, to the byte."""
    several = [facts(number) for number in range(700)]
    alone = list(project.decide_many("ticket.created", several, now=NOW, workers=1))
    together = list(project.decide_many("ticket.created", several, now=NOW, workers=2))
    assert alone == together
    assert [one.to_dict() for one in alone] == [one.to_dict() for one in together]
    assert {"Decision", "Refusal"} == {type(one).__name__ for one in together}
    for one, other in zip(alone, together, strict=True):
        if isinstance(one, ruleflow.Decision) and isinstance(other, ruleflow.Decision):
            assert one.to_json() == other.to_json()


def test_an_iterator_is_answered_as_it_comes(project: ruleflow.Project) -> None:
    """Without being told otherwise nothing is read ahead of an iterator."""
    asked: list[int] = []

    def source() -> Iterator[dict[str, Any]]:
        for number in range(10):
            asked.append(number)
            yield facts(number)

    answers = project.decide_many("ticket.created", source(), now=NOW)
    next(answers)
    assert [0] == asked


def test_a_long_list_uses_every_core(project: ruleflow.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list is decided by other processes where there is more than one core."""
    started: list[Path] = []
    real = workers._Worker.__init__

    def counted(self: Any, folder: Path, digest: str, question: Question) -> None:
        started.append(folder)
        real(self, folder, digest, question)

    monkeypatch.setattr(workers._Worker, "__init__", counted)
    monkeypatch.setattr("ruleflow.project.project.cores", lambda: 2)
    monkeypatch.setattr("ruleflow.project.project.WORTHWHILE", 5)
    several = [facts(number) for number in range(9)]
    assert 9 == len(list(project.decide_many("ticket.created", several, now=NOW)))
    assert 2 == len(started)


def lines_of(count: int) -> list[bytes]:
    return [
        json.dumps({"ticket": {"id": str(number)}, "contact": {"amount": number}}).encode() for number in range(count)
    ]


@pytest.mark.parametrize("digest", ["another project", None])
def test_what_a_process_cannot_answer_is_answered_here(project: ruleflow.Project, digest: str | None) -> None:
    """A process that finds another project, or none, answers nothing; each line is answered all the same."""
    folder = project.folder or Path()
    place = folder if digest else folder / "nowhere"
    question = Question("ticket.created", NOW, strict=False)

    def here(batch: tuple[int, list[bytes]]) -> list[Any]:
        return list(project.answer_lines(batch[1], event="ticket.created", now=NOW))

    answers = answered_by_workers(place, digest or project.digest, question, batches(lines_of(20), 6), here, 2)
    expected = list(project.answer_lines(lines_of(20), event="ticket.created", now=NOW))
    assert expected == [one for several in answers for one in several]


def test_a_process_that_dies_loses_nothing(project: ruleflow.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process killed between two batches is done without."""
    real, seen = workers._Worker.ask, []

    def ask(self: Any, batch: tuple[int, list[bytes]]) -> Any:
        seen.append(batch)
        if len(seen) == 3:
            self._process.kill()
        return real(self, batch)

    monkeypatch.setattr(workers._Worker, "ask", ask)
    monkeypatch.setattr(workers, "BATCH", 10)
    question = Question("ticket.created", NOW, strict=False)

    def here(batch: tuple[int, list[bytes]]) -> list[Any]:
        return list(project.answer_lines(batch[1], event="ticket.created", now=NOW))

    folder = project.folder or Path()
    answers = answered_by_workers(folder, project.digest, question, batches(lines_of(100), 10), here, 2)
    expected = list(project.answer_lines(lines_of(100), event="ticket.created", now=NOW))
    assert expected == [one for several in answers for one in several]


def test_an_early_end_leaves_no_process(project: ruleflow.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops listening ends the processes."""
    stopped: list[Any] = []
    real = workers._Worker.stop

    def stop(self: Any) -> None:
        stopped.append(self)
        real(self)

    monkeypatch.setattr(workers._Worker, "stop", stop)
    answers = project.answer_lines(lines_of(2_000), event="ticket.created", now=NOW, workers=2)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert 2 == len({id(one) for one in stopped})
    assert all(one._process is None for one in stopped)


def test_a_process_that_will_not_end_is_ended(project: ruleflow.Project) -> None:
    """On a busy machine a process may take its time; that is no reason to lose the answers."""
    assert project.folder is not None
    worker = workers._Worker(project.folder, project.digest, Question("ticket.created", NOW, strict=False))
    own, pipe = worker._process, subprocess.PIPE
    slow = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=pipe, stdout=pipe)
    worker._process = slow
    worker.stop()
    worker._process = own
    worker.stop()
    assert slow.returncode not in {None, 0}
