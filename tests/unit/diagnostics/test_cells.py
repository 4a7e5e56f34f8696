from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.cells import columns, visible


@pytest.mark.parametrize(
    ("text", "shown", "width"),
    [
        pytest.param("plain", "plain", 5, id="ascii"),
        pytest.param("срочно", "срочно", 6, id="Russian"),
        pytest.param("عاجل", "عاجل", 4, id="Arabic"),
        pytest.param("日本", "日本", 4, id="East Asian"),
        pytest.param("\uff21", "\uff21", 2, id="full width"),
        pytest.param("🚑", "🚑", 2, id="emoji"),
        pytest.param("e\u0301", "e\u0301", 1, id="a combining mark"),
        pytest.param("\u1100\u1161", "\u1100\u1161", 2, id="Hangul of parts"),
        pytest.param("a\u200cb\u200d", "a\u200cb\u200d", 2, id="joiners"),
        pytest.param("\u0600", "\u0600", 1, id="an Arabic number sign"),
        pytest.param("a\u00a0b", "a\u00a0b", 3, id="a no-break space"),
        pytest.param("a\tb", "a    b", 6, id="a tab"),
        pytest.param("\x1b[31m", "␛[31m", 5, id="an escape sequence"),
        pytest.param("\x00\r\n\x7f", "␀␍␊␡", 4, id="control characters"),
        pytest.param("\x9b", "<U+009B>", 8, id="a control character of the second set"),
        pytest.param("\u202e", "<U+202E>", 8, id="a bidirectional control"),
        pytest.param("\u2028", "<U+2028>", 8, id="a line separator"),
        pytest.param("\ud800", "<U+D800>", 8, id="half a character"),
        pytest.param("\U000e0041", "<U+E0041>", 9, id="a tag character"),
    ],
)
def test_visible(text: str, shown: str, width: int) -> None:
    """Text for a terminal shows what would hide, and its columns are known."""
    assert shown == visible(text)
    assert width == columns(text)


@given(st.text(st.characters(exclude_categories=[])))
def test_visible_text_is_safe(text: str) -> None:
    """Whatever the text: nothing that a terminal obeys is left, and the columns are those of what is shown."""
    shown = visible(text)
    assert not {category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert columns(text) == columns(shown)
