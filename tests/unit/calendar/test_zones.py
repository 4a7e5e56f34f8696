"""Time zones out of the package, and what the sums rely on."""

from __future__ import annotations

import struct
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise

import pytest

from ruleflow.calendar.index import _ONE_BY_ONE
from ruleflow.calendar.offsets import offsets
from ruleflow.calendar.zones import versions, zone, zone_names

DAY = 86_400
YEAR = 365.2425 * DAY


@pytest.mark.parametrize(
    "name", ["", "Europe", "europe/helsinki", "../zones", "Europe/../UTC", "leapseconds", "Mars/Base", "/UTC", "UTC "]
)
def test_names_that_are_no_zone(name: str) -> None:
    """Folders, other files and other spellings are none, on every machine."""
    assert zone(name) is None


def test_every_zone_there_is() -> None:
    """Each is read once."""
    names = zone_names()
    assert len(names) > 400
    assert all(zone(name) is zone(name) is not None for name in names)
    assert "Europe/Moscow" == getattr(zone("Europe/Moscow"), "key", "")


def test_versions_of_what_time_is_counted_with() -> None:
    """They are those that are installed."""
    assert {name: version(name) for name in ("tzdata", "holidays")} == versions()


def changes(name: str) -> list[int]:
    """The UTC seconds at which a zone changes its clock, from the second part of its file (RFC 9636)."""
    place = files("tzdata") / "zoneinfo"
    for part in name.split("/"):
        place /= part
    content = place.read_bytes()
    first = 44 + _size(content, 0, 4)
    head = first + 44
    count = struct.unpack(">6L", content[first + 20 : head])[3]
    times = struct.unpack(f">{count}q", content[head : head + 8 * count])
    kinds = content[head + 8 * count : head + 9 * count]
    types = content[head + 9 * count :]
    ahead = [struct.unpack(">l", types[6 * kind : 6 * kind + 4])[0] for kind in kinds]
    before = struct.unpack(">l", types[:4])[0]
    return [time for time, (old, new) in zip(times, pairwise([before, *ahead]), strict=True) if old != new]


def _size(content: bytes, at: int, width: int) -> int:
    utc, wall, leap, times, kinds, letters = struct.unpack(">6L", content[at + 20 : at + 44])
    return int(times * (width + 1) + kinds * 6 + letters + leap * (width + 4) + wall + utc)


def test_changes_are_listed_only_for_the_years_that_are_counted_one_by_one() -> None:
    """So the years before and after follow one rule, and those that begin alike are alike."""
    first = (_ONE_BY_ONE.start - 1970) * YEAR
    last = (_ONE_BY_ONE.stop - 1970) * YEAR
    assert [] == [name for name in zone_names() for at in changes(name) if not first + YEAR < at < last - YEAR]


def test_no_zone_changes_its_clock_twice_within_six_days() -> None:
    """So looking every third day finds every change."""
    assert [] == [name for name in zone_names() if any(b - a < 6 * DAY for a, b in pairwise(changes(name)))]


@pytest.mark.parametrize(
    "name", ["Europe/Helsinki", "America/Recife", "Asia/Gaza", "Pacific/Apia", "Africa/Casablanca"]
)
def test_the_changes_found_are_those_of_the_zone(name: str) -> None:
    """To the second."""
    listed = changes(name)
    start, end = listed[0] - 10 * DAY, listed[-1] + 10 * DAY
    there = zone(name)
    assert there is not None
    found = offsets(there, start, end)
    assert listed == [since for since, _, _ in found[1:]]
    assert (start, end) == (found[0][0], found[-1][1])
    assert all(one[1] == other[0] for one, other in pairwise(found))
