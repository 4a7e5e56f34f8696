"""uvicorn's server, with an end that breaks no connection in the middle of a request."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

_LAST_CALL_S = 0.2
"""So long a request may still come over a connection that was made before the end."""
_CLOSE = (b"connection", b"close")


class Server(uvicorn.Server):
    """Ends when it is told to by its parent process, and by no signal: systemd and terminals send these to all at once."""

    def let_go(self) -> None:
        """From now on each answer is the last of its connection, so that callers go elsewhere by themselves."""
        self.config.encoded_headers = [*self.config.encoded_headers, _CLOSE]
        self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take the connections that wait, listen no more, and end when all is answered that was asked."""
        self.let_go()
        waiting = [one for listening in sockets or () for one in _accepted(listening)]
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        loop = asyncio.get_running_loop()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)
        await asyncio.sleep(_LAST_CALL_S)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


def ignore_signals() -> None:
    """Let the signals that end a process end only the parent, which then ends its workers in order."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _accepted(listening: socket.socket) -> Iterator[socket.socket]:
    """The connections that the system has made and nobody has taken; it resets them when the socket is closed."""
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        connection.setblocking(False)
        yield connection
