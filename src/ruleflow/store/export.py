"""Decisions as a Parquet file, however many. Needs pyarrow, which comes with the extra `ruleflow[batch]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruleflow.store.database import Store
from ruleflow.store.records import Logged
from ruleflow.store.searching import Query, search

GROUP = 10_000
"""Decisions in a row group; so many are held in memory."""

NEEDS_PYARROW = "Parquet needs pyarrow, which is not installed: pip install 'ruleflow[batch]'"


class ExportError(Exception):
    """The file cannot be written, or pyarrow is not installed."""


def export_parquet(store: Store, path: Path, query: Query) -> int:
    """Write the decisions that a query is about, the oldest first; how many. `limit` and `before` do not matter.

    Instants are timestamps in UTC, rules lists of text, facts and the decision JSON text. The file is there when it is
    whole: it is written under another name first. Raises `ExportError`, `StoreError`.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ExportError(NEEDS_PYARROW) from error
    draft = path.with_name(f".{path.name}.part")
    written = 0
    try:
        with pq.ParquetWriter(draft, _schema(pa), compression="zstd") as file:
            for rows in _groups(store, query):
                file.write_table(_table(pa, rows))
                written += len(rows)
        draft.replace(path)
    except (OSError, pa.ArrowException) as error:
        raise ExportError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return written


def _groups(store: Store, query: Query) -> Iterator[Sequence[Logged]]:
    query = replace(query, limit=GROUP, before=None, newest_first=False)
    while True:
        page = search(store, query)
        if page.rows:
            yield page.rows
        if page.before is None:
            return
        query = replace(query, before=page.before)


def _schema(pa: Any) -> Any:
    instant, text, texts = pa.timestamp("us", tz="UTC"), pa.string(), pa.list_(pa.string())
    return pa.schema(
        [
            ("seq", pa.int64()),
            ("received_at", instant),
            ("logged_at", instant),
            ("at", instant),
            ("project", text),
            ("digest", text),
            ("decision_id", text),
            ("event", text),
            ("ticket_id", text),
            ("caller", text),
            ("request_id", text),
            ("latency_us", pa.int64()),
            ("matched", texts),
            ("shadow", texts),
            ("masked", texts),
            ("facts", text),
            ("decision", text),
        ]
    )


def _table(pa: Any, rows: Sequence[Logged]) -> Any:
    schema = _schema(pa)
    return pa.table({name: [_cell(getattr(row, name)) for row in rows] for name in schema.names}, schema=schema)


def _cell(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value
