"""Parquet, where pyarrow is installed: batch after batch, and of each only the columns that are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import IO, Any

from ruleflow.replay.tables import Row, Rows, Table, UnreadableTableError, Unusable

_BATCH = 1_024
NEEDS_PYARROW = "a Parquet file is read with pyarrow, which is not installed: `pip install 'ruleflow[batch]'`"


def parquet_table(file: IO[bytes], name: str) -> Table:
    """The table in a file. Raises `UnreadableTableError`, also where pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UnreadableTableError(NEEDS_PYARROW) from error
    try:
        found = pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableTableError(f"{name} is not a Parquet file that can be read: {error}") from error
    columns = tuple(found.schema_arrow.names)

    def rows(wanted: Collection[str]) -> Rows:
        once = [name for name, count in Counter(columns).items() if count == 1 and name in wanted]
        number = 0
        try:
            for batch in found.iter_batches(_BATCH, columns=once):
                cells = {name: _values(batch.column(name), pa) for name in batch.schema.names}
                for at in range(batch.num_rows):
                    number += 1
                    yield Row(number, {name: column[at] for name, column in cells.items()})
        except (pa.ArrowException, OSError) as error:
            yield Unusable(number + 1, f"the file cannot be read from here on: {error}")

    return Table(columns, rows)


def _values(column: Any, pa: Any) -> list[Any]:
    """The values of a column; instants to the microsecond, which is what a decision has."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    found: list[Any] = column.to_pylist()
    return found
