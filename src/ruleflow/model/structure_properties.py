"""The structure of promises, and of what they take for granted."""

from __future__ import annotations

from ruleflow.model.properties import Order
from ruleflow.model.shapes import Key, ListOf, Named, OneOf, OneOrMany, Record, Word
from ruleflow.model.structure_vocabulary import CONDITION

_CONDITION = Named("condition", lambda: CONDITION)

_MONOTONE = Record(
    (
        Key("in", Word.PATH, "The field of which a ticket has more or less.", required=True, example="ticket.priority"),
        Key(
            "expect",
            Word.EXPRESSION,
            "The value that must keep its order.",
            required=True,
            example="outcome.sla.resolution",
        ),
        Key(
            "order",
            OneOf(tuple(order.value for order in Order)),
            "What the value may not become where the field has more.",
            required=True,
            example="not_later",
        ),
    )
)

PROPERTIES = ListOf(
    Record(
        (
            Key("id", Word.ID, "What reports call it.", required=True, example="everyone_is_routed"),
            Key("title", Word.TEXT, "What is promised, for people.", example="Nobody is left without a team"),
            Key(
                "on",
                OneOrMany(Word.EVENT),
                "The events it is about; left out: all that the rules name.",
                example="ticket.created",
            ),
            Key(
                "for",
                _CONDITION,
                "The tickets it is about, by the facts as they come; left out: all.",
                example="contact.segments has vip",
            ),
            Key("expect", _CONDITION, "What holds once it is decided.", example="outcome.route.team is present"),
            Key("never", _CONDITION, "What never holds once it is decided.", example="outcome.message_count > 1"),
            Key("monotone", _MONOTONE, "What keeps its order: a higher priority never gets a later target."),
            Key("note", Word.TEXT, "Why it is promised."),
        ),
        one_of=("expect", "never", "monotone"),
    )
)

ASSUME = OneOrMany(_CONDITION)
