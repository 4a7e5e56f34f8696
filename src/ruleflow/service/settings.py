"""What a service was told when it was started."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

MIB = 1024 * 1024


class WhenFull(StrEnum):
    """What happens when the journal has no more room: nothing is decided, or decisions go unlogged and are counted."""

    BLOCK = "block"
    SHED = "shed"


class Webhook(msgspec.Struct, frozen=True):
    """Where decisions of timers go. `facts_url` '' : the last facts are used; `{project}` and `{ticket}` stand for the ids."""

    url: str
    secret: str
    facts_url: str = ""
    timeout_s: float = 10.0


class Settings(msgspec.Struct, frozen=True):
    """Everything that a process of the service needs to know; a worker gets it as JSON on its standard input.

    `drain_s`: so long, in seconds, the service answers on after it was told to end, so that callers find another one.
    `keep_days` 0: decisions are kept for ever. `rate` '' : requests are not limited; else `100/second`, for each caller.
    """

    state: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    log_room: int = 1024 * MIB
    when_full: WhenFull = WhenFull.BLOCK
    log_sync: bool = False
    keep_days: int = 90
    body_limit: int = 16 * MIB
    batch_limit: int = 10_000
    request_timeout_s: float = 30.0
    rate: str = ""
    proxied: bool = False
    timers: bool = False
    webhook: Webhook | None = None
    log_level: str = "info"
    log_format: str = "text"
    log_requests: bool = False
    drain_s: float = 0.0

    @property
    def journal(self) -> Path:
        """The folder of the journals."""
        return self.state / "journal"
