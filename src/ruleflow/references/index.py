"""The index of a project's names: for each thing where it is defined and who names it, for each place what it names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.references.cells import cell_uses
from ruleflow.references.defined import definitions_of
from ruleflow.references.documents import uses_in_document
from ruleflow.references.expressions import Origins, names_in
from ruleflow.references.names import Kind, Link, Name, Role, Use
from ruleflow.references.plain import plain_uses
from ruleflow.references.roots import roots_of
from ruleflow.references.values import Values
from ruleflow.source import Source
from ruleflow.syntax.nodes import Node
from ruleflow.syntax.yaml_reader import read_yaml

Documents = Callable[[Source], Node | None]
"""Gives the document of a file: what has parsed it already need not do so again."""


@dataclass(frozen=True)
class References:
    """Every place of a project that defines or names something, by file and place."""

    uses: tuple[Use, ...]
    links: tuple[Link, ...]
    """Where the options of two fields meet."""

    def of(self, kind: Kind, name: str) -> tuple[Use, ...]:
        """The places of a thing: its definition (none for a standard one), its old names, its uses; empty where there is none."""
        return self._by_name.get(Name(kind, name), ())

    def definition(self, name: Name) -> Use | None:
        """Where a thing is defined; None where the project does not define it."""
        return next((use for use in self.of(name.kind, name.id) if use.role is Role.DEFINITION), None)

    def at(self, file: str, offset: int) -> tuple[Use, ...]:
        """What the shortest name around a place of a file names (its end is part of it); an option may be of several fields."""
        found, starts, longest = self._by_file.get(file, ((), (), 0))
        near = found[bisect_left(starts, offset - longest) : bisect_right(starts, offset)]
        around = [use for use in near if use.span.end >= offset]
        shortest = min((use.span.end - use.span.start for use in around), default=0)
        return tuple(use for use in around if use.span.end - use.span.start == shortest)

    def named(self, word: str) -> tuple[Name, ...]:
        """Everything that is defined or used under a name: an option or a row by its word alone, too."""
        return tuple(name for name in self._by_name if word == name.id or (name.is_inside and word == name.written))

    @property
    def names(self) -> tuple[Name, ...]:
        """Everything that is defined or used."""
        return tuple(self._by_name)

    @cached_property
    def _by_name(self) -> dict[Name, tuple[Use, ...]]:
        found: dict[Name, list[Use]] = {}
        for use in self.uses:
            found.setdefault(use.name, []).append(use)
        return {name: tuple(uses) for name, uses in found.items()}

    @cached_property
    def _by_file(self) -> dict[str, tuple[tuple[Use, ...], tuple[int, ...], int]]:
        """The uses of each file, where they begin, and how long the longest is."""
        found: dict[str, list[Use]] = {}
        for use in self.uses:
            found.setdefault(use.span.source.name, []).append(use)
        return {
            file: (
                tuple(uses),
                tuple(use.span.start for use in uses),
                max(use.span.end - use.span.start for use in uses),
            )
            for file, uses in found.items()
        }


def _parsed(source: Source) -> Node | None:
    return read_yaml(source, Collector())


def index_of(checked: Checked, documents: Documents = _parsed) -> References:
    """The index of a checked project; what could not be read or resolved is not in it.

    Goes once through every expression and every cell. Files with fields, things or tests are parsed again unless `documents` remembers
    them: an editor gives what it has parsed, so only what was typed in is parsed.
    """
    model = checked.model
    uses: list[Use] = [*definitions_of(model), *plain_uses(model)]
    links: list[Link] = []
    known: Origins = {}
    for root in roots_of(model):
        for found in names_in(root, checked, known):
            (links if isinstance(found, Link) else uses).append(found)  # type: ignore[arg-type]
    for found in cell_uses(checked, known):
        (links if isinstance(found, Link) else uses).append(found)  # type: ignore[arg-type]
    values = Values(model)
    for source in _sources(model, uses):
        document = documents(source)
        if document is not None:
            uses += uses_in_document(document, values)
    return References(tuple(_in_order(uses)), tuple(links))


def _sources(model: Model, uses: Iterable[Use]) -> tuple[Source, ...]:
    """The files that have more to say than the model has the places of: those with fields, things, or tests."""
    kinds = {
        Kind.RULE, Kind.TABLE, Kind.ROW, Kind.STAGE, Kind.PROPERTY, Kind.EVENT, Kind.ACTION, Kind.DEFINITION,
    }  # fmt: skip
    found = {
        use.span.source.name: use.span.source
        for use in uses
        if use.role is Role.DEFINITION and use.name.kind not in kinds
    }
    found |= {test.span.source.name: test.span.source for test in model.tests if test.span is not None}
    return tuple(found.values())


def _in_order(uses: Iterable[Use]) -> Iterator[Use]:
    """The uses by file and place, each once: what defaults say for several rules stands there once."""
    seen: set[tuple[Name, str, int, int]] = set()
    order = {Role.DEFINITION: 0, Role.EARLIER: 1, Role.USE: 2}
    for use in sorted(uses, key=lambda one: (one.span.source.name, one.span.start, one.span.end, order[one.role])):
        key = (use.name, use.span.source.name, use.span.start, use.span.end)
        if key not in seen:
            seen.add(key)
            yield use
