"""Files of purchases: what is read, what is left out, and what is said of files that cannot be used."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from pyarrow import parquet

from ruleflow.segmentation import purchases as reasons
from ruleflow.segmentation.contacts import contacts_of, variation
from ruleflow.segmentation.errors import PurchasesError
from ruleflow.segmentation.layout import Wanted
from ruleflow.segmentation.purchases import Purchases, read_purchases

HELSINKI = ZoneInfo("Europe/Helsinki")
ROWS = "customer,date,amount\nann,2026-01-05,10.50\nbob,2026-01-06T12:00+00:00,3\nann,2026-02-01 08:30,1.25\n"


def read(
    folder: Path, text: str | bytes, name: str = "p.csv", as_of: datetime | None = None, **wanted: Any
) -> Purchases:
    """The purchases in a file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_purchases(path, Wanted(**wanted), HELSINKI, as_of, "utf-8")


def bought(found: Purchases) -> list[tuple[str, str, str]]:
    """Purchases as texts, instants in UTC."""
    rows: list[Mapping[str, Any]] = found.table.to_pylist()
    return [(one["customer"], f"{one['at']:%Y-%m-%dT%H:%M}", f"{one['total'].normalize():f}") for one in rows]


BOUGHT = [
    ("ann", "2026-01-04T22:00", "10.5"),
    ("ann", "2026-02-01T06:30", "1.25"),
    ("bob", "2026-01-06T12:00", "3"),
]


def test_purchases_come_by_customer_and_time(tmp_path: Path) -> None:
    """An instant without an offset is of the project's zone; the day after the last one is the day that is asked about."""
    found = read(tmp_path, ROWS)
    assert BOUGHT == bought(found)
    assert datetime(2026, 2, 1, 22, tzinfo=UTC) == found.as_of
    assert {} == found.left_out


def test_every_form_of_file_says_the_same(tmp_path: Path) -> None:
    """Commas, semicolons, gzip, JSON Lines, Parquet."""
    lines = '{"customer": "ann", "date": "2026-01-05", "amount": 10.5}\n{"customer": "bob", "date": "2026-01-06T12:00+00:00", "amount": 3}\n{"customer": "ann", "date": "2026-02-01 08:30", "amount": 1.25}\n'
    moments = [datetime(2026, 1, 4, 22), datetime(2026, 1, 6, 12), datetime(2026, 2, 1, 6, 30)]  # noqa: DTZ001 - of UTC below
    table = pa.table(
        {
            "customer": ["ann", "bob", "ann"],
            "date": pa.array(moments, pa.timestamp("ms", "UTC")),
            "amount": [Decimal("10.50"), Decimal(3), Decimal("1.25")],
        }
    )
    parquet.write_table(table, tmp_path / "q.parquet")
    assert BOUGHT == bought(read(tmp_path, ROWS.replace(",", ";")))
    assert BOUGHT == bought(read(tmp_path, gzip.compress(ROWS.encode()), "p.csv.gz"))
    assert BOUGHT == bought(read(tmp_path, b"\xef\xbb\xbf" + ROWS.encode()))
    assert BOUGHT == bought(read(tmp_path, lines, "p.jsonl"))
    assert BOUGHT == bought(read_purchases(tmp_path / "q.parquet", Wanted(), HELSINKI, None, "utf-8"))


def test_what_is_no_purchase_is_counted_with_its_reason(tmp_path: Path) -> None:
    """Nothing is left out without a word."""
    text = (
        "invoice,invoice_date,quantity,price,customer_id\n"
        "1,2026-01-05,2,5.25,ann\n1,2026-01-05,2,5.25,ann\n"  # the line twice
        "2,2026-01-06,1,3,\n"
        "3,yesterday,1,3,ann\n"
        "4,2026-01-06,1,three,ann\n"
        "C1,2026-01-07,-2,5.25,ann\n5,2026-01-08,1,0,ann\n"
        "6,2026-03-01,1,3,ann\n"
        "7,2026-01-08,1\n"
    )
    found = read(tmp_path, text, as_of=datetime(2026, 2, 1, tzinfo=UTC))
    assert [("ann", "2026-01-04T22:00", "10.5")] == bought(found)
    assert {
        reasons.UNREADABLE_ROW: 1,
        reasons.REPEATED: 1,
        reasons.NO_CUSTOMER: 1,
        reasons.NO_INSTANT: 1,
        reasons.NO_TOTAL: 1,
        reasons.NO_VALUE: 2,
        reasons.LATER: 1,
    } == found.left_out
    assert 9 == found.rows


def test_lines_of_an_order_are_one_purchase(tmp_path: Path) -> None:
    """At the instant of the first, for the sum of all; lines without an order are purchases of their own."""
    text = "order,customer,at,total\n7,ann,2026-01-05T10:00Z,1\n7,ann,2026-01-05T09:00Z,2.5\n,ann,2026-01-06T09:00Z,4\n7,bob,2026-01-07T09:00Z,8\n"
    wanted = [("ann", "2026-01-05T09:00", "3.5"), ("ann", "2026-01-06T09:00", "4"), ("bob", "2026-01-07T09:00", "8")]
    assert wanted == bought(read(tmp_path, text))


def test_two_equal_rows_without_an_order_are_two_purchases(tmp_path: Path) -> None:
    """Somebody may buy the same twice on a day."""
    assert 2 == len(read(tmp_path, "customer,at,total\nann,2026-01-05,1\nann,2026-01-05,1\n").table)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("2,25", "2.25"), ("1.234,50", "1234.5"), ("1 234,5", "1234.5"), ("7", "7"), ("1.234.567", "1234567")],
)
def test_a_decimal_comma_is_read_where_it_is_said(tmp_path: Path, written: str, read_as: str) -> None:
    """With thousands apart or not."""
    found = read(tmp_path, f"customer;at;total\nann;2026-01-05;{written}\n", decimal_comma=True)
    assert [("ann", "2026-01-04T22:00", read_as)] == bought(found)


@pytest.mark.parametrize("written", ["2,25", "1e5", "NaN", "١٢", "12.50 EUR", "0x10", "1_000", "--1"])
def test_a_number_that_may_mean_another_is_not_guessed(tmp_path: Path, written: str) -> None:
    """It is counted as unreadable, and the message says what may help."""
    with pytest.raises(
        PurchasesError, match="1 rows whose total cannot be read; numbers with a comma need --decimal-comma"
    ):
        read(tmp_path, f"customer;at;total\nann;2026-01-05;{written}\n")


def test_dates_are_read_as_is_said(tmp_path: Path) -> None:
    """Day first, for instance; a day that does not exist cannot be read."""
    text = "customer,at,total\nann,05.02.2026 10:00,1\nann,30.02.2026 10:00,1\n"
    found = read(tmp_path, text, date_format="%d.%m.%Y %H:%M")
    assert [("ann", "2026-02-05T08:00", "1")] == bought(found)
    assert {reasons.NO_INSTANT: 1} == found.left_out


def test_customers_kept_as_decimals_have_their_ids(tmp_path: Path) -> None:
    """As other programs write numbers beside missing ones."""
    table = pa.table({"customer": [13085.0, None, 7.0], "at": ["2026-01-05"] * 3, "total": [1.5, 2.5, 0.1]})
    parquet.write_table(table, tmp_path / "p.parquet")
    found = read_purchases(tmp_path / "p.parquet", Wanted(), HELSINKI, None, "utf-8")
    assert ["13085", "7"] == found.table["customer"].to_pylist()


def test_any_script_is_read(tmp_path: Path) -> None:
    """Names of columns and customers in Russian, with emoji."""
    found = read(
        tmp_path, "клиент,когда,сколько\nИванов 😀,2026-01-05,1\n", customer="клиент", at="когда", total="сколько"
    )
    assert ["Иванов 😀"] == found.table["customer"].to_pylist()


@pytest.mark.parametrize(
    ("content", "name", "wanted", "message"),
    [
        (b"", "p.csv", {}, "is empty"),
        (b"a,b\n1,2\n", "p.csv", {}, "no column says how much was paid"),
        (b"total,b\n1,2\n", "p.csv", {}, "no column says who bought: name it with --customer"),
        (b"total,customer\n1,2\n", "p.csv", {}, "no column says when it was: name it with --at"),
        (b"total,customer,at\n", "p.csv", {}, "has no purchases: it has no rows"),
        (b"total,customer,at\n1,a,2026-01-01\n", "p.csv", {"total": "totl"}, "the file has no column `totl`; did you mean `total`"),
        (b"a,a\n1,2\n", "p.csv", {}, "`a` is the name of several columns"),
        (b"total,customer,at\n1,\xff\xfe,2026-01-01\n", "p.csv", {}, "cannot be read"),
        (gzip.compress(ROWS.encode() * 1000)[:40], "p.csv.gz", {}, "cannot be read"),
        (b"PAR1 no", "p.parquet", {}, "cannot be read"),
        (b'{"a": 1\n[1]\n', "p.jsonl", {}, "no column says how much was paid"),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told(
    tmp_path: Path, content: bytes, name: str, wanted: dict[str, Any], message: str
) -> None:
    """In a sentence, whatever is wrong."""
    with pytest.raises(PurchasesError, match=message):
        read(tmp_path, content, name, **wanted)


def test_contacts_have_the_facts_that_are_asked_for(tmp_path: Path) -> None:
    """The list, or what is counted of it."""
    found = read(tmp_path, ROWS)
    asked = {"contact.purchases", "contact.last_purchase_at", "contact.first_purchase_at"}
    ann, bob = contacts_of(found, HELSINKI, asked)
    assert {
        "id": "ann",
        "order_count": 2,
        "lifetime_value": Decimal("11.75"),
        "first_purchase_at": "2026-01-04T22:00:00+00:00",
        "last_purchase_at": "2026-02-01T06:30:00+00:00",
        "purchases": [
            {"at": "2026-01-04T22:00:00+00:00", "total": Decimal("10.500000")},
            {"at": "2026-02-01T06:30:00+00:00", "total": Decimal("1.250000")},
        ],
    } == ann.facts["contact"]
    assert (1, Decimal(3)) == (bob.orders, bob.revenue)
    assert ["id", "order_count", "lifetime_value"] == list(next(contacts_of(found, HELSINKI, ())).facts["contact"])


def test_how_even_a_year_is() -> None:
    """The same every month is 0; all in one of twelve months is the root of eleven; nothing at all is missing."""
    now = datetime(2026, 3, 15, tzinfo=UTC)
    every = [datetime(2025 + (month > 2) * 0 + (month <= 2), month, 3, tzinfo=UTC) for month in range(1, 13)]
    assert Decimal(0) == variation(every, [Decimal(5)] * 12, now, HELSINKI)
    assert Decimal("3.316625") == variation([every[4]], [Decimal(7)], now, HELSINKI)
    assert None is variation([datetime(2026, 3, 2, tzinfo=UTC)], [Decimal(7)], now, HELSINKI)
    assert None is variation([datetime(2025, 2, 27, tzinfo=UTC)], [Decimal(7)], now, HELSINKI)
