"""A decision: what is to be done with a ticket, and which rules say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ruleflow.engine.canonical import canonical_json

VERSION = 1


class Decision(msgspec.Struct, frozen=True, tag_field="version", tag=VERSION):
    """A pure function of project, event, facts and instant. Everything in it is plain JSON; secrets stand masked.

    `actions` are to be carried out, in order. `outcome` sums them up: the fields written, route, SLA, messages, contract,
    denial. `matched` and `shadow` are rule ids in order. `overridden` are writes that lost, with what stands instead.
    `timers` are the instants to come, the next one first: set one timer for it, and ask again then with event `timer`.
    `fired` are the keys that this decision has carried out; from then on they belong into `event.fired`.
    """

    decision_id: str
    project: Mapping[str, str]
    event: str
    at: str
    actions: tuple[Mapping[str, Any], ...]
    outcome: Mapping[str, Any]
    matched: tuple[str, ...]
    shadow: tuple[str, ...]
    overridden: tuple[Mapping[str, Any], ...]
    timers: tuple[Mapping[str, Any], ...]
    fired: tuple[str, ...]
    warnings: tuple[Mapping[str, Any], ...]
    errors: tuple[Mapping[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON; numbers with a point are Decimals."""
        return {
            "version": VERSION,
            "decision_id": self.decision_id,
            "project": dict(self.project),
            "event": self.event,
            "at": self.at,
            "actions": [dict(action) for action in self.actions],
            "outcome": dict(self.outcome),
            "matched": list(self.matched),
            "shadow": list(self.shadow),
            "overridden": [dict(lost) for lost in self.overridden],
            "timers": [dict(timer) for timer in self.timers],
            "fired": list(self.fired),
            "warnings": [dict(warning) for warning in self.warnings],
            "errors": [dict(error) for error in self.errors],
        }

    def to_json(self) -> bytes:
        """The decision as JSON in UTF-8; the same decision gives the same bytes."""
        return canonical_json(self)
