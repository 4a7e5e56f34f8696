"""Formatting keeps the meaning and each comment, and is done in one run, whatever the file; else the file is left alone."""

from __future__ import annotations

from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import format_file
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.source import Source
from ruleflow.syntax.nodes import Mapping, Node, Scalar
from ruleflow.syntax.yaml_reader import read_yaml
from tests.random_yaml import random_yaml

VOCABULARY = Vocabulary(STANDARD_ACTIONS, standard_vocabulary().fields)
EXAMPLES = [
    place.read_text(encoding="utf-8")
    for place in sorted((Path(__file__).parents[2] / "rules-examples").glob("*/**/*.yaml"))
]
INSERTED = [
    "#", " # c", "\n# own\n", "\n    # own\n", "\n", "\n\n\n", "  ", "\t", "'", '"', "|", "|\n", ">-\n", "|+\n", "|2\n", "- ",
    "-\n", "- - ", "? ", ": ", "{", "}", "[", "]", ",", "{a: b}", "[a, # c\n b]", "---\n", "...\n", "%YAML 1.2\n", "!x ", "&a ",
    "😀", "א", "\u2028", "\r", "\r\n", "null", "yes", "(", "not ", "or ", " is ", " == ", "\\", "''", '"a\\nb"', "\u200b",
]  # fmt: skip


def said(node: Node | None) -> object:
    """What a file without expressions says: texts and their order, and where nothing is written."""
    match node:
        case None:
            return None
        case Scalar():
            return None if node.is_null else node.text
        case Mapping():
            return [(entry.key.text, said(entry.value)) for entry in node]
        case _:
            return tuple(said(item) for item in node.items)


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_any_yaml_says_the_same_afterwards(random: Random, depth: int) -> None:
    """Every way of writing YAML comes to one form that says the same, with as many comments, and that is its own form."""
    text = random_yaml(random, depth)
    before = read_yaml(Source("a.yaml", text), Collector())
    after = format_file(Source("a.yaml", text), VOCABULARY)
    assert isinstance(after, str), after
    assert said(before) == said(read_yaml(Source("a.yaml", after), Collector()))
    assert after == format_file(Source("a.yaml", after), VOCABULARY)


@given(st.sampled_from(EXAMPLES), st.data())
def test_whatever_is_typed_into_a_file_it_is_never_damaged(text: str, data: st.DataObject) -> None:
    """A file in the middle of an edit is formatted, or left alone as its author's; the formatter never fails at it."""
    lines = text.splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[first : first + 15])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(INSERTED)) + text[at + data.draw(st.integers(0, 3)) :]
    after = format_file(Source("rules/a.yaml", text), VOCABULARY)
    assert isinstance(after, str) or not after.is_ours, after
