"""Where in a file somebody types; `|` is the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.lsp.outline import spot_at

RULE = "rules:\n  - id: a\n"


@pytest.mark.parametrize(
    ("text", "path", "word"),
    [
        ("|", (), ""),
        ("seg|", (), "seg"),
        ("rules:\n  - |", ("rules", None), ""),
        (f"{RULE}    |", ("rules", None), ""),
        (f"{RULE}    th|", ("rules", None), "th"),
        (f"{RULE}    when: contact.segments has |", ("rules", None, "when"), "contact.segments has "),
        (f"{RULE}    when: 'a is |", ("rules", None, "when"), "a is "),
        (f'{RULE}    when: "a is |', ("rules", None, "when"), "a is "),
        (f"{RULE}    when: >\n      a is b\n      and c|", ("rules", None, "when"), "      a is b\n      and c"),
        (f"{RULE}    when: a is b\n      and c|", ("rules", None, "when"), "a is b\n      and c"),
        (f"{RULE}    when:\n      c|", ("rules", None, "when"), "c"),
        (f"{RULE}    when:\n      all:\n        - a is |", ("rules", None, "when", "all", None), "a is "),
        (f"{RULE}    when: a in [b, |", ("rules", None, "when"), "a in [b, "),
        (f"{RULE}    on: [ticket.created, t|", ("rules", None, "on", None), "t"),
        (f"{RULE}    then:\n      - |", ("rules", None, "then", None), ""),
        (f"{RULE}    then:\n    - route:\n        te|", ("rules", None, "then", None, "route"), "te"),
        (f"{RULE}    then: [{{route: {{team: v|", ("rules", None, "then", None, "route", "team"), "v"),
        (f"{RULE}    then: [{{route: {{team: v}}}}, {{s|", ("rules", None, "then", None), "s"),
        (f"{RULE}    then:\n      - set: {{ticket.a: x, |", ("rules", None, "then", None, "set"), ""),
        ("rules:\n- id: a\n  when: b\n- id: |", ("rules", None, "id"), ""),
        ("rules:\n- id: a\nfields:\n  ticket.x: {type: |", ("fields", "ticket.x", "type"), ""),
        ("fields:\n  a.b:\n    options:\n    - x\n    - |", ("fields", "a.b", "options", None), ""),
        ("fields:\n  a.b: text\n\n  # words\n  c|", ("fields",), "c"),
        ("project: {name: a,\n  title: |", ("project", "title"), ""),
    ],
)
def test_the_keys_on_the_way_to_the_cursor(text: str, path: tuple[str | None, ...], word: str) -> None:
    """Read off indents, dashes, brackets and quotes; the rest of the file does not matter."""
    at = text.rindex("|")
    spot = spot_at(f"{text[:at]}\n  }} broken: [", at)
    assert (path, word, at - len(word)) == (spot.path, spot.text, spot.start)


def test_a_comment_takes_nothing() -> None:
    """Neither a key nor a value."""
    spot = spot_at(f"{RULE}    when: a # why", len(RULE) + 17)
    assert (False, False) == (spot.takes_key, spot.takes_value)


def test_a_block_text_ends_where_it_is_indented_less() -> None:
    """A key may be typed again."""
    text = f"{RULE}    note: |\n      a\n    th"
    assert ("rules", None) == spot_at(text, len(text)).path


@given(st.text(alphabet="ab:-[]{},'\"|>#é \n\r\t&*", max_size=80), st.integers(0, 80))
def test_any_text_has_a_spot(text: str, offset: int) -> None:
    """However broken it is; what is typed ends at the cursor."""
    at = min(offset, len(text))
    spot = spot_at(text, at)
    assert 0 <= spot.start <= at
