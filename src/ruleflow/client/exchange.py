"""When a call is sent, sent again, and given up; as steps, which a client takes with or without `await`.

Every call may be repeated: deciding is a pure function, and the rest only reads. What is done twice is logged twice, with
the same request id and, for the same version of the project, the same decision id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import uniform
from time import monotonic

from ruleflow.client.answers import UNAVAILABLE, batch_answers, error_of
from ruleflow.client.errors import ServiceError, UnavailableError
from ruleflow.client.requests import Request
from ruleflow.client.steps import Lost, Reply, Send, Steps, Wait
from ruleflow.engine.decision import Decision
from ruleflow.project.errors import RuleflowError
from ruleflow.project.questions import Refusal

_REPEATED = UNAVAILABLE | {429}
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, all its attempts together, and how many those are."""

    timeout_s: float
    attempts: int
    clock: Callable[[], float] = monotonic
    draw: Callable[[float, float], float] = uniform


@dataclass(slots=True)
class Attempts:
    """The attempts of one call."""

    patience: Patience
    made: int = 0
    end: float = field(init=False)

    def __post_init__(self) -> None:
        self.end = self.patience.clock() + self.patience.timeout_s

    def begin(self) -> float:
        """Count an attempt; the seconds that it may take.

        Half of what is left, so that a connection which fell silent leaves time for another attempt; for the last one, all.
        """
        self.made += 1
        left = self.end - self.patience.clock()
        return max(left if self.made >= self.patience.attempts else left / 2, 0.001)

    def pause(self, retry_after: float | None) -> float | None:
        """How long to wait before the next attempt; None: there is none.

        Any time between nothing and a bound that doubles ("full jitter"), so that many clients do not come back at once;
        on top of what the service asked for.
        """
        if self.made >= self.patience.attempts:
            return None
        bound = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(self.made - 1, 10))
        seconds = (retry_after or 0.0) + self.patience.draw(0.0, bound)
        return seconds if self.patience.clock() + seconds < self.end else None


def exchanged(request: Request, attempts: Attempts) -> Steps[Reply]:
    """The answer to a request. Raises the error of the last attempt where there is none."""
    while True:
        outcome: Reply | Lost = yield Send(request, attempts.begin())
        if isinstance(outcome, Reply) and outcome.status == 200:
            return outcome
        error = error_of(outcome)
        if not _may_help(outcome):
            raise error
        yield from _paused(attempts, error)


def decided(
    asked: Callable[[Sequence[bytes]], Request], facts: Sequence[bytes], attempts: Attempts
) -> Steps[list[Decision | Refusal]]:
    """What came of each of some facts. Those for which there was no room are asked again, and only those."""
    found: dict[int, Decision | Refusal] = {}
    undone = list(range(len(facts)))
    while undone:
        reply = yield from exchanged(asked([facts[at] for at in undone]), attempts)
        answers = dict(zip(undone, batch_answers(reply, len(undone)), strict=True))
        errors = {at: one for at, one in answers.items() if isinstance(one, RuleflowError)}
        found |= {at: one for at, one in answers.items() if not isinstance(one, RuleflowError)}
        undone = list(errors)
        for error in errors.values():
            if not isinstance(error, UnavailableError):
                raise error
        if undone:
            yield from _paused(attempts, errors[undone[0]])
    return [found[at] for at in range(len(facts))]


def _may_help(outcome: Reply | Lost) -> bool:
    """Whether another attempt may help."""
    return outcome.again if isinstance(outcome, Lost) else outcome.status in _REPEATED


def _paused(attempts: Attempts, error: RuleflowError) -> Steps[None]:
    """Wait for the next attempt. Raises the error where there is none."""
    pause = attempts.pause(error.retry_after if isinstance(error, ServiceError) else None)
    if pause is None:
        raise error
    yield Wait(pause)
