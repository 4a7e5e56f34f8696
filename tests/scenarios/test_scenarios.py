"""Situations where other helpdesks went wrong, each a project with its right answers."""

from __future__ import annotations

from pathlib import Path

import pytest

import ruleflow
from ruleflow.testing.run import run_tests
from tests.projects import NOON, write_project

FOLDER = Path(__file__).parent
SCENARIOS = sorted(place.name for place in FOLDER.iterdir() if (place / "ruleflow.yaml").is_file())


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_decides_as_it_should(name: str) -> None:
    """The project has no findings and its tests pass."""
    assert [] == ruleflow.check(FOLDER / name)
    report = run_tests(ruleflow.load(FOLDER / name))
    assert () == report.failed
    assert len(report.results) >= 2


def test_the_scenarios_are_all_there() -> None:
    """Scenarios 1 and 3 to 18 are here; scenario 2 is the example `client-segments`."""
    assert ["s01", *(f"s{number:02}" for number in range(3, 19))] == [name[:3] for name in SCENARIOS]


def test_the_order_of_files_does_not_matter_across_stages(tmp_path: Path) -> None:
    """Scenario 12 decides alike whichever of its two files comes first."""
    texts = {place.name: place.read_text(encoding="utf-8") for place in (FOLDER / "s12_chain").glob("*.yaml")}
    renamed = {
        "ruleflow.yaml": texts["ruleflow.yaml"],
        "b.yaml": texts["a_notify.yaml"],
        "a.yaml": texts["b_priority.yaml"],
    }
    facts = {"contact": {"segments": ["vip"]}, "ticket": {"subject": "Help"}}
    decisions = [
        ruleflow.load(folder).decide("ticket.created", facts, now=NOON)
        for folder in (FOLDER / "s12_chain", write_project(tmp_path, renamed))
    ]
    assert decisions[0].matched == decisions[1].matched
    assert decisions[0].actions == decisions[1].actions


def test_who_lost_and_why_is_told() -> None:
    """Scenario 1: the explanation says that the reseller's route lost, to whom, and by which rule of the language."""
    facts = {"contact": {"segments": ["vip", "reseller"]}}
    text = (
        ruleflow.load(FOLDER / "s01_vip_group")
        .explain("ticket.created", facts, rule="reseller_route", now=NOON)
        .to_text()
    )
    assert "✗ route team resellers — `vip_route` wins: the first rule in file order stands" in text
