"""Counting many things with a few examples of each, in bounded room."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

MOST_EXAMPLES = 3
MOST_KEYS = 1_000
"""Different things that are counted apart; what comes later is counted together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was there, and the first examples."""

    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Counts(Generic[Key]):
    """Counts by key. `more` counts what had no room any more."""

    most: int = MOST_KEYS
    more: int = 0
    _counts: dict[Key, int] = field(default_factory=dict)
    _examples: dict[Key, list[str]] = field(default_factory=dict)

    def add(self, key: Key, example: str = "") -> None:
        """Count one."""
        if key not in self._counts and len(self._counts) >= self.most:
            self.more += 1
            return
        self._counts[key] = self._counts.get(key, 0) + 1
        if example:
            examples = self._examples.setdefault(key, [])
            if len(examples) < MOST_EXAMPLES and example not in examples:
                examples.append(example)

    def __getitem__(self, key: Key) -> int:
        return self._counts.get(key, 0)

    def __len__(self) -> int:
        return len(self._counts)

    @property
    def total(self) -> int:
        """All together."""
        return sum(self._counts.values()) + self.more

    def ranked(self) -> Iterator[tuple[Key, Counted]]:
        """Each with its count, the most frequent first; of equal ones in the order of their texts."""
        for key in sorted(self._counts, key=lambda one: (-self._counts[one], str(one))):
            yield key, Counted(self._counts[key], tuple(self._examples.get(key, ())))
