"""What the checker learnt: types and meanings, in tables by node id beside the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ruleflow.model.model import Model
from ruleflow.syntax.expressions import NodeId
from ruleflow.types.terms import Type
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a word that names an option or a thing: the value it has while a decision runs."""

    value: Value


@dataclass(frozen=True, slots=True)
class Read:
    """A fact, `contract`, a part of the contract: the value stands under `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class ItemRead:
    """A part of the record at hand in a quantifier; `part` '' is the element itself."""

    part: str


@dataclass(frozen=True, slots=True)
class DefinitionRead:
    """A definition of the project, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of the decision."""


Meaning = Constant | Read | ItemRead | DefinitionRead | Now


@dataclass(frozen=True, slots=True)
class CheckedInput:
    """A column of a table that is asked: the type of what it asks, and whether that may be missing."""

    kind: Type
    may_be_missing: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """A model whose every expression is typed; only to be compiled when the run found no errors.

    `types` has every expression node; `meanings` has every `Literal`, `Fact` and `Word`.
    `derived` are the derived segments, each after those that its condition asks for.
    `reads` maps the id of each rule and table to the fact paths that it reads, definitions included.
    """

    model: Model
    types: Mapping[NodeId, Type]
    meanings: Mapping[NodeId, Meaning]
    derived: tuple[str, ...]
    reads: Mapping[str, frozenset[str]]
    tables: Mapping[str, tuple[CheckedInput, ...]] = field(default_factory=dict)
    """By id of each decision table its columns that are asked."""
