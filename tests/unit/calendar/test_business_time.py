"""Business time beside the tests of other projects; `docs/business-time-cases.md` tells what agrees and what does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.calendar.business_time import Case, answer, expected_of, read_cases

EXTRACT = read_cases(Path(__file__).resolve().parents[2] / "data" / "business_time_cases.jsonl")
ELSEWHERE_OTHERWISE = re.compile(r"`((?:biz|working-hours|business-time|php-business-time|pandas)-\d{4})`")


@pytest.fixture(scope="module")
def cases(shared_folder: Path) -> list[Case]:
    file = shared_folder / "data" / "business_time_cases.jsonl"
    if not file.is_file():
        pytest.skip("the data set of business time cases is not beside the repository")
    return read_cases(file)


@pytest.mark.parametrize("case", EXTRACT, ids=[case["id"] for case in EXTRACT])
def test_a_case_of_another_project(case: Case) -> None:
    """Our calendar gives what the other project's test expects, its convention translated."""
    assert expected_of(case) == answer(case)


def test_every_case_agrees_or_is_listed_with_its_reason(cases: list[Case], repository: Path) -> None:
    """All 1,184 cases are run; those that do not agree are the ones that the page lists."""
    listed = ELSEWHERE_OTHERWISE.findall((repository / "docs" / "business-time-cases.md").read_text(encoding="utf-8"))
    assert 1_184 == len(cases)
    assert listed == [case["id"] for case in cases if expected_of(case) != answer(case)]


def test_where_we_do_not_agree_a_slow_walk_over_the_clock_does(cases: list[Case]) -> None:
    """The data set has the answer of a walk for each case that its project answers otherwise; it is ours."""
    references: list[tuple[str, Any, Any]] = [
        (case["id"], expected_of({"expected": case["reference"]}), answer(case)) for case in cases if not case["agree"]
    ]
    assert 11 == len(references)
    assert [] == [(name, walked, ours) for name, walked, ours in references if walked != ours]
