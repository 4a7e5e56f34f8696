"""Tables of tickets: kinds of columns, what the door has against them, and what only whole facts can answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ruleflow.batch import TableError, decide_table, match_table, tables
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.snapshot import BudgetError
from ruleflow.project.project import Project
from ruleflow.project.questions import Refusal
from tests.projects import NOON, loaded
from tests.tables import rows_of

EVENT = "ticket.updated"


def singly(project: Project, table: pa.Table, event: str = EVENT) -> list[list[str] | None]:
    """The rules that match each row, found one by one; None for a row that is refused."""
    found: list[list[str] | None] = []
    for row in rows_of(table):
        read = project.door.read(event, row)
        if not isinstance(read, Facts):
            found.append(None)
            continue
        seen = snapshot_of(project.plan, event, read, NOON, read.values)
        own: list[str] = []
        for stage in project.plan.stages:
            for one in stage.events[event].rules if event in stage.events else ():
                try:
                    own += [one.rule.id] if one.holds(seen) else []
                except BudgetError:
                    continue
        found.append(own)
    return found


def check(project: Project, table: pa.Table, event: str = EVENT) -> list[list[str] | None]:
    """The rules that match each row, after making sure that the table gives the same answers as its rows."""
    expected = singly(project, table, event)
    found = match_table(project, event, table, now=NOON)
    assert expected == found.rules.to_pylist()
    told = [
        (at, one)
        for at, one in enumerate(project.decide_many(event, rows_of(table), now=NOON, workers=1))
        if isinstance(one, Refusal) or one.matched or one.shadow or one.errors
    ]
    assert told == list(decide_table(project, event, table.to_batches(max_chunksize=100), now=NOON))
    return expected


def project_with(folder: Path, *whens: str, fields: str = "", more: str = "") -> Project:
    """A project with a rule for each condition, `r0`, `r1` and so on."""
    rules = "".join(
        f"  - id: r{at}\n    stage: main\n    when: |\n      {when}\n    then: [{{note: n}}]\n"
        for at, when in enumerate(whens)
    )
    root = f"ruleflow: 1\nstages: [main]\nfields:\n  ticket.level: {{type: integer}}\n{fields}{more}"
    return loaded(folder, f"rules:\n{rules}", root)


def test_wide_columns_of_numbers_are_not_read_value_by_value(tmp_path: Path) -> None:
    """Ranges and equalities over thousands of different numbers and instants, with nulls, answer as one by one."""
    project = project_with(
        tmp_path,
        "ticket.level > 100 and ticket.level <= 900",
        "ticket.level is 77",
        "ticket.level in [3, 4, 5000]",
        "ticket.level is missing",
        "ticket.weight < 12.5",
        "ticket.weight between 3.1 and 3.3",
        "ticket.created_at < @2026-03-01T12:00",
        "ticket.weight is 0.7",
        "ticket.weight * 2 > 500",
        fields="  ticket.weight: {type: decimal, min: 0}\n",
    )
    count = 1_500
    start = datetime(2026, 2, 28, tzinfo=UTC)
    table = pa.table(
        {
            "ticket.level": pa.array([None if at % 7 == 0 else at * 13 % 1_021 for at in range(count)], pa.int32()),
            "ticket.weight": pa.array([None if at % 11 == 0 else (at * 7 % 3_000) / 10 for at in range(count)]),
            "ticket.created_at": pa.array(
                [start + timedelta(minutes=at * 3 % 4_001) for at in range(count)],
                pa.timestamp("ns", "Europe/Helsinki"),
            ),
        }
    )
    found = check(project, table)
    assert {f"r{at}" for at in range(9)} == {one for own in found for one in own or ()}


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e-60, -1.0])
def test_a_number_that_the_door_refuses_among_thousands(tmp_path: Path, odd: float) -> None:
    """Its row is refused, the others are decided."""
    project = project_with(
        tmp_path, "ticket.weight > 10", fields="  ticket.weight: {type: decimal, min: 0, default: 11}\n"
    )
    values = [at / 10 for at in range(1_000)] + [odd, None]
    found = check(project, pa.table({"ticket.weight": pa.array(values, pa.float64(), from_pandas=False)}))
    assert None is found[1_000]
    assert ["r0"] == found[1_001]


def test_instants_without_zone_and_of_old_years(tmp_path: Path) -> None:
    """They are meant in the project's zone, clock changes and all; what cannot be written down is refused."""
    project = project_with(tmp_path, "ticket.created_at < @2026-03-29T03:30", more="timezone: Europe/Helsinki\n")
    around = [datetime(2026, 3, 29, 0, 0) + timedelta(minutes=at) for at in range(600)]  # noqa: DTZ001 - meant so
    assert check(project, pa.table({"ticket.created_at": pa.array(around, pa.timestamp("us"))}))
    old = [datetime(1890, 1, 1, tzinfo=UTC) + timedelta(days=at * 100) for at in range(600)]
    found = check(project, pa.table({"ticket.created_at": pa.array(old, pa.timestamp("us", "Europe/Helsinki"))}))
    assert None in found


def test_columns_of_other_types_mean_what_json_would(tmp_path: Path) -> None:
    """Texts for numbers, numbers for texts, dictionaries, decimals, dates, durations, bytes."""
    project = project_with(
        tmp_path,
        "ticket.level >= 2",
        "ticket.subject is 'a'",
        "ticket.day > @2026-01-01",
        "ticket.took > 1h",
        "ticket.clock > @12:00",
        fields="  ticket.day: {type: date}\n  ticket.took: {type: duration}\n  ticket.clock: {type: time}\n",
    )
    columns: list[tuple[str, Any]] = [
        ("ticket.level", pa.array(["1", "2,0", "three", None, ""])),
        ("ticket.level", pa.array([1.5, 2.0, None, 3.0, 1.0])),
        ("ticket.level", pa.array([Decimal("2.0"), Decimal("2.5"), None, Decimal(0), Decimal(7)])),
        ("ticket.level", pa.array([True, False, None, True, False])),
        ("ticket.level", pa.array([2**64 - 1, 0, None, 1, 2], pa.uint64())),
        ("ticket.subject", pa.array([1, 2, None, 3, 4])),
        ("ticket.subject", pa.array([b"a", b"b", None, b"", b"a"])),
        ("ticket.subject", pa.array(["a", "b", None, "", "a"], pa.large_string())),
        ("ticket.subject", pa.array(["a", "b", None, "", "a"], pa.string_view())),
        ("ticket.subject", pa.array(["a", "b", None, "", "a"]).dictionary_encode()),
        (
            "ticket.subject",
            pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2, 3]), pa.array(["a", None, "a", "unused"])),
        ),
        ("ticket.subject", pa.array([["a"], None, [], ["b"], ["a"]])),
        ("ticket.subject", pa.array([{"a": 1}, None, {"a": None}, {"a": 2}, {"a": 1}])),
        ("ticket.subject", pa.array([[("a", 1)], None, [], None, [("b", 2)]], pa.map_(pa.string(), pa.int64()))),
        ("ticket.subject", pa.array(['"a"', None, "{}", "a", "[]"], pa.json_())),
        ("ticket.tags", pa.array([["a"], None, [], ["b"], ["a"]], pa.list_view(pa.string()))),
        (
            "ticket.subject",
            pa.chunked_array(
                [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", None, "a"]).dictionary_encode()]
            ),
        ),
        ("ticket.day", pa.array([date(2026, 3, 1), date(2025, 3, 1), None, date(2026, 1, 1), date(9999, 1, 1)])),
        ("ticket.took", pa.array([timedelta(hours=2), timedelta(0), None, timedelta(1), timedelta(hours=1)])),
        ("ticket.clock", pa.array([1, 43_200_000_000_001, None, 0, 80_000_000_000_000], pa.time64("ns"))),
        ("ticket.subject", pa.nulls(5)),
        ("ticket", pa.array([None, 5, None, 6, 7])),
        ("before", pa.array([None, 5, None, 6, 7])),
        ("unheard.of", pa.array([1, 2, 3, 4, 5])),
    ]
    for name, array in columns:
        assert 5 == len(check(project, pa.table({name: array})))


def test_sets_and_lists(tmp_path: Path) -> None:
    """Sets of few elements and of many, whatever their order; nulls in them; a list that is too long; a fixed size."""
    project = project_with(
        tmp_path,
        "ticket.tags has 't3'",
        "ticket.tags has all of ['t1', 't2']",
        "ticket.tags has none of ['t1', 't70']",
        "ticket.tags is blank",
        "ticket.tags is ['t1', 't2']",
        "contact.emails is missing",
    )
    some = [["t1", "t2"], ["t2", "t1", "t1"], [], None, ["t3", None], ["t70"]]
    many = [[f"t{at}" for at in range(start, start + 5)] for start in range(100)]
    for values in (some, some + many, [*some, [f"t{at}" for at in range(100)]], [*some, ["t3"] * 10_001]):
        check(project, pa.table({"ticket.tags": pa.array(values, pa.list_(pa.string()))}))
        check(project, pa.table({"ticket.tags": pa.array(values, pa.large_list(pa.string()))}))
    two = pa.array([["t1", "t2"], None, ["t3", "t3"]], pa.list_(pa.string(), 2))
    assert ["r1", "r4", "r5"] == check(project, pa.table({"ticket.tags": two}))[0]
    check(project, pa.table({"ticket.tags": pa.array([[1, 2], None, []])}))
    emails = pa.array([["a@example.com"], ["nobody"], None, []], pa.list_(pa.string()))
    assert None is check(project, pa.table({"contact.emails": emails}))[1]


def test_records_come_as_structs_or_as_columns_of_their_parts(tmp_path: Path) -> None:
    """A record is there where one of its parts is; parts are facts of their own."""
    project = project_with(
        tmp_path,
        "ticket.place.city is 'Oulu'",
        "ticket.place is present",
        "ticket.place.floor > 2",
        "ticket.place.city contains 'u'",
        fields="  ticket.place: {type: record, of: {city: text, floor: integer}}\n",
    )
    city, floor = pa.array(["Oulu", None, "Turku", None]), pa.array([None, 3, 1, None])
    by_parts = check(project, pa.table({"ticket.place.city": city, "ticket.place.floor": floor}))
    struct = pa.StructArray.from_arrays([city, floor], ["city", "floor"])
    assert by_parts == check(project, pa.table({"ticket.place": struct}))
    assert [["r0", "r1", "r3"], ["r1", "r2"], ["r1", "r3"], []] == by_parts


def test_clocks_and_contracts_are_asked_of_whole_facts(tmp_path: Path) -> None:
    """What no column can answer is answered row by row, where all else holds."""
    project = project_with(
        tmp_path,
        "sla.first_reply.state is breached and ticket.level > 1",
        "not (sla.first_reply.state is breached)",
        "contract is gold",
        "contract.team is desk or ticket.level is 1",
        "ticket.level changed",
        "ticket.level changed from 1 to 2",
        "contact.segments has rich",
        "contact.segments changed",
        more=(
            "sla: {fast: {targets: {first_reply: 1h}}}\nteams: [desk]\n"
            "segments: {vip: {}, rich: {when: ticket.level > 2}}\n"
            "contracts: {gold: {rating: 1, owner: desk, regulation: fast, applies_when: ticket.level < 3}}\n"
        ),
    )
    table = pa.table(
        {
            "ticket.level": [1, 2, 3, None, 2],
            "ticket.created_at": ["2026-03-02T06:00:00Z"] * 4 + ["2026-03-02T11:59:00Z"],
            "contact.contracts": [["gold"], ["gold"], ["gold"], ["gold"], []],
            "contact.segments": [["vip"], None, [], ["vip"], []],
            "before.ticket.level": [None, 1, 3, 4, 5],
            "before.contact.segments": pa.array([["vip"], ["vip"], None, None, []], pa.list_(pa.string())),
        }
    )
    found = check(project, table)
    assert {f"r{at}" for at in range(8)} == {one for own in found for one in own or ()}
    assert found != check(project, table, "ticket.created")


def test_what_is_due_on_a_timer_is_asked_one_by_one(tmp_path: Path) -> None:
    """Rules of warnings and breaches run where clocks are due, which no column tells."""
    project = loaded(
        tmp_path,
        "rules:\n  - {id: late, stage: main, on: sla.breached, then: [{note: late}]}\n",
        "ruleflow: 1\nstages: [main]\nsla: {fast: {targets: {first_reply: 1h}}}\n",
    )
    table = pa.table({"ticket.sla": ["fast", None], "ticket.created_at": ["2026-03-02T06:00:00Z"] * 2})
    found = list(decide_table(project, "timer", table, now=NOON))
    assert [(0, ("late",))] == [(row, one.matched) for row, one in found if not isinstance(one, Refusal)]


def test_required_fields(tmp_path: Path) -> None:
    """A row without one is refused where its object is there, or the event is about it."""
    project = project_with(
        tmp_path,
        "ticket.level is 1",
        fields="  ticket.code: {type: text, required: true}\n  company.code: {type: text, required: true}\n",
    )
    assert [None, ["r0"]] == check(project, pa.table({"ticket.level": [1, 1], "ticket.code": [None, "x"]}))
    assert [None] == check(project, pa.table({"ticket.level": [1]}))
    companies = {"ticket.code": ["x", "x"], "company.code": [None, "c"], "company.name": ["n", None]}
    assert [None, []] == check(project, pa.table(companies))


def test_a_text_that_is_too_long_keeps_the_others_going(tmp_path: Path) -> None:
    """Rules that look at it are reported, others match."""
    project = project_with(tmp_path, "ticket.subject contains 'a'", "ticket.level is 1")
    texts = ["a" * 100_001, "a", *(f"text {at}" for at in range(3_000))]
    found = check(project, pa.table({"ticket.subject": texts, "ticket.level": [1] * len(texts)}))
    assert [["r1"], ["r0", "r1"]] == found[:2]


def test_many_text_tests_share_one_pass(tmp_path: Path) -> None:
    """Rules that only look at a text of which no two are alike."""
    whens = [f"ticket.subject contains 'word {at} '" for at in range(60)]
    project = project_with(tmp_path, *whens, "ticket.subject matches '9 .9'", "ticket.subject exactly contains 'Word'")
    texts = [f"{'Word' if at % 2 else 'word'} {at % 70} and {at} ä" for at in range(2_500)]
    assert check(project, pa.table({"ticket.subject": [*texts, None]}))[0]


def test_an_empty_table_and_an_unknown_event(tmp_path: Path) -> None:
    """No rows, no answers; on an event that the project does not have every row is refused."""
    project = project_with(tmp_path, "ticket.level is 1", "true")
    assert [] == check(project, pa.table({"ticket.level": pa.array([], pa.int64())}))
    assert [None] == check(project, pa.table({"ticket.level": [1]}), "ticket.eaten")
    assert [["r1"]] == check(project, pa.table({"nothing": [1]}))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"ticket.level": [1], "ticket": [{"level": 2}]}), "two columns name `ticket.level`"),
        (pa.table({"ticket": [1], "ticket.level": [2]}), "cannot both be"),
    ],
)
def test_columns_that_name_a_fact_twice(tmp_path: Path, table: pa.Table, message: str) -> None:
    """The table is not guessed about."""
    project = project_with(tmp_path, "ticket.level is 1")
    with pytest.raises(TableError, match=message):
        match_table(project, EVENT, table, now=NOON)


def test_batches_must_have_the_same_columns(tmp_path: Path) -> None:
    """Batches of one table that do not fit each other are refused."""
    project = project_with(tmp_path, "ticket.level is 1")
    batches = [pa.table({"ticket.level": [1]}), pa.table({"ticket.level": ["1"]})]
    with pytest.raises(TableError, match="same columns"):
        match_table(project, EVENT, batches, now=NOON)


@pytest.mark.parametrize(
    "array",
    [
        pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")),
        pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["a"])),
    ],
    ids=["no UTF-8", "runs"],
)
def test_columns_that_arrow_cannot_give(tmp_path: Path, array: pa.Array) -> None:
    """They are told as an error of the table, by both functions."""
    project = project_with(tmp_path, "ticket.subject is 'a'")
    with pytest.raises(TableError, match="a column cannot be read"):
        match_table(project, EVENT, pa.table({"ticket.subject": array}), now=NOON)
    with pytest.raises(TableError, match="a column cannot be read"):
        list(decide_table(project, EVENT, pa.table({"ticket.subject": array}), now=NOON))


def test_blocks_are_neither_tiny_nor_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches are put together, large ones are cut, by rows and by bytes."""
    monkeypatch.setattr(tables, "ROWS", 10)
    table = pa.table({"n": pa.array(range(35), pa.int64())})
    assert [10, 10, 10, 5] == [len(one) for one in tables.blocks_of(table)]
    assert [9, 9, 9, 8] == [len(one) for one in tables.blocks_of(table.to_batches(max_chunksize=3))]
    monkeypatch.setattr(tables, "BYTES", 4 * 8)
    assert max(len(one) for one in tables.blocks_of(table)) <= 4
    assert list(range(35)) == pa.concat_tables(tables.blocks_of(table))["n"].to_pylist()


def test_batches_are_decided_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that never ends is decided all the same: nothing waits for its end."""
    monkeypatch.setattr(tables, "ROWS", 2)
    project = project_with(tmp_path, "ticket.level is 1")
    endless = repeat(pa.RecordBatch.from_pydict({"ticket.level": [0, 1]}))
    told = islice(decide_table(project, EVENT, endless, now=NOON), 3)
    assert [1, 3, 5] == [row for row, _ in told]


def test_counts_name_every_rule_of_the_event(tmp_path: Path) -> None:
    """Rules that match nothing are counted, too."""
    project = project_with(tmp_path, "ticket.level is 1", "ticket.level is 2")
    found = match_table(project, EVENT, pa.table({"ticket.level": [1, 1, None]}), now=NOON)
    assert {"r0": 2, "r1": 0} == found.counts
