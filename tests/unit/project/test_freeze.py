"""Values made plain and back: the same value, of the same type, with whatever it is made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.calendar import holidays
from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.zones import zone
from ruleflow.checker.checked import Constant
from ruleflow.formats.formats import FORMATS, date_format
from ruleflow.model.rules import Rule
from ruleflow.plan.conditions import All, Equals
from ruleflow.project.freeze import Freezer
from ruleflow.project.thaw import Thawer
from ruleflow.source import Source, Span
from ruleflow.syntax.expressions import Fact, Literal, NodeId, Not
from ruleflow.types.durations import CalendarDays, WorkingDays
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, Simple

SOURCE = Source("a.yaml", "rules:\n  - кот")


def there_and_back(value: Any) -> Any:
    """A value after it was kept."""
    freezer = Freezer(range(2026, 2027))
    plain, pool = msgspec.msgpack.decode(msgspec.msgpack.encode([freezer.freeze(value), freezer.pool]))
    return Thawer(pool).thaw(plain)


def told(value: Any) -> Any:
    """A value with the types of all its parts: `1 == True == Decimal(1)`."""
    match value:
        case tuple() | list():
            return type(value), [told(part) for part in value]
        case dict():
            return dict, [(told(key), told(part)) for key, part in value.items()]
        case datetime():
            return datetime, value.isoformat(), value.fold, value.utcoffset()
        case _:
            return type(value), value


OFFSETS = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
    lambda one: timezone(timedelta(seconds=one // timedelta(seconds=1)))
)
SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(2**62, 2**70),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(timezones=st.one_of(st.just(UTC), st.just(zone("Europe/Helsinki")), OFFSETS)),
    st.timedeltas(),
    st.builds(CalendarDays, st.integers(0, 99)),
    st.builds(WorkingDays, st.integers(0, 99)),
    st.sampled_from([*Simple, *Kind]),
)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text("abc"), inner, max_size=3),
        st.builds(Constant, inner),
        st.builds(lambda one: Equals("a.b", one), inner),
    ),
    max_leaves=8,
)


@given(VALUES)
def test_any_value_comes_back(value: Any) -> None:
    """Numbers of any size, decimals with their zeros, instants with zone and fold, whatever is nested in whatever."""
    assert told(value) == told(there_and_back(value))


@given(st.frozensets(st.one_of(st.integers(), st.text("abc"), st.dates()), max_size=5))
def test_sets_come_back(value: frozenset[Any]) -> None:
    """Sets are sets again, whatever the order in which they were kept."""
    assert value == there_and_back(value)


@pytest.mark.parametrize(
    "value",
    [
        Record((("a", ListOf(Choice(("x", "y"), ordered=True))), ("b", Reference((Kind.TEAM,)))), frozenset({"b"})),
        Not(Literal(Decimal("2.50"), Span(SOURCE, 0, 3), NodeId(7)), Span(SOURCE, 1, 4), NodeId(8)),
        All((Equals("a", True), Equals("a", 1), Equals("a", Decimal(1)))),
        FORMATS["email"],
        date_format("DD-MM-YYYY"),
        time(23, 59),
        date.max,
    ],
)
def test_what_a_project_is_made_of_comes_back(value: Any) -> None:
    """Types, expressions, conditions, formats; what compares equal and is of another type stays apart."""
    back = there_and_back(value)
    assert value == back
    assert repr(value) == repr(back)


def test_places_come_back_in_one_source() -> None:
    """Places and numbers of nodes, which equality does not look at, come back, and the text is there once."""
    fact = Fact("ticket.subject", Span(SOURCE, 2, 5), NodeId(3))
    one, other = there_and_back((fact, fact))
    assert (2, 5, 3) == (one.span.start, one.span.end, one.id)
    assert "les" == one.span.text
    assert one.span.source is other.span.source


def test_a_calendar_comes_back_with_its_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public holidays of the years that were kept need not be counted again; those of others are (a year looks at its neighbours)."""
    made = Calendar.from_dict({"always": True, "holidays": {"country": "FI"}, "title": "Office"})
    freezer = Freezer(range(2025, 2028))
    plain = freezer.freeze(made)
    counted: list[int] = []

    def count(country: str, region: str, year: int) -> frozenset[date]:
        counted.append(year)
        return real(country, region, year)

    real = holidays._counted
    monkeypatch.setattr(holidays, "_counted", count)
    monkeypatch.setattr(holidays, "_known", {})
    back = Thawer(freezer.pool).thaw(plain)
    assert (made, "Office") == (back, back.title)
    assert not back.is_working_day(date(2026, 12, 6))
    assert [] == counted
    assert not back.is_working_day(date(2024, 12, 6))
    assert {2023, 2024} == set(counted)


@pytest.mark.parametrize("value", [object(), 1j, bytearray(b"bytes"), {1, 2}, (object(),), Exception("no")])
def test_what_no_project_is_made_of_is_refused(value: Any) -> None:
    """A value of any other class is a mistake of ours, told at once."""
    with pytest.raises(TypeError, match="a project is not made of"):
        Freezer(range(0)).freeze(value)


@pytest.mark.parametrize("plain", [[31], [10_000], ["os.system", "true"], [40], []])
def test_nothing_else_can_be_made(plain: Any) -> None:
    """A number that stands for no class, a name, too few parts: an error, and nothing is run."""
    with pytest.raises((IndexError, TypeError, ValueError)):
        Thawer([]).thaw(plain)


def test_many_threads_may_look_into_one_rule() -> None:
    """Whoever comes first makes it whole; all see the same."""
    span = Span(SOURCE, 0, 5)
    when = Fact("ticket.urgent", span, NodeId(1))
    rules = [Rule(str(number), "route", (), when, (), number, span=span) for number in range(200)]
    lazy = there_and_back(rules)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: [(rule.when, rule.span.end, rule.actions) for rule in lazy], range(8)))
    assert [[(when, 5, ())] * 200] * 8 == seen
    assert rules == lazy
    assert {Rule} == {type(rule) for rule in lazy}
