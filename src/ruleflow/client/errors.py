"""What a call of the service raises, beside what the library raises for the same mistake (`FactsError`, `UnknownRuleError`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruleflow.project.errors import RuleflowError


class ServiceError(RuleflowError):
    """The service did not do what it was asked for.

    `status` is that of HTTP, 0 where no answer came. `problem` is the problem document (RFC 9457), empty where none came.
    `request_id` finds the call in the log of the service. `retry_after` is in seconds, None where nobody said.
    """

    def __init__(
        self,
        message: str,
        status: int = 0,
        problem: Mapping[str, Any] | None = None,
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status, problem, request_id, retry_after)
        self.status = status
        self.problem = problem or {}
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.args[0]} (request {self.request_id})" if self.request_id else str(self.args[0])


class UnauthorizedError(ServiceError):
    """The API key is missing, unknown or expired (401), or may not do this (403)."""


class RateLimitedError(ServiceError):
    """Too many requests (429), and waiting longer than `timeout` would be needed."""


class UnavailableError(ServiceError):
    """No answer in time: no connection, a broken one, a timeout, or 502, 503 or 504, time and again."""
