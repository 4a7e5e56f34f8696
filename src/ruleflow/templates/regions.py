"""The blocks of a Liquid text: which loop variable stands for what, and what an `{% if %}` has asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruleflow.templates.environment import MAX_LOOPS

_TAG = re.compile(r"\{%-?\s*(\w+)([^%]*?)-?%\}", re.DOTALL)
_FOR = re.compile(r"\s*(\w+)\s+in\s+([\w.]+)")

_INSIDE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_RANGE = re.compile(r"\(([^()]*?)\.\.([^()]*?)\)")


def long_range(text: str) -> tuple[int, int] | None:
    """The place of a range that may be long, `(1..1000000)` or `(1..x)`: Liquid makes some ranges whole before it counts."""
    for inside in _INSIDE.finditer(text):
        plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), inside[0])
        for found in _RANGE.finditer(plain):
            low, high = (_integer(bound) for bound in found.groups())
            if low is None or high is None or high - low > MAX_LOOPS:
                return inside.start() + found.start(), inside.start() + found.end()
    return None


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text) else None


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the text inside a block.

    `item` stands for the elements of `records` ('' outside a loop); `known` are the facts that a condition around it has
    asked for.
    """

    start: int
    end: int
    item: str = ""
    records: str = ""
    known: tuple[str, ...] = ()


def regions_of(text: str) -> tuple[Region, ...]:
    """The blocks of a text, outer before inner."""
    found: list[Region] = []
    open_: list[tuple[str, int, str]] = []
    for tag in _TAG.finditer(text):
        name, words = tag[1], tag[2]
        if name in {"if", "for", "unless", "tablerow"}:
            open_.append((name, tag.end(), words))
        elif name in {"else", "elsif"} and open_:
            kind, start, said = open_.pop()
            found.append(_region(kind, start, tag.start(), said))
            open_.append((kind if name == "elsif" else "else", tag.end(), words))
        elif name in {"endif", "endfor", "endunless", "endtablerow"} and open_:
            kind, start, said = open_.pop()
            found.append(_region(kind, start, tag.start(), said))
    return tuple(sorted(found, key=lambda region: (region.start, -region.end)))


def _region(kind: str, start: int, end: int, words: str) -> Region:
    if kind in {"for", "tablerow"} and (loop := _FOR.match(words)) is not None:
        return Region(start, end, loop[1], loop[2])
    if kind == "if" and " or " not in words:
        return Region(start, end, known=tuple(re.findall(r"[a-z]\w*(?:\.\w+)+", words)))
    return Region(start, end)
