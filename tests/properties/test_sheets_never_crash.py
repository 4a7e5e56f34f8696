"""Whatever stands in a spreadsheet or a cell is read, or told to be wrong; nothing else happens."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.checker.cells import Cell, Reader
from ruleflow.model.sheet import grid, spreadsheet
from ruleflow.source import Source
from ruleflow.types.terms import Choice, Kind, ListOf, Reference, SetOf, Simple

PIECES = st.sampled_from(
    [";", ",", "\t", "\n", "\r\n", '"', '""', " ", "a", "vip", "-", "..", ">=", "<", "not ", "'", "1", "2,25", "١",
     "é", "|", "---", "sep=;\n", "\x00", "\u2028", "2026-02-30", "9999-12-31", "0001-01-01", "missing", "24:00", "1h"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join))
KINDS = st.sampled_from(
    [
        *(one for one in Simple if one not in {Simple.UNKNOWN, Simple.CALENDAR_DAYS, Simple.WORKING_DAYS}),
        Choice(("low", "high"), ordered=True),
        Choice(("a", "b")),
        Reference((Kind.SEGMENT,)),
        SetOf(Reference((Kind.SEGMENT,))),
        ListOf(Simple.TEXT),
    ]
)


@given(TEXTS)
def test_spreadsheets_are_read(text: str) -> None:
    """Every cell lies where it is said to lie, and no row is blank."""
    sheet = spreadsheet(Source("a.csv", text))
    for line in sheet.lines:
        assert any(line.cells)
        assert 2 * len(line.cells) == len(line.places)
        for at, cell in enumerate(line.cells):
            span = sheet.span(line, at)
            assert 0 <= span.start <= span.end <= len(text)
            assert cell == span.text.replace('""', '"').strip() or cell in span.text


@given(TEXTS)
def test_grids_are_read(text: str) -> None:
    """Every cell is what stands at its place."""
    sheet = grid(text, Source("a.yaml", text), range(len(text) + 1))
    for line in sheet.lines:
        assert [sheet.span(line, at).text for at in range(len(line.cells))] == list(line.cells)


@given(TEXTS, KINDS, st.booleans())
def test_cells_are_read(text: str, kind: object, decimal_comma: bool) -> None:
    """A cell is one, or says where it is wrong."""
    found = Reader(kind, ZoneInfo("Europe/Helsinki"), ("vip",), decimal_comma).read(text)  # type: ignore[arg-type]
    if not isinstance(found, Cell):
        assert 0 <= found.start <= found.end <= len(text)
