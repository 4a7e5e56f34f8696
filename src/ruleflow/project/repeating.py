"""Deciding again what was decided and logged, to see that it comes to the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.project.project import Project

_ABSENT = "(absent)"
_FROM_SECRETS = frozenset({"/decision_id"})
"""What depends on every fact, and so on those that were masked, too."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of the decision that came out otherwise, as JSON text, `(absent)` where there is none."""

    pointer: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """What came of deciding again. `same`: to the byte, or where facts were masked, in all but the id of the decision.

    `left_out` are the pointers of masked facts that the project does not take as they stand in the log; `refused` says why
    nothing was decided at all.
    """

    same: bool
    differences: tuple[Difference, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: str = ""


def repeat(
    project: Project, event: str, facts: bytes, at: datetime, masked: Sequence[str], decision: bytes
) -> Repetition:
    """Decide logged facts again. `masked` are the JSON pointers of facts that stand masked; `decision` is what was answered."""
    document = read_json(facts)
    if isinstance(document, Unreadable):
        return Repetition(same=False, refused=str(document))
    left_out: tuple[str, ...] = ()
    try:
        try:
            again = project.decide(event, document, now=at)
        except FactsError as error:
            if not masked:
                raise
            wrong = {problem.pointer for problem in error.problems}
            left_out = tuple(pointer for pointer in masked if pointer in wrong) or tuple(masked)
            again = project.decide(event, without(document, left_out), now=at)
    except FactsError as error:
        return Repetition(same=False, left_out=left_out, refused=str(error))
    if again.to_json() == decision:
        return Repetition(same=True, left_out=left_out)
    found = tuple(differences(read_json(decision), read_json(again.to_json())))
    expected = _FROM_SECRETS if masked else frozenset()
    return Repetition(all(one.pointer in expected for one in found) and bool(found), found, left_out)


def without(document: Any, pointers: Sequence[str]) -> Any:
    """A JSON document without what some pointers point at."""
    gone = set(pointers)

    def walk(value: Any, pointer: str) -> Any:
        match value:
            case Mapping():
                parts = {name: f"{pointer}/{_escaped(name)}" for name in value}
                return {name: walk(value[name], part) for name, part in parts.items() if part not in gone}
            case list():
                return [walk(one, f"{pointer}/{n}") for n, one in enumerate(value) if f"{pointer}/{n}" not in gone]
            case _:
                return value

    return walk(document, "")


def differences(before: Any, now: Any, pointer: str = "") -> Iterator[Difference]:
    """Where two JSON documents differ, as deep down as they can be told apart; lists of unlike length differ as a whole."""
    match before, now:
        case dict(), dict():
            for name in [*before, *(name for name in now if name not in before)]:
                yield from differences(before.get(name, ...), now.get(name, ...), f"{pointer}/{_escaped(name)}")
        case list(), list() if len(before) == len(now):
            for n, (old, new) in enumerate(zip(before, now, strict=True)):
                yield from differences(old, new, f"{pointer}/{n}")
        case _ if type(before) is not type(now) or before != now:
            yield Difference(pointer, _text(before), _text(now))


def _text(value: Any) -> str:
    from ruleflow.diagnostics.json_text import json_line

    return _ABSENT if value is ... else json_line(value)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
