"""Whatever text there is, the readers return, and their findings lie inside the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.render_text import render_text
from ruleflow.regex.regex import Regex, compile_regex
from ruleflow.source import Source
from ruleflow.syntax.expression_parser import parse_expression_text
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.nodes import Mapping, Node, Scalar
from ruleflow.syntax.text_parser import parse_text
from ruleflow.syntax.walk import walk
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.templates.liquid_text import LiquidText, parse_liquid, render

WORDS = st.sampled_from(
    [
        "a.b",
        "it.x",
        "vip",
        "now",
        "and",
        "or",
        "not",
        "is",
        "in",
        "has",
        "any",
        "all",
        "none",
        "of",
        "count",
        "(",
        ")",
        "[",
        "]",
        ",",
        "'x'",
        '"y"',
        "5",
        "2.5",
        "4h",
        "1d",
        "2",
        "days",
        "working",
        "@",
        "@18:00",
        "<",
        "<=",
        ">=",
        "between",
        "contains",
        "word",
        "starts",
        "with",
        "matches",
        "exactly",
        "missing",
        "present",
        "blank",
        "changed",
        "to",
        "from",
        "during",
        "outside",
        "if",
        "then",
        "else",
        "??",
        "+",
        "-",
        "*",
        "/",
        "%",
        "sum",
        "min",
        "max",
        "where",
        "=",
        "&&",
        "!",
        "“",
        "#",
        ":",
        "\n",
        "true",
        "привет",
        "👋",
    ]
)
EXPRESSIONS = st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=60))
YAML_PIECES = st.sampled_from(
    [
        "a: ",
        "- ",
        "\n",
        "  ",
        "'",
        '"',
        "|",
        ">",
        "#",
        "[",
        "]",
        "{",
        "}",
        ",",
        "x",
        "&",
        "*",
        "!",
        "\t",
        "ж",
        "---",
        "?",
        "%",
        "\\",
        "\u2028",
        "\r",
    ]
)
YAML = st.one_of(st.lists(YAML_PIECES, max_size=30).map("".join), st.text(max_size=80))


@given(EXPRESSIONS)
@settings(max_examples=300)
def test_any_text_is_an_expression_or_a_finding(text: str) -> None:
    """The parser of expressions returns a tree for any text; nodes and findings lie inside it."""
    out = Collector()
    expr = parse_expression_text(text, out)
    spans = [node.span for node in walk(expr)] + [one.span for one in out.sorted() if one.span]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    assert render_text(out.sorted()) or not len(out)


@given(YAML)
@settings(max_examples=300)
def test_any_text_is_yaml_or_a_finding(text: str) -> None:
    """The reader of YAML returns for any text, and gives a node or says why not."""
    out = Collector()
    node = read_yaml(Source("a.yaml", text), out)
    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in out.sorted() if one.span)
    for scalar in scalars(node):
        fragment = fragment_of(scalar)
        assert scalar.text == fragment.text
        assert all(scalar.span.start <= offset <= len(text) for offset in fragment.offsets)


def scalars(node: Node | None) -> list[Scalar]:
    """Every scalar of a tree."""
    if node is None or isinstance(node, Scalar):
        return [] if node is None else [node]
    inner = [entry.value for entry in node] if isinstance(node, Mapping) else list(node.items)
    return [one for part in inner for one in scalars(part)]


@given(
    st.lists(
        st.sampled_from(["a", "b ", "'", '"', "\n", "  ", "\\", "ж", "👋", ":", "#", "{{ ", " }}", "x.y"]), max_size=12
    ).map("".join),
    st.sampled_from(["'", '"', "|", ">", ""]),
)
@settings(max_examples=300)
def test_characters_keep_their_places(text: str, style: str) -> None:
    """Each character of a scalar is found in the file where it is written, in every style."""
    quoted = {
        "'": "'" + text.replace("'", "''").replace("\n", "\n\n") + "'",
        '"': '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"',
        "|": "|-\n" + "\n".join(f"    {line}" for line in text.split("\n")),
        ">": ">-\n" + "\n".join(f"    {line}" for line in text.split("\n")),
        "": "x " + text.replace("\n", " "),
    }[style]
    source = Source("a.yaml", f"k:\n  - {quoted}\n")
    out = Collector()
    for scalar in scalars(read_yaml(source, out)):
        fragment = fragment_of(scalar)
        assert scalar.text == fragment.text
        plain = [
            (one, source.text[offset])
            for one, offset in zip(fragment.text, fragment.offsets, strict=False)
            if one not in " \n"
        ]
        assert all(written in {one, "\\"} for one, written in plain)
        parse_text(scalar, out, iter(range(10_000)))  # type: ignore[arg-type]


@given(
    st.one_of(
        st.text(max_size=30),
        st.lists(st.sampled_from(list("ab()[]{}*+?|\\^$.-1,:<>=!wbdsWBDSpPLQE")), max_size=14).map("".join),
    ),
    st.text(max_size=20),
)
@settings(max_examples=300)
def test_any_pattern_compiles_or_says_why_not(pattern: str, text: str) -> None:
    """A regular expression compiles and matches without an exception, or its problem lies inside it."""
    found = compile_regex(pattern, ignore_case=True)
    if isinstance(found, Regex):
        assert found.search(text) in {True, False}
        assert found.search(text) or not found.fullmatch(text)
    else:
        assert 0 <= found.start <= found.end <= len(pattern)
        assert found.message


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                [
                    "{{",
                    "}}",
                    "{%",
                    "%}",
                    " a.b ",
                    "|",
                    "upcase",
                    "default: 'x'",
                    "if",
                    "endif",
                    "for x in a.c",
                    "endfor",
                    "assign y = a.b",
                    "(1..3)",
                    "else",
                    "'",
                    " ",
                ]
            ),
            max_size=12,
        ).map(" ".join),
    )
)
@settings(max_examples=200)
def test_any_text_is_liquid_or_a_problem(text: str) -> None:
    """A template is read and rendered without an exception, or its problem lies inside it."""
    found = parse_liquid(text)
    if isinstance(found, LiquidText):
        assert render(found, {"a": {"b": "ж", "c": [1, 2]}}) is not None
    else:
        assert 0 <= found.start <= found.end <= len(text)
