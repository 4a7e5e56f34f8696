"""Connections: one that says nothing, too slowly or too much is closed, so that thousands of them cost no more than sockets."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 20.0
"""Seconds in which the head of a request must have come."""
LONGEST_HEAD = 65_536
"""Bytes that the head of a request may have."""


class Connection(HttpToolsProtocol):
    """A connection that is closed when the head of a request is long in coming."""

    _silence: asyncio.TimerHandle | None = None
    _heard: int = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._silence is not None:
            self._heard += len(data)
        super().data_received(data)
        if self._silence is not None and self._heard > LONGEST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._silence is None:
            self._wait()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._silence = self.loop.call_later(PATIENCE, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence, self._heard = None, 0
