"""Sorting more than memory holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.views import external_sort
from ruleflow.views.external_sort import ExternalSort, SpillError

PAIRS = st.lists(st.tuples(st.binary(max_size=2), st.binary(max_size=40)), max_size=120)


def sorted_with(pairs: list[tuple[bytes, bytes]], limit: int | None, memory: int) -> list[tuple[bytes, bytes]]:
    """What a sort gives, closed afterwards."""
    sort = ExternalSort(limit, memory)
    try:
        for key, record in pairs:
            sort.add(key, record)
        return list(sort.sorted())
    finally:
        sort.close()


@given(PAIRS, st.one_of(st.none(), st.integers(1, 130)), st.sampled_from([1, 300, 2_000, 10**6]))
def test_it_is_sorted_whatever_memory_there_is(
    pairs: list[tuple[bytes, bytes]], limit: int | None, memory: int
) -> None:
    """The pairs, or the first of them, as `sorted` has them: by key, those with equal keys in the order they came."""
    assert sorted(pairs, key=lambda pair: pair[0])[:limit] == sorted_with(pairs, limit, memory)


def test_runs_are_merged_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand spills keep few files open, and the order is that of a sort in memory."""
    monkeypatch.setattr(external_sort, "_FAN", 4)
    pairs = [(bytes([at * 7 % 256]), str(at).encode()) for at in range(1_000)]
    sort = ExternalSort(memory=1)
    most = 0
    for key, record in pairs:
        sort.add(key, record)
        most = max(most, len(sort._runs))
    assert most < 20
    assert sorted(pairs, key=lambda pair: pair[0]) == list(sort.sorted())
    sort.close()


def test_with_a_limit_nothing_goes_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be among the first is let go."""
    monkeypatch.setattr(external_sort, "TemporaryFile", None)  # a spill would fail
    pairs = [(str(at * 7919 % 10_007).zfill(5).encode(), b"x" * 100) for at in range(10_007)]
    assert [str(at).zfill(5).encode() for at in range(10)] == [key for key, _ in sorted_with(pairs, 10, 1_000_000)]


def test_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Even while it sorts there is no file that somebody else would have to take away."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sort = ExternalSort(memory=1)
    for at in range(50):
        sort.add(b"k", str(at).encode())
    assert [] == (list(tmp_path.iterdir()) if os.name == "posix" else [])
    assert 50 == len(list(sort.sorted()))
    sort.close()


def test_a_disk_without_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says where there is no room."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(external_sort, "TemporaryFile", full)
    with pytest.raises(SpillError, match=r"there is no room in .* No space left on device"):
        sorted_with([(b"a", b"b")], None, 1)
