"""The steps of a call, and what comes of them: values, so that what is decided about a call needs no waiting."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from ruleflow.client.requests import Request


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request, and wait so long for its answer."""

    request: Request
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait before the next attempt."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. `retry_after` is that header, '' without it."""

    status: int
    body: bytes
    request_id: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came, or part of one. `again`: another attempt may help."""

    reason: str
    request_id: str = ""
    again: bool = True


T = TypeVar("T")
Steps = Generator[Send | Wait, Any, T]
"""What a client does one after another; it gives back a `Reply` or `Lost` for each `Send`, and nothing for a `Wait`."""
