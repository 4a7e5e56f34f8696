"""A glimpse at one file, beside the look at the whole project."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lsp.folders import overlaid
from ruleflow.lsp.looks import Memory, SupersededError, advice, glimpse, is_across, is_in, look
from ruleflow.project.folder import Folder, read_folder
from ruleflow.references.names import Kind, Name, Role, Use
from tests.conftest import REPOSITORY

NAMES = tuple(sorted(path.parent.name for path in (REPOSITORY / "rules-examples").glob("*/ruleflow.yaml")))
WORDS = ["", "x", "vip", ": ", "- ", "'", "[", "ticket.nobody", " and ", "  ", "\n", "#", "route", "1d"]


def read(name: str) -> Folder:
    """A folder of the examples."""
    found = read_folder(REPOSITORY / "rules-examples" / name, Collector())
    assert found is not None
    return found


def places(findings: Iterable[Diagnostic]) -> set[tuple[str, int, int, str]]:
    """What findings say, and where."""
    return {(one.code.number, one.span.start, one.span.end, one.message) for one in findings if one.span is not None}


@given(st.data())
@settings(max_examples=40)
def test_a_glimpse_says_what_the_whole_says_of_the_file(data: st.DataObject) -> None:
    """Whatever was typed in, but for what takes the rules of other files."""
    folder = read(data.draw(st.sampled_from(NAMES)))
    file = data.draw(st.sampled_from(folder.files))
    text = file.content.decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    typed = text[:start] + data.draw(st.sampled_from(WORDS)) + text[end:]
    edited = overlaid(folder, {file.name: typed.encode()})
    whole = [one for one in look(edited, Memory(), lambda: True).findings if is_in(one, file.name)]
    found = glimpse(edited, file.name, Memory())
    assert places(one for one in whole if not is_across(one.code)) == places(found.findings)


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_a_file_are_those_that_the_whole_knows(name: str) -> None:
    """Each at the same place; but for tables of other files, with their rows."""
    folder = read(name)
    index, memory = look(folder, Memory(), lambda: True).index, Memory()
    tables = {use.name.id: use.span.source.name for use in index.uses if _is_table(use)}
    for file in folder.files:
        elsewhere = {table for table, place in tables.items() if place != file.name}
        own = [use for use in index.uses if use.span.source.name == file.name]
        found = glimpse(folder, file.name, memory).index.uses
        assert named(own, elsewhere) == named(found, elsewhere)


def _is_table(use: Use) -> bool:
    return use.name.kind is Kind.TABLE and use.role is Role.DEFINITION


def named(uses: Iterable[Use], elsewhere: set[str]) -> set[tuple[Name, int, Role]]:
    """What is named where, less tables and rows of other files, which a glimpse takes for rules."""
    return {(use.name, use.span.start, use.role) for use in uses if use.name.id.partition("/")[0] not in elsewhere}


def test_a_look_that_nobody_wants_any_more_is_given_up() -> None:
    """It does not read to the end."""
    folder, memory = read("client-segments"), Memory()
    asked: list[int] = []

    def is_wanted() -> bool:
        asked.append(1)
        return len(asked) < 5

    with pytest.raises(SupersededError):
        look(folder, memory, is_wanted)
    assert 5 == len(asked)


def test_a_file_that_has_not_changed_is_not_parsed_again() -> None:
    """Its document is the same object."""
    folder, memory = read("client-segments"), Memory()
    look(folder, memory, lambda: True)
    before = {name: known[1] for name, known in memory.documents.items()}
    look(overlaid(folder, {"ruleflow.yaml": folder.files[0].content + b"\n"}), memory, lambda: True)
    same = {name for name, known in memory.documents.items() if known[1] is before[name]}
    assert before.keys() - {"ruleflow.yaml"} == same


def test_advice_is_what_check_does_not_say() -> None:
    """Of an example with a rule twice negated."""
    folder = read("client-segments")
    rule = b"rules:\n  - id: new\n    stage: route\n    when: not not (ticket.subject contains 'a')\n    then: {stop: true}\n"
    found = advice(overlaid(folder, {"rules/new.yaml": rule}), Memory(), lambda: True)
    assert "RF804" in {one.code.number for one in found}
    assert {"RF8"} == {one.code.number[:3] for one in found}
