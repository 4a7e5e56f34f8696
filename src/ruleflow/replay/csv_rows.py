"""CSV as other programs write it: with a heading, any encoding, commas or semicolons, and rows that are not right."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import IO

from ruleflow.replay.mapping import FileForm
from ruleflow.replay.tables import BROKEN_FILE, Row, Rows, Table, UnreadableTableError, Unusable

LONGEST_CELL = 1024 * 1024
"""Characters of a cell; rules look at no more than a tenth of that."""
LONGEST_EXAMPLE = 80
LONGEST_LINE = 16 * 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BAD_BYTE = re.compile("[\udc80-\udcff]")


@contextmanager
def csv_table(file: IO[bytes], form: FileForm, name: str) -> Iterator[Table]:
    """The table in a file. Raises `UnreadableTableError` where it has no heading."""
    before = csv.field_size_limit(LONGEST_CELL)
    text: io.TextIOWrapper | None = None
    try:
        encoding = _encoding(file, form)
        text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
        heading, reader = _heading(text, form, name)
    except (UnicodeError, csv.Error, *BROKEN_FILE) as error:
        csv.field_size_limit(before)
        raise UnreadableTableError(f"the heading of {name} cannot be read: {error}") from error
    try:
        yield Table(heading, lambda wanted: _rows(reader, heading, wanted, _shown_encoding(encoding)))
    finally:
        csv.field_size_limit(before)
        text.detach()


def _heading(text: io.TextIOWrapper, form: FileForm, name: str) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """The names of the columns, and a reader of the rows below."""
    lines = iter(lambda: text.readline(LONGEST_LINE), "")
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(chain((first,), lines), delimiter=form.delimiter or _delimiter(first))
    heading = tuple(cell.strip() for cell in next(reader, ()))
    if not any(heading):
        raise UnreadableTableError(f"{name} is empty: it has no heading with the names of its columns")
    return heading, reader


def _encoding(file: IO[bytes], form: FileForm) -> str:
    """The encoding that the mapping says, else that of a byte-order mark, else UTF-8."""
    beginning = file.peek(4)[:4] if hasattr(file, "peek") else b""
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if beginning.startswith(mark)), "")
    if form.encoding in {"", "utf-8"}:
        return marked or "utf-8-sig"
    return form.encoding


def _shown_encoding(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _delimiter(heading: str) -> str:
    """What stands most often between the names of a heading; a comma where nothing does."""
    bare = _QUOTED.sub("", heading)
    return max(_DELIMITERS, key=lambda one: (bare.count(one), one == ","))


def _rows(reader: Iterator[list[str]], heading: Sequence[str], wanted: Collection[str], encoding: str) -> Rows:
    places = [(name, at) for at, name in enumerate(heading) if name in wanted]
    ahead = _numbered(reader)
    for number, cells in ahead:
        if isinstance(cells, Unusable):
            yield cells
        elif len(cells) == len(heading):
            found = {name: cells[at] for name, at in places}
            bad = next((name for name, cell in found.items() if not cell.isascii() and _BAD_BYTE.search(cell)), None)
            yield Row(number, found) if bad is None else _badly_encoded(number, bad, found[bad], encoding)
        elif cells:
            count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
            yield Unusable(number, f"the row has {count}, the heading has {len(heading)}", _shown(", ".join(cells)))


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | Unusable]]:
    """The rows with the line on which each begins; what breaks a row ends that row, what breaks the file ends it."""
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]  # the type of a reader has no name
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Unusable(number, _why(error))
        except UnicodeError as error:
            yield number, Unusable(number, f"the file cannot be read from here on: {error.args[-1]}")
            return
        except BROKEN_FILE:
            yield number, Unusable(number, "the file breaks off here")
            return


def _why(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell is longer than {LONGEST_CELL:,} characters (is there a quote that never closes?)"
    return f"the row is not CSV: {error}"


def _badly_encoded(number: int, column: str, cell: str, encoding: str) -> Unusable:
    reason = f"`{column}` is not {encoding}; say `file: {{encoding: windows-1252}}`, or what it is, in the mapping"
    return Unusable(number, reason, _shown(cell))


def _shown(text: str) -> str:
    """The beginning of a text; a byte that is no letter shows as a sign for that."""
    return _BAD_BYTE.sub("�", text[:LONGEST_EXAMPLE])
