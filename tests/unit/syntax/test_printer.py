"""How expressions are printed: words, brackets, literals, lines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.syntax.expression_parser import parse_expression_text
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.literal_text import literal_text, quoted_text
from ruleflow.syntax.printer import print_expression
from ruleflow.syntax.wrapped import broken, wrapped


def parse(text: str) -> Expr:
    """The tree of a text that must be readable."""
    out = Collector()
    expr = parse_expression_text(text, out)
    assert not out.has_errors, [one.message for one in out.sorted()]
    return expr


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("ticket.priority == high", "ticket.priority is high"),
        ("ticket.priority  !=   high", "ticket.priority is not high"),
        ("((a.b))", "a.b"),
        ("a.b or c.d and e.f", "a.b or (c.d and e.f)"),
        ("(a.b or c.d) and e.f", "(a.b or c.d) and e.f"),
        ("a.b and (c.d and e.f)", "a.b and (c.d and e.f)"),
        ("not (a.b is 1)", "not a.b is 1"),
        ("not (a.b or c.d)", "not (a.b or c.d)"),
        ("not (a.b contains 'x')", "a.b not contains 'x'"),
        ("not a.b has vip", "a.b not has vip"),
        ("not a.b has any of [vip]", "not a.b has any of [vip]"),
        ("not (a.b between 1 and 2)", "a.b not between 1 and 2"),
        ("not a.b in [x]", "not a.b in [x]"),
        ("a.b not exactly starts with any of [ 'x','y' , ]", "a.b not exactly starts with any of ['x', 'y']"),
        ("(a.b+1)*2-(3-4)", "(a.b + 1) * 2 - (3 - 4)"),
        ("-(a.b ?? 0)", "-a.b ?? 0"),
        ("(-a.b) ?? 0", "(-a.b) ?? 0"),
        ("any(a.b where it.c is not missing)", "any (a.b where it.c is not missing)"),
        ("sum( a.b of it.c )>1000000", "sum (a.b of it.c) > 1000000"),
        ("a.b changed  from x to y", "a.b changed from x to y"),
        ("if a.b then 1 else if c.d then 2 else 3", "if a.b then 1 else if c.d then 2 else 3"),
        ("age( a.b )outside office", "age(a.b) outside office"),
        ("a.b > 90m and c.d > 1 days", "a.b > 1h30m and c.d > 1 day"),
        ("a.b > @2026-03-01T18:00:00+00:00", "a.b > @2026-03-01T18:00Z"),
        ("2.50 + 1000.5 + 007", "2.50 + 1000.5 + 7"),
        ("a.b > 20_26 or a.b > 2026", "a.b > 2_026 or a.b > 2026"),
        ('a.b is "x"', "a.b is 'x'"),
        (r"a.b is 'it\'s'", """a.b is "it's\""""),
        (r"a.b matches 'A-\d{6}\\n'", r"a.b matches 'A-\d{6}\\n'"),
        ("a.b is 'two\nlines'", r"a.b is 'two\nlines'"),
    ],
)
def test_an_expression_has_one_form(written: str, printed: str) -> None:
    """Words as the language page says, brackets only where they tell something, and the same tree."""
    assert printed == print_expression(parse(written))
    assert parse(written) == parse(printed)


def test_what_could_not_be_read_is_not_printed() -> None:
    """A broken expression has no text: printing it would lose what its author wrote."""
    with pytest.raises(ValueError, match="could not be read"):
        print_expression(parse_expression_text("a.b is is"))


def test_a_duration_of_any_size_can_be_read_again() -> None:
    """No unit has more digits than the reader takes."""
    longest = timedelta(hours=999_999, minutes=999_999, seconds=999_999)
    assert literal_text(longest) == print_expression(parse(literal_text(longest)))
    assert "0m" == literal_text(timedelta())


@pytest.mark.parametrize("text", ["\\", "\\\\", "\\'", "\\n", "\\\n", '"', "'", "'\"", "\\d", "\t", ""])
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    """Backslashes and quotes come back as they went."""
    assert text == getattr(parse(quoted_text(text)), "value", None)


def test_long_conditions_break_before_and_and_or() -> None:
    """What does not fit has a line for each operand, brackets have theirs, and lists are filled up."""
    expr = parse(
        "contact.gender is male and (ticket.subject contains 'one thing' or ticket.subject contains 'another thing') "
        "and ticket.number in [first, second, third, fourth, fifth, sixth, seventh] "
        "and count (contact.trips where it.abroad and it.at > date_of(now) - 365 days) >= 2"
    )
    assert (
        "contact.gender is male",
        "and (",
        "  ticket.subject contains 'one thing'",
        "  or ticket.subject contains 'another thing'",
        ")",
        "and ticket.number in [",
        "  first, second, third, fourth, fifth,",
        "  sixth, seventh",
        "]",
        "and count (contact.trips where",
        "  it.abroad",
        "  and it.at > date_of(now) - 365 days",
        ") >= 2",
    ) == wrapped(expr, 42)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a.b is 1 and c.d is 2", ("a.b is 1", "and c.d is 2")),
        ("if a.b then 1 else 2", ("if a.b", "then 1", "else 2")),
        ("not (a.b or c.d)", ("not (a.b or c.d)",)),
        ("not a.b", ("not a.b",)),
        ("a.b contains any of ['x']", ("a.b contains any of [", "  'x'", "]")),
        ("not a.b contains any of ['x']", ("a.b not contains any of [", "  'x'", "]")),
        ("a.b contains 'x'", ("a.b contains 'x'",)),
        ("a.b not contains 'x'", ("a.b not contains 'x'",)),
        ("[1, 2]", ("[", "  1, 2", "]")),
        ("a.b > 1", ("a.b > 1",)),
    ],
)
def test_an_expression_may_be_broken_at_its_top(text: str, lines: tuple[str, ...]) -> None:
    """Who has broken an expression keeps it so, where it has a place to break."""
    assert lines == broken(parse(text), 80)
