"""Does a decision have what a test expects? A subset match: what the test does not name does not matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

EXACT_LISTS = frozenset({"matched", "shadow"})
"""Lists that must be equal as they stand, in order."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place in the decision, `outcome.ticket.priority`, that is not as expected. `found` None: nothing is there."""

    path: str
    expected: Any
    found: Any


def mismatches(expected: Mapping[str, Any], decision: Mapping[str, Any]) -> tuple[Mismatch, ...]:
    """Every place at which a decision (as JSON) differs from what is expected.

    Mappings match as subsets; `matched` and `shadow` must be equal; in any other list each expected item must match an
    item of its own, in any order, and plain lists have nothing beyond. `not_matched` names rules that must not match.
    """
    rest = {key: value for key, value in expected.items() if key != "not_matched"}
    found = list(_differences("", rest, decision))
    unwanted = [rule for rule in expected.get("not_matched", ()) if rule in decision["matched"]]
    found += [Mismatch("not_matched", rule, "it matched") for rule in unwanted]
    return tuple(found)


def _differences(path: str, expected: Any, found: Any) -> Iterator[Mismatch]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from _differences(f"{path}.{key}" if path else str(key), value, found.get(key))
    elif isinstance(expected, list) and isinstance(found, list) and path not in EXACT_LISTS:
        if not _covers(expected, found):
            yield Mismatch(path, expected, _as_far_as_asked(expected, found))
    elif not _same(expected, found):
        yield Mismatch(path, expected, found)


def _as_far_as_asked(expected: Sequence[Any], found: Sequence[Any]) -> list[Any]:
    """The items found, records with no more than the parts that some expected item names."""
    keys = {key for one in expected if isinstance(one, Mapping) for key in one}
    return [
        {key: value for key, value in one.items() if key in keys} if keys and isinstance(one, Mapping) else one
        for one in found
    ]


def _covers(expected: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether each expected item has an item of its own, and plain lists have no others."""
    left = list(found)
    for item in expected:
        at = next((at for at, one in enumerate(left) if not any(_differences("item", item, one))), None)
        if at is None:
            return False
        del left[at]
    return not left or any(isinstance(one, Mapping) for one in found)


def _same(expected: Any, found: Any) -> bool:
    """Equality as a test means it: `true` is not 1, and 2.50 is 2.5."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, int | Decimal) and isinstance(found, int | float | Decimal):
        return Decimal(str(expected)) == Decimal(str(found))
    return bool(expected == found)
