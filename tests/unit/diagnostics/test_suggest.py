from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.suggest import _distance, listing, nearest, quoted

PRIORITIES = ("low", "normal", "high", "urgent")


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        pytest.param("urgnt", PRIORITIES, "urgent", id="a character is missing"),
        pytest.param("norrmal", PRIORITIES, "normal", id="a character is too much"),
        pytest.param("hogh", PRIORITIES, "high", id="a character is wrong"),
        pytest.param("hgih", PRIORITIES, "high", id="two are swapped"),
        pytest.param("URGENT", PRIORITIES, "urgent", id="case does not count"),
        pytest.param("account-manager", ("account_manager",), "account_manager", id="a dash for a line"),
        pytest.param("ticket.prioritie", ("ticket.priority", "ticket.status"), "ticket.priority", id="dotted"),
        pytest.param("срочнй", ("обычный", "срочный"), "срочный", id="Russian"),
        pytest.param("kiirelinen", ("tavallinen", "kiireellinen"), "kiireellinen", id="Finnish"),
        pytest.param("عاجلل", ("عادي", "عاجل"), "عاجل", id="Arabic"),
        pytest.param("STRASSE", ("straße",), "straße", id="case is folded the Unicode way"),
        pytest.param("priority", ("ticket.priority", "ticket.status"), "ticket.priority", id="the first part left out"),
        pytest.param("prio", ("ticket", "priority"), "priority", id="only the beginning"),
        pytest.param(
            "priority", ("ticket.priority", "company.priority"), None, id="the first part left out, but of which"
        ),
        pytest.param("pa", ("part", "partner"), None, id="two characters begin too much"),
        pytest.param("x", ("y",), None, id="a single character is no typing mistake"),
        pytest.param("banana", PRIORITIES, None, id="nothing near"),
        pytest.param("", PRIORITIES, None, id="no word"),
        pytest.param("high", (), None, id="nothing known"),
        pytest.param("high", ("", "x" * 1_000), None, id="names that are none"),
    ],
)
def test_nearest(word: str, known: tuple[str, ...], expected: str | None) -> None:
    """The name that was probably meant is found, and none where no name is near."""
    assert expected == nearest(word, known)


def test_nearest_breaks_ties() -> None:
    """Of equally near names the one with the same first character stands, then the lesser, in whatever order."""
    assert nearest("team_x", ("xeam_x", "team_b", "team_a")) == "team_a"
    assert nearest("team_x", ("team_a", "team_b", "xeam_x")) == "team_a"


def test_nearest_prefers_fewer_mistakes() -> None:
    """A name with one mistake wins over an earlier one with two."""
    assert nearest("segment_one", ("segmens_ome", "segment_ona")) == "segment_ona"


@given(st.text("abc_.", max_size=12), st.lists(st.text("abc_.", max_size=12), max_size=20))
def test_nearest_answers_from_the_known(word: str, known: list[str]) -> None:
    """The answer is one of the known names or none, and their order does not matter."""
    found = nearest(word, known)
    assert found is None or found in known
    assert found == nearest(word, reversed(known))


def slow_distance(a: str, b: str) -> int:
    """The definition, read off literally."""
    if not a or not b:
        return len(a) + len(b)
    least = min(
        slow_distance(a[:-1], b) + 1,
        slow_distance(a, b[:-1]) + 1,
        slow_distance(a[:-1], b[:-1]) + (a[-1] != b[-1]),
    )
    if a[-1] == b[-2:-1] and b[-1] == a[-2:-1]:
        least = min(least, slow_distance(a[:-2], b[:-2]) + 1)
    return least


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_distance(a: str, b: str, allowed: int) -> None:
    """The fast distance is the slow and obvious one, up to what is allowed."""
    expected = slow_distance(a, b)
    assert (expected if expected <= allowed else None) == _distance(a, b, allowed)


def test_nearest_is_bounded() -> None:
    """Ten thousand long names and a word of a million characters take no noticeable time."""
    known = [f"contact.a_rather_long_name_of_a_field_{number}" for number in range(10_000)]
    begin = process_time()
    assert nearest("contact.a_rather_long_nmae_of_a_field_77", known) == "contact.a_rather_long_name_of_a_field_77"
    assert nearest("x" * 1_000_000, known) is None
    assert process_time() - begin < 5


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param((), "", id="none"),
        pytest.param(("a",), "`a`", id="one"),
        pytest.param(("a", "b"), "`a` and `b`", id="two"),
        pytest.param(("low", "normal", "high"), "`low`, `normal` and `high`", id="their order is kept"),
        pytest.param(("a", "b", "c", "d"), "`a`, `b`, `c` and `d`", id="just as many as asked for"),
        pytest.param(tuple("abcde"), "`a`, `b`, `c`, `d` and 1 more", id="one too many"),
        pytest.param(map(str, range(1_235)), "`0`, `1`, `2`, `3` and 1,231 more", id="a thousand, as they come"),
    ],
)
def test_listing(known: tuple[str, ...], expected: str) -> None:
    """Known names stand in backticks, and what is too much is counted."""
    assert expected == listing(known, limit=4)


def test_quoted() -> None:
    """User text stands in backticks and is cut when it is long."""
    assert quoted("срочно 🚑") == "`срочно 🚑`"
    assert quoted("9" * 5_000) == f"`{'9' * 59}…`"
