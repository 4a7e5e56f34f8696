"""What differs between two decisions about the same facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_OF_NO_MATTER = frozenset({"version", "decision_id", "project", "at", "event"})
_BY_WHOM = frozenset({"index"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a decision where two differ; None: the one has nothing there."""

    path: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What is decided otherwise, in the order in which a decision tells; what is only counted otherwise is none."""
    return tuple(
        found
        for key in dict.fromkeys([*before, *after])
        if key not in _OF_NO_MATTER
        for found in _between(key, before.get(key), after.get(key))
    )


def _between(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            yield from _between(f"{path}.{key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(path, before, after)
    else:
        yield Difference(path, before, after)


def _between_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Items that only one of the lists has; where both have the same ones, the lists differ in their order.

    Items that have a name (clocks, timers) are compared with those of the same name.
    """
    named, others = _by_name(before), _by_name(after)
    if named and others:
        for name in dict.fromkeys([*named, *others]):
            yield from _between(f"{path}[{name}]", named.get(name), others.get(name))
        return
    old, new = [_plain(one) for one in before], [_plain(one) for one in after]
    gone = _without(old, new)
    come = _without(new, old)
    if not gone and not come and old != new:
        yield Difference(path, old, new)
    yield from (Difference(path, one, None) for one in gone)
    yield from (Difference(path, None, one) for one in come)


def _by_name(items: list[Any]) -> dict[str, Any]:
    """The items by their names; empty where they have none, or two have the same."""
    for key in ("key", "metric"):
        if all(isinstance(item, Mapping) and item.get(key) for item in items):
            found = {str(item[key]): item for item in items}
            return found if len(found) == len(items) else {}
    return {}


def _plain(item: Any) -> Any:
    return {key: value for key, value in item.items() if key not in _BY_WHOM} if isinstance(item, Mapping) else item


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    rest = list(others)
    found = []
    for item in items:
        if item in rest:
            rest.remove(item)
        else:
            found.append(item)
    return found
