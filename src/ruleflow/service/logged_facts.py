"""The facts of a decision as they are logged: what the project declares and no more, with secrets masked.

Made for a project once, for this is done for every decision: what nothing forbids is copied as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ruleflow.engine.door import Door, FieldReader, Group
from ruleflow.engine.readers import OF_TICKETS
from ruleflow.formats.masking import DOT, mask
from ruleflow.types.terms import ListOf, Record, SetOf, Type

Walk = Callable[[Any, str, list[str]], Any]
"""Makes of a value what is logged of it: (value, its pointer, the pointers of what was masked)."""


@dataclass(frozen=True, slots=True)
class _Group:
    """An object of the facts: names that are copied, and names that are looked into."""

    plain: frozenset[str]
    walked: Mapping[str, Walk]

    def __call__(self, raw: Any, pointer: str, masked: list[str]) -> Any:
        if raw.__class__ is not dict:
            return raw if raw is None or raw == "" else None
        plain = self.plain
        found = {name: value for name, value in raw.items() if name in plain}
        for name, walk in self.walked.items():
            if name in raw:
                found[name] = walk(raw[name], f"{pointer}/{name}", masked)
        return found


def logged_facts(door: Door) -> Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[str, ...]]]:
    """What makes, of facts that the door let in, those that are logged, and the JSON pointers of what was masked."""
    tickets = door.root.groups.get("ticket")
    own = () if tickets is None else tickets.fields.items()
    root = _group(door.root, frozenset(name for name, one in own if one.field.secret))
    whole = _Group(root.plain, {**root.walked, "before": root})

    def logged(raw: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        masked: list[str] = []
        return whole(raw, "", masked), tuple(masked)

    return logged


def _group(group: Group, secrets: frozenset[str]) -> _Group:
    """What is done with a group; `secrets` are the names of secret fields of a ticket, wherever records of tickets have them."""
    walked: dict[str, Walk] = {}
    for name, one in group.fields.items():
        walk = _field(one, secrets if one.path in OF_TICKETS else frozenset())
        if walk is not None:
            walked[name] = walk
    for name, inner in group.groups.items():
        walked[name] = _both(walked[name], _group(inner, secrets)) if name in walked else _group(inner, secrets)
    return _Group(frozenset(group.fields.keys() - walked.keys()), walked)


def _both(of_record: Walk, of_group: Walk) -> Walk:
    """A field that is a record, beside fields that stand inside of it."""

    def walk(raw: Any, pointer: str, masked: list[str]) -> Any:
        inside = of_group(raw, pointer, masked)
        own = of_record(raw, pointer, masked)
        return {**inside, **own} if isinstance(inside, dict) and isinstance(own, dict) else own

    return walk


def _field(one: FieldReader, secrets: frozenset[str]) -> Walk | None:
    """How the value of a field is walked; None: it is copied."""
    return _masked if one.field.secret else _of_type(one.field.type, secrets)


def _of_type(kind: Type, secrets: frozenset[str] = frozenset()) -> Walk | None:
    match kind:
        case SetOf(of=of) | ListOf(of=of):
            item = _of_type(of, secrets)
            return None if item is None else _each(item)
        case Record():
            return _record(kind, kind.secrets | secrets)
        case _:
            return None


def _record(kind: Record, secrets: frozenset[str]) -> Walk:
    parts = {name: _masked if name in secrets else _of_type(part) for name, part in kind.parts}
    return _Group(
        frozenset(name for name, walk in parts.items() if walk is None),
        {name: walk for name, walk in parts.items() if walk is not None},
    )


def _each(item: Walk) -> Walk:
    def walk(raw: Any, pointer: str, masked: list[str]) -> Any:
        if raw.__class__ is not list:
            return raw
        return [item(one, f"{pointer}/{at}", masked) for at, one in enumerate(raw)]

    return walk


def _masked(raw: Any, pointer: str, masked: list[str]) -> Any:
    """A secret: masked, in lists and objects part by part; what is missing stays so."""
    match raw:
        case None | "":
            return raw
        case list():
            return [_masked(one, f"{pointer}/{at}", masked) for at, one in enumerate(raw)]
        case dict():
            return {name: _masked(one, f"{pointer}/{name}", masked) for name, one in raw.items()}
    masked.append(pointer)
    return DOT if isinstance(raw, bool) else mask(str(raw))
