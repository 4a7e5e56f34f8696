"""Sections of several files brought together; a name that stands twice shows both places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors
from ruleflow.model.access import inner, items, text, texts
from ruleflow.model.vocabulary import Named
from ruleflow.source import Span
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Thing:
    """A named thing as written. `body` is None where only the name is given; a bare text is a title."""

    name: Scalar
    body: Node | None

    @property
    def id(self) -> str:
        """Its name."""
        return self.name.text

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return inner(self.name)

    @property
    def title(self) -> str:
        """Its name for people, or ''."""
        return self.body.text if isinstance(self.body, Scalar) else text(self.body, "title")


def named(nodes: Iterable[Node], what: str, out: Collector) -> tuple[Thing, ...]:
    """The things of a section, from all files in order; of two with one name the first stands, and both places are told."""
    first: dict[str, Thing] = {}
    for node in nodes:
        for thing in _of(node):
            before = first.setdefault(thing.id, thing)
            if before is not thing:
                out.report(errors.defined_twice(thing.span, what, thing.id, before.span))
    return tuple(first.values())


def _of(node: Node) -> Iterator[Thing]:
    match node:
        case Mapping():
            for entry in node:
                value = entry.value
                yield Thing(entry.key, None if isinstance(value, Scalar) and value.is_null else value)
        case Sequence():
            for item in dict.fromkeys(items(node)):  # a repeated item of one list is told by the shape check
                if isinstance(item, Scalar):
                    yield Thing(item, None)
        case Scalar():
            return


def common(thing: Thing) -> tuple[str, str, str, tuple[str, ...], Span]:
    """What everything with an id has, in the order of the parts of `Named`."""
    was = tuple(old.text for old in texts(thing.body, "was"))
    return thing.id, thing.title, text(thing.body, "external_id"), was, thing.span


def report_shared_names(things: Iterable[Named], what: str, out: Collector) -> None:
    """Report external ids and old names that stand for two things: facts could mean either."""
    owners: dict[str, Named] = {}
    for thing in things:
        owners[thing.id] = thing
    for thing in owners.copy().values():
        for name in {thing.external_id, *thing.was} - {"", thing.id}:
            owner = owners.setdefault(name, thing)
            if owner is not thing and thing.span is not None:
                out.report(errors.shared_name(thing.span, what, name, thing.id, owner.id, owner.span))
