"""The messages of the service: what a request holds and what is answered. `/openapi.json` is made from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Facts = Annotated[
    dict[str, Any],
    Meta(
        description="The facts of a ticket, as JSON: `ticket`, `contact`, `company`, `event`, and under `before` what changed.",
    ),
]
Event = Annotated[str, Meta(description="What happened, for instance `ticket.created`.")]
Instant = Annotated[
    str,
    Meta(
        description="An instant with its offset, such as `2026-03-01T18:00:00+03:00`.",
        extra_json_schema={"format": "date-time"},
    ),
]
ProjectName = Annotated[str, Meta(description="Which of the served projects; may be left out where there is one.")]


class DecideRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event to decide. `now` left out: this instant. `strict` refuses what the project does not know."""

    event: Event
    facts: Facts
    now: Instant | None = None
    strict: bool = False
    project: ProjectName | None = None
