"""The first requests of a worker, before it has read the API keys."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from ruleflow.service import access
from ruleflow.service.access import Access
from ruleflow.service.calls import Call


def test_those_that_come_together_wait_for_the_keys_together(monkeypatch: Any) -> None:
    """None is refused because another was there first, and the keys are read once."""
    read: list[int] = []

    def all_keys(_: Any) -> tuple[()]:
        read.append(1)
        time.sleep(0.05)
        return ()

    monkeypatch.setattr(access, "all_keys", all_keys)
    door = Access(store=object())

    async def ask() -> list[Any]:
        calls = [Call({}, {b"host": b"localhost"}, str(number), 0) for number in range(5)]
        return list(await asyncio.gather(*(door.check_host(call) for call in calls)))

    assert [None] * 5 == asyncio.run(ask())
    assert [1] == read
