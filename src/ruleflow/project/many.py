"""Deciding many facts by other processes, with the very decisions that this one would make."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.decision import Decision
from ruleflow.engine.facts import FactProblem
from ruleflow.project.questions import Answer, Refusal

_DECISION = msgspec.json.Decoder(Decision, float_hook=Decimal)


def decided_as_lines(
    facts: Iterable[Mapping[str, Any]],
    ask: Callable[[Iterable[bytes]], Iterator[Answer]],
    here: Callable[[Any], Decision | Refusal],
) -> Iterator[Decision | Refusal]:
    """The answers to facts in order, each asked as a line of JSON; `here` decides those that JSON cannot hold."""
    kept: deque[Any] = deque()

    def lines() -> Iterator[bytes]:
        for raw in facts:
            is_json = _is_json(raw)
            kept.append(None if is_json else (raw,))
            yield canonical_json({"facts": raw if is_json else {}})

    for answer in ask(lines()):
        alone = kept.popleft()
        yield answered(answer) if alone is None else here(*alone)


def _is_json(value: object) -> bool:
    """Whether a value means the same once it was written as JSON and read."""
    match value:
        case None | bool() | int() | str() | Decimal():
            return not isinstance(value, Decimal) or value.is_finite()
        case float():
            return isfinite(value)
        case dict():
            return all(isinstance(key, str) and _is_json(one) for key, one in value.items())
        case list() | tuple():
            return all(map(_is_json, value))
        case _:
            return False


def answered(answer: Answer) -> Decision | Refusal:
    """The answer to a line as a value; the line is one that can be read, and has an event."""
    if not answer.failure:
        return _DECISION.decode(answer.line)
    refused = msgspec.json.decode(answer.line)["refused"]
    return Refusal(tuple(FactProblem(**one) for one in refused))
