"""What systemd is told of how the service fares: datagrams to the socket that it names (see sd_notify(3))."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import MutableMapping
from contextlib import suppress


class Systemd:
    """Tells systemd; tells nobody where none asks for it. The names are taken out of `environment`: children tell nothing."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        address = environment.pop("NOTIFY_SOCKET", "")
        watchdog = environment.pop("WATCHDOG_USEC", "")
        # An address with @ is of the abstract kind, which begins with a zero byte.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._pause = int(watchdog) / 3e6 if watchdog.isdigit() else None
        self._told_at = float("-inf")

    def ready(self, status: str) -> None:
        """The service answers; `status` is what `systemctl status` shows of it."""
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """A change is looked for; `ready` says that it is done."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self, status: str) -> None:
        """The service ends."""
        self._tell("STOPPING=1", f"STATUS={status}")

    def alive(self) -> None:
        """All goes on; told three times within what systemd waits before it takes the service for dead."""
        now = time.monotonic()
        if self._pause is not None and now - self._told_at >= self._pause:
            self._told_at = now
            self._tell("WATCHDOG=1")

    def _tell(self, *lines: str) -> None:
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
                told.connect(self._address)
                told.sendall("\n".join(line.replace("\n", " ") for line in lines).encode())


def systemd() -> Systemd:
    """The systemd that started this process, if any did."""
    return Systemd(os.environ)
