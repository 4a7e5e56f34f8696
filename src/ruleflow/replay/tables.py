"""Files of recorded tickets as rows, read one after the other however long the file is."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from ruleflow.project.errors import RuleflowError

T = TypeVar("T")
Cells = Mapping[str, object]
"""The cells of a row by column, those that are wanted; a text, or what JSON or Parquet has there."""

BROKEN_FILE = (EOFError, OSError, zlib.error)
"""What reading raises where a file, packed or not, breaks off."""
_EVERY = 256


class UnreadableTableError(RuleflowError):
    """A file of which not one row can be read."""


class Row(NamedTuple):
    """A row; `number` is its line, or, where there are no lines, its number from 1."""

    number: int
    cells: Cells


class Unusable(NamedTuple):
    """A row of which nothing is decided, and why; equal reasons are counted together, `shown` is what stands in this one."""

    number: int
    reason: str
    shown: str = ""
    ticket: str = ""


Rows = Iterator[Row | Unusable]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that is open. `columns` None: each row has its own. `rows` gives the wanted columns of each row, once."""

    columns: tuple[str, ...] | None
    rows: Callable[[Collection[str]], Rows]


class Kind(NamedTuple):
    """A kind of file, by the ends of its name."""

    name: str
    endings: tuple[str, ...]


CSV = Kind("CSV", (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"))
JSON_LINES = Kind("JSON Lines", (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"))
PARQUET = Kind("Parquet", (".parquet", ".pq"))
KINDS = (CSV, JSON_LINES, PARQUET)


def kind_of(path: Path) -> Kind | None:
    """The kind of a file by its name; None where the name says nothing."""
    name = path.name.lower()
    return next((kind for kind in KINDS if name.endswith(kind.endings)), None)


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """A file as it lies there, and what is in it (another one where it is packed). Raises `UnreadableTableError`."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableTableError(f"{path} cannot be read: {error.strerror}") from error
    with raw:
        if path.suffix.lower() != ".gz":
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield raw, unpacked  # type: ignore[misc]  # a GzipFile has all that is used of a file


@dataclass(slots=True)
class Meter:
    """How far the reading of a file has come. `advance` is told how many bytes more were read.

    `unseen` are columns that no row had, where each row has its own.
    """

    advance: Callable[[int], None]
    rows: int = 0
    unseen: set[str] = field(default_factory=set)

    def measured(self, rows: Iterable[T], raw: IO[bytes]) -> Iterator[T]:
        """The rows, counted."""
        before = 0
        for row in rows:
            self.rows += 1
            if not self.rows % _EVERY:
                at = raw.tell()
                self.advance(at - before)
                before = at
            yield row
