"""Property: whatever is renamed, the project checks, decides the same up to the name, and can be renamed back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.engine.door import make_door
from ruleflow.engine.evaluate import evaluate
from ruleflow.engine.facts import Facts
from ruleflow.plan.compile import compile_plan
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import check_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.index import index_of
from ruleflow.references.names import Kind, Name, Role
from ruleflow.references.remove import remove
from ruleflow.references.rename import Edited, rename
from tests.projects import NOON
from tests.random_projects import facts, projects

TESTS = """
tests:
  - name: what an x comes to
    event: ticket.created
    given: {ticket: {first: x, bag: [x, y]}, contact: {segments: [vip, former], visits: [{kind: x}], contracts: [c1]}}
    expect: {matched: [r0], outcome: {ticket: {latest: x}, route: {team: t1}, contract: c1}, overridden: [{rule: r0, field: ticket.only, value: x}]}
"""


def folder_of(files: dict[str, bytes]) -> Folder:
    """A project in memory."""
    return Folder(Path(), tuple(RawFile(name, content) for name, content in files.items()), lambda _: None)


def decided(folder: Folder, raw: dict[str, Any]) -> Any:
    """What is decided of facts, without what says which project decided."""
    out = Collector()
    loaded = check_folder(folder, out)
    read = make_door(loaded.checked.model).read("ticket.created", raw)
    assume(isinstance(read, Facts))
    assert isinstance(read, Facts)
    decision = evaluate(compile_plan(loaded.checked), "ticket.created", read, NOON, "sha256:0")
    return {
        key: value for key, value in json.loads(decision.to_json()).items() if key not in {"decision_id", "project"}
    }


def renamed(value: Any, old: str, new: str) -> Any:
    """A decision with a name put in place of another in every text of its own, and lists in an order of their own."""
    match value:
        case dict():
            return {renamed(key, old, new): renamed(one, old, new) for key, one in value.items()}
        case list():
            return sorted((renamed(one, old, new) for one in value), key=repr)
        case str():
            return re.sub(rf"(?<![\w.]){re.escape(old)}(?![\w.])", new, value)
        case _:
            return value


@settings(
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(projects(), st.lists(facts(), min_size=1, max_size=3), st.data())
def test_a_renamed_project_decides_as_before(
    project: tuple[str, str], many: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Any thing that is defined may be renamed to a new name; facts with the old one still count, and the way back is open."""
    root, rules = project
    before = folder_of({"ruleflow.yaml": root.encode(), "all.yaml": (rules + TESTS).encode()})
    out = Collector()
    checked = check_folder(before, out).checked
    index = index_of(checked)
    names = [use.name for use in index.uses if use.role is Role.DEFINITION]
    name = data.draw(st.sampled_from(names), label="name")
    new = Name(name.kind, name.id[: len(name.id) - len(name.written)] + "quite_new")
    there = rename(before, checked, name, new.id)
    if not isinstance(there, Edited):
        assert name.kind is Kind.OPTION
        assert there.places or there.findings
        return
    after = edited_folder(before, contents_after(before, there.edits))
    out = Collector()
    again = check_folder(after, out).checked
    assert not out.has_errors
    assert not [use for use in index_of(again).of(name.kind, name.id) if use.role is not Role.EARLIER]
    is_drawn = name.kind is Kind.RULE and any(rule.id == name.id and rule.rollout for rule in checked.model.rules)
    for raw in () if is_drawn or name.kind is Kind.FIELD else many:
        old, now = decided(before, raw), decided(after, raw)
        if name.kind is Kind.OPTION and name.id.count(".") > 1:  # of a part of records, whose old words are forgotten
            old["warnings"] = now["warnings"] = []
        assert renamed(old, name.written, new.written) == renamed(now, name.written, new.written)
    back = rename(after, again, new, name.id)
    assert isinstance(back, Edited)
    restored = contents_after(after, back.edits)["all.yaml" if "all.yaml" in there.files else "ruleflow.yaml"].decode()
    original = (rules + TESTS) if "all.yaml" in there.files else root
    assert _without_memory(original) == _without_memory(restored)


def _without_memory(text: str) -> str:
    """A text without signs that a memory may have brought, so that only the words of the project are left."""
    text = re.sub(r"[\w.]*quite_new", "", text)
    return re.sub(r"was|id:|type:|title:|[{}\[\],: ]", "", text)


@settings(
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(projects(), st.booleans(), st.data())
def test_what_is_left_after_a_removal_checks(project: tuple[str, str], with_lists: bool, data: st.DataObject) -> None:
    """Whatever is removed, the project checks afterwards and nothing names it; or something that names it is told."""
    root, rules = project
    before = folder_of({"ruleflow.yaml": root.encode(), "all.yaml": (rules + TESTS).encode()})
    checked = check_folder(before, Collector()).checked
    index = index_of(checked)
    names = [use.name for use in index.uses if use.role is Role.DEFINITION]
    name = data.draw(st.sampled_from(names), label="name")
    touched, found = remove(before, checked, name, with_lists=with_lists)
    if not isinstance(found, Edited):
        assert found.places or found.findings or found.reason.startswith("two neighbours")
        assert not found.places or touched.uses
        return
    out = Collector()
    again = check_folder(edited_folder(before, contents_after(before, found.edits)), out).checked
    assert not out.has_errors
    assert () == index_of(again).of(name.kind, name.id)
