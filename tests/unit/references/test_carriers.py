"""Who carries a thing in a file of facts: contacts and tickets are data, and no project names them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.project.loading import load_checked
from ruleflow.references.carried import carried_dict, carried_text
from ruleflow.references.carriers import carriers, opened_rows
from ruleflow.references.names import Kind, Name
from ruleflow.replay.tables import Meter, UnreadableTableError
from tests.projects import write_project
from tests.unit.references.test_index import FILES

ROWS = [
    {"contact": {"id": "C1", "segments": ["vip"]}},
    {
        "event": "ticket.created",
        "facts": {"contact": {"id": "C2", "segments": ["42", "reseller"]}, "ticket": {"id": "T1"}},
    },
    {"contact": {"id": "C3", "segments": ["gold"]}, "ticket": {"plan": "gold"}},
    {"contact": {"id": "C4", "segments": ["other"]}, "ticket": {"plan": "fe", "subject": "vip"}},
    {"contact": {"id": "C1", "segments": 42}},
    {"contact": {"id": "C5", "tickets": [{"contract": "tills"}]}},
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The model of a project with a bit of everything."""
    loaded = load_checked(write_project(tmp_path_factory.mktemp("carriers"), FILES), Collector())
    assert loaded is not None
    return loaded.checked.model


def carried(path: Path, name: Name, model: Model) -> tuple[list[int], str]:
    """The rows that carry a thing, and what is told of them."""
    meter = Meter(lambda _: None)
    with opened_rows(path, name, model, meter) as rows:
        found = carried_dict(carriers(rows, name, model), meter, path.name)
    return [one["row"] for one in found["first"]], carried_text(found)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.SEGMENT, "vip", [1, 2, 3, 5]),
        (Kind.SEGMENT, "reseller", [2]),
        (Kind.OPTION, "ticket.plan:gold", [3]),
        (Kind.OPTION, "ticket.plan:iron", [4]),
        (Kind.CONTRACT, "tills", [6]),
        (Kind.FIELD, "ticket.plan", [3, 4]),
    ],
)
def test_lines_of_facts(tmp_path: Path, model: Model, kind: Kind, name: str, expected: list[int]) -> None:
    """In JSON Lines a thing is found by its id, its external id and its old names, in every field that may hold it."""
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert expected == carried(path, Name(kind, name), model)[0]


def test_what_is_told(tmp_path: Path, model: Model) -> None:
    """Contacts are counted once, rows that cannot be read are counted apart."""
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "{broken\n")
    assert (
        "In facts.jsonl, 4 of 7 rows carry it (3 contacts, 1 ticket).\n"
        "  row 1: contact C1, contact.segments\n"
        "  row 2: contact C2, ticket T1, contact.segments\n"
        "  row 3: contact C3, contact.segments\n"
        "  row 5: contact C1, contact.segments\n"
        "  rows that cannot be read: 1\n"
    ) == carried(path, Name(Kind.SEGMENT, "vip"), model)[1]


def test_columns_of_a_table(tmp_path: Path, model: Model) -> None:
    """In CSV a column is called as the field is, and a cell may hold several names."""
    path = tmp_path / "contacts.csv"
    path.write_text(
        "contact.id;contact.segments;note\nC1;vip, reseller;x\nC2;vipx;vip\nC3;\"['gold']\";\nC4;;\n", encoding="utf-8"
    )
    assert [2, 4] == carried(path, Name(Kind.SEGMENT, "vip"), model)[0]


def test_parquet_with_columns_or_objects(tmp_path: Path, model: Model) -> None:
    """In Parquet a column is called as the field is, or holds the object."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    flat, nested = tmp_path / "flat.parquet", tmp_path / "nested.parquet"
    pq.write_table(pa.table({"contact.segments": [["vip"], ["reseller"], None]}), flat)
    pq.write_table(pa.table({"contact": [{"id": "C1", "segments": ["x"]}, {"id": "C2", "segments": ["42"]}]}), nested)
    assert [1] == carried(flat, Name(Kind.SEGMENT, "vip"), model)[0]
    assert [2] == carried(nested, Name(Kind.SEGMENT, "vip"), model)[0]


def test_facts_hold_no_rules(tmp_path: Path, model: Model) -> None:
    """What no field can hold is not looked for."""
    with pytest.raises(UnreadableTableError, match="no field of facts can hold the rule `first`"):
        carried(tmp_path / "facts.jsonl", Name(Kind.RULE, "first"), model)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("contacts.csv", "id,groups\n1,vip\n", "no column of contacts.csv is called `contact.segments`, so nobody knows who carries it"),
        ("contacts.xlsx", "", "the name of contacts.xlsx does not say what it is; it ends in .jsonl, .csv or .parquet"),
    ],
)  # fmt: skip
def test_files_that_say_nothing(tmp_path: Path, model: Model, name: str, text: str, said: str) -> None:
    """A table without the column, or a file of another kind, is refused with the reason."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UnreadableTableError) as error:
        carried(path, Name(Kind.SEGMENT, "vip"), model)
    assert said == str(error.value)
