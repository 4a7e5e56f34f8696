"""Delivering to the webhook: signed, tried again with growing waits, many at a time, one after the other for each ticket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple

import httpx2

from ruleflow.service.logs import log
from ruleflow.service.retries import Fate, asked_wait, fate_of, wait_s
from ruleflow.service.settings import Webhook
from ruleflow.service.signature import keys_of, signed_headers
from ruleflow.store import deliveries
from ruleflow.store.database import Store
from ruleflow.store.deliveries import Delivery, Sent
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds

IN_FLIGHT = 32
GATHER, IDLE, LONGEST_PAUSE = 0.02, 0.25, 5.0
"""Seconds: in which answers are gathered, until new deliveries are looked for, until a store that failed is tried again."""
LARGEST_ANSWER = 64 * 1024
_SHOWN = 200
_SECOND = 1_000_000


class Reply(NamedTuple):
    """What came of a try. `status` 0: no answer; `asked_s` is how long the answer asks us to wait."""

    status: int
    error: str = ""
    asked_s: float = 0.0


def deliver_until(stop: Event, store: Store, webhook: Webhook, owner: str) -> None:
    """Deliver what is due until told to stop; runs an event loop in the calling thread.

    What is in flight then gets its answer. `owner` tells replicas apart. Raises `ValueError` for a secret that is none.
    """
    sender = _Sender(store, webhook, owner, keys_of(webhook.secret))
    with suppress(StoreError):
        deliveries.free_all(store)
    asyncio.run(sender.run(stop))


@dataclass(slots=True)
class _Sender:
    store: Store
    webhook: Webhook
    owner: str
    keys: tuple[bytes, ...]
    flying: dict[asyncio.Task[Reply], Delivery] = field(default_factory=dict)
    landed: list[Sent] = field(default_factory=list)
    error: str = ""

    async def run(self, stop: Event) -> None:
        """Claim, send and settle, until told to stop and nothing is in flight."""
        limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
        async with httpx2.AsyncClient(timeout=self.webhook.timeout_s, limits=limits) as client:
            while self.flying or self.landed or not stop.is_set():
                pause = self._turn(client, stopping=stop.is_set())
                if self.error and stop.is_set():
                    return
                await self._wait(pause)

    def _turn(self, client: httpx2.AsyncClient, *, stopping: bool) -> float:
        """Settle what came back, and send what is due; how long to wait then."""
        try:
            if self.landed:
                deliveries.settle(self.store, self.landed)
                self.landed.clear()
            free = 0 if stopping else IN_FLIGHT - len(self.flying)
            claimed = self._claim(free) if free else ()
        except StoreError as error:
            if not self.error:
                log().error("the store does not answer; deliveries wait", reason=str(error))
            self.error = str(error)
            return LONGEST_PAUSE
        self.error = ""
        for delivery in claimed:
            self.flying[asyncio.create_task(self._send(client, delivery))] = delivery
        return IDLE

    def _claim(self, free: int) -> Sequence[Delivery]:
        lease = int((2 * self.webhook.timeout_s + 30) * _SECOND)
        return deliveries.claim(self.store, microseconds(), owner=self.owner, lease=lease, limit=free)

    async def _wait(self, pause: float) -> None:
        """Wait until something is back, and a little more, so that several are settled in one transaction."""
        if not self.flying:
            await asyncio.sleep(pause)
            return
        done, _ = await asyncio.wait(self.flying, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        if done:
            done, _ = await asyncio.wait(self.flying, timeout=GATHER)
        self.landed += [sent(self.flying.pop(task), task.result(), microseconds()) for task in done]

    async def _send(self, client: httpx2.AsyncClient, delivery: Delivery) -> Reply:
        headers = signed_headers(self.keys, delivery.id, microseconds() // _SECOND, delivery.body)
        headers["content-type"] = "application/json"
        try:
            async with asyncio.timeout(self.webhook.timeout_s):
                return await _posted(client, self.webhook.url, delivery.body, headers)
        except TimeoutError:
            return Reply(0, f"no answer within {self.webhook.timeout_s:g} s")
        except Exception as error:  # noqa: BLE001 - whatever one delivery meets, the others go on
            return Reply(0, f"{type(error).__name__}: {error}"[:_SHOWN])


async def _posted(client: httpx2.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Send, and read the beginning of the answer: enough to show, and in most cases all, so the connection stays."""
    async with client.stream("POST", url, content=body, headers=headers) as response:
        read = bytearray()
        async for part in response.aiter_raw():
            read += part
            if len(read) > LARGEST_ANSWER:
                break
        status = response.status_code
        if 200 <= status < 300:
            return Reply(status)
        said = bytes(read[: 4 * _SHOWN]).decode(errors="replace").strip()[:_SHOWN]
        asked = asked_wait(response.headers.get("retry-after", ""), datetime.now(UTC))
        return Reply(status, f"status {status}" + (f": {said}" if said else ""), asked)


def sent(delivery: Delivery, reply: Reply, now: int) -> Sent:
    """What becomes of a delivery after a try."""
    tries = delivery.attempts + 1
    match fate_of(reply.status, tries):
        case Fate.DELIVERED:
            return Sent(delivery, deliveries.DELIVERED, delivery.next_at, "", now)
        case Fate.AGAIN:
            wait = wait_s(delivery.id, tries, reply.asked_s)
            return Sent(delivery, deliveries.WAITING, now + int(wait * _SECOND), _shown(reply.error))
        case Fate.DEAD:
            log().error("a delivery is given up", delivery=delivery.id, ticket=delivery.ticket_id, status=reply.status)
            return Sent(delivery, deliveries.DEAD, delivery.next_at, _shown(reply.error))


def _shown(text: str) -> str:
    """A text that any database takes."""
    return text.replace("\0", "␀").encode(errors="replace").decode()
