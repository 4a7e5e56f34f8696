from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.diagnostic import Diagnostic, Related
from ruleflow.diagnostics.render_text import render_text
from ruleflow.source import Source, Span
from tests.unit.diagnostics.findings import OPTION, ROUTING, UNUSED, URGNT, WHOLE, at, spanning


def picture(text: str, start: int, end: int) -> list[str]:
    """The source line and the underline of a finding, without the frame."""
    lines = render_text([spanning(text, start, end)]).splitlines()
    return [line.partition("| ")[2] for line in lines[3:5]]


def test_report() -> None:
    """A report has headline, place, underlined line, what holds it and help."""
    expected = """\
error[RF403 unknown-option]: `urgnt` is not an option of `ticket.priority`
  --> rules/routing.yaml:3:37
   |
 3 |     when: ticket.priority in [high, urgnt]
   |                                     ^^^^^
   = in: condition of rule `vip_first`
   = help: did you mean `urgent`?
"""
    assert expected == render_text([URGNT])


def test_no_findings() -> None:
    """No findings give no text."""
    assert render_text([]) == ""


def test_two_reports() -> None:
    """A blank line stands between two findings; one without a place is its headline and its notes."""
    expected = """\
warning[RF502 unused-definition]: nothing uses `vip`
   = help: remove it

warning[RF502 unused-definition]: nothing uses `vip`
"""
    assert expected == render_text([replace(WHOLE, help=("remove it",)), WHOLE])


def test_related_places() -> None:
    """Related places are drawn with what they are, under the same margin."""
    text = "rules:\n  - id: vip\n" + "    #\n" * 9 + "  - id: vip\n"
    again = Span(Source("rules/б.yaml", text), text.rindex("vip"), len(text) - 1)
    expected = """\
error[RF403 unknown-option]: rule `vip` is defined twice
   --> rules/б.yaml:12:9
    |
 12 |   - id: vip
    |         ^^^
    |
   ::: rules/routing.yaml:2:9
    |
  2 |   - id: vip_first
    |         --------- first defined here
    = help: rename one
"""
    related = (Related(at(ROUTING, "vip_first"), "first defined here"),)
    report = Diagnostic(OPTION, "rule `vip` is defined twice", again, help=("rename one",), related=related)
    assert expected == render_text([report])


def test_related_places_alone() -> None:
    """A finding about the project as a whole still draws its related places."""
    expected = """\
warning[RF502 unused-definition]: nothing uses `vip`
  ::: rules/routing.yaml:1:1
   |
 1 | rules:
   | ----- here
"""
    assert expected == render_text([replace(WHOLE, related=(Related(at(ROUTING, "rules"), "here"),))])


def test_span_of_several_lines() -> None:
    """A stretch of several lines is underlined to the end of its first line and says where it ends."""
    related = Related(Span(ROUTING, 0, len(ROUTING.text)), "the whole list")
    expected = """\
error[RF403 unknown-option]: this is a list
  --> rules/routing.yaml:2:5
   |
 2 |   - id: vip_first
   |     ^^^^^^^^^^^^^ … to line 3
   |
  ::: rules/routing.yaml:1:1
   |
 1 | rules:
   | ------ … to line 3 the whole list
"""
    span = Span(ROUTING, ROUTING.text.index("id"), len(ROUTING.text))
    assert expected == render_text([Diagnostic(OPTION, "this is a list", span, related=(related,))])


def test_line_break_belongs_to_its_line() -> None:
    """A stretch that ends with the break of its first line does not go on."""
    assert picture("when: a\nthen: b\n", 6, 8) == ["when: a", "      ^"]


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "underline"),
    [
        pytest.param("if: срочно", 4, 10, "if: срочно", "    ^^^^^^", id="Russian"),
        pytest.param("[عاجل, x]", 1, 5, "[عاجل, x]", " ^^^^", id="Arabic"),
        pytest.param("🚑🚑: x", 4, 5, "🚑🚑: x", "      ^", id="after emoji"),
        pytest.param("日本: 本", 4, 5, "日本: 本", "      ^^", id="East Asian"),
        pytest.param("e\u0301e\u0301: x", 6, 7, "e\u0301e\u0301: x", "    ^", id="after combining marks"),
        pytest.param("\u0301" * 40, 39, 40, "\u0301" * 40, "^", id="a mark on nothing"),
        pytest.param("ne\u0301", 2, 3, "ne\u0301", " ^", id="a combining mark itself"),
        pytest.param("\tx: y", 1, 2, "    x: y", "    ^", id="after a tab"),
        pytest.param("a\tb", 1, 2, "a    b", " ^^^^", id="a tab itself"),
        pytest.param("a: b\r\nc: d\r\n", 3, 4, "a: b", "   ^", id="CRLF"),
        pytest.param("a: b\r\nc: d\r\n", 5, 6, "a: b", "    ^", id="inside CRLF"),
        pytest.param("a\x1b[31mb", 6, 7, "a␛[31mb", "      ^", id="after an escape sequence"),
        pytest.param("a\u202eb", 2, 3, "a<U+202E>b", "         ^", id="after a bidirectional control"),
        pytest.param("a: ", 3, 3, "a:", "   ^", id="empty span at the end"),
        pytest.param("a: b\n", 5, 5, "", "^", id="after the last line break"),
        pytest.param("abc", 1, 1, "abc", " ^", id="empty span"),
        pytest.param("", 0, 0, "", "^", id="empty file"),
        pytest.param("abc", 5, 9, "abc", "   ^", id="past the end"),
    ],
)
def test_underline(text: str, start: int, end: int, line: str, underline: str) -> None:
    """The underline stands under its characters, whatever stands before them."""
    assert [line, underline] == picture(text, start, end)


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        pytest.param("x" * 120, 0, 3, ["x" * 120, "^^^"], id="a line that just fits"),
        pytest.param("x" * 121, 0, 3, ["x" * 120 + "…", "^^^"], id="the end is cut"),
        pytest.param(
            "x" * 500 + "urgnt" + "y" * 500,
            500,
            505,
            ["…" + "x" * 57 + "urgnt" + "y" * 58 + "…", " " * 58 + "^^^^^"],
            id="both sides are cut",
        ),
        pytest.param(
            "x" * 200 + "urgnt", 200, 205, ["…" + "x" * 115 + "urgnt", " " * 116 + "^^^^^"], id="the beginning"
        ),
        pytest.param(
            "a" + "x" * 500, 1, 501, ["…" + "x" * 120 + "…", " " + "^" * 121], id="a stretch that is too long"
        ),
        pytest.param("日" * 100, 0, 1, ["日" * 60 + "…", "^^"], id="wide characters"),
        pytest.param("a" + "\u0301" * 500, 0, 1, ["a" + "\u0301" * 119 + "…", "^"], id="marks without end"),
    ],
)
def test_long_lines(text: str, start: int, end: int, expected: list[str]) -> None:
    """A long line is cut around its stretch, and the cuts show."""
    assert expected == picture(text, start, end)


def test_words_are_shown_safely() -> None:
    """Control characters in messages, names of files and labels do not reach the terminal."""
    source = Source("a\x1b.yaml", "x")
    span = Span(source, 0, 1)
    finding = Diagnostic(
        OPTION, "`\x1b[2J\n` is odd", span, "rule `\u202e`", ("a\x07\nb\x07", ""), (Related(span, "\x00"),)
    )
    expected = """\
error[RF403 unknown-option]: `␛[2J␊` is odd
  --> a␛.yaml:1:1
   |
 1 | x
   | ^
   |
  ::: a␛.yaml:1:1
   |
 1 | x
   | - ␀
   = in: rule `<U+202E>`
   = help: a␇
           b␇
   = help:
"""
    assert expected == render_text([finding])


def test_limit() -> None:
    """Beyond the limit errors come first, in their order, and the rest is counted."""
    report = render_text([WHOLE, URGNT, spanning("a", 0, 1), *[WHOLE] * 9_899], limit=2)
    assert ["RF403", "RF403"] == [line[6:11] for line in report.splitlines() if line.startswith("error")]
    assert "rules/routing.yaml" in report.splitlines()[1]
    assert report.endswith("\n\nand 9,900 more findings; --format json lists all\n")
    assert "warning" not in report


def test_one_over_the_limit() -> None:
    """A single finding left out is counted as one; no room at all leaves only the count."""
    assert render_text([WHOLE, WHOLE], limit=1).endswith("\nand 1 more finding; --format json lists all\n")
    assert render_text([WHOLE], limit=0) == "and 1 more finding; --format json lists all\n"


def test_color() -> None:
    """Colour adds only ANSI numbers: red for errors, yellow for warnings."""
    report = render_text([replace(URGNT, related=(Related(at(ROUTING, "rules"), "here"),)), WHOLE], color=True)
    assert "\x1b[1;31merror[RF403 unknown-option]\x1b[0m\x1b[1m: `urgnt` is not" in report
    assert "\x1b[1;33mwarning[RF502 unused-definition]\x1b[0m" in report
    assert "\x1b[1;31m^^^^^\x1b[0m" in report
    assert "\x1b[36m----- here\x1b[0m" in report


def test_folder() -> None:
    """The folder is put before the names of files."""
    assert "  --> support/rules/routing.yaml:3:37\n" in render_text([URGNT], folder="support")


TEXTS = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\n\r\t日\u0301🚑"), max_size=300)


@given(TEXTS, st.integers(-5, 310), st.integers(-5, 310), st.booleans())
def test_rendering_never_raises(text: str, start: int, end: int, color: bool) -> None:
    """Any stretch of any text can be drawn: printable lines, one underline that lies inside the line it is under."""
    span = Span(Source(text[:10], text), start, end)
    finding = Diagnostic(UNUSED, text, span, text, (text,), (Related(span, text),))
    assert render_text([finding], color=color).encode()
    line, underline = picture(text, start, end)
    assert set(underline.partition(" … to line ")[0]) <= {" ", "^"}
    assert underline.count("^") >= 1
    assert len(underline) <= 150
    assert "\n" not in line
