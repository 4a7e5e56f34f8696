"""Facts as Python holds them, as JSON; what JSON has no way to write is refused as the library refuses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any

import msgspec

from ruleflow.diagnostics import codes
from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.facts import FactProblem
from ruleflow.project.errors import FactsError
from ruleflow.project.fact_files import MAX_DEPTH

_AS_THEY_ARE = frozenset({int, bool, type(None)})


def json_of(facts: object) -> bytes:
    """Facts as JSON; Decimals with all their digits, instants with their offset. Raises `FactsError`.

    A NaN would be written as null, and so be decided as a missing value: it is refused here.
    """
    if not isinstance(facts, Mapping):
        raise FactsError((_problem("", "facts are an object with `ticket`, `contact` and the like"),))
    problems: list[FactProblem] = []
    content = _plain(facts, "", problems)
    if problems:
        raise FactsError(tuple(problems))
    return canonical_json(content)


def _plain(value: Any, pointer: str, problems: list[FactProblem]) -> Any:
    """A value as it can be written. Only names that are texts can be declared, so others say nothing."""
    if value.__class__ in _AS_THEY_ARE:
        return value
    match value:
        case Enum():
            return _plain(value.value, pointer, problems)
        case str():
            return str.__str__(value) if _is_whole(value) else msgspec.Raw(json.dumps(value).encode())
        case int():
            return int(value)
        case float() | Decimal() if not isfinite(value):
            problems.append(_problem(pointer, f"`{value}` is no number"))
        case float():
            return float(value)
        case date() | time():
            return value.isoformat()
        case Mapping() | list() | tuple() | set() | frozenset() if pointer.count("/") >= MAX_DEPTH:
            problems.append(_problem(pointer, f"the facts are nested deeper than {MAX_DEPTH}"))
        case Mapping():
            return {
                str.__str__(name): _plain(one, f"{pointer}/{_escaped(name)}", problems)
                for name, one in value.items()
                if isinstance(name, str)
            }
        case list() | tuple() | set() | frozenset():
            return [_plain(one, f"{pointer}/{at}", problems) for at, one in enumerate(value)]
        case Decimal():
            return value
        case _:
            problems.append(_problem(pointer, f"a value of type {type(value).__name__} cannot be written as JSON"))
    return None


def _is_whole(text: str) -> bool:
    """Whether a text can be written in UTF-8; half of a surrogate pair goes escaped, so that the service judges it."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _problem(pointer: str, message: str) -> FactProblem:
    return FactProblem(pointer, codes.WRONG_FACT.number, message)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
