"""Promises and assumptions as admins write them."""

from __future__ import annotations

import pytest

from ruleflow.model.properties import Order
from ruleflow.syntax.expressions import And, Broken, Has
from tests.unit.model.projects import one, read


def test_a_property_as_written() -> None:
    """Every key of a property stands in its value; the id and the events are placed."""
    found = read(
        """
properties:
  - id: vip_fast
    title: VIP-клиенты
    note: agreed with sales
    on: [ticket.created, ticket.reopened]
    for: contact.segments has vip
    expect: {all: [outcome.sla is present, outcome.message_count <= 1]}
"""
    )
    (promise,) = found.model.properties
    assert () == found.found
    assert ("vip_fast", "VIP-клиенты", "agreed with sales") == (promise.id, promise.title, promise.note)
    assert ("ticket.created", "ticket.reopened") == promise.events
    assert ["ticket.created", "ticket.reopened"] == [span.text for span in promise.event_spans]
    assert "vip_fast" == (promise.span.text if promise.span else "")
    assert isinstance(promise.for_, Has)
    assert isinstance(promise.expect, And)
    assert (None, None) == (promise.never, promise.monotone)
    assert promise.promised is promise.expect


def test_what_keeps_its_order() -> None:
    """`monotone` names a field, a value and an order."""
    text = "properties: [{id: a, monotone: {in: ticket.priority, expect: outcome.sla.update, order: not_later}}]\n"
    (promise,) = read(text).model.properties
    assert promise.monotone is not None
    assert ("ticket.priority", Order.NOT_LATER) == (promise.monotone.path, promise.monotone.order)
    assert "ticket.priority" == promise.monotone.span.text
    assert promise.promised is promise.monotone.value


@pytest.mark.parametrize(
    ("order", "falls"),
    [(Order.NOT_LATER, True), (Order.NOT_HIGHER, True), (Order.NOT_EARLIER, False), (Order.NOT_LOWER, False)],
)
def test_two_words_for_each_direction(order: Order, falls: bool) -> None:
    """Times are later or earlier, everything else higher or lower."""
    assert falls is order.falls


def test_assumptions_of_all_files() -> None:
    """`assume` is one expression or a list of them, in any file."""
    text = "assume:\n  - contact.plan is not 'free'\n  - any: [contact.country is missing, contact.country is 'FI']\n"
    assert [
        "contact.plan is not 'free'",
        "[contact.country is missing, contact.country is 'FI']",
    ] == [found.text for found in read(text).model.assumptions]
    assert 1 == len(read("assume: contact.country is 'FI'\n").model.assumptions)


@pytest.mark.parametrize(
    ("text", "code", "message", "place"),
    [
        ("{expect: outcome.sla is missing}", "RF112", "a property has no `id`", "{expect: outcome.sla is missing}"),
        ("{id: a}", "RF112", "a property needs `expect`, `never` or `monotone`", "{id: a}"),
        ("{id: a, expct: true}", "RF111", "`expct` is not a key of a property", "expct"),
        ("{id: a, expect: x.y, never: x.z}", "RF145", "a property promises one thing; this one has both `expect` and `never`", "never"),
        ("{id: a, never: x.y, monotone: {in: x.y, expect: x.y, order: not_later}}", "RF145", "a property promises one thing; this one has both `never` and `monotone`", "monotone"),
        ("{id: a, expect: }", "RF118", "`expect` is empty", ""),
        ("{id: a, on: [], expect: x.y}", "RF118", "`on` is empty", "[]"),
        ("{id: a, expect: [x.y]}", "RF110", "`expect` must be an expression; found a list", "[x.y]"),
        ("{id: A, expect: x.y}", "RF113", "`A` is not an id", "A"),
        ("{id: a, monotone: x.y}", "RF110", "`monotone` must be a mapping; found the text `x.y`", "x.y"),
        ("{id: a, monotone: {in: x.y, expect: x.y}}", "RF112", "`monotone` has no `order`", "{in: x.y, expect: x.y}"),
        ("{id: a, monotone: {in: x.y, expect: x.y, order: rising}}", "RF116", "`order` cannot be `rising`", "rising"),
        ("{id: a, monotone: {in: priority, expect: x.y, order: not_lower}}", "RF126", "`priority` is not the name of a field", "priority"),
        ("{id: a, expect: x.y}, {id: a, expect: x.y}", "RF301", "the property `a` is defined twice", "a"),
        ("{id: a, expect: x.y and}", "RF201", "something is missing after `and`", "and"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, code: str, message: str, place: str) -> None:
    """Each mistake has one finding: its code, what is wrong, the place."""
    found = one(f"properties: [{text}]\n")
    assert (code, message) == (found.code.number, found.message)
    assert place == ("" if found.span is None else found.span.text)


def test_an_empty_for_is_not_every_ticket() -> None:
    """What nobody finished to write does not read as a promise about all."""
    found = read("properties: [{id: a, for: , expect: outcome.sla is present}]\n")
    assert ["RF118"] == found.codes
    assert isinstance(found.model.properties[0].for_, Broken)


def test_no_field_may_be_called_like_an_outcome() -> None:
    """`outcome.` is the language's."""
    assert ["RF313"] == read("fields: {outcome.rating: integer}\n").codes
