"""The structure of a mapping file."""

from __future__ import annotations

from ruleflow.model.shapes import Anything, ByKind, Key, ListOf, MapOf, OneOf, OneOrMany, Record, Word
from ruleflow.replay.mapping import Take

DELIMITERS = (",", ";", "tab", "|")
_TAKE = OneOf(tuple(one.value for one in Take))
_KEYS = (
    Key("column", Word.TEXT, "The name of a column.", example="priority"),
    Key("constant", Anything(), "The same value for every row.", example="email"),
    Key(
        "values",
        MapOf(Word.TEXT, Anything()),
        "What each text of the column is as a fact; nothing: it is missing.",
        example="{'3 - Moderate': normal}",
    ),
    Key("other", Anything(), "What every text is that `values` does not name; left out: it stands as it is."),
    Key("separator", Word.TEXT, "What stands between several values in one cell.", example="'|'"),
    Key("format", Word.TEXT, "How dates and instants are written.", example="DD.MM.YYYY hh:mm"),
    Key("timezone", Word.TEXT, "The zone of instants without an offset.", example="Europe/Helsinki"),
)
_SOURCE = Record(_KEYS, one_of=("column", "constant"))
_VALUE = ByKind(scalar=Word.TEXT, mapping=_SOURCE)
_ROWS = Record(
    (
        Key(
            "where", MapOf(Word.TEXT, OneOrMany(Word.SCALAR)), "What these columns must say.", example="{state: Closed}"
        ),
        Key("increased", Word.TEXT, "A column whose number is higher than in the ticket's row before."),
        Key("changed", Word.TEXT, "A column that says something else than in the ticket's row before."),
        Key("take", _TAKE, "Which of the ticket's rows that fit; left out: each."),
    )
)
_EVENT = Record(
    (
        Key(
            "event",
            ByKind(scalar=Word.EVENT, mapping=_SOURCE),
            "What happened: an event, or the column that says so.",
            required=True,
            example="ticket.created",
        ),
        Key("now", _VALUE, "When it happened.", required=True, example="created_at"),
        Key("rows", ByKind(scalar=_TAKE, mapping=_ROWS), "At which rows of a ticket; left out: at each."),
        Key("facts", MapOf(Word.PATH, _VALUE), "Facts of this event alone; they go before the others."),
        Key(
            "before",
            MapOf(Word.PATH, _VALUE),
            "What the event changed, as it was; known already is what the ticket's row before says.",
        ),
    )
)
MAPPING = Record(
    (
        Key("ticket", Word.TEXT, "The column that names the ticket; left out: each row is one.", example="number"),
        Key("facts", MapOf(Word.PATH, _VALUE), "Which column is which fact.", required=True, example="{ticket.id: number}"),
        Key("events", ListOf(_EVENT), "What is decided.", required=True, example="[{event: ticket.created, now: created_at}]"),
        Key("history", MapOf(Word.ID, _VALUE), "What each row adds to `ticket.history`.", example="{at: changed_at, status: state}"),
        Key("missing", OneOrMany(Word.SCALAR), "Texts that stand for nothing.", example="['?']"),
        Key("timezone", Word.TEXT, "The zone of instants without an offset; left out: that of the project."),
        Key(
            "file",
            Record(
                (
                    Key("encoding", Word.TEXT, "How letters are written; left out: UTF-8.", example="windows-1252"),
                    Key("delimiter", OneOf(DELIMITERS), "What stands between two cells; left out: found out."),
                )
            ),
            "How a CSV file is written.",
        ),
    )
)  # fmt: skip
"""A mapping file."""
