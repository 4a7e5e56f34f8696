"""Text as rules look at it."""

from __future__ import annotations

import pytest

from ruleflow.types.text import contains_word, fold, is_blank


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("ПРИВЕТ", "привет"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
        ("\u212a", "k"),
        ("ΣΑΣ", "σας"),
        ("ÄITI", "äiti"),
        ("Ǆ", "ǆ"),
    ],
)
def test_fold(one: str, other: str) -> None:
    """Texts that differ in case only, or in how they are composed, are equal when folded."""
    assert fold(one) == fold(other)
    assert fold(fold(one)) == fold(one)


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("the cat sat", "cat", True),
        ("concatenate", "cat", False),
        ("я люблю кота", "кот", False),
        ("кот, кот!", "кот", True),
        ("on call now", "on call", True),
        ("cat_sat cat", "cat", True),
        ("cat_sat", "cat", False),
        ("a", "", False),
        ("c++ is", "c++", True),
        ("👋 hei", "hei", True),
    ],
)
def test_contains_word(text: str, words: str, found: bool) -> None:
    """A word has edges around it, in every script; several words in a row count as one."""
    assert found is contains_word(text, words)


def test_is_blank() -> None:
    """White space of every kind is nothing to see."""
    assert [True, True, True, False] == [is_blank(text) for text in ("", " \n\t", "\u00a0\u2003", "0")]
