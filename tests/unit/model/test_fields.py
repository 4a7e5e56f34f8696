"""The types of fields, their limits and defaults."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ruleflow.model.vocabulary import Resolve
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, SetOf, Simple, Type
from tests.unit.model.projects import one, read


def field(text: str, before: str = "") -> Any:
    """The field `ticket.x` declared by a text."""
    found = read(f"{before}fields:\n  ticket.x: {text}\n")
    assert () == found.found, found.messages
    return found.model.fields["ticket.x"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((simple.value, simple) for simple in list(Simple)[:8]),
        *((kind.value, Reference((kind,))) for kind in Kind),
        ("{type: choice, options: [low, high]}", Choice(("low", "high"))),
        ("{type: choice, options: [low, high], ordered: true}", Choice(("low", "high"), ordered=True)),
        ("{type: choice, options: [да, {id: нет, title: Нет}]}", Choice(("да", "нет"))),
        ("{type: set, of: text}", SetOf(Simple.TEXT)),
        ("{type: set, of: [team, agent]}", SetOf(Reference((Kind.TEAM, Kind.AGENT)))),
        ("{type: set, of: {type: choice, options: [a, b]}}", SetOf(Choice(("a", "b")))),
        ("{type: set, of: choice, options: [a, b]}", SetOf(Choice(("a", "b")))),
        ("{type: list, of: {abroad: boolean, at: date}}", ListOf(Record((("abroad", Simple.BOOLEAN), ("at", Simple.DATE))))),
        ("{type: list, of: {type: text, size: integer}}", ListOf(Record((("type", Simple.TEXT), ("size", Simple.INTEGER))))),
        ("{type: record, of: {street: text, card: {type: text, secret: true}}}",
         Record((("street", Simple.TEXT), ("card", Simple.TEXT)), frozenset({"card"}))),
        ("{type: record, of: {at: {type: record, of: {city: text}}}}", Record((("at", Record((("city", Simple.TEXT),))),))),
    ],
)  # fmt: skip
def test_types(text: str, kind: Type) -> None:
    """Every type of the language is read."""
    assert kind == field(text).type


def test_what_options_are_called_elsewhere() -> None:
    """An option's external id and old names stand for it."""
    found = field("{type: choice, options: [{id: high, external_id: 3, was: [urgent, hot]}, low]}")
    assert {"3": "high", "urgent": "high", "hot": "high"} == found.external_options


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{type: boolean, default: false}", False),
        ("{type: integer, default: 5}", 5),
        ("{type: decimal, default: 2.50}", Decimal("2.5")),
        ("{type: decimal, default: 2.0}", 2),
        ("{type: text, default: ''}", ""),
        ("{type: text, default: 5}", "5"),
        ("{type: text, default: Привет}", "Привет"),
        ("{type: choice, options: [a, b], default: b}", "b"),
        ("{type: datetime, default: '2026-03-01T18:00+03:00'}", datetime(2026, 3, 1, 15, tzinfo=UTC)),
        ("{type: datetime, default: 2026-03-01T18:00}", datetime(2026, 3, 1, 16, tzinfo=UTC)),
        ("{type: date, default: 2026-03-01}", date(2026, 3, 1)),
        ("{type: time, default: '18:00'}", time(18)),
        ("{type: duration, default: 1h30m}", timedelta(minutes=90)),
        ("{type: set, of: text, default: [a, b]}", frozenset({"a", "b"})),
        ("{type: list, of: integer, default: []}", ()),
        ("{type: record, of: {a: text, b: integer}, default: {a: x}}", {"a": "x"}),
        ("{type: list, of: {a: text}, default: [{a: x}]}", ({"a": "x"},)),
        ("{type: text}", None),
    ],
)  # fmt: skip
def test_defaults(text: str, value: object) -> None:
    """A default is read by the type of its field; an instant without an offset is in the project's zone."""
    found = field(text, "timezone: Europe/Helsinki\n")
    assert (value, type(value)) == (found.default, type(found.default))


def test_keys_of_a_field() -> None:
    """Title, limits, unit, resolve, secret and old names are kept."""
    found = field(
        "{type: decimal, title: Сумма, min: -1, max: 2.5, unit: EUR, resolve: highest, secret: true, was: ticket.y, required: true}"
    )
    assert ("Сумма", -1, Decimal("2.5"), "EUR", Resolve.HIGHEST, True, ("ticket.y",), False) == (
        found.title, found.minimum, found.maximum, found.unit, found.resolve, found.secret, found.was, found.optional,
    )  # fmt: skip


def test_a_reference_as_default_is_noted() -> None:
    """The checker learns of a team named as default."""
    model = read("fields: {ticket.x: {type: team, default: sales}}\n").model
    assert [((Kind.TEAM,), "sales", "default of `ticket.x`")] == [
        (use.kinds, use.id, use.within) for use in model.references
    ]


@pytest.mark.parametrize(
    ("text", "code", "message", "help_"),
    [
        ("{type: choice}", "RF127", "a choice needs options", "write `{type: choice, options: [low, high]}`"),
        ("{type: choice, options: []}", "RF127", "a choice needs options", "write"),
        ("choice", "RF127", "a choice needs options", "write"),
        ("{type: set}", "RF127", "a set must say what it holds", "write `{type: set, of: text}`"),
        ("{type: list}", "RF127", "a list must say what it holds", "write `{type: list, of: text}`"),
        ("{type: record}", "RF127", "a record must say what it holds", "write its parts"),
        ("{type: record, of: text}", "RF127", "a record must say what it holds", "write its parts"),
        ("{type: set, of: {a: text}}", "RF127", "a set cannot hold records", "use a list"),
        ("{type: list, of: {type: set, of: text}}", "RF127", "a list cannot hold sets", "a list holds"),
        ("{type: set, of: {type: list, of: text}}", "RF127", "a set cannot hold lists", "use a list"),
        ("{type: list, of: {a: txt}}", "RF116", "`a` cannot be `txt`", "did you mean `text`?"),
        ("{type: list, of: {A: text}}", "RF113", "`A` is not an id", "write `a`"),
        ("{type: choice, options: [{id: a}, {id: a}]}", "RF130", "`a` stands twice", "remove"),
        ("{type: text, options: [a]}", "RF128", "`options` says nothing for the type `text`", "it is for a choice"),
        ("{type: text, of: text}", "RF128", "`of` says nothing for the type `text`", "it is for a set"),
        ("{type: text, min: 1}", "RF128", "`min` says nothing for the type `text`", "it is for a number"),
        ("{type: integer, format: email}", "RF128", "`format` says nothing for the type `integer`", "it is for a text"),
        ("{type: integer, default: 2.5}", "RF129", "the default must be a whole number; found the text `2.5`", "write for instance `5`"),
        ("{type: integer, default: '5'}", "RF129", "the default must be a whole number; found the text `5`", "write"),
        ("{type: boolean, default: yes}", "RF129", "the default must be a yes/no value; found the text `yes`", "write for instance `true`"),
        ("{type: text, default: [a]}", "RF129", "the default must be a text; found a list", ""),
        ("{type: text, default: }", "RF129", "the default must be a text; found nothing", ""),
        ("{type: date, default: 2026-02-30}", "RF129", "the default must be a date; found the text `2026-02-30`", "write for instance `2026-03-01`"),
        ("{type: datetime, default: today}", "RF129", "the default must be a date with time; found the text `today`", "write"),
        ("{type: datetime, default: 2026-02-30T10:00}", "RF129", "the default must be a date with time; found the text `2026-02-30T10:00`", "write"),
        ("{type: duration, default: 2 days}", "RF129", "the default must be a duration; found the text `2 days`", "write for instance `4h`"),
        ("{type: choice, options: [low, high], default: hgih}", "RF129", "the default must be one of the options low, high; found the text `hgih`", "did you mean `high`?"),
        ("{type: choice, options: [low, high], default: zzz}", "RF129", "the default must be one of the options low, high; found the text `zzz`", "the options are `low` and `high`"),
        ("{type: set, of: text, default: a}", "RF129", "the default must be a set of texts; found the text `a`", "write a list"),
        ("{type: record, of: {a: text}, default: x}", "RF129", "the default must be a record; found the text `x`", ""),
        ("{type: record, of: {a: text}, default: {b: x}}", "RF111", "`b` is not a key of the record", "the keys are `a`"),
        ("{type: integer, min: 3, default: 2}", "RF129", "the default of `ticket.x` breaks the limits of the field", "change"),
        ("{type: set, of: integer, max: 3, default: [2, 5]}", "RF129", "the default of `ticket.x` breaks the limits of the field", "change"),
        ("{type: text, format: email, default: nobody}", "RF129", "the default of `ticket.x` breaks the limits of the field", "change"),
        ("{type: text, format: {regex: 'A-\\d+'}, default: B}", "RF129", "the default of `ticket.x` breaks the limits of the field", "change"),
        ("{type: integer, min: 3, max: 2}", "RF142", "`min` 3 is above `max` 2", "no number"),
        ("{type: text, format: {regex: '(a'}}", "RF141", "", ""),
        ("{type: text, format: {regx: 'a'}}", "RF111", "`regx` is not a key of `format`", "did you mean `regex`?"),
        ("{type: text, format: e-mail}", "RF116", "`format` cannot be `e-mail`", "did you mean `email`?"),
    ],
)  # fmt: skip
def test_wrong_fields(text: str, code: str, message: str, help_: str) -> None:
    """Each mistake in a field has one finding that says what it may be."""
    found = one(f"fields:\n  ticket.x: {text}\n")
    assert (code, message or found.message) == (found.code.number, found.message)
    assert " ".join(found.help).startswith(help_)


def test_a_pattern_is_kept() -> None:
    """`{regex: …}` must match the whole text."""
    pattern = field("{type: text, format: {regex: 'A-\\d{6}'}}").pattern
    assert pattern.fullmatch("A-123456")
    assert not pattern.fullmatch("xA-123456")


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "url",
        "ip",
        "payment_card",
        "phone_us",
        "phone_international",
        "ssn_us",
        "alphanumeric",
        "alphanumeric_spaces",
        "time",
    ],
)
def test_formats(name: str) -> None:
    """Every format of the language is known."""
    assert field(f"{{type: text, format: {name}}}").format is not None


@pytest.mark.parametrize(
    ("order", "right", "wrong"),
    [
        ("YYYY-MM-DD", "2026-03-01", "2026/03/01"),
        ("YYYY/MM/DD", "2026/03/01", "01-03-2026"),
        ("DD-MM-YYYY", "31-03-2026", "2026-03-01"),
    ],
)
def test_date_formats(order: str, right: str, wrong: str) -> None:
    """A date in each of the three orders."""
    found = field(f"{{type: text, format: {{date: {order}}}}}").format
    assert found.check(right) is None
    assert found.check(wrong) is not None


def test_card_and_social_security_numbers_are_secrets() -> None:
    """Their formats make a field secret without a word."""
    assert field("{type: text, format: payment_card}").secret
    assert field("{type: text, format: ssn_us}").secret
    assert not field("{type: text, format: date}").secret


def test_a_default_checked_against_a_pattern_may_fit() -> None:
    """A default within the limits is fine."""
    assert field("{type: text, format: {regex: 'A+'}, default: AA}").default == "AA"
    assert field("{type: text, format: email, default: anna@example.com}").default == "anna@example.com"


def test_reserved_roots() -> None:
    """The names that the language keeps are not for fields."""
    assert ["RF313"] == read("fields: {contract.x: text}\n").codes


def test_a_field_inside_a_field() -> None:
    """`ticket.tags.x` would lie inside `ticket.tags`."""
    found = one("fields: {ticket.tags.x: text}\n")
    assert ("RF301", "`ticket.tags.x` lies inside the field `ticket.tags`") == (found.code.number, found.message)
    assert ["`ticket.a` is here"] == [
        each.message for each in one("fields: {ticket.a: text, ticket.a.b.c: text}\n").related
    ]


def test_a_project_declares_a_standard_field_anew() -> None:
    """The project's own stands whole, and the tickets of a contact take its type."""
    model = read("fields: {ticket.priority: {type: choice, options: [a, b], ordered: true}}\n").model
    assert Choice(("a", "b"), ordered=True) == model.fields["ticket.priority"].type
    assert model.fields["ticket.priority"].default is None
    tickets = model.fields["contact.tickets"].type
    assert isinstance(tickets, ListOf)
    assert isinstance(tickets.of, Record)
    assert Choice(("a", "b"), ordered=True) == tickets.of.part("priority")


def test_a_project_declares_the_tickets_of_a_contact_anew() -> None:
    """Then nothing is added to them."""
    assert (
        ListOf(Simple.TEXT)
        == read("fields: {contact.tickets: {type: list, of: text}}\n").model.fields["contact.tickets"].type
    )
