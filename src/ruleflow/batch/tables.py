"""Tables as blocks of rows, from memory or from files that are larger than it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from ruleflow.batch.errors import TableError
from ruleflow.batch.leaves import Places, places_of
from ruleflow.project.project import Project

ROWS = 262_144
"""Rows that are looked at together. More save little, and take more memory."""
BYTES = 512 * 1024 * 1024
"""Rows that are large are looked at in smaller blocks."""

BUFFER = 1024 * 1024
"""Bytes of a Parquet column that are read at a time. Read ahead, it would keep all that was read of the file."""

Batches: TypeAlias = Any
"""A `pyarrow.Table`, a `RecordBatch`, or several of either, such as a `RecordBatchReader`."""


def blocks_of(batches: Batches) -> Iterator[pa.Table]:
    """Blocks of rows in order, neither tiny nor huge, whatever the batches are. Raises `TableError` where they do not fit."""
    held: list[pa.Table] = []
    rows = size = 0
    for table in _tables(batches):
        for piece in _pieces(table):
            if held and (rows + len(piece) > ROWS or size + piece.nbytes > BYTES):
                yield _one(held)
                held, rows, size = [], 0, 0
            held.append(piece)
            rows, size = rows + len(piece), size + piece.nbytes
    if held:
        yield _one(held)


def _tables(batches: Batches) -> Iterator[pa.Table]:
    if isinstance(batches, pa.Table):
        yield batches
    elif isinstance(batches, pa.RecordBatch):
        yield pa.Table.from_batches([batches])
    else:
        for one in batches:
            yield from _tables(one)


def _pieces(table: pa.Table) -> Iterator[pa.Table]:
    rows = min(ROWS, max(1, BYTES * len(table) // max(1, table.nbytes)))
    for start in range(0, len(table), rows):
        yield table.slice(start, rows)


def _one(held: list[pa.Table]) -> pa.Table:
    try:
        return pa.concat_tables(held).unify_dictionaries()
    except pa.ArrowInvalid as error:
        raise TableError(f"the batches of a table do not have the same columns: {error}") from error


@contextmanager
def reading() -> Iterator[None]:
    """Make a `TableError` of what Arrow cannot do with a column, such as one of an exotic type."""
    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise TableError(f"a column cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of rows: how many there are (0 where only reading tells), and its batches."""

    rows: int
    batches: Iterable[pa.RecordBatch]


@contextmanager
def open_table(path: Path, project: Project) -> Iterator[TableFile]:
    """A Parquet or Arrow IPC file (`.parquet` or `.pq`, `.arrow`, `.feather`), read a batch at a time.

    Of a Parquet file only the columns that may hold facts of the project are read. Raises `TableError` where the file
    cannot be read, also while its batches are.
    """
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            with _parquet(path, places_of(project.door)) as file:
                yield file
        else:
            with pa.memory_map(str(path)) as source:
                yield _arrow(source)
    except (pa.ArrowException, OSError) as error:
        raise TableError(f"{path} cannot be read: {error}") from error


@contextmanager
def _parquet(path: Path, places: Places) -> Iterator[TableFile]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
        names = [name for name in file.schema_arrow.names if places.is_wanted(name)]
        yield TableFile(file.metadata.num_rows, _valid(file.iter_batches(ROWS, columns=names)))


def _arrow(source: pa.MemoryMappedFile) -> TableFile:
    try:
        reader = pa.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        return TableFile(0, _valid(pa.ipc.open_stream(source)))
    return TableFile(0, _valid(reader.get_batch(at) for at in range(reader.num_record_batches)))


def _valid(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches whose texts are UTF-8 and whose offsets lie inside: a file says of them what it likes."""
    for batch in batches:
        batch.validate(full=True)
        yield batch
