"""What the service answers, read: decisions as the library has them, and problems as the errors that are raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, TypeVar

import msgspec

from ruleflow.client.errors import RateLimitedError, ServiceError, UnauthorizedError, UnavailableError
from ruleflow.client.steps import Lost, Reply
from ruleflow.engine.decision import Decision
from ruleflow.engine.facts import FactProblem
from ruleflow.project.errors import FactsError, RuleflowError, UnknownRuleError
from ruleflow.project.questions import Refusal

UNAVAILABLE = frozenset({502, 503, 504})
_FACTS_REFUSED = "urn:ruleflow:problem:facts-refused"
_UNKNOWN_RULE = "unknown-rule"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServedTimeline:
    """What will happen to a ticket, as the service told it."""

    content: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """As JSON, with `version`; the same as that of the library."""
        return self.content


class LoggedSummary(msgspec.Struct, frozen=True):
    """A logged decision without its facts. `at` is the instant decided for, `received_at` that of the request."""

    decision_id: str
    project: str
    digest: str
    event: str
    ticket_id: str
    at: datetime
    received_at: datetime
    latency_us: int
    caller: str
    request_id: str
    matched: tuple[str, ...]
    shadow: tuple[str, ...]


class LoggedDecision(LoggedSummary, frozen=True):
    """A logged decision with the facts it was made of. `masked` points to facts that are secrets, and shown masked."""

    masked: tuple[str, ...]
    facts: dict[str, Any]
    decision: Decision


class LoggedPage(msgspec.Struct, frozen=True):
    """A page of logged decisions; `next` goes into `before` for the page after it, None: this is the last."""

    decisions: tuple[LoggedSummary, ...]
    next: int | None = None


class _BatchAnswer(msgspec.Struct, frozen=True):
    decision: Decision | None = None
    problem: dict[str, Any] | None = None


class _BatchResponse(msgspec.Struct, frozen=True):
    answers: tuple[_BatchAnswer, ...]


def _reads(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Reads JSON; numbers with a point are Decimals, and what a later service adds is left out."""
    return msgspec.json.Decoder(kind, float_hook=Decimal)


DECISION = _reads(Decision)
LOGGED = _reads(LoggedDecision)
PAGE = _reads(LoggedPage)
DOCUMENT = _reads(dict[str, Any])
_BATCH = _reads(_BatchResponse)


def read(decoder: msgspec.json.Decoder[T], reply: Reply) -> T:
    """What is in an answer. Raises `ServiceError` where that is something else, such as the page of a proxy."""
    try:
        return decoder.decode(reply.body)
    except (msgspec.MsgspecError, ValueError) as error:
        reason = f"the answer is not what this version of ruleflow reads: {error}"
        raise ServiceError(reason, reply.status, request_id=reply.request_id) from error


def batch_answers(reply: Reply, count: int) -> list[Decision | Refusal | RuleflowError]:
    """What came of each of `count` facts. Raises `ServiceError` where answers are missing."""
    answers = read(_BATCH, reply).answers
    if len(answers) != count:
        raise ServiceError(f"{count} were asked, {len(answers)} were answered", reply.status, None, reply.request_id)
    return [_batch_answer(one, f"/items/{at}", reply) for at, one in enumerate(answers)]


def _batch_answer(answer: _BatchAnswer, place: str, reply: Reply) -> Decision | Refusal | RuleflowError:
    if answer.decision is not None:
        return answer.decision
    problem = answer.problem or {}
    status = problem.get("status")
    found = _error(status if isinstance(status, int) else 0, problem, reply.request_id, None, place)
    return Refusal(found.problems) if isinstance(found, FactsError) else found


def error_of(outcome: Reply | Lost) -> RuleflowError:
    """What is raised for an answer that is not 200, or for none."""
    if isinstance(outcome, Lost):
        return UnavailableError(outcome.reason, request_id=outcome.request_id)
    return _error(outcome.status, _problem(outcome), outcome.request_id, retry_after(outcome))


def _problem(reply: Reply) -> Mapping[str, Any]:
    """The problem document; nothing where a proxy answered with something else."""
    try:
        return DOCUMENT.decode(reply.body)
    except (msgspec.MsgspecError, ValueError):
        return {}


def _error(
    status: int, problem: Mapping[str, Any], request_id: str, after: float | None, place: str = ""
) -> RuleflowError:
    """The error for a problem; `place` is the pointer of the request in the body."""
    faults = list(_faults(problem))
    if problem.get("type") == _FACTS_REFUSED and faults:
        return FactsError(tuple(_fact_problem(one, place) for one in faults))
    unknown = next((one for one in faults if one.get("code") == _UNKNOWN_RULE), None)
    if unknown is not None:
        return UnknownRuleError(str(unknown.get("message", "")))
    kind: type[ServiceError] = ServiceError
    if status in {401, 403}:
        kind = UnauthorizedError
    elif status == 429:
        kind = RateLimitedError
    elif status in UNAVAILABLE:
        kind = UnavailableError
    return kind(_told(status, problem), status, problem, request_id, after)


def _told(status: int, problem: Mapping[str, Any]) -> str:
    if 300 <= status < 400:
        return f"{status}: the service answers at another address; give that one as base_url"
    phrase = next((one.phrase for one in HTTPStatus if one == status), "")
    return f"{status} {problem.get('detail') or phrase}".strip()


def _faults(problem: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found = problem.get("problems")
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _fact_problem(fault: Mapping[str, Any], place: str) -> FactProblem:
    """A fault with its pointer as the library has it: in the facts, or that of the event."""
    pointer = str(fault.get("pointer", "")).removeprefix(place).removeprefix("/facts")
    code, message, help_ = (str(fault.get(name, "")) for name in ("code", "message", "help"))
    return FactProblem(pointer, code, message, help_)


def retry_after(reply: Reply) -> float | None:
    """The seconds after which it may be asked again: `Retry-After` is a number of seconds, or a date."""
    text = reply.retry_after.strip()
    try:
        seconds = float(text) if text else None
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if seconds is not None and isfinite(seconds) else None
