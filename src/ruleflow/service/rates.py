"""How many requests a caller may make: counted by key, or by address where there are no keys, in each worker by itself."""

from __future__ import annotations

from math import ceil
from time import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from ruleflow.service.calls import Call
from ruleflow.service.problems import Problem


class Rates:
    """Counts calls. `rate` is `100/second`, of which each of the workers allows its share, one at least."""

    def __init__(self, rate: str, workers: int) -> None:
        whole = parse(rate)
        self._item: RateLimitItem = type(whole)(max(1, whole.amount // max(1, workers)), whole.multiples)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, call: Call) -> Problem | None:
        """Count a call; a problem where it is one too many."""
        caller = f"key {call.caller}" if call.caller else f"address {call.address}"
        if self._limiter.hit(self._item, caller):
            return None
        wait = self._limiter.get_window_stats(self._item, caller).reset_time - time()
        after = ((b"retry-after", str(max(1, ceil(wait))).encode()),)
        return Problem(429, "too many requests; ask again later", headers=after)
