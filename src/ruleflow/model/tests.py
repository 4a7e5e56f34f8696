"""Tests as an admin writes them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruleflow.source import Span


@dataclass(frozen=True, slots=True)
class Case:
    """One event and what is expected of its decision; `given` and `expect` are plain JSON-like values.

    `now` is an ISO instant as written ('' : the start of 2026 in the project's zone). A step that lets time pass has
    `advance_to`, an instant as written, and no event.
    """

    event: str
    now: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    span: Span = field(compare=False, repr=False)
    expect_span: Span = field(compare=False, repr=False)
    name: str = ""
    """The name of the row in a table of cases, '' where there is none."""
    event_span: Span | None = field(default=None, compare=False, repr=False)
    advance_to: str = ""


@dataclass(frozen=True, slots=True)
class EventTest:
    """A named test of one case, of a table of cases, or of steps that follow each other on one ticket."""

    name: str
    cases: tuple[Case, ...]
    steps: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)
