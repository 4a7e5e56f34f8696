"""A decision with its reasons, as pages show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup

from ruleflow.engine.timers import TIMER
from ruleflow.project.project import Project
from ruleflow.timeline.picture import timeline_svg

Json = Mapping[str, Any]
_ABOUT = frozenset({"type", "rule", "index", "field", "stands", "because"})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done: its kind, the words of its parameters in order, the rule that says so."""

    kind: str
    field: str
    parts: tuple[tuple[str, str], ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision (section 5's JSON), its trace, one rule that was asked about, the ticket's future drawn ('' : none)."""

    decision: Json
    trace: Json | None
    about: Json | None = None
    picture: str | Markup = ""

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is done, in order."""
        return tuple(acts_of(self.decision))


def decided(project: Project, event: str, facts: Json, now: datetime, *, about: str = "") -> Decided:
    """Decide, with all reasons, and those of one rule with what would have made it act (`about` '' : of none).

    Raises what `Project.explain` raises, and `ValueError` for an impossible instant.
    """
    decision = decision_json(project, event, facts, now)
    trace = project.explain(event, facts, now=now).to_dict()
    rule = project.explain(event, facts, rule=about, now=now, nearest=True).to_dict() if about else None
    timeline = project.timeline(facts, event="" if event == TIMER else event, now=now)
    # The picture escapes what it shows, and the policy of the page lets nothing in it run.
    picture = Markup(timeline_svg(timeline)) if timeline.clocks or timeline.steps else ""  # noqa: S704
    return Decided(decision, trace, rule, picture)


def decision_json(project: Project, event: str, facts: Json, now: datetime) -> Json:
    """A decision as whoever reads its JSON has it, which is also how it is logged. Raises `FactsError`."""
    found: Json = msgspec.json.decode(project.decide(event, facts, now=now).to_json())
    return found


def acts_of(decision: Json) -> Iterator[Act]:
    """The actions of a decision in words."""
    return map(act_of, decision["actions"])


def act_of(action: Json) -> Act:
    """An action of a decision, or of an explanation, in words."""
    parts = tuple((key, said(value)) for key, value in action.items() if key not in _ABOUT)
    return Act(action["type"], str(action.get("field", "")), parts, action.get("rule", ""))


def said(value: Any) -> str:
    """A value of a decision in a sentence; '' for one that is cleared."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list() | tuple():
            return ", ".join(map(said, value))
        case Mapping():
            return ", ".join(f"{key} {said(one)}" for key, one in value.items())
        case _:
            return str(value)
