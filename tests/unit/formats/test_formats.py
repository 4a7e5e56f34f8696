"""The fifteen validators, masks, and numbers as people type them."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.formats.formats import DATE_ORDERS, FORMATS, TextFormat, date_format, format_named
from ruleflow.formats.masking import DOT, mask, redact
from ruleflow.formats.moments import read_date, read_time
from ruleflow.formats.numbers import MAX_DIGITS, read_decimal, read_integer

CARDS = {
    "Visa": "4111 1111 1111 1111",
    "Mastercard": "5555-5555-5555-4444",
    "Mastercard of 2017": "2223003122003222",
    "American Express": "378282246310005",
    "Diners Club": "30569309025904",
    "Discover": "6011111111111117",
    "JCB": "3530111333300000",
    "UnionPay": "6205500000000000004",
    "Mir": "2200000000000053",
    "Maestro of 12 digits": "676770000005",
    "Troy": "9792000000000003",
}
NO_CARDS = {
    "a wrong check digit": "4111111111111112",
    "a length that the brand does not have": "41111111111111117",
    "no brand": "1111111111111117",
    "too short": "1111",
    "two spaces": "4111  1111 1111 1111",
    "a space behind": "4111111111111111 ",
    "Arabic digits": "٤١١١١١١١١١١١١١١١",
    "words around": "card 4111111111111111",
}
NO_SSNS = {
    "area 000": "000-12-3456",
    "area 666": "666-12-3456",
    "area 9xx": "912-12-3456",
    "group 00": "123-00-6789",
    "serial 0000": "123-45-0000",
    "a sample of 1938": "078-05-1120",
    "a sample of 1940": "219-09-9999",
    "one dash": "123-456789",
    "spaces": "123 45 6789",
    "a line behind": "123-45-6789\n",
}
EVERY = (*FORMATS.values(), *(one for order in DATE_ORDERS if (one := date_format(order)) is not None))


def takes(name: str, text: str) -> bool:
    """Whether a format takes a text."""
    return FORMATS[name].check(text) is None


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("integer", ["-5", "0", "+12", "007"], ["", "1.5", "1e3", "１２", "٣", "1_000", "5\n", "9" * 41]),
        ("decimal", ["2,25", "1.6", "-,5", "3"], ["", "1.234,5", "NaN", "1e5", "Infinity", "٣", "1_0", "5.", " 5"]),
        (
            "alphanumeric",
            ["Äiti5", "привет", "e\u0301t\u00e9", "مرحبا1", "क्षेत्र", "東京23"],
            ["", "a b", "a-b", "👋", "\u0301", "1\ufe0f\u20e3", "½", "_", "ab\n", "a\u200db"],
        ),
        ("alphanumeric_spaces", ["Oy Ab 24", "Пункт 7"], ["", "a-b", "a\tb", "a\u00a0b", " \u0301"]),
        (
            "url",
            [
                "https://example.com/a?b=c#d",
                "HTTPS://EXAMPLE.COM",
                "http://localhost:8080",
                "https://пример.рф",
                "http://उदाहरण.भारत/पथ",
                "http://xn--e1afmkfd.xn--p1ai./",
                "ftp://1.2.3.4",
                "http://[::1]/",
                "http://anna:secret@[2001:db8::1]:8443/",
                "https://example.com/👋",
            ],
            [
                "shop.example",
                "//shop.example",
                "javascript:alert(1)",
                "mailto:anna@example.com",
                "http://",
                "http://intranet/",
                "http://a b.com",
                "http://a_b.com",
                "http://-a.com",
                "http://a..com",
                "http://\u093e.com",
                "http://x.example:99999/",
                "http://x.example:0/",
                "http://@x.com",
                "http://a@b@x.com",
                "http://1.2.3",
                "http://1.2.3.04",
                "http://0x7f.1",
                "http://shop.１２",
                "http://[1.2.3.4]/",
                "http://[::1].com/",
                "http://x.com[::1]/",
                "http://[fe80::1%25eth0]/",
                "http://[::1",
                "http://x.example/\u202egnp.exe",
                "http://x.exa\u200bmple/",
                f"http://{'a' * 64}.com",
                f"http://{'a.' * 130}com",
            ],
        ),
        (
            "ip",
            ["192.0.2.1", "2001:db8::1", "::", "::ffff:192.0.2.1"],
            ["192.0.2.01", "fe80::1%eth0", "1.2.3.4/24", "1.2.3", "1.2.3.4:80", "[::1]", "１.2.3.4", "x"],
        ),
        (
            "email",
            ["anna@example.com", "анна@пример.рф", "a+b@x.test", "a@shop.local", "a@b.INVALID", "o’brien@example.com"],
            [
                "anna",
                "Anna <a@b.fi>",
                "a@b",
                "a@test",
                "a@localhost",
                "a b@c.fi",
                "@x.fi",
                "a@-x-.local",
                "a@x_y.local",
            ],
        ),
        (
            "phone_us",
            ["(650) 253-0000", "+1 650 253 0000", "650.253.0000", "+1\u00a0650\u2011253\u20110000", "800-253-0000"],
            ["253-0000", "1-800-FLOWERS", "+44 20 7946 0958", "+1 416 967 1111", "650-253-0000 ext. 5", "123-456-7890"],
        ),
        (
            "phone_international",
            ["+358 9 1234567", "+7 (495) 123-45-67", "+442079460958"],
            ["09 1234567", "00358 9 1234567", "+1", "+999 123", "++358 9 1234567", "tel:+35891234567", "+٣٥٨٩١٢٣٤٥٦٧"],
        ),
        ("time", ["00:00", "23:59"], ["24:00", "9:30", "12:60", "12:00:00", "18:30\n", "6:30 pm", "１２:００"]),
    ],
)
def test_formats(name: str, good: list[str], bad: list[str]) -> None:
    """Each format takes what it should and refuses the rest."""
    assert good == [value for value in good if takes(name, value)]
    assert bad == [value for value in bad if not takes(name, value)]


def test_cards() -> None:
    """Card numbers of the brands are taken, in groups too; what is none is refused."""
    assert [] == [brand for brand, card in CARDS.items() if not takes("payment_card", card)]
    assert [] == [fault for fault, card in NO_CARDS.items() if takes("payment_card", card)]


def test_social_security_numbers() -> None:
    """A number that may have been issued is taken, with both dashes or none; others and printed samples are refused."""
    assert takes("ssn_us", "123-45-6789")
    assert takes("ssn_us", "123456789")
    assert [] == [fault for fault, number in NO_SSNS.items() if takes("ssn_us", number)]


@pytest.mark.parametrize(
    ("order", "good", "bad"),
    [
        ("YYYY-MM-DD", "2024-02-29", ["2026-02-29", "2026-3-1", "0000-01-01", "2026-03-01\n", "２０２６-03-01"]),
        ("YYYY/MM/DD", "2026/03/01", ["2026-03-01", "2026/13/01"]),
        ("DD-MM-YYYY", "01-03-2026", ["2026-03-01", "31-04-2026"]),
    ],
)
def test_dates(order: str, good: str, bad: list[str]) -> None:
    """A date has the order of its field and exists."""
    checked = date_format(order)
    assert checked is not None
    assert checked.check(good) is None
    assert bad == [text for text in bad if checked.check(text) is not None]
    assert order in DATE_ORDERS


def test_dates_and_times_are_read() -> None:
    """What the checks take is read as a date or a time; anything else is None."""
    assert [date(2026, 3, 1)] * 2 == [read_date("01-03-2026", "DD-MM-YYYY"), read_date("2026/03/01", "YYYY/MM/DD")]
    assert (time(18, 30), None) == (read_time("18:30"), read_time("18.30"))
    assert read_date("завтра", "YYYY-MM-DD") is None


def test_names() -> None:
    """Formats are found by name; an unknown one is None; card and social security numbers are secrets."""
    assert format_named("email") is FORMATS["email"]
    assert format_named("date", "DD-MM-YYYY") == date_format("DD-MM-YYYY")
    assert (None, None) == (format_named("nothing"), date_format("MM-DD"))
    assert {"payment_card", "ssn_us"} == {name for name, one in FORMATS.items() if one.secret}


@pytest.mark.parametrize("checked", EVERY, ids=lambda one: f"{one.name} {one.order}".strip())
def test_problems_name_what_would_do(checked: TextFormat) -> None:
    """A problem does not repeat the value, and the examples that it gives are taken by the same format."""
    problem = checked.check("Päivää <b>")
    assert problem is not None
    assert "Päivää" not in problem.message
    examples = re.findall(r"`([^`]+)`", problem.message)
    assert examples == [example for example in examples if checked.check(example) is None]


@given(st.text() | st.from_regex(r"[\w.+-]*@?[\w.:/\[\]%@-]*\.?(test|local|xn--[a-z]{0,3})?", fullmatch=True))
def test_no_text_is_too_odd(text: str) -> None:
    """Every format answers to every text, half surrogates included, and the same text gives the same answer."""
    assert [one.check(text) for one in EVERY] == [one.check(text) for one in EVERY]


@pytest.mark.parametrize("piece", ["a", "1", "1 ", "é.", "a.", "@", "xn--", "a@"])
def test_long_texts_are_answered(piece: str) -> None:
    """A text as long as rules ever look at is answered by every format, without a pattern that runs away."""
    text = piece * (100_000 // len(piece))
    taken = {one.name for one in EVERY if one.check(text) is None}
    assert taken <= {"alphanumeric", "alphanumeric_spaces"}


def test_numbers() -> None:
    """Numbers come out exact, with a comma or a point, and with at most forty digits."""
    assert (Decimal("2.25"), Decimal("1.6"), None) == (read_decimal("2,25"), read_decimal("1.6"), read_decimal("1,2,3"))
    assert (-5, 0, 12, None) == (read_integer("-5"), read_integer("0"), read_integer("+12"), read_integer("5."))
    assert Decimal("0." + "1" * (MAX_DIGITS - 1)) == read_decimal("0," + "1" * (MAX_DIGITS - 1))
    assert (None, None) == (read_decimal("0," + "1" * MAX_DIGITS), read_integer("1" * (MAX_DIGITS + 1)))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_decimals_are_read_back(number: Decimal) -> None:
    """A number written with either decimal sign is read as itself."""
    written = f"{number:f}"
    assert (number, number) == (read_decimal(written), read_decimal(written.replace(".", ",")))


@pytest.mark.parametrize(("length", "shown"), [(0, 0), (3, 0), (4, 1), (9, 2), (11, 2), (16, 4), (40, 4)])
def test_masks(length: int, shown: int) -> None:
    """At most four characters and at most a quarter of a secret are shown."""
    secret = "0123456789" * 4
    assert DOT * (length - shown) + secret[length - shown : length] == mask(secret[:length])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Card ", ", thank you"),
        ("карта ", " 12/27"),
        ("paid with card 1, ", " 1227 123"),
        ("order 77 ", ""),
        ("بطاقة:", "؛ شكرا"),
    ],
)
@pytest.mark.parametrize("brand", ["Visa", "Mastercard", "American Express", "UnionPay"])
def test_cards_in_free_text_are_redacted(brand: str, before: str, after: str) -> None:
    """Card numbers within a text show their last digits only, whatever digits stand beside them."""
    card = CARDS[brand]
    shown = redact(before + card + after)
    assert f"{before}{mask(card)}{after}" == shown


def test_free_text_is_redacted() -> None:
    """Social security numbers within a text are masked; numbers of orders, dates and phones stay."""
    assert f"hetu, SSN {DOT * 9}89!" == redact("hetu, SSN 123-45-6789!")
    plain = "Order 1234567890123, 2026-03-01, +358 9 1234567, 41111111111111111111, 👋"
    assert plain == redact(plain)


def test_page_of_the_validators_is_true(repository: Path) -> None:
    """The values that the page of the validators calls valid are taken, those that it calls invalid are refused."""
    page = (repository / "docs" / "validators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| [^|]*`format: (\w+)`[^|]* \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)
    answers = [
        (name, meant is takes(name, value.strip('"')), value)
        for name, good, bad in rows
        for meant, written in ((True, good), (False, bad))
        for value in re.findall(r"`([^`]+)`", written)
    ]
    assert {name for name, _, _ in answers} == set(FORMATS)
    assert [] == [(name, mask(value)) for name, right, value in answers if not right]
