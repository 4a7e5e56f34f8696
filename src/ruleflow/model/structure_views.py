"""The structure of views."""

from __future__ import annotations

from ruleflow.model.shapes import ByKind, Key, MapOf, Maybe, Named, OneOf, OneOrMany, Record, Word
from ruleflow.model.structure_vocabulary import COMMON, CONDITION
from ruleflow.model.views import Subject

_COLUMN = ByKind(
    scalar=Word.EXPRESSION,
    mapping=Record(
        (
            Key("title", Word.TEXT, "What stands above it.", example="Due"),
            Key("value", Word.EXPRESSION, "What is shown.", required=True, example="sla.due_at"),
        )
    ),
)

VIEWS = MapOf(
    Word.ID,
    Maybe(
        Record(
            (
                *COMMON,
                Key("of", OneOf(tuple(one.value for one in Subject)), "What it lists; left out: tickets."),
                Key(
                    "when",
                    Named("condition", lambda: CONDITION),
                    "What is in it; left out: everything.",
                    example="ticket.status in [new, open]",
                ),
                Key(
                    "sort",
                    OneOrMany(Word.EXPRESSION),
                    "In which order, `-` for the highest first; what is missing comes last.",
                    example="[-contract.rating, sla.due_at]",
                ),
                Key("columns", OneOrMany(_COLUMN), "What is shown.", example="[ticket.id, ticket.subject]"),
                Key("limit", Word.NUMBER, "So many at most, the first ones.", example="100"),
                Key("owner", Word.TEXT, "Who answers for it.", example="Anna"),
                Key("labels", OneOrMany(Word.TEXT), "Words to find it by.", example="[inbox]"),
            )
        )
    ),
)
