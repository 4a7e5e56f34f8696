"""Random decision tables over the vocabulary of `random_projects`: every kind of column, cell, output and hit policy."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

WORDS = ["x", "y", "z"]
SEGMENTS = ["vip", "old", "rich", "rich_vip"]


def _several(items: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(items), min_size=1, max_size=3, unique=True).map(", ".join)


def _values(items: list[str]) -> st.SearchStrategy[str]:
    """Cells of a column without order."""
    some = _several(items)
    return st.one_of(
        some, some, some.map("not {}".format), some.map("missing, {}".format), st.sampled_from(["missing", "present"])
    )


def _ordered(items: list[str]) -> st.SearchStrategy[str]:
    """Cells of a column with order; `items` stand from lowest to highest."""
    places = st.tuples(st.integers(0, len(items) - 1), st.integers(0, len(items) - 1)).map(sorted)
    between = places.map(lambda two: f"{items[two[0]]}..{items[two[1]]}")
    bound = st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(items)).map(" ".join)
    either = st.lists(st.one_of(bound, between), min_size=2, max_size=2).map(", ".join)
    return st.one_of(_values(items), bound, between, either)


COLUMNS: dict[str, st.SearchStrategy[str]] = {
    "ticket.first": _values(WORDS),
    "ticket.top": _ordered(WORDS),
    "ticket.priority": _ordered(["low", "normal", "high", "urgent"]),
    "contact.segments": _values(SEGMENTS),
    "ticket.bag": _values(WORDS),
    "ticket.count": _ordered(["0", "1", "2", "3", "5", "8"]),
    "contact.amount": _ordered(["0", "2.5", "50", "100.5"]),
    "ticket.flag": _values(["true", "false"]),
    "ticket.took": _ordered(["0h30m", "1h30m", "5h"]),
    "ticket.day": _ordered(["1990-02-28", "2026-03-01"]),
    "ticket.clock": _ordered(["11:59", "12:00"]),
    "ticket.region": _values(["north", "south"]),
    "contract": _values(["c1", "c2", "c3"]),
    "contract.rating": _ordered(["5", "9"]),
    "ticket.created_at": _ordered(["2026-03-01T23:59:59+00:00", "2026-03-02T09:30:00+02:00"]),
    "size": _ordered(["0", "3", "8"]),
    "size * 2 - 1": _ordered(["-1", "3", "7"]),
    "weekend": _values(["true", "false"]),
    "now during office": _values(["true", "false"]),
    "ticket.subject contains 'ää'": _values(["true", "false"]),
}
"""What may be asked, with cells for it."""

OUTPUTS = {
    "set ticket.first": [*WORDS, "missing"],
    "set ticket.latest": WORDS,
    "set ticket.top": [*WORDS, "ticket.first ?? x"],
    "set ticket.bottom": ["-3", "0", "2", "size + 1"],
    "set ticket.only": WORDS,
    "set ticket.bag": ["x", "y, z", "[x]"],
    "set_sla": ["p1", "p2", "contract.regulation ?? p1"],
    "route.team": ["t1", "t2", "contract.team ?? t3"],
    "route.agent": ["a1", "contact.account_manager"],
    "add_tags": ["x", "x, привет"],
    "add_to_segments": ["vip", "vip, old"],
    "note.text": ["n {{ ticket.first }}", "a, b"],
    "deny.reason": ["no"],
}
"""What may be done, with cells for it."""

KEYS = [
    "",
    "",
    "",
    "",
    "mode: shadow",
    "rollout: 50%",
    "enabled: false",
    "valid_until: 2026-03-02",
    "on_own_changes: true",
]


@st.composite
def tables(draw: st.DrawFn, most_rows: int = 8, conditions: Callable[[], st.SearchStrategy[str]] | None = None) -> str:
    """The `tables:` of a project, as YAML."""
    lines = ["tables:"]
    for at in range(draw(st.integers(1, 2))):
        lines += [f"  - id: t{at}x", f"    stage: {draw(st.sampled_from(['one', 'two', 'three']))}"]
        lines.append(f"    hit: {draw(st.sampled_from(['first', 'unique', 'collect']))}")
        if draw(st.booleans()):
            lines.append("    on: [ticket.created, ticket.updated]")
        key = draw(st.sampled_from(KEYS))
        lines += [f"    {key}"] if key else []
        if conditions is not None and draw(st.integers(0, 3)) == 0:
            lines += ["    when: |", f"      {draw(conditions())}"]
        lines += ["    rows: |", *(f"      {line}" for line in draw(_grid(most_rows)))]
    return "\n".join(lines) + "\n"


@st.composite
def _grid(draw: st.DrawFn, most_rows: int) -> list[str]:
    asked = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=3, unique=True))
    rare = draw(st.integers(0, 9)) == 0
    names = sorted(OUTPUTS) if rare else sorted(set(OUTPUTS) - {"deny.reason"})
    done = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    own = draw(st.booleans())
    lines = [" | ".join([*(["id"] if own else []), *asked, *done])]
    for row in range(draw(st.integers(1, most_rows))):
        cells = [draw(st.one_of(st.just("-"), COLUMNS[one], COLUMNS[one])) for one in asked]
        told = [draw(st.sampled_from(["-", *OUTPUTS[one]])) for one in done]
        lines.append(" | ".join([*([f"r{row}"] if own else []), *cells, *told]))
    return lines
