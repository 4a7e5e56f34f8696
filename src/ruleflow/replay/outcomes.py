"""What a decision comes to, as values by name: what is counted, and what is compared with another decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ruleflow.engine.decision import Decision

_APART = frozenset({"sla", "messages"})
LONGEST = 100
"""Characters of a value that are looked at."""

Outcomes = Mapping[str, tuple[str, ...]]
"""The values of an outcome by name, sorted: `{"route.team": ("vip_desk",), "ticket.tags": ("a", "b")}`."""


def outcomes_of(decision: Decision) -> Outcomes:
    """The values that rules gave: fields, route, policy, contract, denial, templates of messages."""
    found: dict[str, list[str]] = {}
    for name, value in _named_values(decision.outcome):
        found.setdefault(name, []).append(value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _named_values(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in outcome.items():
        if name not in _APART:
            yield from _values(name, value)
    policy = (outcome.get("sla") or {}).get("policy")
    if policy:
        yield "sla.policy", str(policy)
    for message in outcome.get("messages") or ():
        yield "messages", str(message.get("template") or "(a text)")


def _values(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case Mapping():
            for key, inner in value.items():
                yield from _values(f"{name}.{key}", inner)
        case str():
            yield name, value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
        case bool():
            yield name, str(value).lower()
        case Sequence():
            for inner in value:
                yield from _values(name, inner)
        case _:
            yield name, str(value)


def clocks_of(decision: Decision) -> Sequence[Mapping[str, Any]]:
    """The clocks of the ticket, one for each metric."""
    found: Sequence[Mapping[str, Any]] = (decision.outcome.get("sla") or {}).get("clocks") or ()
    return found


def differences(old: Decision, new: Decision) -> Iterator[tuple[str, str, str]]:
    """What two decisions of one event say otherwise: the name, the value before, the value now."""
    before, now = outcomes_of(old), outcomes_of(new)
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            yield name, _shown(before.get(name)), _shown(now.get(name))
    yield from _of_clocks(old, new)


def _of_clocks(old: Decision, new: Decision) -> Iterator[tuple[str, str, str]]:
    """What became of a clock, and whether its deadline moved."""
    before = {clock["metric"]: clock for clock in clocks_of(old)}
    now = {clock["metric"]: clock for clock in clocks_of(new)}
    for metric in sorted(before.keys() | now.keys()):
        left, right = before.get(metric, {}), now.get(metric, {})
        if left.get("state") != right.get("state"):
            yield f"sla.{metric}", left.get("state", NOTHING), right.get("state", NOTHING)
        if left and right and left["due_at"] != right["due_at"]:
            yield f"sla.{metric}.due_at", "as before", _moved(left["due_at"], right["due_at"])


def _moved(before: str | None, now: str | None) -> str:
    if before is None or now is None:
        return "never" if now is None else "at some time"
    return "later" if datetime.fromisoformat(now) > datetime.fromisoformat(before) else "earlier"


NOTHING = "(nothing)"


def _shown(values: tuple[str, ...] | None) -> str:
    return ", ".join(values) if values else NOTHING
