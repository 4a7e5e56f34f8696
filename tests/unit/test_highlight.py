"""Colours of rule files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Error, Keyword, Literal, Name, Number, Operator, Token

from ruleflow.highlight import CONDITIONS, KEYS, RuleflowLexer
from ruleflow.model.shapes import ByKind, ListOf, MapOf, Maybe, Named, OneOrMany, Record, Shape, Word
from ruleflow.model.structure_files import file_shape
from tests.conftest import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "rules-examples").rglob("*.yaml"))
RULE = "rules:\n  - id: a\n    title: it is so\n    when: {}\n    note: it is so\n"


def kinds(text: str) -> dict[str, object]:
    """Of each piece of a text the kind that it has last."""
    return {piece: kind for kind, piece in RuleflowLexer(stripnl=False).get_tokens(text)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_the_examples_are_read_without_an_error(path: Path) -> None:
    """And come out as they went in."""
    text = path.read_text(encoding="utf-8")
    tokens = list(RuleflowLexer(stripnl=False, ensurenl=False).get_tokens(text))
    assert [] == [piece for kind, piece in tokens if kind in Error]
    assert text == "".join(piece for _, piece in tokens)


def test_the_parts_of_an_expression_are_told_apart() -> None:
    """Fields, words, options, numbers, functions; a comment behind it is none."""
    found = kinds(RULE.format("ticket.plan is free and age(a.b) > 4h and now is present # is it"))
    expected = {
        "ticket.plan": Name.Attribute,
        "and": Operator.Word,
        "free": Name.Constant,
        "4h": Number,
        "age": Name.Function,
        "now": Keyword.Constant,
        "# is it": Token.Comment.Single,
    }
    assert expected == {piece: found[piece] for piece in expected}


def test_other_texts_are_those_of_yaml() -> None:
    """A title may say what it likes."""
    assert Literal.Scalar.Plain is kinds(RULE.format("a.b is c").replace("when", "owner"))["is"]


@pytest.mark.parametrize(
    "written", ["'a.b is \"x\"'", "\"a.b is 'x'\"", ">\n      a.b\n      is x", "\n      any:\n        - a.b is x"]
)
def test_expressions_in_every_form(written: str) -> None:
    """Quoted, over several lines, as items of a list."""
    found = kinds(RULE.format(written).replace("    note: it is so\n", ""))
    assert (Name.Attribute, Operator.Word) == (found["a.b"], found["is"])


def test_every_key_of_conditions_is_known() -> None:
    """Those that the structure of files has; a new one belongs into the lexer."""
    keys = {name for name, shape in _keys(file_shape((), root=False), set()) if _is_condition(shape)}
    assert keys <= KEYS
    assert CONDITIONS - {"all", "any", "none"} <= keys


def _is_condition(shape: Shape) -> bool:
    match shape:
        case Named():
            return _is_condition(shape.get())
        case ByKind():
            return shape.scalar is Word.EXPRESSION
        case _:
            return False


def _keys(shape: Shape, seen: set[int]) -> Iterator[tuple[str, Shape]]:
    if id(shape) in seen:
        return
    seen.add(id(shape))
    match shape:
        case Record():
            for key in shape.keys:
                yield key.name, key.shape
                yield from _keys(key.shape, seen)
        case MapOf():
            yield from _keys(shape.value, seen)
        case ListOf() | OneOrMany() | Maybe():
            yield from _keys(shape.of, seen)
        case Named():
            yield from _keys(shape.get(), seen)
        case ByKind():
            for way in (shape.scalar, shape.mapping, shape.sequence):
                if way is not None:
                    yield from _keys(way, seen)
        case _:
            return


def test_pygments_finds_it() -> None:
    """By its name, once the package is installed."""
    found = {point.name: point for point in entry_points(group="pygments.lexers")}
    if "ruleflow" not in found:
        pytest.skip("the package was installed before it had a lexer")
    assert found["ruleflow"].load() is RuleflowLexer


@given(st.text(alphabet="when: ab.'\"[]{}|>#\n-é", max_size=60))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    """Whatever it is."""
    assert text == "".join(piece for _, piece in RuleflowLexer(stripnl=False, ensurenl=False).get_tokens(text))
