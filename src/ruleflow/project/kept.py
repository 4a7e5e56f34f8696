"""A project kept as it was loaded, under the digest of its files: an unchanged one is not parsed and checked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.stored import restore, store
from ruleflow.project.cache import read_entry, write_entry
from ruleflow.project.folder import Folder, sources_of
from ruleflow.project.lazy import ByNode, Table
from ruleflow.project.loaded import Loaded
from ruleflow.project.thaw import Thawer
from ruleflow.syntax.expressions import NodeId

if TYPE_CHECKING:
    from ruleflow.project.freeze import Freezer

KIND = "projects"
_HOLIDAYS_BEFORE, _HOLIDAYS_AFTER = 2, 4
"""Years around the present whose public holidays are kept."""


def keep(folder: Folder, loaded: Loaded, findings: Collector) -> None:
    """Keep a project that has no errors, with its warnings. One that cannot be kept is checked again each time."""
    try:
        entry = _entry(loaded, findings)
    except (UnicodeEncodeError, RecursionError):  # half of a character, written as an escape; nesting that is too deep
        return
    write_entry(KIND, folder.digest(), entry)


def _entry(loaded: Loaded, findings: Collector) -> dict[str, Any]:
    from ruleflow.project.freeze import Freezer

    year = datetime.now(UTC).year
    freezer = Freezer(range(year - _HOLIDAYS_BEFORE, year + _HOLIDAYS_AFTER + 1))
    checked = loaded.checked
    return {
        "digest": loaded.digest,
        "attachments": loaded.attachments,
        "warnings": [store(one) for one in findings.sorted()],
        "model": freezer.freeze(checked.model),
        "types": _by_node(checked.types, freezer),
        "meanings": _by_node(checked.meanings, freezer),
        "derived": checked.derived,
        "reads": _packed({rule: sorted(paths) for rule, paths in checked.reads.items()}),
        "conditions": _packed({rule: freezer.freeze(one) for rule, one in loaded.conditions.items()}),
        "pool": freezer.pool,
    }


def kept(folder: Folder, out: Collector) -> Loaded | None:
    """The project in a folder as it was kept, where each of its files is the same as then; its warnings go to `out`."""
    entry = read_entry(KIND, folder.digest())
    if entry is None or any(folder.digest_of(name) != digest for name, digest in entry["attachments"].items()):
        return None
    source_of = sources_of(folder)
    for warning in entry["warnings"]:
        out.report(restore(warning, source_of))
    thawer = Thawer(entry["pool"])
    checked = Checked(
        thawer.thaw(entry["model"]),
        ByNode(_unpacked(entry["types"]), thawer.shared),
        ByNode(_unpacked(entry["meanings"]), thawer.shared),
        tuple(entry["derived"]),
        Table(_unpacked(entry["reads"]), frozenset),
    )
    return Loaded(checked, entry["digest"], entry["attachments"], Table(_unpacked(entry["conditions"]), thawer.thaw))


def _by_node(table: Mapping[NodeId, Any], freezer: Freezer) -> bytes:
    """For each node up to the last, the place of its value in the pool; -1 where there is none."""
    places = [-1] * (max(table, default=-1) + 1)
    for node, value in table.items():
        places[node] = freezer.share(value)
    return _packed(places)


def _packed(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


def _unpacked(packed: bytes) -> Callable[[], Any]:
    return partial(msgspec.msgpack.decode, packed)
