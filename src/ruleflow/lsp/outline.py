"""Where in a YAML file somebody types: the keys on the way there, read off the text before the cursor.

The file is mostly broken at that moment, so nothing is parsed: indents, dashes, brackets and quotes are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

_KEY = re.compile(r"(?P<key>\"[^\"\n]*\"|'[^'\n]*'|[^\s:#\[\]{},&*!|>'\"%@`\-][^:\n]*?)[ \t]*:(?=[ \t]|$)")
_DASH = re.compile(r"-(?=[ \t]|$)[ \t]*")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_TOP = re.compile(r"^[^\s#-]", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|[ \t])#")

ITEM = None
"""A step of a path into a list."""

Step = str | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file. `text` is what stands of the value before the cursor, from `start` on, without an opening quote.

    `takes_key`: a key may be typed here; `takes_value`: a value may. On a line of its own either may be meant.
    """

    path: tuple[Step, ...]
    text: str
    start: int
    takes_key: bool
    takes_value: bool
    quote: str = ""


@dataclass(slots=True)
class _Frame:
    column: int
    step: Step


@dataclass(slots=True)
class _Reader:
    """Reads the lines up to the cursor. `scalar` is where the value begins that the cursor may be in; None: there is none."""

    frames: list[_Frame] = field(default_factory=list)
    scalar: int | None = None
    block: int | None = None
    """The column of the key of a block text that is being read."""
    open_key: bool = False
    """The last key has no value on its line."""

    def line(self, line: str, at: int) -> None:
        """Take a line that begins at an offset."""
        column = len(line) - len(line.lstrip(" "))
        content = line[column:]
        if self.block is not None and (column > self.block or not content):
            return
        if not content or content.startswith("#"):
            return
        self.block = None
        while (dash := _DASH.match(content)) is not None:
            self._pop(column, dash=True)
            self.frames.append(_Frame(column, ITEM))
            self.scalar, self.open_key = at + column + dash.end(), False
            column, content = column + dash.end(), content[dash.end() :]
        key = _KEY.match(content)
        if key is None:
            if self.open_key or self.scalar is None:
                self.scalar = at + column
            self.open_key = False
            return
        self._pop(column, dash=False)
        self.frames.append(_Frame(column, key["key"].strip("'\"")))
        value = content[key.end() :]
        rest = value.lstrip(" \t")
        self.open_key = not rest or rest.startswith("#")
        self.scalar = None if self.open_key else at + column + key.end() + len(value) - len(rest)
        if _BLOCK.match(rest):
            self.block, self.scalar = column, at + len(line) + 1

    def _pop(self, column: int, *, dash: bool) -> None:
        """Leave what does not hold a dash or a key in this column. A list may stand in the column of its key."""
        while self.frames and (
            self.frames[-1].column > column
            or (self.frames[-1].column == column and (not dash or self.frames[-1].step is ITEM))
        ):
            self.frames.pop()

    @property
    def path(self) -> tuple[Step, ...]:
        return tuple(frame.step for frame in self.frames)


def spot_at(text: str, offset: int) -> Spot:
    """Where the cursor is. Its cost grows with the section, not with the file."""
    start = _section(text, offset)
    reader = _Reader()
    at = start
    while (end := text.find("\n", at, offset)) >= 0:
        reader.line(text[at:end].rstrip("\r"), at)
        at = end + 1
    return _on_line(reader, text, at, offset)


def _section(text: str, offset: int) -> int:
    """Where the section begins that holds a place: the last line before it that is not indented."""
    line = text.rfind("\n", 0, offset) + 1
    while line > 0 and not _TOP.match(text, line, offset):
        line = text.rfind("\n", 0, line - 1) + 1
    return line


def _on_line(reader: _Reader, text: str, at: int, offset: int) -> Spot:
    line = text[at:offset]
    indent = len(line) - len(line.lstrip(" "))
    if reader.block is not None and (indent > reader.block or not line.strip()):
        return _in_scalar(reader, text, offset)
    before = reader.scalar
    is_continued = before is not None and not reader.open_key and line.strip() and not _KEY.match(line.lstrip(" "))
    if is_continued and not _DASH.match(line[indent:]) and indent > (reader.frames[-1].column if reader.frames else -1):
        return _in_scalar(reader, text, offset)
    if not line.strip():
        return _on_empty(reader, indent, offset)
    reader.block = None
    reader.line(line, at)
    if reader.open_key:
        return Spot(reader.path, "", offset, takes_key=False, takes_value=True)
    if not _ends_in_value(line):
        return _on_bare(reader, line, at)
    return _in_scalar(reader, text, offset)


def _ends_in_value(line: str) -> bool:
    content = line.lstrip(" ")
    while (dash := _DASH.match(content)) is not None:
        content = content[dash.end() :]
    return _KEY.match(content) is not None or content[:1] in {"[", "{", "'", '"'}


def _on_empty(reader: _Reader, column: int, offset: int) -> Spot:
    """On a line that is empty so far: the column says what a key would belong to."""
    while (
        reader.frames
        and reader.frames[-1].column >= column
        and not (reader.frames[-1].column == column and reader.frames[-1].step is ITEM)
    ):
        reader.frames.pop()
    if reader.frames and reader.frames[-1].step is ITEM and reader.frames[-1].column == column:
        reader.frames.pop()
        if reader.frames and reader.frames[-1].column == column:
            reader.frames.pop()
    return Spot(reader.path, "", offset, takes_key=True, takes_value=reader.open_key)


def _on_bare(reader: _Reader, line: str, at: int) -> Spot:
    """After a word that is no key yet."""
    content = line.lstrip(" ")
    column = len(line) - len(content)
    is_item = False
    while (dash := _DASH.match(content)) is not None:
        column, content, is_item = column + dash.end(), content[dash.end() :], True
    if not is_item:
        while reader.frames and reader.frames[-1].column >= column:
            reader.frames.pop()
    return Spot(reader.path, content, at + column, takes_key=True, takes_value=True)


def _in_scalar(reader: _Reader, text: str, offset: int) -> Spot:
    start = offset if reader.scalar is None else min(reader.scalar, offset)
    value = text[start:offset]
    if reader.block is None and value[:1] in {"[", "{"}:
        return _in_flow(reader.path, value, start)
    if reader.block is None and _COMMENT.search(value) and value[:1] not in {"'", '"'}:
        return Spot(reader.path, "", offset, takes_key=False, takes_value=False)
    return _scalar(reader.path, value, start, takes_key=False)


def _scalar(path: tuple[Step, ...], value: str, start: int, *, takes_key: bool) -> Spot:
    quote = value[:1] if value[:1] in {"'", '"'} else ""
    inner = value[len(quote) :]
    meant = inner.replace("''", "'") if quote == "'" else inner.replace('\\"', '"') if quote else inner
    return Spot(path, meant, start + len(quote), takes_key=takes_key and not quote, takes_value=True, quote=quote)


def _in_flow(path: tuple[Step, ...], value: str, start: int) -> Spot:
    """In brackets, on one line or several: `{route: {team: …`."""
    flow = _Flow()
    at = 0
    while at < len(value):
        at = flow.step(value, at)
    word = value[flow.word :]
    lead = len(word) - len(word.lstrip())
    is_key, is_item = flow.steps[-1:] == [("{", "")], flow.steps[-1:] and flow.steps[-1][0] == "["
    found = _scalar((*path, *flow.path), word[lead:], start + flow.word + lead, takes_key=is_key)
    return found if is_item else replace(found, takes_key=is_key, takes_value=not is_key)


@dataclass(slots=True)
class _Flow:
    """The brackets that are open: of each the sign, and the key that is open in it ('' : none yet)."""

    steps: list[tuple[str, Step]] = field(default_factory=list)
    word: int = 0
    """Where the word begins that is being read."""

    @property
    def path(self) -> tuple[Step, ...]:
        return tuple(step for _, step in self.steps if step != "")

    def step(self, value: str, at: int) -> int:
        """Take the character at a place; where to go on."""
        one = value[at]
        is_start = not value[self.word : at].strip()
        if one in {"'", '"'} and is_start:
            end = value.find(one, at + 1)
            return len(value) if end < 0 else end + 1
        if one in "[{" and not is_start:  # inside an expression
            return _past_brackets(value, at)
        if one in "[{":
            self._begin((*self.steps, (one, _fresh(one))), at)
        elif one in "]}" and self.steps:
            self._begin(self.steps[:-1], at)
        elif one == "," and self.steps:
            sign = self.steps[-1][0]
            self._begin((*self.steps[:-1], (sign, _fresh(sign))), at)
        elif one == ":" and self.steps[-1:] and self.steps[-1][0] == "{" and not value[at + 1 : at + 2].strip():
            key = value[self.word : at].strip().strip("'\"")
            self._begin((*self.steps[:-1], ("{", key)), at)
        return at + 1

    def _begin(self, steps: Iterable[tuple[str, Step]], at: int) -> None:
        self.steps, self.word = [*steps], at + 1


def _fresh(sign: str) -> Step:
    return ITEM if sign == "[" else ""


def _past_brackets(value: str, at: int) -> int:
    """The place behind a bracket that is part of a text, or the end where it does not close."""
    depth = 0
    for place in range(at, len(value)):
        depth += (value[place] in "[{") - (value[place] in "]}")
        if not depth:
            return place + 1
    return len(value)
