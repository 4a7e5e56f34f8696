"""A decision with its reasons, as pages show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from ruleflow.engine.timers import TIMER
from ruleflow.project.project import Project
from ruleflow.timeline.picture import timeline_svg

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done: its kind, the words of its parameters in order, the rule that says so."""

    kind: str
    field: str
    parts: tuple[tuple[str, str], ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision (section 5's JSON), its trace, what would have made one rule act, the ticket's future drawn ('' : none)."""

    decision: Json
    trace: Json | None
    nearest: Json | None = None
    nearest_of: str = ""
    picture: Markup = Markup("")

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is done, in order."""
        return tuple(acts_of(self.decision))


def decided(project: Project, event: str, facts: Json, now: datetime, *, nearest_of: str = "") -> Decided:
    """Decide, with all reasons. Raises what `Project.explain` raises, and `ValueError` for an impossible instant."""
    decision = project.decide(event, facts, now=now).to_dict()
    trace = project.explain(event, facts, now=now).to_dict()
    nearest = None
    if nearest_of:
        nearest = project.explain(event, facts, rule=nearest_of, now=now, nearest=True).to_dict().get("nearest")
    timeline = project.timeline(facts, event="" if event == TIMER else event, now=now)
    # The picture escapes what it shows, and the policy of the page lets nothing in it run.
    picture = Markup(timeline_svg(timeline)) if timeline.clocks or timeline.steps else Markup("")  # noqa: S704
    return Decided(decision, trace, nearest, nearest_of, picture)


def acts_of(decision: Json) -> Iterator[Act]:
    """The actions of a decision in words."""
    for action in decision["actions"]:
        rest = {key: value for key, value in action.items() if key not in {"type", "rule", "index", "field"}}
        yield Act(action["type"], str(action.get("field", "")), tuple(_parts(rest)), action["rule"])


def _parts(values: Json) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        yield key, said(value)


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
