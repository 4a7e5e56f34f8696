"""Asking the helpdesk what the facts of tickets are now, before their timers fire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2

from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.service.settings import MIB
from ruleflow.service.signature import keys_of, signed_headers
from ruleflow.store.timers import Ticket

IN_FLIGHT = 32
LARGEST = 16 * MIB
_GONE = frozenset({404, 410})


class Fault(Enum):
    """Why there are no fresh facts."""

    GONE = "the ticket is gone"


Answer = dict[str, Any] | Fault | str
"""Facts, that the ticket is gone, or what went wrong."""


@dataclass(slots=True)
class FreshFacts:
    """Asks a URL in which `{project}` and `{ticket}` stand for the ids. Belongs to one thread; to be closed in the end.

    `timeout_s` bounds each request as a whole, and twice as much a call of `ask`. With `keys` requests are signed like
    deliveries, with an empty body.
    """

    url: str
    timeout_s: float
    keys: tuple[bytes, ...]
    _runner: asyncio.Runner
    _client: httpx2.AsyncClient

    @staticmethod
    def of(url: str, timeout_s: float, secret: str = "") -> FreshFacts:
        """Ready to ask; nothing is sent yet. Raises `ValueError` for a secret that is none."""
        keys = keys_of(secret) if secret else ()
        limits = httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
        client = httpx2.AsyncClient(timeout=timeout_s, limits=limits, headers={"accept": "application/json"})
        return FreshFacts(url, timeout_s, keys, asyncio.Runner(), client)

    def ask(self, tickets: Sequence[Ticket]) -> list[Answer]:
        """The answer for each ticket, in order."""
        return self._runner.run(self._ask_all(tickets))

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    async def _ask_all(self, tickets: Sequence[Ticket]) -> list[Answer]:
        free = asyncio.Semaphore(IN_FLIGHT)
        end = asyncio.get_running_loop().time() + 2 * self.timeout_s

        async def asked(ticket: Ticket) -> Answer:
            try:
                async with asyncio.timeout_at(end), free, asyncio.timeout(self.timeout_s):
                    return await self._ask(ticket)
            except TimeoutError:
                return f"no answer within {self.timeout_s:g} s"
            except Exception as error:  # noqa: BLE001 - whatever one ticket meets, the others go on
                return f"{type(error).__name__}: {error}".removesuffix(": ")

        return list(await asyncio.gather(*map(asked, tickets)))

    async def _ask(self, ticket: Ticket) -> Answer:
        url = facts_url(self.url, ticket.project, ticket.ticket_id)
        signed = signed_headers(self.keys, f"get_{uuid4().hex}", int(time.time()), b"") if self.keys else {}
        async with self._client.stream("GET", url, headers=signed) as response:
            if response.status_code in _GONE:
                return Fault.GONE
            if response.status_code != 200:
                return f"status {response.status_code}"
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    return f"the answer is longer than {LARGEST // MIB} MiB"
        return _facts(bytes(body), ticket.ticket_id)


def facts_url(template: str, project: str, ticket_id: str) -> str:
    """The URL of the facts of a ticket; ids are percent-encoded, so none of them can lead anywhere else."""
    parts = {"{project}": project, "{ticket}": ticket_id}
    pieces = template.split("{project}")
    whole = [piece.split("{ticket}") for piece in pieces]
    encoded = {name: _segment(value) for name, value in parts.items()}
    return encoded["{project}"].join(encoded["{ticket}"].join(piece) for piece in whole)


def _segment(text: str) -> str:
    """A text as one segment of a path; dots alone would mean the folder above."""
    encoded = quote(text, safe="", errors="replace")
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def _facts(body: bytes, ticket_id: str) -> Answer:
    """The facts in an answer, of this ticket; what belongs to an event, which there is none of, is left out."""
    read = read_json(body)
    if isinstance(read, Unreadable):
        return f"the answer is no JSON document: {read}"
    if not isinstance(read, dict):
        return "the answer is no object with `ticket`, `contact` and the like"
    facts = {name: value for name, value in read.items() if name not in {"event", "before"}}
    ticket = facts.get("ticket") or {}
    if not isinstance(ticket, dict):
        return "`ticket` in the answer is no object"
    found = ticket.get("id")
    if found is not None and str(found) != ticket_id:
        return "the answer is about another ticket"
    return {**facts, "ticket": {**ticket, "id": ticket_id if found is None else found}}
