"""Requests to a running service from several threads at once, and what came of them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

from ruleflow.store import log as decisions
from ruleflow.store.opening import open_store, sqlite_url
from tests.service.running import Running, ticket


@dataclass
class Asked:
    """What was answered: ids of decisions in the order they came, digests that made them, statuses; `broken`: no answer."""

    ids: list[str] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    last_digest: str = ""
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0


@contextmanager
def asking(service: Running, threads: int = 4, first: int = 0) -> Iterator[Asked]:
    """Ask for decisions about ever new tickets until the block ends."""
    asked, stop = Asked(), Event()
    numbers = count(first)
    running = [Thread(target=_ask, args=(service.url, numbers, asked, stop)) for _ in range(threads)]
    for one in running:
        one.start()
    try:
        yield asked
    finally:
        stop.set()
        for one in running:
            one.join()


def _ask(url: str, numbers: Iterator[int], asked: Asked, stop: Event) -> None:
    address = url.removeprefix("http://")
    connection = HTTPConnection(address, timeout=30)
    while not stop.is_set():
        try:
            _ask_once(connection, next(numbers), asked)
        except (OSError, HTTPException):
            asked.broken += 1
            connection.close()
            connection = HTTPConnection(address, timeout=30)
            stop.wait(0.02)
    connection.close()


def _ask_once(connection: HTTPConnection, number: int, asked: Asked) -> None:
    body = json.dumps({"event": "ticket.created", "facts": ticket(number)})
    connection.request("POST", "/v1/decide", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    asked.statuses[answer.status] += 1
    if answer.status == 200:
        asked.ids.append(json.loads(content)["decision_id"])
        asked.last_digest = answer.headers["ruleflow-digest"]
        asked.digests.add(asked.last_digest)


def stored_in(url: str) -> Counter[str]:
    """The decisions in a store: ids, and how often each."""
    store = open_store(url, migrate=False)
    try:
        found: Counter[str] = Counter()
        before = None
        while True:
            page = decisions.search(store, decisions.Query(limit=1_000, before=before))
            found.update(one.decision_id for one in page.rows)
            before = page.before
            if before is None:
                return found
    finally:
        store.close()


def stored(state: Path) -> Counter[str]:
    """The decisions in the SQLite file of a state folder."""
    return stored_in(sqlite_url(state / "ruleflow.db"))


def eventually(holds: Callable[[], Any], seconds: float = 30, what: str = "it did not come to be") -> Any:
    """What comes to be true within some seconds."""
    end = time.monotonic() + seconds
    while not (found := _tried(holds)):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return found


def _tried(holds: Callable[[], Any]) -> Any:
    with suppress(OSError):
        return holds()
    return None


def kept_once(ids: list[str], found: Counter[str]) -> bool:
    """Whether each of these decisions is in the store, and none more than once."""
    return all(found[one] == 1 for one in ids)
