"""Texts as editors and as we count in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from ruleflow.lsp.text import Text

PIECES = [*"ab:- ", "\n", "\r\n", "\r", "ж", "ä", "🎫", "\u2028", "\x0b"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def test_columns_count_units_of_the_encoding() -> None:
    """An emoji is two units of UTF-16, four of UTF-8 and one of UTF-32."""
    found = [Text("a🎫ж: x", encoding).position(2) for encoding in ("utf-16", "utf-8", "utf-32")]
    assert [Position(0, 3), Position(0, 5), Position(0, 2)] == found


def test_a_place_inside_a_character_is_its_beginning() -> None:
    """Half an emoji does not exist."""
    assert 1 == Text("a🎫b").offset(Position(0, 2))


def test_a_place_past_the_end_is_the_end() -> None:
    """Past the end of a line, or of the text."""
    text = Text("ab\r\ncd")
    assert (2, 6, 6) == (text.offset(Position(0, 99)), text.offset(Position(1, 99)), text.offset(Position(9, 0)))


def test_lines_end_only_where_the_protocol_says() -> None:
    """A line separator of Unicode ends no line, a lone carriage return does."""
    text = Text("a\u2028b\rc\r\nd")
    assert [Position(0, 2), Position(1, 0), Position(2, 0)] == [text.position(at) for at in (2, 4, 7)]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """Offsets count after it, as everywhere else; the editor counts it."""
    text = Text("\ufeffab")
    assert ("ab", Position(0, 2), 1) == (text.text, text.position(1), text.offset(Position(0, 2)))


@given(TEXTS, ENCODINGS, st.data())
def test_an_offset_comes_back_from_its_position(whole: str, encoding: str, data: st.DataObject) -> None:
    """For every place but the one between the two signs of a line end."""
    text = Text(whole, encoding)
    offset = data.draw(st.integers(0, len(whole)))
    if whole[offset - 1 : offset + 1] != "\r\n":
        assert offset == text.offset(text.position(offset))


@given(TEXTS, ENCODINGS)
def test_columns_are_the_length_of_the_encoded_line(whole: str, encoding: str) -> None:
    """Each column is the number of units before it on its line."""
    text, (codec, size) = Text(whole, encoding), _CODECS[encoding]
    for offset in range(len(whole) + 1):
        found = text.position(offset)
        before = whole[text.offset(Position(found.line, 0)) : offset]
        assert found.character == len(before.encode(codec)) // size


@given(TEXTS, TEXTS, ENCODINGS, st.data())
def test_an_edit_puts_a_text_in_place_of_a_range(whole: str, fresh: str, encoding: str, data: st.DataObject) -> None:
    """What is before and behind the range stays."""
    text = Text(whole, encoding)
    start = text.offset(text.position(data.draw(st.integers(0, len(whole)))))
    end = text.offset(text.position(data.draw(st.integers(start, len(whole)))))
    assert whole[:start] + fresh + whole[end:] == text.edited(text.range(start, end), fresh).whole


def test_an_edit_of_an_empty_text() -> None:
    """The first letters of a new file."""
    assert "rules:" == Text("").edited(Range(Position(0, 0), Position(0, 0)), "rules:").whole
