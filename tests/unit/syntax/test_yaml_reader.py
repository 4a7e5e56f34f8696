"""YAML as located nodes, and everything it refuses."""

from __future__ import annotations

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.source import Source
from ruleflow.syntax.decode import decode
from ruleflow.syntax.nodes import Mapping, Node, Scalar, Sequence, Style
from ruleflow.syntax.yaml_reader import read_yaml


def read(text: str) -> tuple[Node | None, list[tuple[str, str]]]:
    """The node of a text, and its findings as code and place."""
    out = Collector()
    node = read_yaml(Source("a.yaml", text), out)
    return node, [(one.code.number, one.span.text if one.span else "") for one in out.sorted()]


def test_nodes_know_their_places() -> None:
    """Every node spans what is written for it, quotes included; block collections end at their last value."""
    node, found = read("a: 'x y'\nb:\n  - 1\n  - {c: \"d\"}\n\n# end\n")
    assert [] == found
    assert isinstance(node, Mapping)
    first, second = node.entries
    assert isinstance(first.value, Scalar)
    assert ("a", "'x y'", "x y", Style.SINGLE) == (
        first.key.span.text,
        first.value.span.text,
        first.value.text,
        first.value.style,
    )
    assert isinstance(second.value, Sequence)
    assert '- 1\n  - {c: "d"}' == second.value.span.text
    assert ["1", '{c: "d"}'] == [item.span.text for item in second.value.items]


@pytest.mark.parametrize("word", ["on", "yes", "NO", "012", "1_000", "12:30", "=", "2026-03-01", "1e3", "0x1F"])
def test_scalars_stay_text(word: str) -> None:
    """Words that YAML 1.1 would turn into something else are the text that they are."""
    node, _ = read(f"{word}: {word}\n")
    assert isinstance(node, Mapping)
    assert (word, word) == (node.entries[0].key.text, getattr(node.entries[0].value, "text", None))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", [("RF102", "a")]),
        ("a: &x 1\n", [("RF103", "&x")]),
        ("a: *x\n", [("RF103", "*x")]),
        ("a: &x {b: 1}\nc: *x\n", [("RF103", "&x"), ("RF103", "*x")]),
        ("<<: {a: 1}\n", [("RF103", "<<")]),
        ("a: !spam\n", [("RF104", "!spam")]),
        ("a: !!python/object:os.system x\n", [("RF104", "!!python/object:os.system")]),
        ("[a, b]: 1\n", [("RF108", "[a, b]")]),
        ("a: 1\n---\nb: 2\n", [("RF107", "---")]),
        ("a: x\u2028b: 2\n", [("RF106", "\u2028")]),
        ("a: x\u0085b: 2\n", [("RF106", "\u0085")]),
        ("a: x\rb\n", [("RF106", "\r")]),
        ("a: \u202ex\n", [("RF106", "\u202e")]),
        ("a: x\0\n", [("RF106", "\0")]),
        ('when: s contains "re #1"\n', [("RF109", '#1"')]),
    ],
)
def test_what_is_refused(text: str, found: list[tuple[str, str]]) -> None:
    """Each thing that would hide or multiply meaning is refused at its place."""
    codes = [code for code, _ in found]
    got = read(text)[1]
    assert codes == [code for code, _ in got]
    assert all(place in {"", seen} for (_, place), (_, seen) in zip(found, got, strict=True))


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ('when: "vip" in tags\n', 'text follows the closing "'),
        ("when: {{ x }} is 1\n", "`{{` at the start of a value opens a mapping"),
        ("when: [a] has b\n", "`[` at the start of a value opens a list"),
        ("when: %x\n", "`%` cannot begin a value"),
        ("when: @x\n", "`@` cannot begin a value"),
        ("when: `x`\n", "``` cannot begin a value"),
        ("when: *x is 1\n", "`*` cannot begin a value"),
        ("when: a: b\n", "`: ` inside a value starts a new key"),
        ("a:\n\t- b\n", "a tab stands where spaces belong"),
        ("a: 'x\nb: y\n", "a quote is opened and never closed"),
        ("a: [x\nb: y\n", "`[` is opened and never closed"),
        ("a: 1\n b: 2\n", "`: ` inside a value starts a new key"),
    ],
)
def test_what_is_no_yaml_is_said_in_words(text: str, headline: str) -> None:
    """The traps of writing expressions in YAML each get words that help."""
    out = Collector()
    assert read_yaml(Source("a.yaml", text), out) is None
    (found,) = out.sorted()
    assert "RF101" == found.code.number
    assert headline == found.message
    assert found.help


def test_deep_nesting_ends_early() -> None:
    """A million brackets are refused at the 65th, without recursion."""
    assert ["RF105"] == [code for code, _ in read("[" * 1_000_000)[1]]
    assert [] == read("[" * 60 + "]" * 60)[1]


def test_empty_files_are_nothing() -> None:
    """A file without content, with comments only, or with null, has no node."""
    assert [None] * 4 == [read(text)[0] for text in ("", "# a\n", "---\n", "~\n")]


def test_decode_refuses_what_is_no_text() -> None:
    """Invalid UTF-8 is named with the offset of its byte; a byte-order mark is not part of the text; size is bounded."""
    out = Collector()
    good = decode("a", b"\xef\xbb\xbfa: \xd0\xb6", out)
    assert good is not None
    assert "a: ж" == good.text
    assert decode("b", b"a: \xff", out) is None
    assert decode("c", b" " * (5 * 1024 * 1024 + 1), out) is None
    assert ["RF001", "RF002"] == [one.code.number for one in out.sorted()]
    assert "byte 3 is 0xff" in out.sorted()[0].message
