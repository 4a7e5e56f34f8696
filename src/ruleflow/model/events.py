"""The `events:` sections: what may happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ruleflow.model.reading import Reading
from ruleflow.model.sections import named
from ruleflow.model.vocabulary import EventType
from ruleflow.syntax.nodes import Node


def read_events(nodes: Iterable[Node], reading: Reading) -> Mapping[str, EventType]:
    """All events of some sections, by name."""
    return {
        thing.id: EventType(thing.id, thing.title, reading.standard, None if reading.standard else thing.span)
        for thing in named(nodes, "event", reading.out)
    }
