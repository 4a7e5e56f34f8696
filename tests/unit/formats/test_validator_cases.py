"""Our validators beside the test suites of seven other projects: where we disagree is on record, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from ruleflow.formats.formats import FORMATS
from tests.unit.formats.validator_cases import RELEASE, Case, answer, read_cases, recorded


def disagreements(cases: Iterable[Case]) -> set[str]:
    """The ids of the cases to which we answer otherwise."""
    return {case.id for case in cases if (found := answer(case)) is not None and found is not case.valid}


def other_release() -> bool:
    """Whether the data of libphonenumber here is not that of the record; it moves every other week."""
    import phonenumbers

    return phonenumbers.__version__ != RELEASE


def is_phone(case_id: str) -> bool:
    """Whether a case is about a phone number."""
    return case_id.startswith("phone")


@pytest.fixture(scope="module")
def all_cases(shared_folder: Path) -> tuple[Case, ...]:
    """All cases, for those who have them."""
    return tuple(read_cases(shared_folder / "data" / "validator_cases.jsonl"))


def test_extract(repository: Path) -> None:
    """Of the shipped extract of the cases exactly those on record disagree."""
    cases = tuple(read_cases(repository / "tests" / "data" / "validator_cases.jsonl"))
    asked = {case.id for case in cases if not (is_phone(case.id) and other_release())}
    assert len(cases) > 150
    assert set(recorded(repository)) & asked == disagreements(cases) & asked


def test_all_cases(repository: Path, all_cases: tuple[Case, ...]) -> None:
    """Of all cases of the kinds that we have exactly those on record disagree."""
    known = {case_id for case_id in recorded(repository) if not is_phone(case_id)}
    assert known == {case_id for case_id in disagreements(all_cases) if not is_phone(case_id)}
    assert sum(answer(case) is not None for case in all_cases) == 3_564


def test_phone_numbers(repository: Path, all_cases: tuple[Case, ...]) -> None:
    """The same of phone numbers, by the release of their data that the record was made with."""
    if other_release():
        pytest.skip(f"the record was made with release {RELEASE} of phonenumberslite, another one is installed")
    known = {case_id for case_id in recorded(repository) if is_phone(case_id)}
    assert known == {case_id for case_id in disagreements(all_cases) if is_phone(case_id)}


def test_phone_numbers_as_people_write_them(all_cases: tuple[Case, ...]) -> None:
    """Nearly all examples of libphonenumber are taken in their international form, those of the US in the national one."""
    examples = [case for case in all_cases if case.kind == "phone" and "international" in case.options]
    abroad = [FORMATS["phone_international"].check(case.options["international"]) is None for case in examples]
    at_home = [
        FORMATS["phone_us"].check(case.options["national"]) is None
        for case in examples
        if case.options["region"] == "US"
    ]
    assert sum(abroad) / len(abroad) > 0.99
    assert [True] * 3 == at_home


def test_page_lists_the_record(repository: Path) -> None:
    """The page about the cases lists every disagreement on record under its reason, and counts them."""
    page = (repository / "docs" / "validator-cases.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^### (\S+)\n\n(.+?)(?=\n\n###|\Z)", page, re.MULTILINE | re.DOTALL))
    listed = {
        case_id: reason for reason, part in parts.items() for case_id in re.findall(r"\b[a-z_0-9]+-\d{4}\b", part)
    }
    counts = {reason: int(re.findall(r"\((\d+) cases?\)", part)[0]) for reason, part in parts.items()}
    assert recorded(repository) == listed
    assert {reason: list(listed.values()).count(reason) for reason in parts} == counts
