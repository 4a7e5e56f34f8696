"""Files of purchases as Arrow tables, whatever they are written in; nothing is made of their values yet."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import csv

from ruleflow.segmentation.errors import PurchasesError

_DELIMITERS = (",", ";", "\t", "|")
_HEADING = 64 * 1024
_BROKEN = (pa.ArrowException, OSError, EOFError, UnicodeDecodeError)


def read_table(path: Path, encoding: str) -> tuple[pa.Table, int]:
    """The rows of a file (CSV, JSON Lines, Parquet; the first two also packed with gzip), and how many could not be read.

    Values of CSV are texts. Raises `PurchasesError`.
    """
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith((".parquet", ".pq")):
            from pyarrow.parquet import ParquetFile

            with ParquetFile(path) as file:
                return file.read(), 0
        if name.endswith((".jsonl", ".ndjson", ".json")):
            return _read_lines(path, encoding)
        return _read_csv(path, encoding)
    except LookupError as error:
        raise PurchasesError(f"`{encoding}` is not an encoding") from error
    except _BROKEN as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PurchasesError(f"{path} cannot be read: {said}") from error


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb") if path.suffix.lower() != ".gz" else gzip.open(path, "rb")  # type: ignore[return-value]


def _read_lines(path: Path, encoding: str) -> tuple[pa.Table, int]:
    """Objects of JSON, one in each line, with their plain values as texts, so that numbers keep all their digits."""
    rows: list[dict[str, Any]] = []
    names: dict[str, None] = {}
    broken = 0
    with _opened(path) as file:
        for line in file:
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode(encoding), parse_float=str, parse_int=str, parse_constant=str)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                names.update(dict.fromkeys(row))
                rows.append(row)
            else:
                broken += 1
    return pa.table({name: pa.array([_plain(row.get(name)) for row in rows], pa.string()) for name in names}), broken


def _plain(value: Any) -> str | None:
    """A text that Arrow can hold; what is no single value is none."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else None


def _read_csv(path: Path, encoding: str) -> tuple[pa.Table, int]:
    heading = _heading(path, encoding)
    broken = 0

    def skip(_row: csv.InvalidRow) -> str:
        nonlocal broken
        broken += 1
        return "skip"

    delimiter = max(_DELIMITERS, key=lambda one: (heading.count(one), one == ","))
    parsing = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip)
    names = _names(heading, delimiter)
    table = csv.read_csv(
        path,
        read_options=csv.ReadOptions(encoding=encoding, use_threads=False),
        parse_options=parsing,
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )  # fmt: skip
    return table, broken


def _heading(path: Path, encoding: str) -> str:
    """The first line. Raises what opening and decoding raise."""
    with _opened(path) as file:
        first = file.readline(_HEADING)
    heading = first.decode(encoding).removeprefix("\ufeff").rstrip("\r\n")
    if not heading.strip():
        raise PurchasesError(f"{path} is empty: it has no heading with the names of its columns")
    return heading


def _names(heading: str, delimiter: str) -> list[str]:
    """The names of the columns, quotes undone."""
    import csv as plain_csv

    names = next(plain_csv.reader([heading], delimiter=delimiter))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PurchasesError(f"`{twice}` is the name of several columns; give each a name of its own")
    return names
