"""A decision that was logged: what it was made of, what it came to, why, and what today's rules would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from ruleflow.diagnostics.json_text import json_text
from ruleflow.project.bundle import open_bundle
from ruleflow.project.errors import BundleError, FactsError, ProjectError
from ruleflow.project.project import Project
from ruleflow.service.console.asked import AbsentError, Asked, Shown
from ruleflow.service.console.decided import Decided, decided, decision_json
from ruleflow.service.console.differences import Difference, differences
from ruleflow.service.console.source import page_with, place_of
from ruleflow.store.errors import StoreError
from ruleflow.store.log import find_all
from ruleflow.store.projects import content_of
from ruleflow.store.records import Logged, Record


def decision_page(asked: Asked) -> Shown:
    """A logged decision. Raises `AbsentError`."""
    records = _records(asked, asked.names["decision"])
    record = _wanted(records, asked.asked_for("seq"))
    facts = facts_of(record)
    project, where = _made_by(asked, record)
    again, refused = (None, "") if project is None else _again(project, record, facts)
    told = msgspec.json.decode(record.decision)
    values = {
        "record": record,
        "others": [one for one in records if one is not record],
        "found": Decided(told, None if again is None else again.trace),
        "is_same": again is not None and not differences(told, again.decision),
        "facts": json_text(msgspec.json.decode(record.facts)),
        "made_by": where,
        "refused": refused,
        "picture": None if again is None else again.picture,
        "places": _places(asked, record) if where == "served" else {},
        "today": _today(asked, record, facts, told) if asked.asked_for("today") else None,
        "asks_today": bool(asked.asked_for("today")),
        "seq": asked.asked_for("seq"),
    }
    return Shown("decision.html", asked.words.text("decision.title"), "decisions", values)


@dataclass(frozen=True, slots=True)
class Today:
    """What the rules that are served now say: what they say otherwise, or why they say nothing."""

    differences: tuple[Difference, ...] = ()
    refused: str = ""


def logged_entry(asked: Asked, decision_id: str) -> tuple[str, int, dict[str, Any]]:
    """Event, instant (µs) and facts of a logged decision. Raises `AbsentError`."""
    record = _wanted(_records(asked, decision_id), asked.asked_for("seq"))
    return record.event, record.at, facts_of(record)


def _records(asked: Asked, decision_id: str) -> Sequence[Record]:
    """The decisions of an id about this project; one that has not reached the store yet is in the journal."""
    try:
        found: Sequence[Record] = find_all(asked.service.store, decision_id)
    except StoreError:
        found = ()
    mine = [one for one in found if one.project == asked.served.project.name]
    if not mine:
        waiting = asked.service.find(decision_id)
        mine = [waiting] if waiting is not None and waiting.project == asked.served.project.name else []
    if not mine:
        raise AbsentError(decision_id)
    return mine


def _wanted(records: Sequence[Record], seq: str) -> Record:
    return next((one for one in records if isinstance(one, Logged) and str(one.seq) == seq), records[0])


def _made_by(asked: Asked, record: Record) -> tuple[Project | None, str]:
    """The project that decided, and where it was found: `served`, `kept`, or `gone`."""
    served = asked.served.project
    if served.digest == record.digest:
        return served, "served"
    try:
        return _kept(_Kept(record.digest, asked.service.store)), "kept"
    except (StoreError, BundleError, ProjectError, LookupError):
        return None, "gone"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A project in a store, told from others by its digest alone."""

    digest: str
    store: Any = field(compare=False)


@lru_cache(maxsize=4)
def _kept(key: _Kept) -> Project:
    """The project of a bundle; raises `LookupError` where it is not kept, which may change and is not remembered."""
    content = content_of(key.store, key.digest)
    bundle = None if content is None else open_bundle(content)
    # With other zones or holidays than then it may decide otherwise, and is another project.
    if bundle is None or bundle.digest != key.digest:
        raise LookupError(key.digest)
    return bundle.project


def _again(project: Project, record: Record, facts: Mapping[str, Any]) -> tuple[Decided | None, str]:
    """The decision made again, to have its reasons; or why it cannot be."""
    try:
        return decided(project, record.event, facts, _at(record)), ""
    except FactsError as error:
        return None, str(error)


def _today(asked: Asked, record: Record, facts: Mapping[str, Any], told: Mapping[str, Any]) -> Today:
    try:
        now = decision_json(asked.served.project, record.event, facts, _at(record))
    except FactsError as error:
        return Today(refused=str(error))
    return Today(differences(told, now))


def _places(asked: Asked, record: Record) -> Mapping[str, tuple[str, str]]:
    """Where each rule that matched is written: the place and its address."""
    model = asked.served.project.model
    found = (model.rule(name) for name in dict.fromkeys((*record.matched, *record.shadow)))
    return {
        rule.id: ("{}:{}".format(*place_of(rule.span)), page_with(asked, *place_of(rule.span)))
        for rule in found
        if rule is not None and rule.span is not None
    }


def _at(record: Record) -> datetime:
    return datetime.fromtimestamp(record.at / 1_000_000, UTC)


def facts_of(record: Record) -> dict[str, Any]:
    """The facts that were logged, without the secrets, of which only a mask is kept."""
    facts = msgspec.json.decode(record.facts)
    for pointer in record.masked:
        _drop(facts, pointer.split("/")[1:])
    return facts if isinstance(facts, dict) else {}


def _drop(facts: Any, keys: Sequence[str]) -> None:
    """Take away what a JSON pointer leads to; an item of a list stays in its place as nothing."""
    inside = facts
    for key in keys[:-1]:
        inside = _step(inside, _unescaped(key))
    last = _unescaped(keys[-1]) if keys else ""
    if isinstance(inside, dict):
        inside.pop(last, None)
    elif isinstance(inside, list) and last.isdecimal() and int(last) < len(inside):
        inside[int(last)] = None


def _step(inside: Any, key: str) -> Any:
    if isinstance(inside, Mapping):
        return inside.get(key)
    return inside[int(key)] if isinstance(inside, list) and key.isdecimal() and int(key) < len(inside) else None


def _unescaped(key: str) -> str:
    return key.replace("~1", "/").replace("~0", "~")
