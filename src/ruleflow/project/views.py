"""Views of a project: facts, or lines of JSON, filtered and put in order, by several processes where that is worth it."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ruleflow.diagnostics.suggest import nearest
from ruleflow.engine.door import Door
from ruleflow.engine.facts import FactProblem
from ruleflow.plan.plan import Plan
from ruleflow.plan.views import PlannedView
from ruleflow.project.errors import FactsError, UnknownViewError
from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.project.questions import Question, Refusal, unwrap
from ruleflow.project.workers import Numbered, batches
from ruleflow.views.external_sort import ExternalSort
from ruleflow.views.look import Look

if TYPE_CHECKING:
    from ruleflow.project.processes import Worker

OnRefusal = Callable[[int, Refusal], None]
"""Told of facts that were refused: which they were, from 1, and why."""

_NOTHING_ASKED = Question("", None, strict=False)


class Selected(NamedTuple):
    """A record that is in a view, with its sort key."""

    key: bytes
    record: bytes


class Missed(NamedTuple):
    """A record of which nobody can tell whether it is in a view. `number`: its line."""

    number: int
    reason: str


def look_at(plan: Plan, door: Door, name: str, now: datetime, *, strict: bool) -> Look:
    """What asks a view of a project. Raises `UnknownViewError`."""
    view = plan.model.views.get(name)
    if view is None:
        near = nearest(name, plan.model.views)
        raise UnknownViewError(
            f"`{name}` is not a view of this project" + (f"; did you mean `{near}`?" if near else "")
        )
    return Look(PlannedView(view, plan.evaluator), plan, door, now, strict)


def ordered_facts(
    look: Look, facts: Iterable[Any], limit: int | None, on_refusal: OnRefusal | None
) -> Iterator[dict[str, Any]]:
    """The facts that are in a view, in its order; all are read before the first comes. Raises `FactsError`, `SpillError`."""
    sort = ExternalSort(limit)
    try:
        for number, raw in enumerate(facts, 1):
            found = look.find(raw)
            if isinstance(found, tuple):
                _refuse(number, found, on_refusal)
            elif found is not None and sort.wants(found):
                sort.add(found, _packed(raw))
        for _, record in sort.sorted():
            yield pickle.loads(record)  # noqa: S301 - written above
    finally:
        sort.close()


def _packed(raw: Any) -> bytes:
    """Facts as bytes; mappings of a kind that cannot be packed, such as views of others, become dictionaries."""
    try:
        return pickle.dumps(raw, pickle.HIGHEST_PROTOCOL)
    except (AttributeError, TypeError, pickle.PicklingError):
        return pickle.dumps(_copied(raw), pickle.HIGHEST_PROTOCOL)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list | tuple) else value


def _refuse(number: int, problems: tuple[FactProblem, ...], on_refusal: OnRefusal | None) -> None:
    if on_refusal is None:
        raise FactsError(problems)
    on_refusal(number, Refusal(problems))


def selected_lines(
    look: Look, lines: Iterable[bytes], folder: Path | None = None, digest: str = "", workers: int = 1
) -> Iterator[Selected | Missed | None]:
    """Asks lines of JSON, each facts or `{"facts": …}`, in order; None for one that is not in the view. Records are lines.

    With several `workers`, which open the project of that `digest` by its `folder`, lines are read ahead, in batches.
    """
    asked: deque[Numbered] = deque()

    def noted() -> Iterator[Numbered]:
        for batch in batches(lines):
            asked.append(batch)
            yield batch

    answers: Iterator[LineAnswers]
    if workers <= 1 or folder is None:
        answers = (ask_lines(look, batch) for batch in noted())
    else:
        answers = _answers_of_workers(look, noted(), folder, digest, workers)
    for keys, missed in answers:
        first, batch = asked.popleft()
        reasons, found = dict(missed), dict(keys)
        for number, line in enumerate(batch, first):
            if number in reasons:
                yield Missed(number, reasons[number])
            else:
                key = found.get(number)
                yield None if key is None else Selected(key, line.strip())


LineAnswers = tuple[Sequence[tuple[int, bytes]], Sequence[tuple[int, str]]]
"""Of a batch the numbers of the lines that are in a view, with their keys, and of those that nobody can tell of, with why."""


def _answers_of_workers(
    look: Look, asked: Iterable[Numbered], folder: Path, digest: str, workers: int
) -> Iterator[LineAnswers]:
    from ruleflow.project.processes import in_order

    head = [str(folder.resolve()), digest, look.planned.view.id, look.now.isoformat(), look.strict]
    return in_order("ruleflow.project.view_worker", head, asked, _ask, lambda one: ask_lines(look, one), workers)


def _ask(worker: Worker, batch: Numbered) -> Any:
    return worker.ask(batch)


def ask_lines(look: Look, batch: Numbered) -> LineAnswers:
    """Ask a batch of lines; empty ones are passed over."""
    first, lines = batch
    keys: list[tuple[int, bytes]] = []
    missed: list[tuple[int, str]] = []
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        document = read_json(line)
        found = document if isinstance(document, Unreadable) else look.find(facts_of(document))
        if isinstance(found, Unreadable):
            missed.append((number, found.message))
        elif isinstance(found, tuple):
            missed.append((number, told(found)))
        elif found is not None:
            keys.append((number, found))
    return keys, missed


def facts_of(document: Any) -> Any:
    """The facts of a document that may hold more: `{"facts": {…}, "now": …}`. A view has one instant for all."""
    return unwrap(_NOTHING_ASKED, document)[1]


def told(problems: Sequence[FactProblem]) -> str:
    """Problems in a line."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{first.pointer or 'the facts'}: {first.message}{more}"
