"""Values for form fields that other projects call valid or invalid, and what our validators answer to them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruleflow.formats.formats import TextFormat, format_named
from ruleflow.formats.masking import passes_luhn

RELEASE = "9.0.42"
"""The release of libphonenumber's data with which the disagreements about phone numbers were recorded."""

_SAME = {
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
    "float": "decimal",
    "time": "time",
    "phone": "phone_international",
}


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """One value. Its `repr` is the id alone: a failing test prints no card number."""

    id: str
    kind: str
    value: str
    valid: bool
    options: dict[str, Any]

    def __repr__(self) -> str:
        return self.id


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of a file whose value is a text."""
    with path.open(encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            if isinstance(one["value"], str):
                yield Case(one["id"], one["kind"], one["value"], one["valid"], one.get("options") or {})


def answer(case: Case) -> bool | None:
    """Whether our validator takes the value of a case; None for a kind that we do not have."""
    if case.kind == "luhn":
        return passes_luhn(case.value)
    checked = _format_of(case)
    if checked is None:
        return None
    version = {"ipv4": ":" not in case.value, "ipv6": ":" in case.value}.get(case.kind, True)
    return checked.check(case.value) is None and version


def _format_of(case: Case) -> TextFormat | None:
    if case.kind == "date":
        return format_named("date", _order(case))
    if case.kind == "phone_mobile":
        american = case.options.get("locale") == "en-US"
        international = case.value.startswith("+")
        return format_named("phone_us" if american else "phone_international" if international else "")
    return format_named(_SAME.get(case.kind, ""))


def _order(case: Case) -> str:
    """The order that an admin would choose for the dates that a case is about."""
    if "DD/MM/YY" in json.dumps(case.options):
        return "DD-MM-YYYY"
    return "YYYY/MM/DD" if "/" in case.value else "YYYY-MM-DD"


def recorded(repository: Path) -> dict[str, str]:
    """The recorded disagreements: id of the case to the reason."""
    with (repository / "tests" / "data" / "validator_disagreements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}
