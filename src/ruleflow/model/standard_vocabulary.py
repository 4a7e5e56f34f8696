"""The vocabulary that ships with the package, read as any project is, once in a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.events import read_events
from ruleflow.model.fields import read_fields
from ruleflow.model.reading import Reading
from ruleflow.model.root import UTC
from ruleflow.model.vocabulary import EventType, Field
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.nodes import Mapping, Node
from ruleflow.syntax.yaml_reader import read_yaml

STANDARD_FILES = ("ticket.yaml", "contact.yaml", "company.yaml", "event.yaml")


@dataclass(frozen=True, slots=True)
class StandardVocabulary:
    """The fields by path and the events by name that every project has."""

    fields: dict[str, Field]
    events: dict[str, EventType]


@cache
def standard_vocabulary() -> StandardVocabulary:
    """The standard vocabulary. A fault in it is a defect of ours and raises."""
    out = Collector()
    reading = Reading(out, map(NodeId, count()), UTC, lambda _: None, standard=True)
    nodes = [node for name in STANDARD_FILES if (node := _read(name, out)) is not None]
    fields = read_fields(_sections(nodes, "fields"), reading)
    events = read_events(_sections(nodes, "events"), reading)
    if out.has_errors:
        raise AssertionError([found.message for found in out.sorted()])
    return StandardVocabulary(dict(fields), dict(events))


def _read(name: str, out: Collector) -> Node | None:
    text = (files("ruleflow") / "model" / "standard" / name).read_text(encoding="utf-8")
    return read_yaml(Source(name, text), out)


def _sections(nodes: list[Node], name: str) -> list[Node]:
    return [found for node in nodes if isinstance(node, Mapping) and (found := node.get(name)) is not None]
