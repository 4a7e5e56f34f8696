"""Tests that are suggested: they pass as they are, and after them each rule that can act was seen acting."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from ruleflow.project.project import check, load
from ruleflow.testing.run import run_tests
from ruleflow.testing.suggest import suggest_tests

EXAMPLES = Path(__file__).parents[3] / "rules-examples"
PROJECTS = sorted(place.name for place in EXAMPLES.iterdir() if place.is_dir())
ROOT = (
    "ruleflow: 1\nteams: [t1, t2]\nstages: [one, {id: route, hit: first}]\nfields: {ticket.amount: {type: integer}}\n"
)


def project(folder: Path, rules: str, tests: str = "") -> Path:
    """A project of rules on `ticket.created`."""
    (folder / "ruleflow.yaml").write_text(f"{ROOT}{tests}", encoding="utf-8")
    text = f"defaults: {{stage: one, on: ticket.created}}\nrules:\n{rules}"
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PROJECTS)
def test_suggested_tests_pass_as_they_are(name: str, tmp_path: Path) -> None:
    """An example without its tests gets tests that have no findings and pass, and that see every rule act."""
    folder = tmp_path / name
    if name == "starter":
        run(["new", str(folder)])
        shutil.rmtree(folder / "tests")
    else:
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("tests"))
    text = suggest_tests(load(folder))
    (folder / "suggested.test.yaml").write_text(text, encoding="utf-8")
    assert [] == check(folder)
    report = run_tests(load(folder))
    assert () == report.failed
    assert report.results
    assert () == report.never_fired
    assert () == report.coverage.never_hit
    assert suggest_tests(load(folder)).count("- name:") == 0


def test_what_is_expected_is_what_the_rule_brings_about(tmp_path: Path) -> None:
    """A test expects all rules that match, and of the outcome the part of its own rule."""
    rules = (
        "  - {id: dear, title: Dear tickets are urgent, when: ticket.amount >= 500, then: [{set: {ticket.priority: urgent}}]}\n"
        "  - {id: rest, stage: route, then: [{route: {team: t1}}]}\n"
    )
    text = suggest_tests(load(project(tmp_path, rules)))
    assert 'name: "Dear tickets are urgent (dear)"' in text
    assert "given: {ticket: {amount: 500}}" in text
    assert "expect: {matched: [dear, rest], outcome: {ticket: {priority: urgent}}}" in text
    assert 'name: "dear does not fire when ticket.amount is 499"' in text
    assert "expect: {not_matched: [dear]}" in text
    assert "expect: {matched: [rest], outcome: {route: {team: t1}}}" in text


def test_only_what_is_missing_is_suggested(tmp_path: Path) -> None:
    """A rule that a test sees acting gets only a test in which it does not, and the other way round."""
    rules = "  - {id: dear, when: ticket.amount >= 500, then: [{note: x}]}\n"
    acting = (
        "tests: [{name: a, event: ticket.created, given: {ticket: {amount: 900}}, expect: {matched: [dear]}}]\n",
        "tests: [{name: a, event: ticket.created, given: {ticket: {amount: 9}}, expect: {matched: []}}]\n",
    )
    first, second = (suggest_tests(load(project(tmp_path, rules, tests))) for tests in acting)
    assert (1, True) == (first.count("- name:"), "not_matched: [dear]" in first)
    assert (1, True) == (second.count("- name:"), "matched: [dear]" in second)


def test_rules_that_cannot_act_are_listed(tmp_path: Path) -> None:
    """A rule behind one that always decides stands on top of the file, with the reason."""
    rules = (
        "  - {id: all, stage: route, then: [{route: {team: t1}}]}\n"
        "  - {id: late, stage: route, when: ticket.amount > 5, then: [{route: {team: t2}}]}\n"
    )
    text = suggest_tests(load(project(tmp_path, rules)))
    assert "# `late` cannot be seen firing: no ticket reaches it" in text


def test_tests_that_would_break_a_promise_are_not_written(tmp_path: Path) -> None:
    """A ticket that breaks a promise of the project is no test to keep: it is told instead."""
    rules = "  - {id: dear, when: ticket.amount >= 500, then: [{set: {ticket.priority: low}}]}\n"
    promise = "properties: [{id: not_low, never: outcome.ticket.priority is low}]\n"
    text = suggest_tests(load(project(tmp_path, rules, promise)))
    assert '# `dear`: with {"ticket": {"amount": 500}} the property `not_low` is broken' in text
    assert "{matched: [dear]" not in text


def test_suggestions_go_to_a_file_that_is_not_there_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--suggest` prints the tests, or writes a new file; it writes over none."""
    folder = project(tmp_path, "  - {id: dear, when: ticket.amount >= 500, then: [{note: x}]}\n")
    assert 0 == run(["test", str(folder), "--suggest"])
    text = capsys.readouterr().out
    out = tmp_path / "new" / "suggested.test.yaml"
    assert 0 == run(["test", str(folder), "--suggest", "--output", str(out)])
    assert text == out.read_text(encoding="utf-8")
    assert 2 == run(["test", str(folder), "--suggest", "--output", str(out)])
    assert 2 == run(["test", str(folder), "--output", str(tmp_path / "other.yaml")])
    assert "--output says where --suggest writes" in capsys.readouterr().err
