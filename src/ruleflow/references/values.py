"""What plain values name: defaults of fields, facts of tests, and what tests expect, each by its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ruleflow.engine.readers import ids_of
from ruleflow.model.access import entries, inner, items
from ruleflow.model.model import Model
from ruleflow.references.acting import acting_uses
from ruleflow.references.names import OF_TERMS, Holder, Kind, Name, Use, option
from ruleflow.references.places import options_at, same_field
from ruleflow.source import Span
from ruleflow.syntax.nodes import Node, Scalar
from ruleflow.types import terms
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Type


@dataclass(frozen=True)
class Values:
    """Reads values of a project."""

    model: Model

    def value(self, node: Node, kind: Type, path: str, holder: Holder) -> Iterator[Use]:
        """What a value of a type names; `path` is the field that it is of, '' for none."""
        match kind:
            case SetOf() | ListOf():
                for item in items(node):
                    yield from self.value(item, kind.of, path, holder)
            case Record():
                for entry in entries(node):
                    part = kind.part(entry.key.text)
                    if part is None:
                        continue
                    below = f"{path}.{entry.key.text}" if path else ""
                    if path:
                        yield Use(Name(Kind.FIELD, same_field(below, self.model)), inner(entry.key), holder)
                    yield from self.value(entry.value, part, below, holder)
            case Reference() if isinstance(node, Scalar):
                yield from self._thing(node, kind, holder)
            case Choice() if isinstance(node, Scalar) and path:
                yield from self._option(node, path, holder)

    def facts(self, node: Node, holder: Holder, above: str = "") -> Iterator[Use]:
        """What facts name, as they are written in tests: `{contact: {segments: [vip]}}`."""
        for entry in entries(node):
            path = f"{above}.{entry.key.text}" if above else entry.key.text
            declared = self.model.fields.get(path)
            if declared is not None:
                yield Use(Name(Kind.FIELD, path), inner(entry.key), holder)
                if path == "event.fired":
                    yield from self.keys(entry.value, holder)
                yield from self.value(entry.value, declared.type, path, holder)
            elif path == "before":
                yield from self.facts(entry.value, holder)
            elif path in self._groups:
                yield from self.facts(entry.value, holder, path)

    def words(self, node: Node | None, kind: Kind, holder: Holder) -> Iterator[Use]:
        """Names of one kind, one or many, as they stand."""
        for item in items(node):
            if isinstance(item, Scalar) and not item.is_null:
                yield Use(Name(kind, item.text), inner(item), holder)

    def acting(self, node: Node | None, holder: Holder) -> Iterator[Use]:
        """Names of what acted, as decisions have them: rules, rows of tables."""
        for item in items(node):
            if isinstance(item, Scalar) and not item.is_null:
                yield from acting_uses(item.text, inner(item), holder, self.model)

    def keys(self, node: Node | None, holder: Holder) -> Iterator[Use]:
        """The rules of keys of timers: `remind@2026-03-02T10:00:00Z`."""
        for item in items(node):
            rule = item.text.partition("@")[0] if isinstance(item, Scalar) else ""
            if isinstance(item, Scalar) and rule in self._rules:
                place = inner(item)
                yield Use(Name(Kind.RULE, rule), Span(place.source, place.start, place.start + len(rule)), holder)

    def _thing(self, node: Scalar, kind: Reference, holder: Holder) -> Iterator[Use]:
        for one in kind.kinds:
            found = self._ids[one].get(node.text)
            if found is not None:
                yield Use(Name(OF_TERMS[one], found), inner(node), holder)
                return

    def _option(self, node: Scalar, path: str, holder: Holder) -> Iterator[Use]:
        declared = self.model.fields.get(path)
        word = declared.external_options.get(node.text, node.text) if declared is not None else node.text
        if word in options_at(path, self.model):
            yield Use(option(same_field(path, self.model), word), inner(node), holder)

    @cached_property
    def _groups(self) -> frozenset[str]:
        """Everything that a path of a field begins with, up to a point."""
        return frozenset(
            ".".join(path.split(".")[:depth]) for path in self.model.fields for depth in range(1, path.count(".") + 1)
        )

    @cached_property
    def _rules(self) -> frozenset[str]:
        return frozenset(rule.id for rule in self.model.rules)

    @cached_property
    def _ids(self) -> Mapping[terms.Kind, Mapping[str, str]]:
        """For each kind the things by every name that facts may call them."""
        return {kind: ids_of(Reference((kind,)), self.model) for kind in terms.Kind}
