"""Conditions in words, and their opposites."""

from __future__ import annotations

import pytest

from ruleflow.analysis.words import negated


@pytest.mark.parametrize(
    ("words", "opposite"),
    [
        ("ticket.kind is incident", "ticket.kind is not incident"),
        ("ticket.kind is missing", "ticket.kind is present"),
        ("ticket.kind is blank", "ticket.kind is not blank"),
        ("ticket.kind is 'it is (so)'", "ticket.kind is not 'it is (so)'"),
        ("ticket.kind in [a, b]", "ticket.kind not in [a, b]"),
        ("now during office", "now outside office"),
        ("ticket.kind before the event is a", "ticket.kind before the event is not a"),
        ("ticket.subject contains 'order is late'", "not (ticket.subject contains 'order is late')"),
        ("ticket.subject contains 'closed during lunch'", "not (ticket.subject contains 'closed during lunch')"),
        (
            "count (contact.tickets where it.status is open) > 3",
            "not (count (contact.tickets where it.status is open) > 3)",
        ),
        ("any (contact.tickets where it.status is open)", "not (any (contact.tickets where it.status is open))"),
        ("ticket.a is b or ticket.c", "not (ticket.a is b or ticket.c)"),
        ("ticket.a is not ticket.b", "not (ticket.a is not ticket.b)"),
    ],
)
def test_the_opposite_of_a_condition_is_its_opposite(words: str, opposite: str) -> None:
    """A word inside a text, or inside the brackets of a list, is not the sign of the condition."""
    assert opposite == negated(words)
