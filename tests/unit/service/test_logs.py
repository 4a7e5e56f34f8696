"""What the service says of itself, and what it must not say."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog

from ruleflow.service.app import make_app
from ruleflow.service.logs import log, place_of, say_as
from ruleflow.service.request_log import RequestLog
from ruleflow.service.settings import Settings
from tests.unit.service.serving import client_of, example, serving

PLANTED = "hunter2-Привет-secret"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets up JSON lines at the level debug; gives a function that reads what was said."""
    root, said = logging.getLogger(), StringIO()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # the test runner's own, which must not be closed
    monkeypatch.setattr(sys, "stderr", said)
    for module, name in ((logging, "raiseExceptions"), (sys, "excepthook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    say_as(Settings(Path("state"), "", log_level="debug", log_format="json"), "test")
    yield lambda: [json.loads(line) for line in said.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail(value: str) -> None:
    try:
        dict[str, int]()[value]
    except KeyError as error:
        raise ValueError(f"cannot work on {value}") from error


def failure(value: str) -> ValueError:
    try:
        fail(value)
    except ValueError as error:
        return error
    raise AssertionError


def test_an_error_is_told_by_its_type_and_place(lines: Any) -> None:
    """The lines of code that an error and its cause went through are told, their messages are not."""
    log().error("a request met a defect", exc_info=failure(PLANTED))
    (line,) = lines()
    assert ("a request met a defect", "error", "test") == (line["event"], line["level"], line["role"])
    assert line["exception"].startswith("builtins.ValueError\n")
    assert "after builtins.KeyError" in line["exception"]
    assert "in fail" in line["exception"]
    assert PLANTED not in str(line)


def test_errors_that_are_each_others_cause_come_to_an_end() -> None:
    """A circle of causes is told once around."""
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert "builtins.ValueError\nafter builtins.KeyError" == place_of(one)


def test_other_libraries_complain_as_we_do(lines: Any) -> None:
    """Lines of uvicorn and asyncio are JSON, too, name who speaks, and quote nothing of what they work on."""
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=failure(PLANTED))
    logging.getLogger("uvicorn.error").info("Started %s", PLANTED)
    logging.getLogger("httpx2").debug("sent %s", PLANTED)
    loop = asyncio.new_event_loop()
    loop.call_soon(fail, PLANTED)
    loop.run_until_complete(asyncio.sleep(0))
    loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": failure(PLANTED)})
    loop.close()
    said = lines()
    assert [
        ("uvicorn.error", "Exception in ASGI application"),
        ("asyncio", "Exception in callback fail"),
        ("asyncio", "Task exception was never retrieved"),
    ] == [(line["logger"], line["event"]) for line in said]
    assert PLANTED not in json.dumps(said, ensure_ascii=False)


def test_a_thread_or_process_that_ends_by_a_defect_says_where(lines: Any) -> None:
    """The traceback that Python prints by itself quotes values; ours does not."""
    thread = threading.Thread(target=fail, args=(PLANTED,), name="keeper")
    thread.start()
    thread.join()
    error = failure(PLANTED)
    sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    logging.getLogger("uvicorn.error").warning("%d", PLANTED)  # a line that cannot be made is left out
    said = lines()
    assert ["a thread ends by a defect", "this process ends by a defect"] == [line["event"] for line in said]
    assert "keeper" == said[0]["thread"]
    assert PLANTED not in json.dumps(said, ensure_ascii=False)


class Broken:
    """A journal that fails as nobody foresaw, and quotes what it was given."""

    def append(self, record: Any) -> bool:
        raise RuntimeError(f"cannot write {record.facts.decode()}")

    def has_room(self) -> bool:
        return True


def test_no_failing_request_says_what_was_in_it(lines: Any) -> None:
    """A secret in a body, an address, a header or a key gets into no line, however the request fails."""
    here = serving(example("first-steps"), body_limit=2_000)
    here.client = client_of(RequestLog(make_app(here.service)))
    decide = {
        "event": "ticket.created",
        "facts": {"ticket": {"id": PLANTED, "subject": PLANTED, "request_type": "incident"}},
    }
    key = {b"authorization": f"Bearer rfk_{PLANTED}".encode()}
    ask = here.client.post
    answers = [
        ask("/v1/decide", json=decide, headers=key),
        ask("/v1/decide", json={**decide, "event": PLANTED}),
        ask("/v1/decide", json={**decide, PLANTED: 1}),
        ask("/v1/decide", json={**decide, "facts": {"ticket": {"id": 1, PLANTED: PLANTED}}}),
        ask("/v1/decide", json={**decide, "project": PLANTED}),
        ask("/v1/decide", content=f'{{"event": "{PLANTED}', headers={"content-type": "application/json"}),
        ask("/v1/decide", content=PLANTED, headers={"content-type": "text/plain"}),
        ask("/v1/decide", json={"facts": PLANTED * 200}),
        ask(f"/v1/{PLANTED}", json={}),
        here.client.get("/v1/decisions", params={"text": PLANTED}),
        here.client.get("/healthz", headers={b"x-request-id": f"{PLANTED} {PLANTED}".encode()}),
    ]
    here.service.journal = Broken()
    answers.append(ask("/v1/decide", json=decide))
    here.service.journal = here.journal
    here.journal.room = 0
    answers.append(ask("/v1/decide", json=decide))
    assert [200, 422, 422, 422, 404, 400, 415, 413, 404] == [one.status_code for one in answers[:9]]
    assert [500, 503] == [one.status_code for one in answers[-2:]]
    said = lines()
    assert len(answers) == sum(line["event"] == "request" for line in said)
    assert answers[0].headers["ruleflow-decision-id"] == said[0]["decision_id"]
    for answer in answers[-2:]:
        events = [line["event"] for line in said if line["request_id"] == answer.headers["x-request-id"]]
        assert events[-2:] == ["a request failed", "request"]
    told = json.dumps(said, ensure_ascii=False)
    assert PLANTED not in told
    assert "hunter2" not in told


def test_without_being_asked_for_only_failures_are_said(lines: Any) -> None:
    """A request that is answered or refused leaves no line."""
    here = serving(example("first-steps"))
    assert 422 == here.ask("/v1/decide", {}).status_code
    assert 200 == here.ask("/healthz").status_code
    assert [] == lines()
