"""Changes that are meant: a YAML list of them, held against what a review found, so that no other slips through."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ruleflow.analysis.verdicts import Change, Meaning, State
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.json_text import json_line
from ruleflow.model.tests_reader import plain_value
from ruleflow.review.report.words import rules_text, said, verdict_text
from ruleflow.syntax.decode import decode
from ruleflow.syntax.yaml_reader import read_yaml

_HEAD = """\
# Changes of behaviour that are meant, for `ruleflow diff --accept`. Written by `ruleflow diff --write-accepted`.
"""
_KEYS = frozenset({"event", "outcome", "before", "after"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A change that is meant; `event` '' : on any."""

    outcome: str
    before: Any
    after: Any
    event: str = ""


def read_accepted(name: str, content: bytes, out: Collector) -> tuple[Accepted, ...] | str:
    """The accepted changes of a file, or why it is no list of them. What is no YAML at all goes to `out`."""
    source = decode(name, content, out)
    node = None if source is None else read_yaml(source, out)
    if out.has_errors or node is None:
        return () if not out.has_errors else "it is no YAML"
    items = plain_value(node)
    if not isinstance(items, list):
        return "it needs a list of changes, each with `outcome`, `before` and `after`"
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not {"outcome", "before", "after"} <= item.keys() <= _KEYS:
            return f"change {number} needs `outcome`, `before` and `after`, and may name an `event`"
    return tuple(Accepted(str(one["outcome"]), one["before"], one["after"], one.get("event") or "") for one in items)


def accepted_text(meaning: Meaning) -> str:
    """All changes as such a file."""
    blocks = []
    for verdict in meaning.verdicts:
        for change in verdict.changes:
            rules = rules_text(change)
            blocks += [f"# {rules}"] if rules else []
            blocks += [
                f"- event: {verdict.event}",
                f"  outcome: {verdict.outcome}",
                f"  before: {json_line(change.before)}",
                f"  after: {json_line(change.after)}",
            ]
    return _HEAD + ("\n".join(blocks) if blocks else "[]") + "\n"


def unexplained(meaning: Meaning, accepted: tuple[Accepted, ...]) -> Iterator[str]:
    """What is not accepted, a line each: other changes, and outcomes of which not everything is known."""
    known = {(one.event, one.outcome, _comparable(one.before), _comparable(one.after)) for one in accepted}
    for verdict in meaning.verdicts:
        for change in verdict.changes:
            pair = (_comparable(change.before), _comparable(change.after))
            if not {(verdict.event, verdict.outcome, *pair), ("", verdict.outcome, *pair)} & known:
                yield f"{verdict.event}: {verdict.outcome}: {_both(change)}"
        if verdict.state is State.UNKNOWN or not verdict.complete:
            yield f"{verdict.event}: {verdict.outcome}: {verdict_text(verdict)}"


def _both(change: Change) -> str:
    return f"{said(change.before)} → {said(change.after)}"


def _comparable(value: Any) -> Hashable:
    """A JSON value in one form: 2.50 is 2.5, `true` is not 1, the order of keys says nothing."""
    match value:
        case bool():
            return ("truth", value)
        case int() | float() | Decimal():
            return ("number", Decimal(str(value)).normalize())
        case Mapping():
            return ("record", frozenset((str(key), _comparable(one)) for key, one in value.items()))
        case list() | tuple():
            return ("list", tuple(_comparable(one) for one in value))
        case _:
            return value if value is None else ("text", str(value))
