"""Values that their author has put under each other: `vip:   {…}` over `beta:  {…}`. Such a column is kept, and made even."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleflow.fmt.scalars import one_line
from ruleflow.source import Source
from ruleflow.syntax.nodes import Entry, Mapping, Node

Width = Callable[[Node], int | None]
"""The columns that a value takes on one line; None where it takes several lines."""


def column_of(source: Source, mapping: Mapping, width_of: Width, room: int) -> dict[int, int]:
    """How far values begin after the beginning of their key, by the offset of the key; absent: one space after `:`.

    Entries belong together as long as each takes one line and no blank line parts them. `room`: columns that the entries have.
    """
    if not any(_gap(source, entry) > 1 for entry in mapping):
        return {}
    found: dict[int, int] = {}
    for run in _runs(source, mapping, width_of, room):
        begins = {_column(source, entry.value.span.start) for entry in run if _gap(source, entry) > 0}
        widest = max(_key_width(entry) for entry in run) + 2
        fits = all(widest + (width_of(entry.value) or 0) <= room for entry in run)
        if len(run) > 1 and len(begins) == 1 and fits:
            found |= {entry.key.span.start: widest for entry in run}
    return found


def _runs(source: Source, mapping: Mapping, width_of: Width, room: int) -> Iterator[list[Entry]]:
    run: list[Entry] = []
    for entry in mapping:
        if run and _is_parted(source, run[-1], entry):
            yield run
            run = []
        width = width_of(entry.value)
        if width is not None and _key_width(entry) + 2 + width <= room and not _is_commented(source, entry):
            run.append(entry)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_parted(source: Source, before: Entry, after: Entry) -> bool:
    """Whether a blank line stands between two entries."""
    between = source.text[before.value.span.end : after.key.span.start].split("\n")
    return any(not line.strip() for line in between[1:-1])


def _gap(source: Source, entry: Entry) -> int:
    """The spaces between `:` and a value that begins on the line of its key; 0 where it does not."""
    between = source.text[entry.key.span.end : entry.value.span.start]
    return 0 if "\n" in between else len(between) - len(between.rstrip(" "))


def _is_commented(source: Source, entry: Entry) -> bool:
    """Whether a comment stands between a key and its value."""
    return "#" in source.text[entry.key.span.end : entry.value.span.start]


def _key_width(entry: Entry) -> int:
    return len(one_line(entry.key, in_flow=False) or "''")


def _column(source: Source, offset: int) -> int:
    return offset - source.text.rfind("\n", 0, offset)
