"""A thing that is only called otherwise, by `was:`, is no difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.analysis.verdicts import State
from ruleflow.review.edits import Edited, Renamed
from ruleflow.review.review import Review, diff
from tests.projects import write_project

OLD = """
segments: [vip, partner]
teams: {desk: , front: }
fields: {ticket.plan: {type: choice, options: [gold, iron]}}
rules:
  - {id: one, stage: route, on: ticket.created, when: contact.segments has partner and ticket.plan is gold, then: [{route: {team: desk}}]}
tests:
  - {name: t, event: ticket.created, given: {contact: {segments: [partner]}, ticket: {plan: gold}}, expect: {matched: [one]}}
"""


def compared(folder: Path, new: str) -> Review:
    """The review of a change of the one file."""
    for name, text in (("old", OLD), ("new", new)):
        write_project(folder / name, {"ruleflow.yaml": "ruleflow: 1\n", "a.yaml": text})
    return diff(folder / "old", folder / "new")


def renamed(*pairs: tuple[str, str], remembered: dict[str, str]) -> str:
    """The project with other words, and what remembers the old ones."""
    text = OLD
    for before, after in pairs:
        text = text.replace(before, after)
    for before, after in remembered.items():
        text = text.replace(before, after, 1)
    return text


@pytest.mark.parametrize(
    "new",
    [
        renamed(("partner", "ally"), remembered={"[vip, ally]": "{vip: , ally: {was: [partner]}}"}),
        renamed(("desk", "back"), remembered={"{back: ,": "{back: {was: [desk]},"}),
        renamed(("gold", "top"), remembered={"[top, iron]": "[{id: top, was: [gold]}, iron]"}),
        renamed(
            ("partner", "ally"),
            ("desk", "back"),
            remembered={"[vip, ally]": "{vip: , ally: {was: [partner]}}", "{back: ,": "{back: {was: [desk]},"},
        ),
    ],
)
def test_a_new_name_alone_changes_nothing(tmp_path: Path, new: str) -> None:
    """Facts may say the old name or the new one, so every ticket is decided as before; conditions are not told again."""
    found = compared(tmp_path, new)
    assert found.state is State.UNCHANGED
    assert "one" not in {edit.after.id for edit in found.edits if isinstance(edit, Edited)}


def test_it_is_told_as_renamed(tmp_path: Path) -> None:
    """The one edit is the new name."""
    found = compared(
        tmp_path, renamed(("partner", "ally"), remembered={"[vip, ally]": "{vip: , ally: {was: [partner]}}"})
    )
    (edit,) = found.edits
    assert isinstance(edit, Edited)
    assert (Renamed("partner", "ally"),) == edit.changes


def test_what_is_edited_besides_is_told(tmp_path: Path) -> None:
    """Beside a new name, what the rule says otherwise is an edit, and what it means is proved."""
    new = renamed(
        ("partner", "ally"),
        ("team: desk", "team: front"),
        remembered={"[vip, ally]": "{vip: , ally: {was: [partner]}}"},
    )
    found = compared(tmp_path, new)
    assert found.state is State.CHANGED
    assert {"ally", "one"} == {edit.after.id for edit in found.edits if isinstance(edit, Edited)}


def test_a_name_that_nobody_remembers_is_another_thing(tmp_path: Path) -> None:
    """Without `was` facts with the old name match nothing any more: that is a difference."""
    assert compared(tmp_path, renamed(("partner", "ally"), remembered={})).state is State.CHANGED


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("views: {mine: {when: contact.segments has vip}}\n", "views: {ours: {when: contact.segments has vip, was: [mine]}}\n", "view"),
        ("scores: {mine: {value: contact.order_count}}\n", "scores: {ours: {value: contact.order_count, was: [mine]}}\n", "score"),
    ],
)  # fmt: skip
def test_views_and_scores_are_followed(tmp_path: Path, before: str, after: str, kind: str) -> None:
    """A view or a score under a new name is the one that it was."""
    for name, text in (("old", before), ("new", after)):
        write_project(tmp_path / name, {"ruleflow.yaml": "ruleflow: 1\n", "a.yaml": OLD + text})
    found = diff(tmp_path / "old", tmp_path / "new")
    assert found.state is State.UNCHANGED
    assert [(kind, "ours", [Renamed("mine", "ours")])] == [
        (edit.after.kind.value, edit.after.id, [one for one in edit.changes if isinstance(one, Renamed)])
        for edit in found.edits
        if isinstance(edit, Edited)
    ]
