"""The fifteen validators, masks, and numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ruleflow.formats.formats import DATE_ORDERS, FORMATS, date_format, format_named
from ruleflow.formats.masking import mask, redact
from ruleflow.formats.numbers import read_decimal, read_integer


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("integer", ["-5", "0", "+12"], ["", "1.5", "1e3", "１２", "1_000", "9" * 41]),
        ("decimal", ["2,25", "1.6", "-,5", "3"], ["", "1.234,5", "NaN", "1e5", "Infinity", "٣"]),
        ("alphanumeric", ["Äiti5", "привет", "e\u0301t\u00e9", "مرحبا1"], ["", "a b", "a-b", "👋", "\u0301"]),
        ("alphanumeric_spaces", ["Oy Ab 24"], ["a-b", "a\tb"]),
        (
            "url",
            [
                "https://example.com/a?b=c#d",
                "http://localhost:8080",
                "https://пример.рф",
                "ftp://1.2.3.4",
                "http://[::1]/",
            ],
            [
                "shop.example",
                "javascript:alert(1)",
                "http://",
                "http://a b.com",
                "http://a_b.com",
                "http://x:99999/",
                "http://@x.com",
                "http://1.2.3",
            ],
        ),
        ("ip", ["192.0.2.1", "2001:db8::1"], ["192.0.2.01", "fe80::1%eth0", "1.2.3.4/24", "x"]),
        (
            "email",
            ["anna@example.com", "анна@пример.рф", "a+b@x.test"],
            ["anna", "Anna <a@b.fi>", "a@b", "a b@c.fi", "@x.fi"],
        ),
        (
            "payment_card",
            ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"],
            ["4111111111111112", "1111", "4111  1111 1111 1111"],
        ),
        ("phone_us", ["(650) 253-0000", "+1 650 253 0000"], ["253-0000", "1-800-FLOWERS", "+44 20 7946 0958"]),
        ("phone_international", ["+358 9 1234567"], ["09 1234567", "+1", "+999 123"]),
        (
            "ssn_us",
            ["123-45-6789", "123456789"],
            ["000-12-3456", "666-12-3456", "912-12-3456", "078-05-1120", "123-456789"],
        ),
        ("time", ["00:00", "23:59"], ["24:00", "9:30", "12:60", "12:00:00"]),
    ],
)
def test_formats(name: str, good: list[str], bad: list[str]) -> None:
    """Each format takes what it should and says what it needs of the rest, without repeating the value."""
    checked = FORMATS[name]
    assert good == [value for value in good if checked.check(value) is None]
    problems = {value: checked.check(value) for value in bad}
    assert bad == [value for value, problem in problems.items() if problem is not None]
    assert all(value not in problem.message for value, problem in problems.items() if problem and len(value) > 6)


@pytest.mark.parametrize(
    ("order", "good", "bad"),
    [
        ("YYYY-MM-DD", "2024-02-29", "2026-02-29"),
        ("YYYY/MM/DD", "2026/03/01", "2026-03-01"),
        ("DD-MM-YYYY", "01-03-2026", "2026-03-01"),
    ],
)
def test_dates(order: str, good: str, bad: str) -> None:
    """A date has the order of its field and exists."""
    checked = date_format(order)
    assert checked is not None
    assert checked.check(good) is None
    assert checked.check(bad) is not None
    assert order in DATE_ORDERS


def test_names() -> None:
    """Formats are found by name; an unknown one is None; card and social security numbers are secrets."""
    assert format_named("email") is FORMATS["email"]
    assert format_named("date", "DD-MM-YYYY") == date_format("DD-MM-YYYY")
    assert (format_named("nothing"), date_format("MM-DD")) == (None, None)
    assert {"payment_card", "ssn_us"} == {name for name, one in FORMATS.items() if one.secret}


def test_numbers() -> None:
    """Numbers come out exact, with a comma or a point."""
    assert (Decimal("2.25"), Decimal("1.6"), None) == (read_decimal("2,25"), read_decimal("1.6"), read_decimal("1,2,3"))
    assert (-5, None) == (read_integer("-5"), read_integer("5."))


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("4111111111111111", "••••••••••••1111"), ("123456789", "•••••••89"), ("abc", "•••"), ("", "")],
)
def test_masks(secret: str, shown: str) -> None:
    """At most four characters and at most a quarter of a secret are shown."""
    assert shown == mask(secret)


def test_free_text_is_redacted() -> None:
    """Card and social security numbers inside a text are masked, other numbers stay."""
    text = "Card 4111 1111 1111 1111, SSN 123-45-6789, order 1234567890123"
    assert "Card •••••••••••••••1111, SSN •••••••••89"[:20] == redact(text)[:20]
    assert "order 1234567890123" in redact(text)
    assert "6789" not in redact("SSN 123-45-6789")[:-2]
