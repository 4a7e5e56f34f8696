"""Purchases out of the rows of a file: what is no purchase is left out and counted, lines of one order are one purchase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ruleflow.segmentation.cells import INSTANT, MONEY, customer_of, instant_reader, number_reader, read_cells
from ruleflow.segmentation.errors import PurchasesError
from ruleflow.segmentation.layout import Columns, Wanted, columns_of
from ruleflow.segmentation.reading import read_table

UNREADABLE_ROW = "rows that do not fit the heading"
REPEATED = "lines of orders that are there twice, the same in every column"
NO_CUSTOMER = "rows without a customer"
NO_INSTANT = "rows whose date cannot be read"
NO_TOTAL = "rows whose total cannot be read"
NO_VALUE = "returns, cancellations and rows worth nothing (a total of 0 or less)"
LATER = "rows of the day that is asked about, or later"


@dataclass(frozen=True, slots=True)
class Purchases:
    """The purchases before an instant, by customer and then by time: `customer`, `at`, `total`, `order`.

    `rows` is how many rows the file has; `left_out` says how many of them are no purchases, and why.
    """

    table: pa.Table
    as_of: datetime
    columns: Columns
    rows: int
    left_out: Mapping[str, int]

    @property
    def customers(self) -> int:
        """How many customers bought."""
        return int(pc.count_distinct(self.table["customer"]).as_py())

    @property
    def first_at(self) -> datetime:
        """When the first purchase was."""
        found: datetime = pc.min(self.table["at"]).as_py()
        return found


def read_purchases(path: Path, wanted: Wanted, zone: ZoneInfo, as_of: datetime | None, encoding: str) -> Purchases:
    """The purchases in a file. `as_of` None: the first moment of the day after the last one. Raises `PurchasesError`."""
    raw, broken = read_table(path, encoding)
    columns = columns_of(raw.column_names, wanted)
    counts = {UNREADABLE_ROW: broken}
    once = _without_repeated(raw, columns)
    counts[REPEATED] = len(raw) - len(once)
    table = _read(once, columns, wanted, zone)
    for reason, name in ((NO_CUSTOMER, "customer"), (NO_INSTANT, "at"), (NO_TOTAL, "total")):
        table = _kept(table, pc.is_valid(table[name]), reason, counts)
    table = _kept(table, pc.greater(table["total"], pa.scalar(Decimal(0), MONEY)), NO_VALUE, counts)
    if not len(table):
        raise PurchasesError(f"{path} has no purchases: {_why(counts, wanted)}")
    at = day_after(pc.max(table["at"]).as_py(), zone) if as_of is None else as_of
    table = _kept(table, pc.less(table["at"], pa.scalar(at, INSTANT)), LATER, counts)
    if not len(table):
        raise PurchasesError(f"{path} has no purchases before {at.astimezone(zone):%Y-%m-%d}")
    order = [("customer", "ascending"), ("at", "ascending"), ("order", "ascending"), ("total", "ascending")]
    made = _orders(table) if columns.order else table
    return Purchases(made.sort_by(order), at, columns, len(raw) + broken, {k: n for k, n in counts.items() if n})


def day_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the next day."""
    following = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(following, time(), zone).astimezone(UTC)


def _why(counts: Mapping[str, int], wanted: Wanted) -> str:
    said = ", ".join(f"{number:,} {reason}" for reason, number in counts.items() if number) or "it has no rows"
    hints = []
    if counts.get(NO_TOTAL) and not wanted.decimal_comma:
        hints.append("numbers with a comma need --decimal-comma")
    if counts.get(NO_INSTANT):
        hints.append("dates that are not written like 2026-03-01 need --date-format")
    return "; ".join([said, *hints])


def _without_repeated(raw: pa.Table, columns: Columns) -> pa.Table:
    """The rows without those that repeat another one. Where no order is named two equal rows are two purchases."""
    plain = [
        name for name, kind in zip(raw.column_names, raw.schema.types, strict=True) if not pa.types.is_nested(kind)
    ]
    if not columns.order or len(raw) == 0:
        return raw
    return raw.select(plain).group_by(plain, use_threads=False).aggregate([])


def _read(raw: pa.Table, columns: Columns, wanted: Wanted, zone: ZoneInfo) -> pa.Table:
    number = number_reader(decimal_comma=wanted.decimal_comma)
    if columns.total:
        total = read_cells(raw[columns.total], number, MONEY)
    else:
        total = _product(*(read_cells(raw[name], number, MONEY) for name in (columns.quantity, columns.price)))
    customers = read_cells(raw[columns.customer], customer_of, pa.string())
    orders = (
        read_cells(raw[columns.order], customer_of, pa.string()) if columns.order else pa.nulls(len(raw), pa.string())
    )
    instants = read_cells(raw[columns.at], instant_reader(zone, wanted.date_format), INSTANT)
    return pa.table({"customer": customers, "at": instants, "total": total, "order": orders})


_FACTOR = pa.decimal128(18, 6)


def _product(quantity: pa.Array, price: pa.Array) -> pa.Array:
    """Exact products, rounded to six digits; missing where a factor is missing or has more than twelve digits before the point."""
    limit = pa.scalar(Decimal(10) ** 12, MONEY)
    small = pc.and_(pc.less(pc.abs(quantity), limit), pc.less(pc.abs(price), limit))
    factors = [pc.if_else(small, one, pa.scalar(None, MONEY)).cast(_FACTOR) for one in (quantity, price)]
    return pc.round(pc.multiply(*factors), 6).cast(MONEY)


def _kept(table: pa.Table, mask: Any, reason: str, counts: dict[str, int]) -> pa.Table:
    kept = table.filter(mask)
    counts[reason] = len(table) - len(kept)
    return kept


def _orders(lines: pa.Table) -> pa.Table:
    """The lines of each order of a customer as one purchase, at the instant of the first; lines without an order stay."""
    named, bare = lines.filter(pc.is_valid(lines["order"])), lines.filter(pc.is_null(lines["order"]))
    grouped = named.group_by(["customer", "order"], use_threads=False).aggregate([("at", "min"), ("total", "sum")])
    joined = pa.table(
        {
            "customer": grouped["customer"],
            "at": grouped["at_min"],
            "total": grouped["total_sum"].cast(MONEY),
            "order": grouped["order"],
        }
    )
    return pa.concat_tables([joined, bare.select(joined.column_names)])
