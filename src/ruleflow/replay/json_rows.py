"""JSON Lines: an object a line, for a mapping as rows, or as the facts of tickets themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from ruleflow.project.fact_files import Unreadable, bounded_lines, read_json
from ruleflow.replay.tables import BROKEN_FILE, Row, Rows, Table, Unusable

_SHORTEST = 80


def json_table(file: IO[bytes], unseen: set[str]) -> Table:
    """The objects of a file as rows; a dotted name, `requester.email`, is a key inside an object.

    `unseen` gets the wanted names, and loses those that were there.
    """

    def rows(wanted: Collection[str]) -> Rows:
        unseen.update(wanted)
        for one in documents(file):
            if isinstance(one, Unusable):
                yield one
            else:
                number, document = one
                cells = {name: _cell(document, name) for name in wanted}
                if unseen:
                    unseen.difference_update(name for name, cell in cells.items() if cell is not None)
                yield Row(number, cells)

    return Table(None, rows)


def documents(file: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any]] | Unusable]:
    """The objects with their lines; empty lines are left out."""
    lines = enumerate(bounded_lines(file), 1)
    number = 0
    while True:
        try:
            number, line = next(lines)
        except StopIteration:
            return
        except BROKEN_FILE:
            yield Unusable(number + 1, "the file breaks off here")
            return
        if not line.strip():
            continue
        found = read_json(line)
        if isinstance(found, Unreadable):
            yield Unusable(number, found.message, line[:_SHORTEST].decode(errors="replace").strip())
        elif isinstance(found, Mapping):
            yield number, found
        else:
            yield Unusable(number, "the line is not a JSON object", line[:_SHORTEST].decode(errors="replace").strip())


def _cell(document: Mapping[str, Any], name: str) -> Any:
    if name in document:
        return document[name]
    outer, _, within = name.partition(".")
    inner = document.get(outer)
    return _cell(inner, within) if within and isinstance(inner, Mapping) else None
