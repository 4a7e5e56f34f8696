"""What is offered while somebody types; `|` is the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from ruleflow.lsp.completion import MOST, completion
from ruleflow.lsp.looks import glimpse, look
from ruleflow.lsp.session import Session
from ruleflow.lsp.text import Text

PROJECT = """\
ruleflow: 1
project: support
timezone: UTC
stages: [classify, route]
fields:
  ticket.plan: {type: choice, options: [free, paid, 'on trial'], title: Plan}
  ticket.seats: integer
segments: {vip: VIP clients, partner: Partners}
teams: {first: First line}
calendars: {office: {always: true}}
templates: {hello: {file: hello.md}}
definitions: {is_big: ticket.seats > 100}
rules:
  - id: known
    stage: route
    when: is_big
    then: [{route: {team: first}}]
"""
RULE = "rules:\n  - id: a\n    "
WHEN = f"{RULE}when: "
THEN = f"{RULE}then:\n      - "


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A project that was looked at."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "ruleflow.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "hello.md").write_text("Hello", encoding="utf-8")
    found = Session(folder, "utf-16")
    found.take(look(found.folder(), found.memory, lambda: True))
    return found


def offered(session: Session, marked: str, file: str = "rules/a.yaml") -> list[lsp.CompletionItem]:
    """The items at the cursor."""
    at = marked.rindex("|")
    text = Text(marked[:at] + marked[at + 1 :])
    return list(completion(session, file, text, text.position(at)).items)


def labels(session: Session, marked: str, file: str = "rules/a.yaml") -> list[str]:
    """What is offered, best first."""
    return [item.label for item in offered(session, marked, file)]


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        (f"{WHEN}contact.segments has |", ["vip", "partner"]),
        (f"{WHEN}contact.segments has any of [vip, |", ["vip", "partner"]),
        (f"{WHEN}ticket.plan is |", ["free", "paid", "on trial"]),
        (f"{WHEN}ticket.plan in [free, |", ["free", "paid", "on trial"]),
        (f"{WHEN}not (ticket.plan is |", ["free", "paid", "on trial"]),
        (f"{WHEN}ticket.plan changed from free to |", ["free", "paid", "on trial"]),
        (f"{WHEN}ticket.plan ?? |", ["free", "paid", "on trial"]),
        (f"{WHEN}weekday(now) in [|", ["mon", "tue", "wed"]),
        (f"{WHEN}any (contact.tickets where it.|", ["it.id", "it.subject"]),
        (f"{WHEN}now during |", ["office"]),
        (f"{WHEN}open_time(ticket.created_at, now, |", ["office"]),
        (f"{WHEN}ticket.team is |", ["first"]),
        (f"{WHEN}ticket.pla|", ["ticket.plan"]),
        (f"{WHEN}broken broken and ticket.pla|", ["ticket.plan"]),
        (f"{WHEN}ticket.plan |", ["is", "is not", "in ["]),
        (f"{WHEN}contact.segments |", ["has", "has any of ["]),
        (f"{WHEN}ticket.subject |", ["contains", "contains word"]),
        (f"{WHEN}ticket.seats |", [">=", "<="]),
        (f"{RULE}when:\n      all:\n        - contact.segments has |", ["vip", "partner"]),
        (f"{RULE}when: >\n      ticket.plan\n      is |", ["free", "paid", "on trial"]),
        (f"{RULE}when: 'ticket.plan is |", ["free", "paid", "on trial"]),
        (f"{THEN}route: {{team: |", ["first"]),
        (f"{THEN}set: {{ticket.plan: |", ["free", "paid", "on trial"]),
        (f"{THEN}set: {{ticket.pla|", ["ticket.plan"]),
        (f"{THEN}send: {{template: |", ["hello"]),
        (f"{THEN}add_to_segments: |", ["vip", "partner"]),
        (f"{THEN}note: Seats {{{{ ticket.sea|", ["ticket.seats"]),
        (f"{RULE}on: ticket.cre|", ["ticket.created"]),
        (f"{RULE}stage: |", ["classify", "route"]),
        (f"{RULE}mode: |", ["active", "shadow"]),
        (f"{RULE}enabled: |", ["true", "false"]),
        (f"{RULE}after: {{time: 1h, since: |", ["now"]),
        ("tests:\n  - given: {ticket: {pla|", ["plan"]),
        ("tests:\n  - given: {ticket: {plan: |", ["free", "paid", "on trial"]),
        ("tests:\n  - expect: {matched: [|", ["known"]),
        ("contracts:\n  x:\n    requests:\n      incident: {priority: |", ["low", "normal"]),
        ("teams: {x: {calendar: |", ["office"]),
    ],
)  # fmt: skip
def test_what_fits_comes_first(session: Session, marked: str, first: list[str]) -> None:
    """By the type that the place wants, also where the expression cannot be read yet."""
    assert first == labels(session, marked)[: len(first)]


@pytest.mark.parametrize(
    ("marked", "key"),
    [("ru|", "rules"), (f"{RULE}wh|", "when"), (f"{RULE}then:\n      - ro|", "route"), (f"{WHEN}\n      al|", "all")],
)
def test_keys_come_with_what_they_mean(session: Session, marked: str, key: str) -> None:
    """And are put in with their colon."""
    found = next(item for item in offered(session, marked) if item.label == key)
    assert isinstance(found.text_edit, lsp.TextEdit)
    assert f"{key}: " == found.text_edit.new_text
    assert found.documentation is not None


def test_sections_of_the_root_file_are_not_offered_elsewhere(session: Session) -> None:
    """The key that says where the root is belongs there."""
    assert ("timezone" in labels(session, "|", "ruleflow.yaml"), "timezone" in labels(session, "|")) == (True, False)


def test_an_option_that_is_no_name_is_put_in_with_quotes(session: Session) -> None:
    """As an expression takes it."""
    found = next(item for item in offered(session, f"{WHEN}ticket.plan is |") if item.label == "on trial")
    assert isinstance(found.text_edit, lsp.TextEdit)
    assert "'on trial'" == found.text_edit.new_text


def test_a_field_says_its_type_and_title(session: Session) -> None:
    """Beside its name."""
    found = next(item for item in offered(session, f"{WHEN}ticket.pla|"))
    assert "one of the options free, paid, on trial" == found.detail
    assert isinstance(found.documentation, lsp.MarkupContent)
    assert "Plan" == found.documentation.value


def test_the_word_that_is_typed_is_replaced_as_a_whole(session: Session) -> None:
    """With the part before the dot."""
    found = offered(session, f"{WHEN}ticket.pla|")[0].text_edit
    assert isinstance(found, lsp.TextEdit)
    assert (lsp.Position(2, 10), lsp.Position(2, 20)) == (found.range.start, found.range.end)


@pytest.mark.parametrize("marked", [f"{WHEN}ticket.subject contains 're|", f"{WHEN}is_big # ti|", f"{RULE}title: ti|"])
def test_nothing_is_offered_in_texts_and_comments(session: Session, marked: str) -> None:
    """They are the author's words."""
    assert [] == labels(session, marked)


def test_fields_are_offered_in_placeholders_of_templates(session: Session) -> None:
    """And nothing elsewhere in them."""
    assert ["ticket.plan"] == labels(session, "Dear {{ contact.name }}, {{ ticket.pla|", "hello.md")
    assert [] == labels(session, "Dear {{ contact.name }}, ticket.pla|", "hello.md")


def test_a_long_list_is_cut_and_says_so(session: Session) -> None:
    """The editor asks again when more letters are there."""
    text = Text("timezone: ")
    found = completion(session, "ruleflow.yaml", text, text.position(10))
    assert (MOST, True) == (len(found.items), found.is_incomplete)


def test_the_last_vocabulary_that_could_be_read_stays(session: Session) -> None:
    """While the file with the fields is broken, what it had is still offered."""
    own = Session(session.path, "utf-16")
    own.put("ruleflow.yaml", Text(PROJECT), 1)
    own.take_glimpse("ruleflow.yaml", glimpse(own.folder(), "ruleflow.yaml", own.memory))
    own.put("ruleflow.yaml", Text(PROJECT + "\n  ]"), 2)
    own.take_glimpse("ruleflow.yaml", glimpse(own.folder(), "ruleflow.yaml", own.memory))
    assert ["ticket.plan"] == labels(own, f"{WHEN}ticket.pla|")


PIECES = [*"tik.:- [](){}'\"\n", " is ", "ticket.plan", " has ", "any (", "it.", "é", "🎫"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_answered(session: Session, typed: str) -> None:
    """Whatever stands before the cursor."""
    text = Text(f"{RULE}{typed}")
    assert len(completion(session, "a.yaml", text, text.position(len(text.whole))).items) <= MOST
