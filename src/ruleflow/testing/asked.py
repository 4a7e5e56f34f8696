"""What a test asked the engine: the decisions that it made, to be looked at again with everything that rules saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ruleflow.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class Asked:
    """One decision: what happened, the facts as they came to the engine, the instant."""

    event: str
    facts: Facts
    now: datetime
