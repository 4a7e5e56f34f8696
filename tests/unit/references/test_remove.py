"""Removing: everything that it touches is told, and nothing is left dangling."""

from __future__ import annotations

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.names import Kind, Name
from ruleflow.references.remove import Touched, remove
from ruleflow.references.rename import Edited, InTheWay
from tests.unit.references.test_index import FILES
from tests.unit.references.test_rename import folder_of


def removed(
    files: dict[str, str], kind: Kind, name: str, *, with_lists: bool = False
) -> tuple[Touched, Edited | InTheWay]:
    """What comes of a removal from a project that checks."""
    folder, out = folder_of(files), Collector()
    checked = check_folder(folder, out).checked
    assert [] == [finding.message for finding in out.sorted() if finding.is_error]
    return remove(folder, checked, Name(kind, name), with_lists=with_lists)


def after(files: dict[str, str], kind: Kind, name: str, *, with_lists: bool = False) -> dict[str, str]:
    """The files that a removal changes, as they are then."""
    _, found = removed(files, kind, name, with_lists=with_lists)
    assert isinstance(found, Edited), found
    return {file: content.decode() for file, content in contents_after(folder_of(files), found.edits).items()}


@pytest.mark.parametrize(
    ("before", "kind", "name", "expected"),
    [
        ("segments: {vip: , old: {title: Old}}\n", Kind.SEGMENT, "old", "segments: {vip: }\n"),
        ("segments: {old: {title: Old}, vip: }\n", Kind.SEGMENT, "old", "segments: {vip: }\n"),
        ("segments: [vip, old]\n", Kind.SEGMENT, "old", "segments: [vip]\n"),
        ("segments:\n  vip: VIP # a\n  old: # b\n    title: Old\n  more: # c\n", Kind.SEGMENT, "old", "segments:\n  vip: VIP # a\n  more: # c\n"),
        ("segments:\n  - vip\n  - old # gone\n  - more\n", Kind.SEGMENT, "old", "segments:\n  - vip\n  - more\n"),
        ("teams: [desk]\nsegments:\n  old:\n    title: >\n      Old\n      ones\n\nskills: [greek]\n", Kind.SEGMENT, "old", "teams: [desk]\nskills: [greek]\n"),
        ("segments: {old: {title: Old}}\n", Kind.SEGMENT, "old", ""),
        ("fields:\n  ticket.plan: {type: choice, options: [gold, iron]}\n", Kind.OPTION, "ticket.plan:gold", "fields:\n  ticket.plan: {type: choice, options: [iron]}\n"),
        ("rules:\n  # a\n  - id: r\n    stage: route\n    then: [stop: true]\n  # b\n  - {id: q, stage: route, then: [stop: true]}\n", Kind.RULE, "r", "rules:\n  # a\n  # b\n  - {id: q, stage: route, then: [stop: true]}\n"),
        ("segments:\r\n  vip: \r\n  old: \r\n", Kind.SEGMENT, "old", "segments:\r\n  vip: \r\n"),
        ("segments:\n  vip:\n  old: Last", Kind.SEGMENT, "old", "segments:\n  vip:\n"),
    ],
)  # fmt: skip
def test_what_nothing_names_goes_with_its_lines(before: str, kind: Kind, name: str, expected: str) -> None:
    """The definition is taken out, and with it a section that would be empty; other lines stay as they are."""
    assert {"a.yaml": expected} == after({"a.yaml": before}, kind, name)


def test_what_is_named_stays_and_everything_is_told() -> None:
    """While something names it, nothing is changed; all places are told, and the conditions that could not hold."""
    touched, found = removed(FILES, Kind.SEGMENT, "vip")
    assert isinstance(found, InTheWay)
    assert (
        "the segment `vip` is named elsewhere; --with-lists takes it out of a list in 4 of these places" == found.reason
    )
    assert 9 == len(touched.uses) == len(found.places)
    assert (
        "the condition of rule `first` would never hold",
        "the condition of segment `rich` would never hold",
        "the `for` of property `kept` would never hold",
    ) == touched.left


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("contact.segments has any of [vip, old]", "contact.segments has any of [vip]"),
        ("contact.segments has none of [old, vip]", "contact.segments has none of [vip]"),
        ("contact.segments has any of ['vip', 'old'] or ticket.subject is blank", "contact.segments has any of ['vip'] or ticket.subject is blank"),
    ],
)  # fmt: skip
def test_it_is_taken_out_of_lists_on_request(condition: str, expected: str) -> None:
    """A list with other items loses it; what is asked stays the same, for nobody bears it any more."""
    rules = f'rules:\n  - {{id: r, stage: route, when: "{condition}", then: [{{add_to_segments: [vip, old]}}]}}\n'
    files = {"a.yaml": "segments: [vip, old]\n", "b.yaml": rules}
    _, refused = removed(files, Kind.SEGMENT, "old")
    assert isinstance(refused, InTheWay)
    changed = after(files, Kind.SEGMENT, "old", with_lists=True)
    assert "segments: [vip]\n" == changed["a.yaml"]
    assert rules.replace(condition, expected).replace("[vip, old]}", "[vip]}") == changed["b.yaml"]


@pytest.mark.parametrize(
    "condition",
    ["contact.segments has all of [vip, old]", "contact.segments has any of [old]", "contact.segments has old"],
)
def test_a_list_that_asks_for_all_or_has_nothing_else_stays(condition: str) -> None:
    """Dropping it there would change whom the rule is for, so an admin decides."""
    rules = f"rules:\n  - {{id: r, stage: route, when: '{condition}', then: [stop: true]}}\n"
    _, found = removed({"a.yaml": "segments: [vip, old]\n", "b.yaml": rules}, Kind.SEGMENT, "old", with_lists=True)
    assert isinstance(found, InTheWay)
    assert ["condition of rule `r`"] == [said for _, said in found.places]


def test_a_thing_goes_with_what_is_inside_it() -> None:
    """What names an option of a field, or a folder of a contract, is touched by the removal of that."""
    touched, _ = removed(FILES, Kind.CONTRACT, "tills")
    assert {"tills", "city"} == {use.name.id for use in touched.uses}
    touched, _ = removed(FILES, Kind.FIELD, "contact.trips")
    assert {
        "contact.trips",
        "contact.trips.kind",
        "contact.trips.place",
        "contact.trips.kind:far",
        "contact.trips.kind:near",
    } == {use.name.id for use in touched.uses}


def test_what_is_left_must_check() -> None:
    """A removal after which the project has an error is refused with the error."""
    files = {"a.yaml": "fields: {ticket.plan: {type: choice, options: [gold]}}\n"}
    _, found = removed(files, Kind.OPTION, "ticket.plan:gold")
    assert isinstance(found, InTheWay)
    assert ["a choice needs options"] == [finding.message for finding in found.findings]


def test_what_is_standard_is_not_removed() -> None:
    """What the project does not define it cannot remove."""
    _, found = removed(FILES, Kind.FIELD, "ticket.subject")
    assert InTheWay("this project does not define the field `ticket.subject`; what is standard keeps its name") == found
