"""What is no edit: the same project read again, keys in another order, rules in other files; and what always is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.checker.check import check
from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.review.compare import edits_of
from ruleflow.review.edits import Added, Edited, Moved, Removed
from ruleflow.review.order import moved
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml
from tests.random_projects import projects, rules

EXAMPLES = 40


def checked(files: Mapping[str, str]) -> Checked:
    """A project of some files, in lexical order behind the root file; it has no errors."""
    out = Collector()
    names = sorted(files, key=lambda name: (name != "ruleflow.yaml", name))
    sources = [Source(name, files[name]) for name in names]
    read = tuple(ProjectFile(source, read_yaml(source, out)) for source in sources)
    found = check(build_model(read, lambda _: None, out, map(NodeId, count())), out)
    assert [] == [one.message for one in out.sorted() if one.is_error]
    return found


def blocks(text: str) -> tuple[str, list[str]]:
    """The vocabulary of a random project, and each of its rules."""
    head, _, body = text.partition("rules:\n")
    return head, [f"  - id: {one}" for one in body.split("  - id: ")[1:]]


def stage_of(block: str) -> str:
    """The stage of a rule."""
    found = re.search(r"stage: (\w+)", block)
    assert found is not None
    return found[1]


def with_keys_shuffled(block: str, random: Random) -> str:
    """A rule with its keys in another order; the id stays in front."""
    first, *keys = re.split(r"(?m)^(?=    \S)", block)
    random.shuffle(keys)
    return "".join([first, *keys])


def rewritten(files: Sequence[str]) -> dict[str, str]:
    """Files of rules, with comments and empty lines."""
    return {f"r{at}.yaml": f"# a comment\n\nrules:\n\n{text}" for at, text in enumerate(files) if text}


@settings(max_examples=EXAMPLES)
@given(project=projects(with_tables=False), random=st.randoms(use_true_random=False))
def test_how_a_project_is_written_is_no_edit(project: tuple[str, str], random: Random) -> None:
    """Read again, with keys in another order and the rules of each stage in files of their own, nothing was edited."""
    root, text = project
    vocabulary, written = blocks(text)
    before = checked({"ruleflow.yaml": root, "rules.yaml": text})
    assert () == edits_of(before, checked({"ruleflow.yaml": root, "rules.yaml": text}))
    stages = ["one", "two", "three"]
    random.shuffle(stages)
    files = [
        "".join(with_keys_shuffled(block, random) for block in written if stage_of(block) == stage) for stage in stages
    ]
    after = checked({"ruleflow.yaml": root, "vocabulary.yaml": vocabulary, **rewritten(files)})
    assert () == edits_of(before, after)


@settings(max_examples=EXAMPLES)
@given(project=projects(), other=rules())
def test_whatever_differs_is_told(project: tuple[str, str], other: str) -> None:
    """Two projects without an edit between them have equal rules; what is gone one way is new the other way."""
    root, text = project
    vocabulary, _ = blocks(text)
    one = checked({"ruleflow.yaml": root, "rules.yaml": text})
    two = checked({"ruleflow.yaml": root, "rules.yaml": vocabulary + other})
    there, back = edits_of(one, two), edits_of(two, one)
    if not there:
        assert sorted(one.model.rules, key=lambda rule: rule.id) == sorted(two.model.rules, key=lambda rule: rule.id)
    gone = {edit.subject.id for edit in there if isinstance(edit, Removed)}
    fresh = {edit.subject.id for edit in back if isinstance(edit, Added)}
    assert gone == fresh


@settings(max_examples=EXAMPLES)
@given(number=st.integers(2, 12), data=st.data())
def test_one_rule_put_elsewhere_is_one_move(number: int, data: st.DataObject) -> None:
    """However many rules it passes, and whatever stands between them."""
    start, end = data.draw(st.integers(0, number - 1)), data.draw(st.integers(0, number - 1))
    lines = [f"  - {{id: r{at}, stage: route, then: [{{note: n{at}}}]}}" for at in range(number)]
    there = [line for at, line in enumerate(lines) if at != start]
    there.insert(end, lines[start])
    found = edits_of(*(checked({"ruleflow.yaml": "ruleflow: 1\nrules:\n" + "\n".join(one)}) for one in (lines, there)))
    assert (start != end) == len(found)
    assert all(isinstance(edit, Edited) and isinstance(edit.changes[0], Moved) for edit in found)


@given(places=st.permutations(list(range(9))))
def test_as_few_as_can_be_have_moved(places: list[int]) -> None:
    """What stays is in order, and no longer part could stay."""
    stay = [place for at, place in enumerate(places) if at not in moved(places)]
    assert sorted(stay) == stay
    longest = [1] * len(places)
    for at, place in enumerate(places):
        longest[at] += max((longest[to] for to in range(at) if places[to] < place), default=0)
    assert max(longest) == len(stay)
