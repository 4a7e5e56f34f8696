"""Liquid texts: what they read, how they render, what they may not do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ruleflow.templates.liquid_text import LiquidProblem, LiquidText, parse_liquid, render
from ruleflow.templates.template_file import split_template

FACTS: dict[str, Any] = {
    "contact": {"first_name": "Аня", "tickets": [{"subject": "ä<b>"}, {"subject": "👋"}]},
    "ticket": {"created_at": datetime(2026, 3, 1, 18, tzinfo=UTC), "subject": "now"},
}


def parsed(text: str) -> LiquidText:
    """A text that must be readable."""
    found = parse_liquid(text)
    assert isinstance(found, LiquidText), found
    return found


def test_placeholders_know_path_place_and_fallback() -> None:
    """Each read of a fact is found, also in loops and conditions, with whether something stands in for it."""
    text = (
        "{{ contact.first_name | default: 'x' }} {{ contact.last_name }}"
        "{% if contact.phone %}{{ contact.phone }}{% else %}{{ contact.email }}{% endif %}"
        "{% for t in contact.tickets %}{{ t.subject }}{{ forloop.index }}{% endfor %}{% assign a = 1 %}{{ a }}"
    )
    found = parsed(text).placeholders
    assert [
        ("contact.first_name", True),
        ("contact.last_name", False),
        ("contact.phone", True),
        ("contact.phone", True),
        ("contact.email", False),
        ("contact.tickets", True),
        ("contact.tickets[].subject", False),
    ] == [(one.path, one.has_fallback) for one in found]
    assert all(text[one.start : one.end] in {one.path, "t.subject"} for one in found)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Hei {{ contact.first_name }}!", "Hei Аня!"),
        ("{{ contact.nothing }}{{ nobody.there }}", ""),
        ("{% for t in contact.tickets %}{{ t.subject }},{% endfor %}", "ä<b>,👋,"),
        ("{{ ticket.created_at | date: '%d.%m.%Y %H:%M' }}", "01.03.2026 18:00"),
        ("{{ ticket.subject | date: '%Y' }}", "now"),
        ("{{ 'today' | date: '%Y' }}", "today"),
        ("{{ contact.first_name | upcase }}", "АНЯ"),
        ("plain مرحبا", "plain مرحبا"),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}", "123"),
    ],
)
def test_render(text: str, rendered: str) -> None:
    """Facts stand where placeholders were; what is missing is empty; the clock is never read."""
    assert rendered == render(parsed(text), FACTS)


def test_html_is_escaped() -> None:
    """In HTML values are escaped, in plain text they stay as they are."""
    text = parsed("{% for t in contact.tickets %}{{ t.subject }}{% endfor %}")
    assert "ä&lt;b&gt;👋" == render(text, FACTS, html=True)


@pytest.mark.parametrize(
    "text",
    [
        "{{ x",
        "{% if a %}",
        "{% nothing %}",
        "{{ a | nothing }}",
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{% for i in (1..1000000000) %}{% endfor %}",
        "{{ (1..a.b) | join: ',' }}",
        "a" * 100_000 + "{{ b }}",
    ],
)
def test_what_is_no_template(text: str) -> None:
    """Whatever cannot be read, or asks for files or endless work, has a problem inside the text and a hint."""
    found = parse_liquid(text)
    assert isinstance(found, LiquidProblem)
    assert 0 <= found.start <= found.end <= len(text)
    assert found.message
    assert found.help


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..5000) %}{% for j in (1..5000) %}{% endfor %}{% endfor %}",
        "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..90) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
        "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..90) %}{% assign x = x | replace: 'a', x %}{% endfor %}{{ x }}",
        "{% assign x = 9 %}{% for i in (1..900) %}{% assign x = x | times: x %}{% endfor %}{{ x }}",
        "{% for i in (1..9000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}",
    ],
)
def test_too_much_work_ends(text: str) -> None:
    """A template that loops or grows without end is stopped with a problem that says so."""
    found = render(parsed(text), FACTS)
    assert isinstance(found, LiquidProblem)
    assert "too much" in found.message


@pytest.mark.parametrize(
    ("text", "header", "body"),
    [
        ("---\nsubject: x\n---\nBody\n", "subject: x\n", "Body\n"),
        ("---\r\nsubject: x\r\n---\r\nBody", "subject: x\r\n", "Body"),
        ("Body\n---\n", "", "Body\n---\n"),
        ("---\n---\n", "", ""),
        ("", "", ""),
    ],
)
def test_parts_of_a_file(text: str, header: str, body: str) -> None:
    """The header stands between two lines of dashes at the top; without it all is body."""
    parts = split_template(text)
    assert parts is not None
    assert (header, body) == (text[parts.header_start : parts.header_end], text[parts.body_start :])


def test_an_open_header_is_none() -> None:
    """A header that is opened and never closed has no parts."""
    assert split_template("---\nsubject: x\n") is None
