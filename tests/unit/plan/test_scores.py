"""What scores come to, and their tests written out as tests of what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ruleflow.plan.canonical import conditions_of
from ruleflow.plan.conditions import Range
from tests.projects import decide, loaded

SCORES = """
fields: {contact.region: {type: choice, options: [north, south]}}
scores:
  spend: {value: contact.lifetime_value, bins: {<= 10: 1, < 20: 2, <= 30: 3, else: 4}}
  open: {value: contact.lifetime_value, bins: {'>= 30': b, '> 10': c}, missing: d}
  plain: {value: contact.lifetime_value}
  kind: {classes: {x: contact.region is north, y: score.spend >= 3, else: z}}
  total: {sum: {score.spend: 0.5, contact.order_count: -2, contact.region is south: 10}}
  word: {join: [score.spend, contact.order_count, score.open]}
  days: {value: days_since(contact.last_purchase_at), bins: {<= 3: 2, else: 1}}
rules:
  - id: told
    stage: notify
    on: ticket.created
    then: [{note: '{{ score.NAME }}'}]
"""
SEEN = "rules:\n  - {id: r, stage: notify, on: ticket.created, when: 'WHEN', then: [{stop: true}]}\n"


def told(folder: Path, name: str, **contact: Any) -> str:
    """A score as a text, '' where it is missing."""
    actions = decide(loaded(folder, SCORES.replace("NAME", name)), contact=contact)["actions"]
    return str(actions[0]["text"]) if actions else ""


@pytest.mark.parametrize(
    ("value", "spend", "open_"),
    [
        (10, "1", "d"),
        (10.01, "2", "c"),
        (19.99, "2", "c"),
        (20, "3", "c"),
        (30, "3", "b"),
        (31, "4", "b"),
        (None, "", "d"),
    ],
)
def test_the_first_bin_that_fits_counts(tmp_path: Path, value: float | None, spend: str, open_: str) -> None:
    """Bounds are in or out as written; what fits no bin, and what is missing, gets what `missing` says."""
    assert spend == told(tmp_path / "a", "spend", lifetime_value=value)
    assert open_ == told(tmp_path / "b", "open", lifetime_value=value)


def test_a_sum_weighs_numbers_and_counts_conditions(tmp_path: Path) -> None:
    """Exact; a part that is missing makes the sum missing."""
    assert "4.5" == told(tmp_path / "a", "total", lifetime_value=5, order_count=3, region="south")
    assert "-1.5" == told(tmp_path / "b", "total", lifetime_value=5, order_count=1, region="north")
    assert "" == told(tmp_path / "c", "total", lifetime_value=5, region="north")


def test_joined_values_stand_one_after_the_other(tmp_path: Path) -> None:
    """Numbers as they are written, classes by their names; a part that is missing makes the whole missing."""
    assert "27c" == told(tmp_path / "a", "word", lifetime_value=15, order_count=7)
    assert "" == told(tmp_path / "b", "word", order_count=7)


def test_the_first_class_that_fits_counts(tmp_path: Path) -> None:
    """And `else` takes everybody else, whatever is missing of them."""
    assert "x" == told(tmp_path / "a", "kind", lifetime_value=25, region="north")
    assert "y" == told(tmp_path / "b", "kind", lifetime_value=25)
    assert "z" == told(tmp_path / "c", "kind")


@pytest.mark.parametrize(
    ("when", "written"),
    [
        ("score.spend >= 3", "contact.lifetime_value >= 20"),
        ("score.spend <= 2", "contact.lifetime_value < 20"),
        ("score.spend in [1, 4]", "contact.lifetime_value <= 10 or contact.lifetime_value > 30"),
        ("score.spend is missing", "contact.lifetime_value is missing"),
        ("score.spend > 0", "contact.lifetime_value is present"),
        ("score.open >= b", "contact.lifetime_value >= 30"),
        ("score.open is d", "contact.lifetime_value <= 10 or contact.lifetime_value is missing"),
        ("score.plain > 7", "contact.lifetime_value > 7"),
        ("score.kind is x", "contact.region is north"),
        ("score.kind is y", "contact.region is not north and contact.lifetime_value >= 20"),
        ("score.spend > 4", "false"),
    ],
)
def test_steps_of_a_field_are_ranges_of_it(tmp_path: Path, when: str, written: str) -> None:
    """So an index, a proof and a comparison of versions see through them."""
    one, other = (
        conditions_of(
            loaded(tmp_path / name, SCORES.split("rules:", maxsplit=1)[0] + SEEN.replace("WHEN", text)).plan.checked
        )["r"]
        for name, text in (("a", when), ("b", written))
    )
    assert repr(other) == repr(one)


def test_a_step_between_two_bounds_is_one_range(tmp_path: Path) -> None:
    """With both ends as the bins have them."""
    text = SCORES.split("rules:", maxsplit=1)[0] + SEEN.replace("WHEN", "score.spend is 2")
    found = conditions_of(loaded(tmp_path, text).plan.checked)["r"]
    assert Range("contact.lifetime_value", 10, 20, low_open=True, high_open=True) == found


def test_a_score_of_something_computed_keeps_its_name(tmp_path: Path) -> None:
    """It is computed once for each stage, however many rules ask."""
    project = loaded(tmp_path, SCORES.split("rules:", maxsplit=1)[0] + SEEN.replace("WHEN", "score.days is 2"))
    assert "Equals(path='score.days', value=2)" == repr(conditions_of(project.plan.checked)["r"])


def test_a_score_sees_what_earlier_stages_wrote(tmp_path: Path) -> None:
    """And not what its own stage writes."""
    text = """
scores: {urgency: {classes: {high: ticket.priority is urgent, else: low}}}
rules:
  - {id: first, stage: classify, on: ticket.created, when: score.urgency is low, then: [{set: {ticket.priority: urgent}}]}
  - {id: second, stage: route, on: ticket.created, when: score.urgency is high, then: [{add_tags: [urgent]}]}
"""
    assert ["first", "second"] == decide(loaded(tmp_path, text))["matched"]


def test_a_score_that_was_never_fitted_is_missing(tmp_path: Path) -> None:
    """Rules that ask for it do not hold; `missing` stands in."""
    text = SEEN.replace("WHEN", "score.s is missing and score.t is 0") + (
        "scores: {s: {value: contact.order_count, fit: {quantiles: [1, 2]}},"
        " t: {value: contact.order_count, fit: {quantiles: [1, 2]}, missing: 0}}\n"
    )
    assert ["r"] == decide(loaded(tmp_path, text), contact={"order_count": 5})["matched"]


def test_a_message_shows_a_score(tmp_path: Path) -> None:
    """As it shows a field, with a fallback where there is none."""
    text = """
scores: {spend: {value: contact.lifetime_value, bins: {'>= 30': much, else: little}}}
templates: {t: t.md}
rules:
  - {id: r, stage: notify, on: ticket.created, then: [{send: {template: t, to: "'a@b.example'"}}]}
"""
    body = "---\nsubject: Hello\n---\nYou spend {{ score.spend | default: 'nothing' }}.\n"
    project = loaded(tmp_path, text, files={"t.md": body})
    said = [
        decide(project, contact=contact)["outcome"]["messages"][0]["body"].strip()
        for contact in ({"lifetime_value": 40}, {"lifetime_value": 4}, {})
    ]
    assert ["You spend much.", "You spend little.", "You spend nothing."] == said
