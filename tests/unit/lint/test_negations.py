from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lint.linting import asks, condition_of, linted, mended, told

TRAP = "ticket.subject not contains 'spam' or ticket.subject not contains 'offer'"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("not (ticket.priority is not urgent)", "ticket.priority is urgent"),
        ("not (ticket.priority != urgent)", "ticket.priority is urgent"),
        ("not (ticket.priority not in [low, normal])", "ticket.priority in [low, normal]"),
        ("not (ticket.subject not contains 'spam')", "ticket.subject contains 'spam'"),
        ("not (contact.email is not missing)", "contact.email is missing"),
        (
            "not (not (ticket.channel is phone or ticket.priority is high))",
            "(ticket.channel is phone or ticket.priority is high)",
        ),
        ("not not ticket.channel is phone", "ticket.channel is phone"),
    ],
)
def test_double_negations_are_undone(condition: str, expected: str, tmp_path: Path) -> None:
    """A negation of a negated test is the test."""
    assert ["RF804"] == [number for number, _ in told(tmp_path / "a", asks(condition))]
    assert expected == condition_of(mended(tmp_path / "b", asks(condition)))


@pytest.mark.parametrize(
    "condition",
    [
        "not (ticket.priority is urgent)",
        "ticket.priority is not urgent",
        "not (ticket.subject contains 'spam')",
        "not (ticket.channel is phone and ticket.priority is not urgent)",
    ],
)
def test_single_negations_are_fine(condition: str, tmp_path: Path) -> None:
    """One negation is what it seems."""
    assert [] == told(tmp_path, asks(condition))


def test_none_of_a_list_is_fine(tmp_path: Path) -> None:
    """`none:` negates what stands in its list, negated or not: that reads well."""
    text = asks("x").replace("|-\n      x", "{none: [ticket.priority is not urgent]}")
    assert [] == told(tmp_path, text)


@pytest.mark.parametrize("proves", [True, False])
def test_two_negations_joined_by_or(proves: bool, tmp_path: Path) -> None:
    """They are told once, with the prover and without it, and can be joined by `and`."""
    assert ["RF508"] == [number for number, _ in told(tmp_path / "a", asks(TRAP), proves=proves)]
    found = mended(tmp_path / "b", asks(TRAP), unsafe=True, proves=proves)
    assert TRAP.replace(" or ", " and ") == condition_of(found)
    assert () == found.findings


def test_two_negations_in_a_segment(tmp_path: Path) -> None:
    """Conditions of segments are looked into, too."""
    text = f"segments:\n  real: {{color: '#ffffff', when: \"{TRAP.replace('ticket.subject', 'contact.service_notes')}\"}}\n"
    found = linted(tmp_path, text.replace("when: ", "when: "))
    assert ["RF405", "RF405"] == [one.code.number for one in found]
    guarded = text.replace('when: "', 'when: "contact.service_notes is present and (').replace(
        "'offer'\"", "'offer')\""
    )
    assert ["RF508"] == [number for number, _ in told(tmp_path / "b", guarded)]


@pytest.mark.parametrize(
    "condition",
    [
        "ticket.subject not contains 'spam' and ticket.subject not contains 'offer'",
        "not (ticket.subject contains 'spam' and ticket.subject contains 'offer')",
        "ticket.subject not contains 'spam' or ticket.body not contains 'offer'",
        "ticket.subject not contains 'spam' or ticket.subject contains 'offer'",
    ],
)
def test_negations_that_are_meant(condition: str, tmp_path: Path) -> None:
    """Joined by `and`, under one `not`, or of two facts they say what they seem to."""
    assert [] == told(tmp_path, asks(condition))
