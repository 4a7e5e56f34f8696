from __future__ import annotations

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.source import Source
from ruleflow.syntax.comments import read_allowances

RULES = """\
rules:
  - id: one
    when: a
  - id: two
    when: |
      b
      c
    then: []
"""


def read(text: str, *, root: bool = False) -> tuple[list[tuple[str, str, str]], list[str]]:
    """The allowances of a file: code, reason, text of the place; and the messages."""
    out = Collector()
    found = read_allowances(Source("a.yaml", text), out, root=root)
    places = [(one.code.number, one.reason, "project" if one.place is None else one.place.text) for one in found]
    return places, [f"{one.code.number} {one.message}" for one in out.sorted()]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("    when: a", "    when: a"),
        ("  - id: one", "  - id: one\n    when: a"),
        ("  - id: two", "  - id: two\n    when: |\n      b\n      c\n    then: []"),
        ("    when: |", "    when: |\n      b\n      c\n"),
    ],
)
def test_a_comment_of_its_own_line_speaks_of_what_begins_on_the_next(before: str, text: str) -> None:
    """A key with its value, an item of a list as a whole; empty lines and other comments between do not matter."""
    comment = "# ruleflow: allow RF803 because why\n\n# another\n"
    found, messages = read(RULES.replace(f"{before}\n", f"{comment}{before}\n", 1))
    assert ([("RF803", "why", text)], []) == (found, messages)


def test_a_comment_at_the_end_speaks_of_its_line() -> None:
    """At the head of a block of text it speaks of the block."""
    found, _ = read(RULES.replace("when: a", "when: a  # ruleflow: allow RF803, RF801 because why"))
    line = "    when: a  # ruleflow: allow RF803, RF801 because why"
    assert [("RF803", "why", line), ("RF801", "why", line)] == found
    found, _ = read(RULES.replace("when: |", "when: |  # ruleflow: allow RF803 because why"))
    assert ["    when: |  # ruleflow: allow RF803 because why\n      b\n      c\n"] == [place for *_, place in found]


def test_files_and_projects() -> None:
    """At the top of a file a comment may speak of all of it; at the top of the root file, of all files."""
    top = "# ruleflow: allow-file RF803 because why\n" + RULES
    assert [("RF803", "why", top)] == read(top)[0]
    assert [("RF803", "why", "project")] == read(top.replace("allow-file", "allow-project"), root=True)[0]
    assert ([], ["RF892 `allow-project` does not count here"]) == read(top.replace("allow-file", "allow-project"))
    assert ([], ["RF892 `allow-file` does not count here"]) == read(
        RULES + "# ruleflow: allow-file RF803 because why\n"
    )


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# ruleflow: allow RF803", ["RF891 this comment gives no reason, so it silences nothing"]),
        ("# ruleflow: allow RF803 because", ["RF891 this comment gives no reason, so it silences nothing"]),
        ("# ruleflow: allow because I want", ["RF892 this comment does not say what to silence"]),
        ("# ruleflow: allow RF999 because why", ["RF892 there is no code `RF999`"]),
        ("# ruleflow: allow RF403 because why", ["RF892 RF403 unknown-option cannot be silenced"]),
        ("# ruleflow: allow RF890 because why", ["RF892 RF890 silences-nothing cannot be silenced"]),
        ("# ruleflow: alow RF803 because why", ["RF892 `alow` is nothing that a comment can say"]),
        ("# ruleflow: ignore RF803", ["RF892 `ignore` is nothing that a comment can say"]),
        ("# ruleflow: 1", []),
        ("# ruleflow: these rules are for the night", []),
        ("# the tool ruleflow: allow RF803 because why", []),
        ("#ruleflow:allow rf803 because почему 🚑", []),
    ],
)
def test_what_is_wrong_with_comments(comment: str, expected: list[str]) -> None:
    """A comment that cannot be followed is told; one for people is left alone."""
    assert expected == read(f"{comment}\n{RULES}")[1]


@pytest.mark.parametrize(
    "text",
    [
        "a: '# ruleflow: allow RF803 because why'\n",
        'a: "x\n  # ruleflow: allow RF803 because why"\n',
        "a: |\n  # ruleflow: allow RF803 because why\n",
        "a: x# ruleflow: allow RF803 because why\n",
        "# ruleflow: allow RF803 because why\n",
        "a: [\n# ruleflow: allow RF803 because why\n",
    ],
)
def test_no_comment(text: str) -> None:
    """Text that looks like a comment is none; a file without content has nothing to silence."""
    assert ([], []) == read(text)
