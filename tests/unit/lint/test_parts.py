from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lint.linting import asks, condition_of, linted, mended, told


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            "ticket.channel is phone and (ticket.priority is not low or ticket.priority is not high)",
            [("RF801", "ticket.priority is not low or ticket.priority is not high")],
        ),
        ("ticket.channel is phone and true", [("RF801", "true")]),
        ("ticket.channel is phone or false", [("RF802", "false")]),
        (
            "ticket.channel is phone or (ticket.priority is low and ticket.priority is high)",
            [("RF802", "ticket.priority is low and ticket.priority is high")],
        ),
        (
            "contact.satisfaction > 5 and contact.satisfaction > 3",
            [("RF803", "contact.satisfaction > 3")],
        ),
        (
            "contact.satisfaction > 3 and contact.satisfaction > 5",
            [("RF803", "contact.satisfaction > 3")],
        ),
        (
            "ticket.channel is phone or ticket.channel is chat or ticket.channel is phone",
            [("RF803", "ticket.channel is phone")],
        ),
        (
            "ticket.subject contains 'out' or ticket.subject contains 'outage'",
            [("RF803", "ticket.subject contains 'outage'")],
        ),
        (
            "ticket.priority is high and (ticket.priority is high or ticket.channel is phone)",
            [("RF803", "ticket.priority is high or ticket.channel is phone")],
        ),
    ],
)
def test_what_is_told(condition: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    """Parts that always or never hold, and parts that follow from others, are told where they stand."""
    assert expected == told(tmp_path, asks(condition))


@pytest.mark.parametrize(
    "condition",
    [
        "contact.satisfaction > 5 and contact.satisfaction < 9",
        "contact.email is present and contact.email ends with '.fi'",
        "ticket.priority is not low and ticket.priority is not high",
        "(ticket.channel is phone and ticket.priority is high) or (ticket.channel is chat and ticket.priority is high)",
        "ticket.priority >= normal and ticket.priority is not urgent",
        "ticket.subject contains 'outage' and ticket.subject contains 'down'",
        "any (contact.tickets where it.priority is high) or any (contact.tickets where it.priority is low)",
    ],
)
def test_near_misses(condition: str, tmp_path: Path) -> None:
    """Nothing is said of parts that each say something, or of a guard that a value is there."""
    assert [] == told(tmp_path, asks(condition))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("contact.satisfaction > 5 and contact.satisfaction > 3", "contact.satisfaction > 5"),
        ("contact.satisfaction > 3 and contact.satisfaction > 5", "contact.satisfaction > 5"),
        ("((contact.satisfaction > 3)) and (contact.satisfaction > 5)", "(contact.satisfaction > 5)"),
        (
            "ticket.channel is phone and ((contact.satisfaction > 3)) and contact.satisfaction > 5",
            "ticket.channel is phone and contact.satisfaction > 5",
        ),
        (
            "ticket.channel is phone and\n      contact.satisfaction > 5 and\n      contact.satisfaction > 3",
            "ticket.channel is phone and\n      contact.satisfaction > 5",
        ),
        ("ticket.channel is phone or false", "ticket.channel is phone"),
        (
            "(ticket.channel is phone or false) and ticket.priority is high",
            "(ticket.channel is phone) and ticket.priority is high",
        ),
        (
            "ticket.channel is phone and true and contact.satisfaction > 5 and contact.satisfaction > 3",
            "ticket.channel is phone and contact.satisfaction > 5",
        ),
    ],
)
def test_safe_edits(condition: str, expected: str, tmp_path: Path) -> None:
    """What says nothing goes with its brackets and its word; the rest stays as it is written."""
    assert expected == condition_of(mended(tmp_path, asks(condition)))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            "ticket.channel is phone and (ticket.priority is not low or ticket.priority is not high)",
            "ticket.channel is phone and (ticket.priority is not low and ticket.priority is not high)",
        ),
        (
            "ticket.channel is phone or (ticket.priority is low and ticket.priority is high)",
            "ticket.channel is phone or (ticket.priority is low or ticket.priority is high)",
        ),
        ("ticket.priority is low and ticket.priority is high", "ticket.priority is low or ticket.priority is high"),
    ],
)
def test_tests_of_one_fact_are_joined_by_the_other_word(condition: str, expected: str, tmp_path: Path) -> None:
    """What was probably meant is an unsafe edit; a safe one leaves what the author may have meant otherwise."""
    assert expected == condition_of(mended(tmp_path / "a", asks(condition), unsafe=True))
    assert condition == condition_of(mended(tmp_path / "b", asks(condition)))


def test_parts_in_a_list_have_no_edit(tmp_path: Path) -> None:
    """Parts in `all:` and `any:` are told as others are, without an edit."""
    text = asks("x").replace("|-\n      x", "{all: [contact.satisfaction > 5, contact.satisfaction > 3]}")
    (finding,) = linted(tmp_path, text)
    assert ("RF803", ()) == (finding.code.number, finding.fixes)


def test_definitions_and_segments_are_looked_into(tmp_path: Path) -> None:
    """Every condition is, each where it stands."""
    text = (
        "definitions:\n  unhappy: contact.satisfaction < 3 and contact.satisfaction < 5\n"
        "segments:\n  sad: {when: unhappy or unhappy, color: '#ffffff'}\n"
    )
    assert ["RF803", "RF803"] == [number for number, _ in told(tmp_path, text)]


def test_a_definition_is_seen_through(tmp_path: Path) -> None:
    """A part that a definition says already follows from it."""
    text = "definitions:\n  unhappy: contact.satisfaction < 3\n" + asks("unhappy and contact.satisfaction < 5")
    assert [("RF803", "contact.satisfaction < 5")] == told(tmp_path, text)


def test_what_is_proved(tmp_path: Path) -> None:
    """The prover sees what the bounds of fields and several parts together say; its edits are not safe."""
    text = "fields:\n  ticket.n: {type: integer, min: 0, default: 0}\n" + asks(
        "ticket.channel is phone and ticket.n >= 0"
    )
    (finding,) = linted(tmp_path / "a", text, proves=True)
    assert ("RF801", False) == (finding.code.number, finding.fixes[0].safe)
    assert [] == told(tmp_path / "b", text)


def test_several_parts_prove_one(tmp_path: Path) -> None:
    """A part that follows only from all others together is told so."""
    text = "fields:\n  ticket.n: {type: integer, default: 0}\n" + asks(
        "ticket.n > 1 and ticket.n < 4 and ticket.n in [2, 3]"
    )
    found = linted(tmp_path, text, proves=True)
    assert {"RF803"} == {one.code.number for one in found}


def test_a_condition_that_never_holds_is_told_once(tmp_path: Path) -> None:
    """With the prover it is RF504, without it RF802; not both."""
    text = asks("ticket.priority is low and ticket.priority is high")
    assert ["RF504"] == [number for number, _ in told(tmp_path / "a", text, proves=True)]
    assert ["RF802"] == [number for number, _ in told(tmp_path / "b", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "views: {queue: {when: ticket.status is open and (ticket.channel is phone or true)}}\n",
            [("RF801", "ticket.channel is phone or true", "view `queue`")],
        ),
        (
            "tables:\n  - id: t\n    stage: route\n    when: ticket.channel is phone and ticket.channel is phone\n    rows: |\n      ticket.status | add_tags\n      - | x\n",
            [("RF803", "ticket.channel is phone", "table `t`")],
        ),
    ],
)
def test_conditions_of_views_and_tables_are_looked_at(
    text: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    """What holds for rules holds for every condition."""
    found = [one for one in linted(tmp_path, text) if one.code.number.startswith("RF8")]
    assert expected == [(one.code.number, "" if one.span is None else one.span.text, one.within) for one in found]
