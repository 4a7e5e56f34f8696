"""Whatever a file holds, it is read into a model or refused with findings; nothing is raised."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.render_text import render_text
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml

PROJECT: dict[str, Any] = {
    "ruleflow": 1,
    "project": {"name": "a", "title": "б"},
    "timezone": "Europe/Helsinki",
    "stages": ["classify", {"id": "route", "hit": "first"}],
    "ignore": ["drafts"],
    "fields": {
        "ticket.a": {"type": "choice", "options": ["x", {"id": "y", "was": ["z"]}], "ordered": True, "default": "x"},
        "ticket.b": {"type": "list", "of": {"c": "text", "d": {"type": "decimal"}}, "default": [{"c": "x"}]},
        "ticket.c": {"type": "text", "format": {"regex": "a+"}, "default": "a", "secret": True},
        "ticket.d": {"type": "decimal", "min": 1, "max": 2.5, "unit": "EUR", "resolve": "highest"},
        "ticket.e": {"type": "set", "of": ["team", "agent"]},
    },
    "segments": {"vip": {"title": "VIP", "color": "#fff", "external_id": "1"}, "big": {"when": {"all": ["ticket.d > 1"], "none": ["ticket.a is y"]}}},
    "teams": {"sales": {"calendar": "office"}},
    "agents": {"anna": {"teams": ["sales"], "skills": "finnish"}},
    "skills": ["finnish"],
    "contracts": {"c": {"owner": "sales", "rating": 4.5, "folders": {"f": {"folders": ["g"]}}, "requests": {"x": {"priority": "high", "resolve_in": "4h"}}, "applies_when": "ticket.a is x"}},
    "calendars": {"office": {"hours": {"mon": ["09:00-18:00"]}, "holidays": ["2026-01-01"], "exceptions": {"2026-12-31": ["09:00-15:00"]}, "breaks": [{"date": "2026-03-06", "from": "12:00", "to": "13:00"}]}},
    "sla": {"s": {"targets": {"first_reply": "1h", "update": {"by": "ticket.a", "x": "2 working days"}}, "warn_at": ["75%", "1h"], "on_change": {"update": "keep"}, "pause_when": "ticket.a is y"}},
    "templates": {"t": {"files": ["a.md", "b.md"]}, "u": "a.md"},
    "actions": {"escalate": {"parameters": {"level": "integer", "text": {"type": "text", "required": True}}, "main": "level"}},
    "events": {"order.paid": "Оплачен"},
    "definitions": {"d": "ticket.d > 1", "e": {"title": "x", "any": ["d"]}},
    "defaults": {"stage": "route", "on": ["order.paid"], "labels": ["a"]},
    "rules": [
        {"id": "r", "when": "contact.segments has vip", "then": [{"route": {"team": "sales"}}, {"set": {"ticket.c": "a {{ ticket.d }}", "ticket.e": ["anna"]}}, {"escalate": {"level": 1, "text": "x"}}], "rollout": "25%", "valid_from": "2026-03-01", "valid_until": "2026-03-02T10:00"},
        {"id": "q", "when": True, "then": {"add_tags": ["a"]}, "mode": "shadow", "enabled": False},
    ],
    "tests": [
        {"name": "n", "event": "order.paid", "given": {"ticket": {"a": "x"}}, "cases": [{"name": "m", "expect": {"matched": ["r"]}}]},
        {"name": "o", "steps": [{"event": "timer", "at": "2026-03-01", "expect": {"matched": []}}]},
    ],
}  # fmt: skip
FILES = {"a.md": b"---\nsubject: a {{ ticket.a }}\nsegment: vip\n---\nb", "b.md": b"---\nlocale: fi"}


def words_of(value: object) -> set[str]:
    """Every key and text of a value."""
    if isinstance(value, dict):
        return set(value) | {word for one in value.values() for word in words_of(one)}
    if isinstance(value, list):
        return {word for one in value for word in words_of(one)}
    return {value} if isinstance(value, str) else set()


WORDS = st.sampled_from(sorted(words_of(PROJECT))) | st.text(max_size=4).map(
    lambda text: text.encode(errors="ignore").decode()
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 3) | WORDS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)


def places_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of everything inside a value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in below for place in places_of(one, (*path, key)))]


def changed(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """The value with something else at a path."""
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def read(document: object) -> Collector:
    """Read a document as the root file of a project, and draw what was found."""
    out = Collector()
    source = Source("ruleflow.yaml", json.dumps(document, ensure_ascii=False))
    build_model((ProjectFile(source, read_yaml(source, out)),), FILES.get, out, map(NodeId, count()))
    render_text(out.sorted())
    return out


def test_the_project_itself() -> None:
    """Only the header that is left open is wrong."""
    assert ["RF136"] == [found.code.number for found in read(PROJECT).sorted()]


@settings(max_examples=300)
@given(place=st.sampled_from(places_of(PROJECT)), new=VALUES)
def test_anything_anywhere(place: tuple[str | int, ...], new: object) -> None:
    """A value of any kind may stand where another belongs."""
    read(changed(PROJECT, place, new))


@settings(max_examples=100)
@given(document=VALUES | st.dictionaries(st.sampled_from(sorted(PROJECT)), VALUES, max_size=4))
def test_any_document(document: object) -> None:
    """A file may hold anything."""
    read(document)
