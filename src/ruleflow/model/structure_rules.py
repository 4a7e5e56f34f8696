"""The structure of rules, actions and tests."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.model.rules import ActionType, Hit, Mode, Parameter
from ruleflow.model.shapes import (
    Anything,
    ByKind,
    Key,
    ListOf,
    MapOf,
    Maybe,
    OneKey,
    OneOf,
    OneOrMany,
    Record,
    Shape,
    Word,
)
from ruleflow.model.standard_actions import SET
from ruleflow.model.structure_vocabulary import CONDITION
from ruleflow.model.tables import HitPolicy
from ruleflow.types import terms

_SET = MapOf(Word.PATH, ByKind(scalar=Maybe(Word.SCALAR), sequence=ListOf(Word.SCALAR)))


def action_shape(types: Iterable[ActionType], *, open_: bool = False) -> OneKey:
    """The shape of one action: exactly one key, the name of a known action. `open_`: other names may be declared elsewhere."""
    return OneKey(tuple(Key(one.name, _value_shape(one), one.title) for one in types), "an action", open=open_)


def _value_shape(action: ActionType) -> Shape:
    if action.name == SET:
        return _SET
    keys = tuple(Key(one.name, _parameter_shape(one), one.title, required=one.required) for one in action.parameters)
    record = Record(keys, one_of=action.any_of)
    main = action.parameter(action.main)
    if main is None:
        return record if action.parameters else Maybe(ByKind(scalar=Word.FLAG, mapping=record))
    return ByKind(
        scalar=_item_shape(main), sequence=ListOf(_item_shape(main)) if _takes_many(main) else None, mapping=record
    )


def _parameter_shape(parameter: Parameter) -> Shape:
    return OneOrMany(_item_shape(parameter)) if _takes_many(parameter) else _item_shape(parameter)


def _item_shape(parameter: Parameter) -> Word:
    return Word.TEXT if parameter.literal else Word.EXPRESSION


def _takes_many(parameter: Parameter) -> bool:
    return isinstance(parameter.type, (terms.SetOf, terms.ListOf))


_STAGE = Key("stage", Word.ID, "The stage it runs in.", example="route")
_ON = Key("on", OneOrMany(Word.EVENT), "The events it runs on; left out: any event.", example="ticket.created")
_SHARED = (
    _STAGE,
    _ON,
    Key("enabled", Word.FLAG, "`false` switches it off."),
    Key("owner", Word.TEXT, "Who answers for it.", example="Anna"),
    Key("labels", OneOrMany(Word.TEXT), "Words to find it by.", example="[vip]"),
    Key("valid_from", Word.MOMENT, "The first day or instant on which it runs.", example="2026-03-01"),
    Key(
        "valid_until",
        Word.MOMENT,
        "The last day on which it runs, or the instant at which it no longer does.",
        example="2026-12-31",
    ),
    Key("mode", OneOf(tuple(mode.value for mode in Mode)), "`shadow`: it is evaluated and reported, and does not act."),
    Key("rollout", Word.PERCENT, "The share of tickets it runs on.", example="25%"),
    Key("on_own_changes", Word.FLAG, "Whether it also runs on changes that a decision made."),
)

DEFAULTS = Record(_SHARED)


_AFTER = Record(
    (
        Key("time", Word.SPAN, "How long after.", required=True, example="24h"),
        Key("since", Word.EXPRESSION, "After which instant.", required=True, example="ticket.updated_at"),
        Key(
            "calendar",
            Word.EXPRESSION,
            "In whose open hours it is counted; left out: around the clock.",
            example="contract.calendar",
        ),
        Key("repeat", Word.SPAN, "It fires again and again, at this distance.", example="24h"),
    )
)


def rule_shape(action: OneKey) -> Record:
    """The shape of one rule, given the shape of its actions."""
    return Record(
        (
            Key("id", Word.ID, "What decisions and explanations call it.", required=True, example="vip_first"),
            Key("title", Word.TEXT, "What it does, for people.", example="VIP clients come first"),
            *_SHARED,
            Key("when", CONDITION, "The condition; left out: always.", example="contact.segments has vip"),
            Key("then", OneOrMany(action), "What it does.", required=True, example="[{route: {team: vip_desk}}]"),
            Key("note", Word.TEXT, "Why this rule exists."),
            Key(
                "after", _AFTER, "Makes it a time rule: when it fires.", example="{time: 24h, since: ticket.updated_at}"
            ),
            Key(
                "once",
                Word.EXPRESSION,
                "It fires at most once for each value of this, for one ticket.",
                example="next_open(now, office)",
            ),
        )
    )


TABLE = Record(
    (
        Key(
            "id",
            Word.ID,
            "What decisions and explanations call it; its rows begin with it.",
            required=True,
            example="sla_times",
        ),
        Key("title", Word.TEXT, "What it decides, for people.", example="Which SLA a ticket gets"),
        *_SHARED,
        Key("when", CONDITION, "The condition of the whole table; left out: always.", example="ticket.status is open"),
        Key(
            "hit",
            OneOf(tuple(policy.value for policy in HitPolicy)),
            "Which matching rows act: the `first` (so if left out), the only one (`unique`), or all (`collect`).",
        ),
        Key(
            "columns",
            MapOf(Word.TEXT, Word.TEXT),
            "What a heading stands for: something asked, or an action and its parameter.",
            example="{Priority: ticket.priority, SLA: set_sla}",
        ),
        Key("rows", Word.TEXT, "The heading and the rows, a line each, cells separated by `|`."),
        Key("file", Word.TEXT, "The spreadsheet (`.csv`) that has the heading and the rows.", example="sla_times.csv"),
        Key("note", Word.TEXT, "Why this table exists."),
    ),
    one_of=("rows", "file"),
)


STAGES = ListOf(
    ByKind(
        scalar=Word.ID,
        mapping=Record(
            (
                Key("id", Word.ID, "The name of the stage.", required=True, example="route"),
                Key("hit", OneOf(tuple(hit.value for hit in Hit)), "`first`: only the first matching rule acts."),
                Key("title", Word.TEXT, "What it is for, for people."),
            )
        ),
    ),
)

_GIVEN = Key(
    "given", MapOf(Word.TEXT, Anything()), "The facts that matter.", example="{ticket: {request_type: incident}}"
)
_EXPECT = Key(
    "expect",
    Record(
        (
            Key("matched", OneOrMany(Word.RULE), "The rules that match, in order."),
            Key("not_matched", OneOrMany(Word.RULE), "Rules that must not match."),
            Key("shadow", OneOrMany(Word.RULE), "The shadow rules that match, in order."),
            Key("outcome", MapOf(Word.TEXT, Anything()), "What stands in the end, as far as it matters."),
            Key("actions", ListOf(Anything()), "Actions, in order; others may stand between."),
            Key("overridden", ListOf(Anything()), "Writes that lost."),
            Key("timers", ListOf(Anything()), "Timers to set."),
            Key("fired", OneOrMany(Word.TEXT), "Keys of timers that are carried out."),
            Key("warnings", ListOf(Anything()), "Warnings of the decision."),
            Key("errors", ListOf(Anything()), "Errors of the decision."),
            Key(
                "refused",
                ByKind(scalar=Word.SCALAR, sequence=ListOf(Word.TEXT)),
                "`true`, or the JSON pointers that are refused.",
            ),
        )
    ),
    "What the decision must say; anything not named may be as it is.",
    example="{matched: [vip_first]}",
)
_EVENT = Key("event", Word.EVENT, "The event.", example="ticket.created")
_NOW = Key(
    "now", Word.MOMENT, "The instant of the decision; left out: the start of 2026.", example="2026-03-01T23:30:00+03:00"
)
_NAME = Key("name", Word.TEXT, "What must hold, as a sentence.", required=True, example="a VIP reaches the VIP desk")

_STEP = Record(
    (
        _EVENT,
        Key("at", Word.MOMENT, "The instant of the step.", example="2026-03-01T10:00:00+03:00"),
        _GIVEN,
        _EXPECT,
        Key(
            "advance_to",
            Word.MOMENT,
            "Let time pass until this instant; every timer due on the way fires.",
            example="2026-03-03T10:00:00+03:00",
        ),
    )
)

TEST = Record(
    (
        _NAME,
        _EVENT,
        _NOW,
        _GIVEN,
        _EXPECT,
        Key(
            "cases",
            ListOf(Record((Key("name", Word.TEXT, "The name of the row."), _EVENT, _NOW, _GIVEN, _EXPECT))),
            "Rows, each with what it changes in the test.",
        ),
        Key("steps", ListOf(_STEP), "Events that follow each other on one ticket."),
        Key("note", Word.TEXT, "Why this test exists."),
    )
)

TESTS = ListOf(TEST)
