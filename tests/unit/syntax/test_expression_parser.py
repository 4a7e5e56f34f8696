"""From text to tree: precedence, literals, places, and what is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.source import Source
from ruleflow.syntax.expression_parser import parse_expression_text
from ruleflow.syntax.expressions import (
    And,
    Arithmetic,
    Broken,
    Compare,
    Expr,
    Fallback,
    If,
    Literal,
    MatchText,
    Negate,
    Not,
    Or,
)
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.grammar import expression_parser
from ruleflow.syntax.nodes import Mapping, Scalar
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.types.durations import CalendarDays, WorkingDays


def parse(text: str) -> Expr:
    """The tree of a text that must be readable."""
    out = Collector()
    expr = parse_expression_text(text, out)
    assert not out.has_errors, [one.message for one in out.sorted()]
    return expr


def codes(text: str) -> list[str]:
    """The codes of the findings about a text."""
    out = Collector()
    parse_expression_text(text, out)
    return [one.code.number for one in out.sorted()]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1_000", 1000),
        ("2.50", Decimal("2.50")),
        ("true", True),
        ("15m", timedelta(minutes=15)),
        ("1h30m", timedelta(minutes=90)),
        ("2 days", CalendarDays(2)),
        ("1  day", CalendarDays(1)),
        ("2 working days", WorkingDays(2)),
        ("@2026-03-01", date(2026, 3, 1)),
        ("@18:00", time(18)),
        ("@2026-03-01T18:00", datetime(2026, 3, 1, 18)),  # noqa: DTZ001 - naive as written
        ("@2026-03-01T18:00:30Z", datetime(2026, 3, 1, 18, 0, 30, tzinfo=UTC)),
        ("'it\\'s'", "it's"),
        ('"a\\"b"', 'a"b'),
        (r"'A-\d{6}'", r"A-\d{6}"),
        (r"'a\\d'", r"a\d"),
        ("'привет 👋 مرحبا'", "привет 👋 مرحبا"),
    ],
)
def test_literals(text: str, value: object) -> None:
    """Each literal has its one value."""
    expr = parse(text)
    assert isinstance(expr, Literal)
    assert (type(value), value) == (type(expr.value), expr.value)


def test_precedence() -> None:
    """Loosest first: if, or, and, not, comparison, sum, product, sign, fallback."""
    outer = parse("if not a.b is 1 + 2 * -c.d ?? 3 and e or f then g else h")
    assert isinstance(outer, If)
    assert isinstance(outer.condition, Or)
    both = outer.condition.operands[0]
    assert isinstance(both, And)
    negation = both.operands[0]
    assert isinstance(negation, Not)
    compare = negation.operand
    assert isinstance(compare, Compare)
    total = compare.right
    assert isinstance(total, Arithmetic)
    assert "+" == total.operator
    product = total.right
    assert isinstance(product, Arithmetic)
    assert isinstance(product.right, Negate)
    assert isinstance(product.right.operand, Fallback)


def test_sums_group_to_the_left() -> None:
    """`1 - 2 - 3` is `(1 - 2) - 3`."""
    expr = parse("1 - 2 - 3")
    assert isinstance(expr, Arithmetic)
    assert isinstance(expr.left, Arithmetic)
    assert parse("(1 - 2) - 3") == expr != parse("1 - (2 - 3)")


def test_negated_tests() -> None:
    """`x not contains y` is `not (x contains y)`."""
    assert parse("not a.b contains 'x'") == parse("a.b not contains 'x'")
    assert parse("not a.b has x") == parse("a.b not has x")
    assert parse("not (a.b between 1 and 2)") == parse("a.b not between 1 and 2")


def test_keywords_may_be_parts_of_names() -> None:
    """A dotted name is one word, so a field may be called `event.from`; `count` is a name where no bracket follows."""
    assert parse("event.from is contact.is_in") == parse("event.from  ==  contact.is_in")
    assert parse("ticket.mood is count") is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "RF202"),
        ("a.b is 1d", "RF203"),
        ("a.b > 2w", "RF203"),
        ("a.b > 30min", "RF203"),
        ("a < b < c", "RF204"),
        ("a is b is c", "RF204"),
        ("a = b", "RF206"),
        ("a && b", "RF206"),
        ("a || b", "RF206"),
        ("!a", "RF206"),
        ("a is “b”", "RF207"),
        ("a is 'b", "RF208"),
        ("(a", "RF209"),
        ("a)", "RF209"),
        ("a in [b", "RF209"),
        ("a b", "RF210"),
        ("a.b is 'x' 'y'", "RF210"),
        ("a.b is @2026-13-01", "RF211"),
        ("a.b is 30m1h", "RF211"),
        ("1" * 50, "RF211"),
        ("x" * 20_001, "RF212"),
        ("not " * 200 + "a", "RF212"),
        ("(" * 200 + "a" + ")" * 200, "RF212"),
        ("A and b", "RF213"),
        ("a AND b", "RF213"),
        ("a or", "RF201"),
        ("and a", "RF201"),
        ("a == or", "RF201"),
        ("a is not in [b]", "RF201"),
        ("привет is 1", "RF201"),
        ("a is {b}", "RF201"),
        ("a\u00a0is b", "RF201"),
    ],
)
def test_mistakes(text: str, code: str) -> None:
    """Each mistake has one finding with a hint, and the tree is `Broken` there."""
    assert [code] == codes(text)
    out = Collector()
    parse_expression_text(text, out)
    assert out.sorted()[0].help


def test_mixed_and_or_shows_both_readings() -> None:
    """`a or b and c` is read, with a warning that shows what it means and what it might."""
    out = Collector()
    expr = parse_expression_text("a or b and c", out)
    (found,) = out.sorted()
    assert isinstance(expr, Or)
    assert not found.is_error
    assert (
        "as it stands it means `a or (b and c)`",
        "write the brackets, or if you mean the other, `(a or b) and c`",
    ) == found.help
    assert [] == codes("a or (b and c)")


def test_long_flat_expressions_are_fine() -> None:
    """A thousand alternatives are one `or`, not a thousand levels."""
    expr = parse(" or ".join(f"a.b is x{at}" for at in range(1000)))
    assert isinstance(expr, Or)
    assert 1000 == len(expr.operands)


@pytest.mark.parametrize(
    "yaml",
    [
        "when: a.b is hgh\n",
        "when: 'a.b is hgh'\n",
        'when: "a.b is \\u0068gh"\n',
        "when: 'a.c is ''x'' and a.b is hgh'\n",
        "when: a.c is 1 and\n  a.b is hgh\n",
        "when: |\n  a.c is 1 and\n  a.b is hgh\n",
        "when: >-\n    a.c is 1\n    and a.b is hgh\n",
        "x:\n  - when: >+2\n      a.c is 1 and a.b is\n      hgh\n\n",
        "\nwhen: |2-\n   a.b is hgh\n",
    ],
)
def test_places_are_true_in_every_style(yaml: str) -> None:
    """A word of an expression is found at its place in the file, quoted, folded or in a block."""
    source = Source("a.yaml", yaml)
    node = read_yaml(source, Collector())
    while isinstance(node, Mapping) or not isinstance(node, Scalar):
        node = node.entries[0].value if isinstance(node, Mapping) else node.items[0]  # type: ignore[union-attr]
    fragment = fragment_of(node)
    start = fragment.text.index("hgh")
    span = fragment.span(start, start + 3)
    assert span.text in {"hgh", "\\u0068gh"}


def test_the_grammar_has_no_conflicts(repository: object) -> None:
    """Lark's strict mode finds no two ways to read an expression, and no two terminals for one word."""
    from lark import Lark

    from ruleflow.resources import read_resource

    text = read_resource("grammar", "expression.lark")
    assert Lark(text, parser="lalr", lexer="basic", strict=True).parse("a.b is c") is not None
    assert expression_parser() is expression_parser()


def test_exact_and_any_of() -> None:
    """`exactly` minds case; `any of` takes several patterns."""
    expr = parse("a.b exactly starts with any of ['x', 'y']")
    assert isinstance(expr, MatchText)
    assert (True, True, 2) == (expr.exact, expr.any_of, len(expr.patterns))


def test_broken_is_one_finding() -> None:
    """What cannot be read at all is `Broken`."""
    assert isinstance(parse_expression_text("is is is"), Broken)
