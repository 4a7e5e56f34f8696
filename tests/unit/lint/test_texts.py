from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lint.linting import asks, condition_of, mended, told

FREE = "fields:\n  contact.nick: {type: text, default: ''}\n  contact.code: {type: text, format: {regex: '[A-Z]+'}}\n"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ticket.subject is 'Invoice'", "RF806"),
        ("ticket.subject in ['hello', 'счёт']", "RF806"),
        ("contact.nick is 'VIP' or contact.nick contains 'boss'", "RF806"),
        ("lower(ticket.subject) is 'Invoice'", "RF807"),
        ("'ÄÄ' is lower(contact.nick)", "RF807"),
        ("upper(ticket.subject) in ['INVOICE', 'bill']", "RF807"),
        ("lower(ticket.subject) exactly contains 'VIP'", "RF807"),
        ("contact.nick is 'Cafe\u0301'", "RF808"),
        ("contact.nick matches 'Cafe\u0301'", "RF808"),
        ("ticket.tags has 'cafe\u0301'", "RF808"),
        ("contact.nick is '2026-03-01'", "RF809"),
        ("contact.nick is '2026-03-01T10:00+02:00'", "RF809"),
        ("contact.nick in ['5.0', '6.0']", "RF809"),
    ],
)
def test_what_is_told(condition: str, expected: str, tmp_path: Path) -> None:
    """Case, accents and forms that decide though they should not are told."""
    assert [expected] == [number for number, _ in told(tmp_path, FREE + asks(condition))]


@pytest.mark.parametrize(
    "condition",
    [
        "contact.nick is 'VIP'",
        "contact.code is 'VIP' or contact.code contains 'X'",
        "ticket.subject is '123'",
        "ticket.subject contains 'VIP'",
        "lower(ticket.subject) is 'invoice'",
        "lower(ticket.subject) contains 'VIP'",
        "contact.nick is 'Café'",
        "contact.nick contains 'cafe\u0301'",
        "contact.nick is '12345'",
        "ticket.subject contains '2026-03-01'",
    ],
)
def test_near_misses(condition: str, tmp_path: Path) -> None:
    """Nothing is said of codes, of tests that fold by themselves, and of numbers that may be names."""
    assert [] == told(tmp_path, FREE + asks(condition))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ticket.subject is 'Invoice'", "lower(ticket.subject) is 'invoice'"),
        ("ticket.subject is not 'Счёт'", "lower(ticket.subject) is not 'счёт'"),
        ("lower(ticket.subject) is 'INVOICE'", "lower(ticket.subject) is 'invoice'"),
        ("contact.nick is 'Cafe\u0301'", "contact.nick is 'Café'"),
    ],
)
def test_unsafe_edits(condition: str, expected: str, tmp_path: Path) -> None:
    """They change what is decided, so they are made when asked for only."""
    assert condition == condition_of(mended(tmp_path / "a", FREE + asks(condition)))
    assert expected == condition_of(mended(tmp_path / "b", FREE + asks(condition), unsafe=True))
