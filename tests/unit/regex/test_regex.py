"""Regular expressions with words of every script, in linear time."""

from __future__ import annotations

import pytest

from ruleflow.regex.regex import Regex, RegexProblem, compile_regex


def search(pattern: str, text: str, *, ignore_case: bool = True) -> bool:
    """Whether a pattern that compiles matches somewhere."""
    regex = compile_regex(pattern, ignore_case=ignore_case)
    assert isinstance(regex, Regex), regex
    return regex.search(text)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\bкот\b", "я люблю кот!", True),
        (r"\bкот\b", "котик", False),
        (r"\Bик\b", "котик", True),
        (r"\Bот", "от", False),
        (r"^\bнет\b$", "нет", True),
        (r"^\bнет\b\s\bда", "нет да", True),
        (r"(^|\W)да(\W|$)", "ну да.", True),
        (r"\w+@\w+", "naïve@žluť", True),
        (r"^[\w-]+$", "ä-ö", True),
        (r"^\d+$", "١٢٣", True),
        (r"^\S+$", "a\u00a0b", False),
        (r"^\W$", "👋", True),
        ("СРОЧНО", "срочно!", True),
        ("Äiti", "äITI", True),
        (r"\p{Greek}+", "αβγ", True),
        (r"[^a]\b", "aб", True),
        (r"\Qa.b\E", "a.b", True),
        (r"\Qa.b\E", "axb", False),
        (r"a{2,3}", "caab", True),
        (r"x{,2}", "x{,2}", True),
        ("مرحبا", "قال مرحبا", True),
        ("", "anything", True),
    ],
)
def test_search(pattern: str, text: str, found: bool) -> None:
    """Words, digits, white space and edges know every script; case is folded letter by letter."""
    assert found is search(pattern, text)


def test_case_and_whole_texts() -> None:
    """`ignore_case` False minds case; `fullmatch` takes the whole text."""
    assert not search("a", "A", ignore_case=False)
    regex = compile_regex(r"A-\d{6}")
    assert isinstance(regex, Regex)
    assert (True, False, False) == tuple(regex.fullmatch(text) for text in ("A-123456", "xA-123456", "A-123456\n"))
    edged = compile_regex(r"\bä\b")
    assert isinstance(edged, Regex)
    assert (True, False) == (edged.fullmatch("ä"), edged.fullmatch("ää"))
    assert compile_regex("a") == compile_regex("a") != compile_regex("a", ignore_case=True)


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("a(?=b)", "(?=b"),
        ("a(?!b)", "(?!b"),
        ("(?<=a)b", "(?<="),
        (r"(a)\1", r"\1"),
        (r"a\Z", r"\Z"),
        (r"\u263a", r"\u"),
        ("a++", "++"),
        ("(?>a)", "(?>a"),
        ("a{1001}", "{1001}"),
        ("(a", "(a"),
        ("a)", "a)"),
        ("[a", "[a"),
        (r"[\W]", r"[\W]"),
        ("*a", "*"),
        ("[z-a]", "z-a"),
        ("a\\", "\\"),
        ("(a{1000}){1000}", "{1000}"),
    ],
)
def test_what_is_not_there_is_explained(pattern: str, place: str) -> None:
    """Whatever cannot be used is named at its place, with what to write instead."""
    problem = compile_regex(pattern)
    assert isinstance(problem, RegexProblem)
    assert place == pattern[problem.start : problem.end]
    assert problem.message
    assert problem.help


def test_limits() -> None:
    """A pattern of a thousand and one characters, or with half a surrogate pair, is refused."""
    assert isinstance(compile_regex("a" * 1001), RegexProblem)
    assert isinstance(compile_regex("\ud800"), RegexProblem)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", r"^\b(a+)+\b$"])
def test_nothing_hangs(pattern: str) -> None:
    """Patterns that other engines never finish are answered at once, with and without word edges."""
    assert not search(pattern, "a" * 50_000 + "!")
    assert not search(pattern, "a" * 50_000 + "é!")


def test_marks_in_the_text_are_no_edges() -> None:
    """A text that holds the characters used as marks is searched like any other."""
    assert not search(r"\bq", "x\ue000é")
    assert search(r"\bé", "\ue000é")
