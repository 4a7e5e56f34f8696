"""A loaded project as plain values, and back: what is kept of it and what a bundle holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.stored import SourceOf, restore, store
from ruleflow.project.lazy import ByNode, Table
from ruleflow.project.loaded import Loaded
from ruleflow.project.thaw import Thawer
from ruleflow.syntax.expressions import NodeId

if TYPE_CHECKING:
    from ruleflow.project.freeze import Freezer


class Frozen(TypedDict):
    """The plain values; those in bytes are packed once more, to be taken out when somebody asks."""

    digest: str
    attachments: Mapping[str, str]
    warnings: list[dict[str, Any]]
    model: Any
    types: bytes
    meanings: bytes
    derived: tuple[str, ...]
    reads: bytes
    tables: bytes
    conditions: bytes
    pool: list[Any]


def freeze_loaded(loaded: Loaded, warnings: Iterable[Diagnostic], years: range) -> Frozen:
    """A project without errors, with its warnings and the public holidays of some years.

    The same project and years give the same values, whether it was checked or thawed. Raises `UnicodeEncodeError` for
    half of a character, written as an escape, and `RecursionError` for nesting that is too deep.
    """
    from ruleflow.project.freeze import Freezer

    freezer = Freezer(years)
    checked = loaded.checked
    return {
        "digest": loaded.digest,
        "attachments": loaded.attachments,
        "warnings": [store(one) for one in warnings],
        "model": freezer.freeze(checked.model),
        "types": _by_node(checked.types, freezer),
        "meanings": _by_node(checked.meanings, freezer),
        "derived": checked.derived,
        "reads": _packed({rule: sorted(paths) for rule, paths in checked.reads.items()}),
        "tables": _packed({table: freezer.freeze(one) for table, one in checked.tables.items()}),
        "conditions": _packed({rule: freezer.freeze(one) for rule, one in loaded.conditions.items()}),
        "pool": freezer.pool,
    }


def thaw_loaded(frozen: Frozen, source_of: SourceOf) -> tuple[Loaded, list[Diagnostic]]:
    """The project and its warnings. What `freeze_loaded` did not make raises one of many errors, now or later."""
    thawer = Thawer(frozen["pool"])
    checked = Checked(
        thawer.thaw(frozen["model"]),
        ByNode(_unpacked(frozen["types"]), thawer.shared),
        ByNode(_unpacked(frozen["meanings"]), thawer.shared),
        tuple(frozen["derived"]),
        Table(_unpacked(frozen["reads"]), frozenset),
        Table(_unpacked(frozen["tables"]), thawer.thaw),
    )
    conditions = Table(_unpacked(frozen["conditions"]), thawer.thaw)
    warnings = [restore(one, source_of) for one in frozen["warnings"]]
    return Loaded(checked, frozen["digest"], frozen["attachments"], conditions), warnings


def _by_node(table: Mapping[NodeId, Any], freezer: Freezer) -> bytes:
    """For each node up to the last, the place of its value in the pool; -1 where there is none."""
    places = [-1] * (max(table, default=-1) + 1)
    for node in sorted(table):
        places[node] = freezer.share(table[node])
    return _packed(places)


def _packed(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


def _unpacked(packed: bytes) -> Callable[[], Any]:
    return partial(msgspec.msgpack.decode, packed)
