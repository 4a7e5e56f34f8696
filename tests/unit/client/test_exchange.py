"""When a call is sent again, how long it waits before, and when it is given up: steps that a test takes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ruleflow
from ruleflow.client import requests
from ruleflow.client.exchange import Attempts, Patience, decided, exchanged
from ruleflow.client.requests import Request
from ruleflow.client.steps import Lost, Reply, Send, Wait
from ruleflow.project.questions import Refusal
from tests.projects import NOON, loaded

ASKED = requests.get("/v1/project")
DONE = Reply(200, b"{}")


@dataclass
class Clock:
    """Time that passes where a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Taken:
    """The steps that were taken, and how they ended."""

    sent: list[Send] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    result: Any = None
    error: Exception | None = None


def take(steps: Any, outcomes: Sequence[Reply | Lost], clock: Clock, each_takes: float = 0.0) -> Taken:
    """Take steps; each request has the next outcome, after some seconds."""
    taken, left = Taken(), iter(outcomes)
    given: Reply | Lost | None = None
    try:
        while True:
            step = steps.send(given)
            if isinstance(step, Wait):
                taken.waited.append(step.seconds)
                clock.now += step.seconds
                given = None
            else:
                taken.sent.append(step)
                clock.now += min(each_takes, step.timeout_s)
                given = next(left)
    except StopIteration as end:
        taken.result = end.value
    except ruleflow.RuleflowError as error:
        taken.error = error
    return taken


def asked(outcomes: Sequence[Reply | Lost], attempts: int = 4, timeout_s: float = 30.0) -> Taken:
    """Ask with a clock that stands still but for waits, and the longest waits that may be drawn."""
    clock = Clock()
    patience = Patience(timeout_s, attempts, clock, lambda _, most: most)
    return take(exchanged(ASKED, Attempts(patience)), outcomes, clock)


@pytest.mark.parametrize("outcome", [Lost("broken"), *(Reply(status, b"") for status in (429, 502, 503, 504))])
def test_what_another_attempt_may_help_is_sent_again(outcome: Reply | Lost) -> None:
    """After a broken connection, and after 429, 502, 503 and 504, the same request is sent again, with the same id."""
    taken = asked([outcome, outcome, DONE])
    assert (DONE, [ASKED] * 3, [0.1, 0.2]) == (taken.result, [one.request for one in taken.sent], taken.waited)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 500])
def test_what_stays_wrong_is_sent_once(status: int) -> None:
    """A request that is wrong, and a defect of the service, is not repeated."""
    taken = asked([Reply(status, b"<html>")])
    assert isinstance(taken.error, ruleflow.ServiceError)
    assert (status, 1) == (taken.error.status, len(taken.sent))


def test_what_is_untrusted_is_sent_once() -> None:
    """Where nothing is to be hoped from another attempt there is none."""
    assert 1 == len(asked([Lost("the certificate is not trusted", again=False)]).sent)


def test_attempts_end() -> None:
    """After the last attempt its error is raised, with no wait."""
    taken = asked([Reply(503, b'{"detail": "full"}', "r-1")] * 4)
    assert isinstance(taken.error, ruleflow.UnavailableError)
    assert (4, 3) == (len(taken.sent), len(taken.waited))
    assert "503 full (request r-1)" == str(taken.error)


def test_the_service_says_how_long() -> None:
    """`Retry-After` is waited for, and then some, so that not all come back at once."""
    assert [2.1] == asked([Reply(429, b"", retry_after="2"), DONE]).waited


def test_a_wait_that_is_too_long_is_not_begun() -> None:
    """Where the service asks for more time than there is, that is told at once, with the time."""
    taken = asked([Reply(429, b"", retry_after="60")])
    assert isinstance(taken.error, ruleflow.RateLimitedError)
    assert (60.0, []) == (taken.error.retry_after, taken.waited)


def test_a_silent_connection_leaves_time_for_another() -> None:
    """An attempt may take half of the time that is left, the last one all of it."""
    taken = asked([Lost("silent")] * 3, attempts=3, timeout_s=8.0)
    assert [4.0, (8 - 0.1) / 2, 8 - 0.1 - 0.2] == pytest.approx([one.timeout_s for one in taken.sent])


@given(
    outcomes=st.lists(st.sampled_from([Lost("x"), Reply(503, b""), Reply(429, b"", retry_after="1")]), min_size=20),
    attempts=st.integers(1, 20),
    timeout_s=st.floats(0.01, 60),
    share=st.floats(0, 1),
    each=st.floats(0, 1),
)
def test_a_call_ends_in_time(
    outcomes: list[Reply | Lost], attempts: int, timeout_s: float, share: float, each: float
) -> None:
    """No call makes more attempts than it may, or begins to wait for what comes after its time."""
    clock = Clock()
    patience = Patience(timeout_s, attempts, clock, lambda least, most: least + (most - least) * share)
    taken = take(exchanged(ASKED, Attempts(patience)), outcomes, clock, each)
    assert len(taken.sent) <= attempts
    assert clock.now <= timeout_s + 0.0011  # the least that an attempt is given
    assert all(0 < one.timeout_s <= timeout_s for one in taken.sent)


def batch_reply(answers: Sequence[Any]) -> Reply:
    return Reply(200, msgspec.json.encode({"decided": 0, "failed": 0, "answers": answers}))


def test_only_what_was_not_decided_is_asked_again(tmp_path: Path) -> None:
    """Of a batch in which the log had no room for some, those are asked again; all answers come in order."""
    project = loaded(tmp_path, "{}")
    made = {name: project.decide("ticket.created", {"ticket": {"id": name}}, now=NOON) for name in "abc"}
    seen: list[Sequence[bytes]] = []

    def asks(facts: Sequence[bytes]) -> Request:
        seen.append(facts)
        return ASKED

    full = {"problem": {"status": 503, "detail": "full"}}
    refused = {
        "problem": {
            "type": "urn:ruleflow:problem:facts-refused",
            "status": 422,
            "problems": [{"pointer": "/items/0/facts/ticket/id", "code": "RF601", "message": "wrong"}],
        }
    }
    decision = {name: {"decision": msgspec.Raw(one.to_json())} for name, one in made.items()}
    replies = [
        batch_reply([full, decision["b"], full]),
        batch_reply([refused, full]),
        batch_reply([decision["c"]]),
    ]
    clock = Clock()
    patience = Patience(30, 4, clock, lambda _, most: most)
    taken = take(decided(asks, [b"a", b"b", b"c"], Attempts(patience)), replies, clock)
    assert [[b"a", b"b", b"c"], [b"a", b"c"], [b"c"]] == [list(one) for one in seen]
    refusal, *rest = taken.result
    assert [made["b"], made["c"]] == rest
    assert isinstance(refusal, Refusal)
    assert ["/ticket/id"] == [one.pointer for one in refusal.problems]


def test_answers_that_are_missing_are_told() -> None:
    """A batch with fewer answers than questions is an error, and nobody gets the answer of another."""
    clock = Clock()
    taken = take(decided(lambda _: ASKED, [b"a", b"b"], Attempts(Patience(1, 1, clock))), [batch_reply([])], clock)
    assert isinstance(taken.error, ruleflow.ServiceError)
    assert "2 were asked, 0 were answered" in str(taken.error)
