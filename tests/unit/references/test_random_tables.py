"""Renaming in random projects with decision tables."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.index import index_of
from ruleflow.references.names import Kind, Name, Role
from ruleflow.references.remove import remove
from ruleflow.references.rename import Edited, InTheWay, rename
from tests.random_projects import BASE, STAGES, conditions, rules
from tests.random_tables import tables

ROOT = f"ruleflow: 1\ntimezone: Europe/Helsinki\nstages: [{', '.join(STAGES)}]\n"
NAMES = [
    (Kind.SEGMENT, "vip"), (Kind.SEGMENT, "old"), (Kind.TEAM, "t1"), (Kind.AGENT, "a1"), (Kind.SLA, "p1"), (Kind.CONTRACT, "c1"),
    (Kind.CALENDAR, "office"), (Kind.OPTION, "ticket.top:x"), (Kind.OPTION, "ticket.bag:y"), (Kind.OPTION, "ticket.first:z"),
    (Kind.FIELD, "ticket.top"), (Kind.FIELD, "contact.amount"), (Kind.DEFINITION, "size"), (Kind.TABLE, "t0x"), (Kind.ROW, "t0x/r0"),
    (Kind.STAGE, "one"),
]  # fmt: skip
MET = "options of two fields meet here, and would no longer be the same words"


def _folder(rules_: str, tables_: str) -> Folder:
    files = {"ruleflow.yaml": ROOT, "base.yaml": BASE, "rules.yaml": rules_, "tables.yaml": tables_}
    return Folder(Path(), tuple(RawFile(name, text.encode()) for name, text in files.items()), lambda _: None)


@settings(max_examples=40)
@given(rules(), tables(5, conditions), st.sampled_from(NAMES))
def test_there_and_back_is_where_one_was(rules_: str, tables_: str, named: tuple[Kind, str]) -> None:
    """Every place is found, or the project would not check; the way back restores rules and tables to the byte."""
    folder, name = _folder(rules_, tables_), Name(*named)
    checked = check_folder(folder, Collector()).checked
    index = index_of(checked)
    if index.definition(name) is None:
        return
    new = name.beside(f"{name.owner}.brand_new" if name.kind is Kind.FIELD else "brand_new")
    there = rename(folder, checked, name, new.id, index)
    if isinstance(there, InTheWay):
        assert (Kind.OPTION, MET) == (name.kind, there.reason)
        return
    between = edited_folder(folder, contents_after(folder, there.edits))
    after = check_folder(between, Collector()).checked
    back = rename(between, after, new, name.id)
    assert isinstance(back, Edited)
    own = {file.name: file.content for file in edited_folder(between, contents_after(between, back.edits)).files}
    assert [rules_.encode(), tables_.encode()] == [own["rules.yaml"], own["tables.yaml"]]


@settings(max_examples=40)
@given(rules(), tables(5, conditions), st.sampled_from(NAMES))
def test_nothing_that_is_named_is_removed(rules_: str, tables_: str, named: tuple[Kind, str]) -> None:
    """What is removed was named nowhere but in lists; what is left has no more errors than before."""
    folder, name, before = _folder(rules_, tables_), Name(*named), Collector()
    checked = check_folder(folder, before).checked
    index = index_of(checked)
    touched, found = remove(folder, checked, name, index, with_lists=True)
    if isinstance(found, InTheWay):
        return
    uses = {use.span for use in index.of(name.kind, name.id) if use.role is Role.USE}
    assert uses <= {use.span for use in touched.uses}
    out = Collector()
    after = index_of(check_folder(edited_folder(folder, contents_after(folder, found.edits)), out).checked)
    assert () == after.of(name.kind, name.id)
    assert [one.message for one in before.sorted() if one.is_error] == [
        one.message for one in out.sorted() if one.is_error
    ]
