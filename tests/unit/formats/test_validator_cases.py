"""Our validators beside the test suites of seven other projects: where we disagree is on record, with the reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ruleflow.formats.formats import FORMATS, date_format

SAME = {
    "email": "email",
    "email_idn": "email",
    "email_rfc": "email",
    "url": "url",
    "ip": "ip",
    "ipv4": "ip",
    "ipv6": "ip",
    "credit_card": "payment_card",
    "us_ssn": "ssn_us",
    "integer": "integer",
    "decimal": "decimal",
    "time": "time",
}
"""The kinds of the cases that we have, and what they are called here."""


def answer(case: dict[str, Any]) -> bool | None:
    """Whether our validator takes the value of a case; None for a kind that we do not have."""
    kind, value = case["kind"], case["value"]
    if not isinstance(value, str):
        return None
    if kind == "date":
        checked = date_format("YYYY-MM-DD")
        return checked is not None and checked.check(value) is None
    if kind == "phone" or (kind == "phone_mobile" and value.startswith("+")):
        return FORMATS["phone_international"].check(value) is None
    if kind not in SAME:
        return None
    version = {"ipv4": ":" not in value, "ipv6": ":" in value}.get(kind, True)
    return FORMATS[SAME[kind]].check(value) is None and version


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """The cases of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def recorded(repository: Path) -> dict[str, str]:
    """The recorded disagreements: id of the case to the reason."""
    with (repository / "tests" / "data" / "validator_disagreements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}


def test_extract(repository: Path) -> None:
    """The shipped extract of the cases agrees, save those on record."""
    known = recorded(repository)
    cases = list(read_cases(repository / "tests" / "data" / "validator_cases.jsonl"))
    assert len(cases) > 150
    assert [] == [case["id"] for case in cases if answer(case) is not case["valid"] and case["id"] not in known]


def test_all_cases(repository: Path, shared_folder: Path) -> None:
    """Of all cases of the kinds that we have exactly those on record disagree; phone numbers follow their own data."""
    known = recorded(repository)
    answers = [(case, answer(case)) for case in read_cases(shared_folder / "data" / "validator_cases.jsonl")]
    asked = [(case, found) for case, found in answers if found is not None and not case["kind"].startswith("phone")]
    assert set(known) == {case["id"] for case, found in asked if found is not case["valid"]}
    assert len(asked) > 1_200


@pytest.mark.parametrize(("kind", "least"), [("phone", 0.99), ("phone_mobile", 0.75)])
def test_phone_numbers(shared_folder: Path, kind: str, least: float) -> None:
    """Numbers are judged by libphonenumber's plan, which moves; nearly all of its own examples agree."""
    cases = [case for case in read_cases(shared_folder / "data" / "validator_cases.jsonl") if case["kind"] == kind]
    answers = [(case, answer(case)) for case in cases]
    asked = [(case, found) for case, found in answers if found is not None]
    agreed = sum(found is case["valid"] for case, found in asked)
    assert agreed / len(asked) >= least
