"""Edits of texts: stretches that are put in place of others, and nothing else of a file changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ruleflow.project.folder import Folder
from ruleflow.source import Source, Span, spliced
from ruleflow.syntax.decode import like, text_of


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The characters `[start, end)` of a file become `text`; where both are equal it is put in before them."""

    file: str
    start: int
    end: int
    text: str


def put(span: Span, text: str) -> Edit:
    """A text in place of a stretch."""
    return Edit(span.source.name, span.start, span.end, text)


def insert(source: Source, at: int, text: str) -> Edit:
    """A text before a character."""
    return Edit(source.name, at, at, text)


def by_file(edits: Iterable[Edit]) -> Mapping[str, tuple[Edit, ...]]:
    """The edits of each file in order, each once."""
    found: dict[str, list[Edit]] = {}
    for edit in sorted(set(edits)):
        found.setdefault(edit.file, []).append(edit)
    return {file: tuple(own) for file, own in found.items()}


def overlapping(edits: Iterable[Edit]) -> Edit | None:
    """An edit that begins inside the one before it, so that both cannot be made; None where all can."""
    for own in by_file(edits).values():
        for one, other in pairwise(own):
            if other.start < one.end:
                return other
    return None


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """A text with the edits of its file made; they do not overlap."""
    return spliced(text, ((edit.start, edit.end, edit.text) for edit in edits))


def shift(edits: Iterable[Edit]) -> Callable[[int], int]:
    """Where a character of a file stands after the edits of that file; of one that begins a replaced stretch, where that begins."""
    own = sorted(edits, key=lambda edit: (edit.end, edit.start))
    ends = [edit.end for edit in own]
    grown = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in own)]
    return lambda offset: offset + grown[bisect_left(ends, offset + 1)]


def contents_after(folder: Folder, edits: Iterable[Edit]) -> Mapping[str, bytes]:
    """The files that the edits change, as they are afterwards; encoding and byte-order mark stay."""
    before = {file.name: file.content for file in folder.files}
    found: dict[str, bytes] = {}
    for name, own in by_file(edits).items():
        content = before.get(name) or folder.attachment(name) or b""
        found[name] = like(content, edited_text(text_of(content), own))
    return found
