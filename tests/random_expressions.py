"""Random trees of expressions, such as the reader may make: for the printer and for all that changes trees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from ruleflow.source import Source, Span
from ruleflow.syntax.expressions import (
    Aggregate,
    Aggregated,
    And,
    Arithmetic,
    Ask,
    Between,
    Call,
    Changed,
    Compare,
    Comparison,
    During,
    Expr,
    Fact,
    Fallback,
    Has,
    If,
    In,
    Items,
    Literal,
    MatchText,
    Negate,
    NodeId,
    Not,
    Or,
    Presence,
    Quantified,
    Quantity,
    SetTest,
    TextTest,
    Word,
)
from ruleflow.types.durations import CalendarDays, WorkingDays

_HERE = (Span(Source("random", ""), 0, 0), NodeId(0))
_TEXTS = st.text(st.sampled_from("ab '\"\\ntd\n\täÄя👨‍👩‍👧#:,[]{}%@"), max_size=8) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=5
)
_DECIMALS = st.decimals(0, 10**9, places=3, allow_nan=False, allow_infinity=False)
_ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=2, minutes=30))])
_FIRST, _LAST = datetime.fromisoformat("0003-01-01"), datetime.fromisoformat("9990-01-01")
_VALUES = st.one_of(
    st.booleans(),
    st.integers(0, 10**30),
    _DECIMALS.map(lambda number: abs(number).quantize(Decimal("0.001"))),
    _TEXTS,
    st.dates(),
    st.times().map(lambda one: one.replace(microsecond=0)),
    st.builds(lambda at, zone: at.replace(tzinfo=zone), st.datetimes(_FIRST, _LAST), _ZONES),
    st.builds(
        lambda h, m, s: timedelta(hours=h, minutes=m, seconds=s), *(st.integers(0, most) for most in (999_999,) * 3)
    ),
    st.integers(0, 999_999).map(CalendarDays),
    st.integers(0, 999_999).map(WorkingDays),
)
_NAMES = st.sampled_from(["vip", "high", "now", "any", "count", "office", "min"])
_PATHS = st.sampled_from(["ticket.subject", "event.from", "contact.segments", "it.a_b"])


def _leaf() -> st.SearchStrategy[Expr]:
    return st.one_of(
        _VALUES.map(lambda value: Literal(value, *_HERE)),
        _NAMES.map(lambda name: Word(name, *_HERE)),
        _PATHS.map(lambda path: Fact(path, *_HERE)),
    )


def _above(below: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    many = st.lists(below, min_size=2, max_size=4).map(tuple)
    some = st.lists(below, max_size=3).map(tuple)
    maybe = st.none() | below
    texts = st.sampled_from(TextTest)
    return st.one_of(
        st.builds(lambda parts: And(parts, *_HERE), many),
        st.builds(lambda parts: Or(parts, *_HERE), many),
        st.builds(lambda one: Not(one, *_HERE), below),
        st.builds(lambda one: Negate(one, *_HERE), below),
        st.builds(lambda how, a, b: Compare(how, a, b, *_HERE), st.sampled_from(Comparison), below, below),
        st.builds(lambda a, b, c: Between(a, b, c, *_HERE), below, below, below),
        st.builds(lambda a, b, no: In(a, b, no, *_HERE), below, below, st.booleans()),
        st.builds(lambda how, a, b: Has(how, a, b, *_HERE), st.sampled_from(SetTest), below, below),
        st.builds(
            lambda how, a, b, exact: MatchText(how, a, (b,), False, exact, *_HERE), texts, below, below, st.booleans()
        ),
        st.builds(
            lambda how, a, b, exact: MatchText(how, a, b, True, exact, *_HERE), texts, below, some, st.booleans()
        ),
        st.builds(lambda how, a, no: Ask(how, a, no, *_HERE), st.sampled_from(Presence), below, st.booleans()),
        st.builds(lambda a, b, c: Changed(a, b, c, *_HERE), below, maybe, maybe),
        st.builds(lambda a, b, out: During(a, b, out, *_HERE), below, below, st.booleans()),
        st.builds(lambda how, a, b: Arithmetic(how, a, b, *_HERE), st.sampled_from("+-*/%"), below, below),
        st.builds(lambda a, b, c: If(a, b, c, *_HERE), below, below, below),
        st.builds(lambda a, b: Fallback(a, b, *_HERE), below, below),
        st.builds(lambda how, a, b: Quantified(how, a, b, *_HERE), st.sampled_from(Quantity), below, maybe),
        st.builds(
            lambda how, a, b, c: Aggregated(how, a, b, c, *_HERE), st.sampled_from(Aggregate), below, below, maybe
        ),
        st.builds(lambda name, parts: Call(name, parts, *_HERE), st.sampled_from(["age", "lower"]), some),
        st.builds(lambda parts: Items(parts, *_HERE), some),
    )


EXPRESSIONS: st.SearchStrategy[Expr] = st.recursive(_leaf(), _above, max_leaves=15)
"""Trees of every kind of node; they need not make sense to the checker."""
