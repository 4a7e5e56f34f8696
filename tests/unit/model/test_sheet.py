"""Spreadsheets and grids as rows of cells with their places."""

from __future__ import annotations

import pytest

from ruleflow.model.sheet import Sheet, grid, spreadsheet
from ruleflow.source import Source


def rows(sheet: Sheet) -> list[list[str]]:
    return [list(line.cells) for line in sheet.lines]


def of_text(text: str) -> Sheet:
    return grid(text, Source("a.yaml", text), range(len(text) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n1;2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2", [["a", "b"], ["1", "2"]]),
        ('a\tb\tc\n"1"\t\t"x\ty"\n', [["a", "b", "c"], ["1", "", "x\ty"]]),
        ("sep=,\na,b;c\n1,2\n", [["a", "b;c"], ["1", "2"]]),
        ('a;b\n"x;y";"say ""hi"""\n', [["a", "b"], ["x;y", 'say "hi"']]),
        ('a;b\n"x\r\ny";2\r\n3;4\r\n', [["a", "b"], ["x\r\ny", "2"], ["3", "4"]]),
        ('a;b\n5" pipe;2\n', [["a", "b"], ['5" pipe', "2"]]),
        ('a;b\n"never closed;2\n3;4\n', [["a", "b"], ['"never closed', "2"], ["3", "4"]]),
        ("a;b;;\n1;2;;\n;;;\n;;;\n", [["a", "b", "", ""], ["1", "2", "", ""]]),
        ('"a;b",c\n1,2\n', [["a;b", "c"], ["1", "2"]]),
        (" a ; b\xa0\n 1 ;2 \n", [["a", "b"], ["1", "2"]]),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(text: str, expected: list[list[str]]) -> None:
    """Separators are detected; quotes, line breaks in cells, empty rows and spaces are minded."""
    sheet = spreadsheet(Source("a.csv", text))
    assert expected == rows(sheet)


def test_a_cell_is_where_it_stands() -> None:
    """The place of each cell is that of its text, without quotes and spaces."""
    text = 'a; b\r\n"x;y"; 2,25\r\n'
    sheet = spreadsheet(Source("a.csv", text))
    assert [["a", "b"], ["x;y", "2,25"]] == [[sheet.span(line, at).text for at in range(2)] for line in sheet.lines]


@pytest.mark.parametrize(
    "text",
    ["a | b\n1 | 2", "| a | b |\n|---|---|\n| 1 | 2 |\n", "a | b\n--- | ---\n\n1 | 2\n\n", "a|b\n1|2"],
)
def test_grids_may_have_frames_and_rulers(text: str) -> None:
    """Bars at both ends, a line of dashes and empty lines change nothing."""
    assert [["a", "b"], ["1", "2"]] == rows(of_text(text))


def test_a_row_of_dashes_is_a_row() -> None:
    """`-` in every cell asks for anything; only longer dashes are a ruler."""
    assert [["a", "b"], ["-", "-"]] == rows(of_text("a | b\n- | -"))
