"""Lines of files as HTML."""

from __future__ import annotations

from html import unescape
from re import sub

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.service.console.source import coloured


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=200))
def test_colours_change_nothing_of_the_text(text: str) -> None:
    """Without its tags each line is what was written, whatever it is, and no tag is ours but for colours."""
    lines = coloured(text)
    assert text.split("\n") == [unescape(sub(r"</?span[^>]*>", "", str(line.html))) for line in lines]
    assert [*range(1, len(lines) + 1)] == [line.number for line in lines]
    assert "<" not in sub(r'<span class="y-[a-z]">|</span>', "", "".join(str(line.html) for line in lines))


def test_the_parts_of_yaml_are_told_apart() -> None:
    """Keys, texts and comments have a class each; a text over several lines is closed on each of them."""
    lines = coloured("a: 'x\n  y' # why", 7)
    assert ["y-k", "y-s", "y-c"] == [name for name in ("y-k", "y-s", "y-c") if name in str(lines)]
    assert [7, 8] == [line.number for line in lines]
    assert all(str(line.html).count("<span") == str(line.html).count("</span>") for line in lines)


def test_what_is_very_long_is_cut() -> None:
    """A line of a megabyte does not make a page of a megabyte."""
    assert 2_001 == len(str(coloured("x" * 1_000_000, is_yaml=False)[0].html))
