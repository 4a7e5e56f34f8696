"""Facts as lines of JSON, and what is answered to each: the form in which many are decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.decision import Decision
from ruleflow.engine.facts import FactProblem
from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import Unreadable, read_json

Decide = Callable[[str, Any, datetime | None, bool], Decision]
"""Decides (event, facts, now, strict). Raises `FactsError`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of facts that do not say so themselves; `event` '' : they must."""

    event: str
    now: datetime | None
    strict: bool


class Answer(NamedTuple):
    """What is answered to a line: JSON. `failure` says why nothing was decided, `team` who gets the ticket."""

    line: bytes
    team: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What `decide_many` gives in place of a decision for facts that were refused."""

    problems: tuple[FactProblem, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON: `{"problems": [{"pointer": …, "code": …, "message": …}]}`."""
        return {"problems": [problem.to_dict() for problem in self.problems]}


def unwrap(question: Question, document: Any) -> tuple[str, Any, datetime | None]:
    """Event, facts and instant of a document that may be `{"event": "…", "facts": {…}, "now": "…"}`."""
    if not (isinstance(document, Mapping) and isinstance(document.get("facts"), Mapping)):
        return question.event, document, question.now
    event = document.get("event", question.event)
    return (
        event if isinstance(event, str) else question.event,
        document["facts"],
        _instant(document.get("now")) or question.now,
    )


def answer_all(decide: Decide, question: Question, lines: Sequence[bytes], first: int) -> list[Answer]:
    """The answers to lines in order, of which the first has the number `first`."""
    return [answer(decide, question, line, number) for number, line in enumerate(lines, first)]


def answer(decide: Decide, question: Question, line: bytes, number: int) -> Answer:
    """The decision of a line, or `{"line": 3, "error": …}`, or `{"line": 3, "refused": […]}`; nothing for an empty line."""
    if not line.strip():
        return Answer(b"")
    document = read_json(line)
    if isinstance(document, Unreadable):
        return _failed({"line": number, "error": str(document)}, str(document))
    event, facts, now = unwrap(question, document)
    if not event:
        reason = 'no event: give --event, or a line {"event": …, "facts": …}'
        return _failed({"line": number, "error": reason}, reason)
    try:
        decision = decide(event, facts, now, question.strict)
    except FactsError as error:
        return _refused({"line": number}, error.problems)
    return Answer(decision.to_json(), _team(decision))


def answer_to_row(row: int, found: Decision | Refusal) -> Answer:
    """What is answered to a row of a table: `{"row": 3, …}` with its decision, or with `refused`."""
    if isinstance(found, Refusal):
        return _refused({"row": row}, found.problems)
    return Answer(canonical_json({"row": row, **found.to_dict()}), _team(found))


def _team(decision: Decision) -> str:
    route = decision.outcome.get("route") or {}
    return str(route.get("team") or route.get("agent") or "(no route)")


def _refused(place: dict[str, Any], problems: Sequence[FactProblem]) -> Answer:
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    content = {**place, "refused": [problem.to_dict() for problem in problems]}
    return _failed(content, f"refused: {first.pointer}: {first.message}{more}")


def _failed(content: dict[str, Any], reason: str) -> Answer:
    return Answer(canonical_json(content), failure=reason)


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None else None
