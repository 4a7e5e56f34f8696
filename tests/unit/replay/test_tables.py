"""Files of every kind, whole or broken: each row is read, or told with the reason why it is not."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.project.project import Project
from ruleflow.replay.csv_rows import LONGEST_CELL, csv_table
from ruleflow.replay.facts_lines import recorded_in
from ruleflow.replay.mapping import FileForm
from ruleflow.replay.parquet_rows import NEEDS_PYARROW
from ruleflow.replay.recorded import Recorded
from ruleflow.replay.tables import CSV, JSON_LINES, PARQUET, Row, UnreadableTableError, Unusable, kind_of
from tests.unit.replay.mappings import facts, found_in, project, write_lines

MAPPING = (
    "facts: {ticket.id: id, ticket.subject: text}\nevents: [{event: ticket.created, now: {constant: 2026-03-02}}]\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Project:
    return project(tmp_path / "project")


def rows_of(raw: bytes, form: FileForm | None = None, wanted: set[str] | None = None) -> list[Row | Unusable]:
    """The rows of a CSV file; of the columns `a` and `b` where nothing else is said."""
    with csv_table(io.BufferedReader(io.BytesIO(raw)), form or FileForm(), "t.csv") as table:
        return list(table.rows({"a", "b"} if wanted is None else wanted))


def cells(found: list[Row | Unusable]) -> list[Any]:
    """The cells of rows, and the reasons of what is none."""
    return [one.reason if isinstance(one, Unusable) else tuple(one.cells.values()) for one in found]


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        ("a,b\nä,2\n".encode(), FileForm()),
        ("\ufeffa,b\nä,2\n".encode(), FileForm()),
        ("\ufeffa,b\nä,2\n".encode(), FileForm("utf-8")),
        ("a,b\nä,2\n".encode("utf-16"), FileForm()),
        ("a,b\nä,2\n".encode("windows-1252"), FileForm("cp1252")),
        ("a;b\r\nä;2\r\n".encode(), FileForm()),
        ("a\tb\nä\t2\n".encode(), FileForm()),
        ("a|b\nä|2\n".encode(), FileForm("", "|")),
        ('"a,x";"b,y";"a";"b"\n1;2;ä;2\n'.encode(), FileForm()),
        ("\n\n a , b \nä,2\n\n".encode(), FileForm()),
        ('a,b\n"ä",2'.encode(), FileForm()),
    ],
)
def test_a_table_is_read_however_it_is_written(raw: bytes, form: FileForm) -> None:
    """Encodings, byte-order marks, commas, semicolons, tabs, line breaks, quotes, empty lines."""
    assert [("ä", "2")] == cells(rows_of(raw, form))


def test_a_cell_may_hold_lines_and_rows_keep_their_lines() -> None:
    """A row is called by the line on which it begins."""
    found = rows_of(b'a,b\n"1\n2",x\n3,y\n')
    assert [(2, "1\n2"), (4, "3")] == [(one.number, one.cells["a"]) for one in found if isinstance(one, Row)]


def test_ragged_rows_are_told_and_the_rest_is_read() -> None:
    """A row with too few or too many cells is no row; its neighbours are."""
    found = rows_of(b"a,b\n1,2\n3\n4,5,6\n7,8\n")
    assert [
        ("1", "2"),
        "the row has 1 cell, the heading has 2",
        "the row has 3 cells, the heading has 2",
        ("7", "8"),
    ] == cells(found)
    assert [2, 3, 4, 5] == [one.number for one in found]
    assert Unusable(4, "the row has 3 cells, the heading has 2", "4, 5, 6") == found[2]


def test_a_wrong_encoding_is_told_with_what_to_write() -> None:
    """A cell that is not UTF-8 is told with its column; where nobody looks, it does no harm."""
    raw = "a,b\nJyväskylä,1\nplain,2\n".encode("windows-1252")
    first, second = rows_of(raw)
    assert isinstance(first, Unusable)
    assert "`a` is not UTF-8; say `file: {encoding: windows-1252}`" in first.reason
    assert "Jyv�skyl�" == first.shown
    assert ("plain", "2") == tuple(second.cells.values()) if isinstance(second, Row) else False
    assert [("1",), ("2",)] == cells(rows_of(raw, wanted={"b"}))


def test_text_that_breaks_off_in_the_middle_is_told() -> None:
    """Half a character at the end of a UTF-16 file ends the reading there, with what came before kept."""
    found = cells(rows_of("a,b\n1,2\n".encode("utf-16") + b"\x00\xd8"))
    assert ("1", "2") == found[0]
    assert str(found[1]).startswith("the file cannot be read from here on")


def test_a_huge_cell_is_told_and_reading_goes_on() -> None:
    """A cell beyond all measure, or a quote that never closes, costs its own row and no memory without end."""
    limit = csv.field_size_limit()
    found = rows_of(b"a,b\n" + b"x" * (LONGEST_CELL + 1) + b",1\n2,3\n")
    assert "a cell is longer than 1,048,576 characters (is there a quote that never closes?)" == cells(found)[0]
    assert ("2", "3") == cells(found)[-1]
    assert ("y" * LONGEST_CELL, "1") == cells(rows_of(b"a,b\n" + b"y" * LONGEST_CELL + b",1\n"))[0]
    open_quote = rows_of(b'a,b\n"never,1\n' + b"2,3\n" * (LONGEST_CELL // 2))
    assert isinstance(open_quote[0], Unusable)
    assert limit == csv.field_size_limit()


@pytest.mark.parametrize("raw", [b"", b"\n\n", b",,\n"])
def test_a_file_without_heading_is_refused(raw: bytes) -> None:
    """Nothing at all is not a table without rows."""
    with pytest.raises(UnreadableTableError, match=r"t\.csv is empty"):
        rows_of(raw)


def test_a_heading_alone_is_a_table_without_rows() -> None:
    """No row, no complaint."""
    assert [] == rows_of(b"a,b\n")


@given(table=st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=2, max_size=2)))
def test_what_csv_wrote_is_read(table: list[list[str]]) -> None:
    """Any texts at all come back as they were, whatever quotes and line breaks they hold."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b"], *table])
    assert [tuple(row) for row in table] == cells(rows_of(out.getvalue().encode(), FileForm("", ",")))


@given(raw=st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    """Whatever stands below the heading is rows, or told."""
    for one in rows_of(b"a,b\n" + raw):
        assert isinstance(one, (Row, Unusable))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", CSV), ("A.CSV.GZ", CSV), ("a.tsv", CSV), ("a.jsonl", JSON_LINES), ("a.ndjson.gz", JSON_LINES), ("a.pq", PARQUET), ("a.json", None), ("csv", None)],
)  # fmt: skip
def test_the_name_says_the_kind(name: str, kind: Any) -> None:
    """The end of the name tells what a file is."""
    assert kind == kind_of(Path(name))


def test_a_packed_file_is_read_and_one_that_breaks_off_is_told(tmp_path: Path, desk: Project) -> None:
    """What was there before the break is decided."""
    raw = gzip.compress(b"id,text\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(50_000)))
    (tmp_path / "whole.csv.gz").write_bytes(raw)
    (tmp_path / "half.csv.gz").write_bytes(raw[: len(raw) // 2])
    assert 50_000 == len(found_in(tmp_path / "whole.csv.gz", MAPPING, desk))
    *before, last = found_in(tmp_path / "half.csv.gz", MAPPING, desk)
    assert isinstance(last, Unusable)
    assert "the file breaks off here" == last.reason
    assert 1_000 < len(before) < 50_000
    (tmp_path / "no.csv.gz").write_bytes(b"id,text\n")
    with pytest.raises(UnreadableTableError, match=r"no\.csv\.gz cannot be read"):
        found_in(tmp_path / "no.csv.gz", MAPPING, desk)


def test_objects_are_rows_too(tmp_path: Path, desk: Project) -> None:
    """JSON Lines of any form go through a mapping: dotted names look inside, lists and flags stay what they are."""
    mapping = (
        "facts: {ticket.id: id, ticket.vip: by.vip, ticket.tags: tags, ticket.subject: 'a.b', ticket.spent: n}\n"
        + MAPPING.splitlines()[1]
    )
    path = write_lines(
        tmp_path / "t.jsonl",
        [{"id": 7, "by": {"vip": True}, "tags": ["x", 1], "a.b": "s", "n": 1.5}, {"id": 8, "by": 1}, [1]],
    )
    path.write_bytes(path.read_bytes() + b"\n{broken\n")
    first, second, third, fourth = found_in(path, mapping, desk)
    expected = {"id": "7", "vip": True, "tags": ["x", "1"], "subject": "s", "spent": Decimal("1.5")}
    assert [{"ticket": expected}, {"ticket": {"id": "8", "tags": []}}] == facts([first, second])
    assert [Unusable(3, "the line is not a JSON object", "[1]")] == [third]
    assert isinstance(fourth, Unusable)
    assert (5, "{broken") == (fourth.number, fourth.shown)


def test_parquet_has_types_of_its_own(tmp_path: Path, desk: Project) -> None:
    """Numbers, flags, dates, instants with and without zone, lists; only the wanted columns are read."""
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "text": pa.array(["a", None]),
            "vip": pa.array([True, False]),
            "spent": pa.array([Decimal("2.50"), None], pa.decimal128(8, 2)),
            "ratio": pa.array([0.5, float("nan")]),
            "tags": pa.array([["x", "y"], []]),
            "due": pa.array([at.date(), None]),
            "at": pa.array([at, at], pa.timestamp("ns", tz="UTC")),
            "local": pa.array([at.replace(tzinfo=None)] * 2, pa.timestamp("ns")),
            "unused": pa.array([b"\xff", b""]),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    mapping = (
        "facts: {ticket.id: id, ticket.subject: text, ticket.vip: vip, ticket.spent: spent, contact.lifetime_value: ratio,\n"
        "  ticket.tags: tags, ticket.due_on: due, ticket.updated_at: local}\n"
        "events: [{event: ticket.created, now: at}]\n"
    )
    first, second = found_in(tmp_path / "t.parquet", mapping, desk)
    assert isinstance(first, Recorded)
    assert at == first.at
    ticket = {
        "id": "1",
        "subject": "a",
        "vip": True,
        "spent": Decimal("2.50"),
        "tags": ["x", "y"],
        "due_on": "2026-03-02",
    }
    assert {
        "ticket": {**ticket, "updated_at": "2026-03-02T08:00:00+00:00"},
        "contact": {"lifetime_value": 0.5},
    } == first.facts
    assert isinstance(second, Recorded)
    assert {"ticket": {"id": "2", "vip": False, "tags": [], "updated_at": "2026-03-02T08:00:00+00:00"}} == second.facts
    (tmp_path / "no.parquet").write_bytes(b"PAR1")
    with pytest.raises(UnreadableTableError, match="is not a Parquet file"):
        found_in(tmp_path / "no.parquet", mapping, desk)


def test_without_pyarrow_a_sentence_says_what_to_install(
    tmp_path: Path, desk: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet needs an extra, and whoever has it not is told its name."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "t.parquet").write_bytes(b"")
    with pytest.raises(UnreadableTableError, match="pip install 'ruleflow") as caught:
        found_in(tmp_path / "t.parquet", MAPPING, desk)
    assert NEEDS_PYARROW == str(caught.value)


def test_lines_of_facts_need_no_mapping(desk: Project) -> None:
    """Facts with event and instant; else the event that is given, and the ticket's creation; never the clock."""
    raw = (
        b'{"event": "ticket.closed", "facts": {"ticket": {"id": 5}}, "now": "2026-03-02T10:00:00+02:00"}\n'
        b'{"ticket": {"id": "6", "created_at": "2026-03-02T10:00"}}\n'
        b'{"ticket": {"id": "7"}}\n\nnull\n'
    )
    found = list(recorded_in(io.BytesIO(raw), "ticket.created", desk.model.zone))
    eight = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert [("5", "ticket.closed", eight), ("6", "ticket.created", eight)] == [
        (one.ticket, one.event, one.at) for one in found if isinstance(one, Recorded)
    ]
    assert ["no instant: a line gives `now` with its offset, or the ticket `created_at`", "the line is not a JSON object"] == [
        one.reason for one in found if isinstance(one, Unusable)
    ]  # fmt: skip
    without = list(recorded_in(io.BytesIO(raw.splitlines()[1]), "", desk.model.zone))
    assert [Unusable(1, 'no event: give --event, or lines {"event": …, "facts": …}', ticket="6")] == without


class Drip(io.RawIOBase):
    """A file that gives a row at a time and remembers how many; it never ends."""

    given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += 1
        row = b"id,text\n" if self.given == 1 else b"%d,%s\n" % (self.given, b"x" * 990)
        buffer[: len(row)] = row
        return len(row)


def test_a_file_is_read_as_its_rows_are_asked_for() -> None:
    """Of a file without end, ten rows cost no more than a buffer."""
    drip = Drip()

    def ten() -> Iterator[Row | Unusable]:
        with csv_table(io.BufferedReader(drip, 1_024), FileForm(), "t.csv") as table:
            rows = table.rows({"id"})
            yield from (next(rows) for _ in range(10))

    assert 10 == len(list(ten()))
    assert drip.given < 40
