"""What the formatter makes of a file, and which files it leaves alone."""

from __future__ import annotations

import pytest

from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import Left, format_file
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.source import Source

VOCABULARY = Vocabulary(STANDARD_ACTIONS, standard_vocabulary().fields)


def formatted(text: str, name: str = "rules/a.yaml") -> str | Left:
    """A file, formatted."""
    return format_file(Source(name, text), VOCABULARY)


def when(text: str) -> str:
    """A file of one rule, from its `when:` on."""
    return f"rules:\n  - id: a\n    when: {text}\n    then: [{{stop: true}}]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("teams:\n- a\n- b\n", "teams:\n  - a\n  - b\n"),
        ("teams :   {a: {title: A}}", "teams: {a: {title: A}}\n"),
        ("teams: [ a,b , ]\n\n\n", "teams: [a, b]\n"),
        ("\n\nteams: [a]\n\n\n\nskills: [b]\n", "teams: [a]\n\nskills: [b]\n"),
        ("teams:\n\n     a:\n          title: A\n", "teams:\n  a:\n    title: A\n"),
        ("teams: [a]\r\nskills: [b]\r\n", "teams: [a]\nskills: [b]\n"),
        ("---\nteams: [a]\n...\n", "---\nteams: [a]\n"),
        ("rules:\n-\n  id: a\n  then: {stop: true}\n", "rules:\n  - id: a\n    then: {stop: true}\n"),
        ("teams:\n  a: {title: A,\n      note: B}\n", "teams:\n  a: {title: A, note: B}\n"),
        ("tests:\n- given: {a}\n", "tests:\n  - given: {a}\n"),
        ("", ""),
        ("# only a note", "# only a note\n"),
        ("{ teams: [a] }  # all", "{teams: [a]}    # all\n"),
        ("teams:\n  # A\n\n  [a]\n", "teams:\n  # A\n\n  [a]\n"),
    ],
)
def test_blocks_stand_two_spaces_in(before: str, after: str) -> None:
    """Indents, spaces, blank lines and line ends have one form."""
    assert after == formatted(before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'VIP desk'", "VIP desk"),
        ('"it\'s"', '"it\'s"'),
        ("'it''s'", '"it\'s"'),
        ('"A-\\\\d"', "'A-\\d'"),
        ("'yes'", "'yes'"),
        ("yes", "yes"),
        ("'101'", "'101'"),
        ("'a: b'", "'a: b'"),
        ("'# no comment'", "'# no comment'"),
        ('"\\u00e4"', "ä"),
        ('"a\\tb"', '"a\\tb"'),
        ('""', "''"),
        ("'два слова'", "два слова"),
        ("one\n        two", "one\n      two"),
        ('"one\n        two"', '"one\n      two"'),
        ('"one\\ \n        two"', "'one  two'"),
        ("|\n     one\n       two\n", "|\n      one\n        two"),
        (">+\n     one\n\n", ">+\n      one\n\n"),
        ("|2\n       led\n", "|2\n       led"),
    ],
)
def test_texts_have_the_quotes_they_need(before: str, after: str) -> None:
    """Quotes that say nothing go; what any YAML may take for something else keeps them; long texts keep their lines."""
    assert f"teams:\n  a:\n    title: {after}\n" == formatted(f"teams:\n  a:\n    title: {before}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ticket.priority==high", "ticket.priority is high"),
        ("'contact.segments has vip'", "contact.segments has vip"),
        ("|\n      contact.segments has vip", "contact.segments has vip"),
        (">-\n      contact.segments\n      has vip", "contact.segments has vip"),
        ("\"'x' in ticket.tags\"", "\"'x' in ticket.tags\""),
        ("|\n      '#1' in ticket.tags", "\"'#1' in ticket.tags\""),
        ("'ticket.subject contains \"re: \"'", "\"ticket.subject contains 're: '\""),
        ("|\n      ticket.subject contains 'a # b\\\\'", "|\n      ticket.subject contains 'a # b\\\\'"),
        (
            "ticket.subject contains 'a'\n      and ticket.channel is phone",
            "|\n      ticket.subject contains 'a'\n      and ticket.channel is phone",
        ),
    ],
)
def test_expressions_stand_on_the_line_of_their_key(before: str, after: str) -> None:
    """Plain where YAML takes them so, in quotes or under `|` where not; broken ones stay broken, before `and`."""
    assert when(after) == formatted(when(before))


def test_an_expression_in_brackets_is_quoted_only_where_brackets_would_end_it() -> None:
    """In `{…}` a comma or a bracket of an expression would end it."""
    before = "rules:\n- {id: a, when: 'contact.segments has vip', then: [stop: true]}\n- {id: b, when: 'ticket.status  in [open]', then: []}\n"
    after = "rules:\n  - {id: a, when: contact.segments has vip, then: [stop: true]}\n  - {id: b, when: 'ticket.status in [open]', then: []}\n"
    assert after == formatted(before)


def test_a_long_condition_is_broken() -> None:
    """A line is at most 120 columns wide, where it has a place to break."""
    text = when(
        "ticket.subject contains 'a long text that is looked for' and ticket.description contains 'another long text that is looked for'"
    )
    assert when(
        "|\n      ticket.subject contains 'a long text that is looked for'\n      and ticket.description contains 'another long text that is looked for'"
    ) == formatted(text)


def test_long_brackets_become_a_block() -> None:
    """Only the outer ones, where the inner ones fit then; a comment behind them goes above."""
    before = f"teams:\n  a: {{title: {'word ' * 20}, note: 'a, b', was: [c,d]}}  # note\n"
    after = f"teams:\n  # note\n  a:\n    title: {('word ' * 20).strip()}\n    note: 'a, b'\n    was: [c, d]\n"
    assert after == formatted(before)


def test_what_set_writes_is_an_expression_unless_the_field_takes_text() -> None:
    """`set` of a text field keeps its text as it is; one that nobody declares, too."""
    before = 'rules:\n  - id: a\n    then:\n      - set: {ticket.priority: "contact.vip==1", ticket.subject: a==b, ticket.unknown: a==b}\n'
    assert before.replace('"contact.vip==1"', "contact.vip is 1") == formatted(before)


def test_comments_stay_where_they_belong() -> None:
    """A comment of its own line goes with what follows, or with the block it is indented to; others keep their column."""
    before = (
        "#!one\n\n\nrules: #two\n\n# three\n- # four\n    id: a   #  five\n    then:   # six\n    - stop: true # seven\n"
        "    # eight\n\n# nine\n- id: b # ten\n  when: |  # eleven\n    a.b\n  then: [ # twelve\n   stop: true, # thirteen\n  ]\n\n# fourteen"
    )
    after = (
        "#!one\n\nrules:  #two\n  # three\n  -  # four\n    id: a   #  five\n    then:   # six\n      - stop: true  # seven\n"
        "    # eight\n\n  # nine\n  - id: b  # ten\n    when: a.b  # eleven\n    then:  # twelve\n      - stop: true  # thirteen\n\n# fourteen\n"
    )
    assert after == formatted(before)


def test_columns_that_an_author_has_aligned_stay_aligned() -> None:
    """Values under each other are a table; it is kept as tight as it can be, and anything else has one space."""
    assert "teams:\n  a:   {title: A}\n  # B\n  bbb: {title: B}\n" == formatted(
        "teams:\n  a:    {title: A}\n  # B\n  bbb:  {title: B}\n"
    )
    assert "teams:\n  a: {title: A}\n  bbb: {title: B}\n" == formatted("teams:\n  a:  {title: A}\n  bbb:  {title: B}\n")
    assert "teams:\n  a: {title: A}\n\n  bbb: {title: B}\n" == formatted(
        "teams:\n  a:   {title: A}\n\n  bbb: {title: B}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        when("ticket.priority is is high"),
        "teams: [a\n",
        "teams: [a]\nteams: [b]\n",
        "teams: &x [a]\n",
        "teams: [a]\rskills: [b]\n",
        "teams: [a\u2028]\n",
        "teams:\n\t- a\n",
        "a: " + "[" * 100 + "]" * 100,
    ],
)
def test_a_file_with_mistakes_is_left_alone(text: str) -> None:
    """The formatter never guesses."""
    assert Left("it has mistakes; `ruleflow check` shows them") == formatted(text)


@pytest.mark.parametrize(
    ("text", "reason"), [("%YAML 1.2\n---\nteams: [a]\n", "directive"), ("? teams\n: [a]\n", "`?`")]
)
def test_what_rules_do_without_is_left_alone(text: str, reason: str) -> None:
    """Rare forms of YAML have no form of ours, and the file says why it is left."""
    left = formatted(text)
    assert isinstance(left, Left)
    assert reason in left.reason
    assert not left.is_ours


def test_a_file_that_would_grow_too_large_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indents may take a file over the limit, after which nobody could read it."""
    monkeypatch.setattr("ruleflow.fmt.format.MAX_BYTES", 20)
    left = formatted("teams:\n- a\n- b\n- c\n- d")
    assert isinstance(left, Left)
    assert "split it" in left.reason


@pytest.mark.parametrize("escape", [r"\x7f", r"\u200b", r"\U000e0001"])
def test_characters_that_do_not_show_stay_escaped(escape: str) -> None:
    """Written out they would be a mistake, or be seen by nobody; a long condition stays on its line, then."""
    value = f"\"ticket.subject contains '{escape}' and ticket.description contains '{'long ' * 20}'\""
    text = f"teams:\n  a: {{title: {value}}}\n" + when(value)
    after = formatted(text)
    assert isinstance(after, str)
    assert escape in after.partition("rules:")[0]
    assert escape in after.partition("rules:")[2]


def test_a_layout_that_changed_the_meaning_would_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the layout comes to, it is read again before anybody sees it."""
    for wrong, reason in [
        ("teams: [b]\n", "its meaning would change"),
        ("teams: ['a']\n", "a comment would change"),
        ("teams: [a\n", "it could not be read again"),
        ("teams:   [a]  # c\n", "a second run would change it again"),
    ]:
        layouts = iter([wrong, "teams: [a]  # c\n"])
        monkeypatch.setattr("ruleflow.fmt.format._laid_out", lambda _, layouts=layouts: next(layouts))
        assert Left(reason, is_ours=True) == formatted("teams: [a] # c\n")
