"""The structure of the sections that say what rules may name: fields, things, calendars, policies, templates."""

from __future__ import annotations

from collections.abc import Mapping

from ruleflow.formats.formats import DATE_ORDERS, FORMATS
from ruleflow.model.shapes import (
    Anything,
    ByKind,
    Key,
    ListOf,
    MapOf,
    Maybe,
    Named,
    OneOf,
    OneOrMany,
    Record,
    Shape,
    Word,
)
from ruleflow.model.vocabulary import BodyFormat, Metric, OnChange, Resolve
from ruleflow.types.terms import Kind

VALUE_TYPES = ("boolean", "integer", "decimal", "text", "choice", "datetime", "date", "time", "duration")
REFERENCE_TYPES = tuple(kind.value for kind in Kind)
TYPE_NAMES = (*VALUE_TYPES, *REFERENCE_TYPES, "set", "list", "record")

_TITLE = Key("title", Word.TEXT, "The name for people, in any script.", example="VIP clients")
_EXTERNAL = Key("external_id", Word.TEXT, "What the helpdesk's API calls it; facts may use either.", example="42")
_WAS = Key("was", OneOrMany(Word.TEXT), "Names it had before, so that old facts are understood.", example="[old_name]")
_NOTE = Key("note", Word.TEXT, "Why it is there; for people only.")
COMMON = (_TITLE, _EXTERNAL, _WAS, _NOTE)

_OPTION = ByKind(
    scalar=Word.TEXT,
    mapping=Record(
        (
            Key("id", Word.TEXT, "What rules call the option.", required=True, example="urgent"),
            _TITLE,
            _EXTERNAL,
            _WAS,
        )
    ),
)

_FORMAT = ByKind(
    scalar=OneOf((*FORMATS, "date")),
    mapping=Record(
        (
            Key("regex", Word.TEXT, "A regular expression that the whole text must match.", example="'A-\\d{6}'"),
            Key("date", OneOf(DATE_ORDERS), "A date written in this order.", example="DD-MM-YYYY"),
        ),
        one_of=("regex", "date"),
    ),
)

_TYPE_KEYS = (
    Key("type", OneOf(TYPE_NAMES), "What kind of value it is.", required=True, example="text"),
    Key(
        "options",
        ListOf(_OPTION, distinct=True),
        "What a choice chooses from; lowest first when ordered.",
        example="[low, high]",
    ),
    Key("ordered", Word.FLAG, "Whether the options compare, from lowest to highest."),
    Key(
        "of",
        Named("elements", lambda: _ELEMENTS),
        "What a set or list holds, or the parts of a record.",
        example="text",
    ),
    Key("secret", Word.FLAG, "Whether it is only ever shown masked."),
)

_ELEMENTS: Shape = ByKind(
    scalar=OneOf(TYPE_NAMES),
    sequence=ListOf(OneOf(REFERENCE_TYPES), distinct=True),
    mapping=Anything(),  # a type or the parts of a record: model/field_types.py tells them apart
)

_FIELD_KEYS = (
    *_TYPE_KEYS,
    _TITLE,
    Key("default", Anything(), "What stands in for a missing value."),
    Key("required", Word.FLAG, "Whether facts without it are refused."),
    Key("min", Word.NUMBER, "The least number allowed."),
    Key("max", Word.NUMBER, "The greatest number allowed."),
    Key("unit", Word.TEXT, "What a number counts.", example="EUR"),
    Key("format", _FORMAT, "What a text must look like.", example="email"),
    Key(
        "resolve",
        OneOf(tuple(one.value for one in Resolve)),
        "Which of several writes of one stage stands.",
        example="highest",
    ),
    _WAS,
    _NOTE,
)

TYPE_RECORD = Record(_TYPE_KEYS)
FIELD_RECORD = Record(_FIELD_KEYS)
PART_RECORD = Record((*_TYPE_KEYS, _TITLE, _NOTE))

FIELDS = MapOf(Word.PATH, ByKind(scalar=OneOf(TYPE_NAMES), mapping=FIELD_RECORD))


def _things(*keys: Key, bare: bool = True) -> Shape:
    """A section of named things. `bare`: a thing may be just an id, or an id with a title."""
    record = Record((*COMMON, *keys))
    if not bare:
        return MapOf(Word.ID, record)
    return ByKind(
        mapping=MapOf(Word.ID, Maybe(ByKind(scalar=Word.TEXT, mapping=record))),
        sequence=ListOf(Word.ID, distinct=True),
    )


_COLOR = Key("color", Word.COLOR, "The colour of its text.", example="'#c8102e'")

SEGMENTS = _things(
    _COLOR,
    Key("background", Word.COLOR, "The colour behind its text.", example="'#ffffff'"),
    Key(
        "when",
        Named("condition", lambda: CONDITION),
        "Makes the segment derived: who belongs to it.",
        example="contact.lifetime_value > 1_000",
    ),
)
TEAMS = _things(Key("calendar", Word.ID, "When the team works.", example="office"))
AGENTS = _things(
    Key("email", Word.TEXT, "The address of the agent.", example="anna@example.com"),
    Key("teams", OneOrMany(Word.ID), "The teams the agent belongs to.", example="[vip_desk]"),
    Key("skills", OneOrMany(Word.ID), "What the agent can do.", example="[english]"),
)
SKILLS = _things()

_FOLDERS: Shape = ByKind(
    mapping=MapOf(
        Word.ID,
        Maybe(
            ByKind(
                scalar=Word.TEXT,
                mapping=Record((*COMMON, Key("folders", Named("folders", lambda: _FOLDERS), "The folders inside."))),
            )
        ),
    ),
    sequence=ListOf(Word.ID, distinct=True),
)

_REQUEST = Record(
    (
        _TITLE,
        Key("priority", Word.TEXT, "The priority that a ticket of this kind has.", example="high"),
        Key("resolve_in", Word.TARGET, "How long solving it may take.", example="end of working day"),
    )
)

CONTRACTS = _things(
    Key(
        "owner",
        ByKind(
            scalar=Word.ID,
            mapping=Record(
                (Key("team", Word.ID, "The team."), Key("agent", Word.ID, "The agent.")), one_of=("team", "agent")
            ),
        ),
        "The team or agent who answers for its requests.",
        example="vip_desk",
    ),
    Key("tag", Word.TEXT, "What whoever takes a call sees at once.", example="Tills 24x7"),
    _COLOR,
    Key("calendar", Word.ID, "When its requests are worked on.", example="office"),
    Key("regulation", Word.ID, "Its SLA policy.", example="vip"),
    Key("rating", Word.NUMBER, "The contract with the highest rating is looked at first.", example="5"),
    Key("folders", Named("folders", lambda: _FOLDERS), "Groups of its clients, as a tree."),
    Key("requests", MapOf(Word.TEXT, Maybe(_REQUEST)), "What is promised for each type of request."),
    Key(
        "applies_when",
        Named("condition", lambda: CONDITION),
        "Picks this contract when a client has several.",
        example="contact.region is north",
    ),
    bare=False,
)

_HOURS = MapOf(Word.TEXT, Maybe(OneOrMany(Word.SCALAR)))

CALENDARS = _things(
    Key("timezone", Word.TEXT, "The zone of its clock; without it, the project's.", example="Europe/Helsinki"),
    Key("hours", _HOURS, "Open hours by day of the week.", example="{mon: ['09:00-18:00']}"),
    Key("always", Word.FLAG, "Whether it is always open."),
    Key("holidays", OneOrMany(Anything()), "Days off: dates, or `{country: FI}`."),
    Key(
        "exceptions",
        MapOf(Word.TEXT, Maybe(OneOrMany(Word.SCALAR))),
        "Other hours on some dates.",
        example="{2026-12-31: ['09:00-15:00']}",
    ),
    Key("breaks", ListOf(Anything()), "Closed stretches.", example="[{date: 2026-03-06, from: '12:00', to: '13:00'}]"),
    bare=False,
)

_METRICS = tuple(metric.value for metric in Metric)
_TARGET = ByKind(
    scalar=Word.TARGET,
    mapping=MapOf(Word.TEXT, Word.SCALAR),  # `by` names a field, the other keys are its options: model/policies.py
)
_WARNINGS = OneOrMany(Word.WARNING)
_ON_CHANGE = OneOf(tuple(one.value for one in OnChange))


def _by_metric(shape: Shape) -> Record:
    return Record(tuple(Key(name, shape, f"For the metric `{name}`.") for name in _METRICS))


SLA = _things(
    Key("calendar", Word.ID, "The calendar of its clocks; without it, the contract's.", example="office"),
    Key("targets", _by_metric(_TARGET), "How soon, for each metric.", required=True, example="{first_reply: 1h}"),
    Key(
        "pause_when",
        Named("condition", lambda: CONDITION),
        "While this holds, the clocks stand still.",
        example="ticket.status is pending",
    ),
    Key(
        "solved_when",
        Named("condition", lambda: CONDITION),
        "When a ticket is solved; left out: its status is `solved` or `closed`.",
        example="ticket.status in [resolved, closed]",
    ),
    Key(
        "warn_at",
        ByKind(scalar=Word.WARNING, sequence=_WARNINGS, mapping=_by_metric(_WARNINGS)),
        "When to warn.",
        example="['75%', '1h']",
    ),
    Key(
        "on_change",
        ByKind(scalar=_ON_CHANGE, mapping=_by_metric(_ON_CHANGE)),
        "What a running clock does when priority or policy change.",
        example="keep",
    ),
    bare=False,
)

TEMPLATES = MapOf(
    Word.ID,
    ByKind(
        scalar=Word.TEXT,
        mapping=Record(
            (
                *COMMON,
                Key("file", Word.TEXT, "The Liquid file, from the top of the project.", example="templates/welcome.md"),
                Key("files", OneOrMany(Word.TEXT), "Variants by locale and segment, one file each."),
            ),
            one_of=("file", "files"),
        ),
    ),
)

TEMPLATE_HEADER = Record(
    (
        Key("subject", Word.TEXT, "The subject, with placeholders.", example="Welcome, {{ contact.first_name }}"),
        Key("locale", Word.TEXT, "The language it is written in; left out: for everyone.", example="fi"),
        Key("segment", Word.ID, "The segment it is for; left out: for everyone.", example="vip"),
        Key(
            "format",
            OneOf(tuple(one.value for one in BodyFormat)),
            "How the body is written; the ending of the file says it otherwise.",
        ),
        _NOTE,
    )
)

_PARAMETER = Record((*_TYPE_KEYS, _TITLE, Key("required", Word.FLAG, "Whether it must be given."), _NOTE))

ACTIONS = MapOf(
    Word.ID,
    Record(
        (
            _TITLE,
            _NOTE,
            Key(
                "parameters",
                MapOf(Word.ID, ByKind(scalar=OneOf(TYPE_NAMES), mapping=_PARAMETER)),
                "What it takes, each with its type.",
            ),
            Key("main", Word.ID, "The parameter meant by the short form `name: value`."),
        )
    ),
)

EVENTS = ByKind(
    mapping=MapOf(Word.EVENT, Maybe(ByKind(scalar=Word.TEXT, mapping=Record((_TITLE, _NOTE))))),
    sequence=ListOf(Word.EVENT, distinct=True),
)

_CONDITIONS = OneOrMany(Named("condition", lambda: CONDITION))
_GROUPS = (
    Key("all", _CONDITIONS, "Holds when every one of these holds."),
    Key("any", _CONDITIONS, "Holds when at least one of these holds."),
    Key("none", _CONDITIONS, "Holds when none of these holds."),
)
CONDITION: Shape = ByKind(scalar=Word.EXPRESSION, mapping=Record(_GROUPS, one_of=("all", "any", "none")))

DEFINITIONS = MapOf(
    Word.ID,
    ByKind(
        scalar=Word.EXPRESSION,
        mapping=Record(
            (_TITLE, _NOTE, Key("value", Named("condition", lambda: CONDITION), "What the name stands for."), *_GROUPS),
            one_of=("value", "all", "any", "none"),
        ),
    ),
)

SCORES = MapOf(
    Word.ID,
    Record(
        (
            _TITLE,
            _WAS,
            _NOTE,
            Key("value", Word.EXPRESSION, "A number that it is made of.", example="contact.order_count"),
            Key(
                "sum",
                MapOf(Word.TEXT, Word.NUMBER),
                "Numbers with their weights, and conditions with the points for each that holds; added up.",
                example="{score.recency: 0.5, score.frequency: 0.5}",
            ),
            Key(
                "join",
                ListOf(Word.EXPRESSION),
                "Values written one after the other, as in 555.",
                example="[score.recency, score.frequency, score.monetary]",
            ),
            Key(
                "classes",
                MapOf(Word.TEXT, Named("condition", lambda: CONDITION)),
                "Classes, the best first, each with who belongs to it; `else` names the class of everybody else.",
                example="{a: contact.order_count > 10, else: b}",
            ),
            Key(
                "bins",
                MapOf(Word.TEXT, Word.SCALAR),
                "Steps of the value, with what each comes to; the first that fits counts, `else` is any other value.",
                example="{<= 30: 5, <= 90: 4, else: 1}",
            ),
            Key("missing", Word.SCALAR, "What stands in where there would be no score.", example="1"),
            Key(
                "fit",
                Record(
                    (
                        Key(
                            "quantiles",
                            ListOf(Word.SCALAR, distinct=True),
                            "What groups of equal size come to, from the lowest values to the highest.",
                            example="[1, 2, 3, 4, 5]",
                        ),
                        Key(
                            "shares",
                            MapOf(Word.TEXT, Word.PERCENT),
                            "Classes with their share of the sum of all values, added up, from the highest values down.",
                            example="{a: 80%, b: 95%, c: 100%}",
                        ),
                    ),
                    one_of=("quantiles", "shares"),
                ),
                "How `ruleflow segments fit` finds the bounds of the bins in data.",
            ),
        ),
        one_of=("value", "sum", "join", "classes"),
    ),
)

SECTIONS: Mapping[str, tuple[Shape, str]] = {
    "fields": (FIELDS, "Facts that rules may read."),
    "segments": (SEGMENTS, "Groups of contacts, assigned or derived."),
    "scores": (SCORES, "Numbers and classes made of facts."),
    "contracts": (CONTRACTS, "What clients have agreed."),
    "calendars": (CALENDARS, "Working hours."),
    "sla": (SLA, "What clients may expect, and how soon."),
    "teams": (TEAMS, "Departments."),
    "agents": (AGENTS, "People who answer."),
    "skills": (SKILLS, "What agents can do."),
    "templates": (TEMPLATES, "Messages."),
    "actions": (ACTIONS, "Actions of this project, beside the standard ones."),
    "events": (EVENTS, "Events of this project, beside the standard ones."),
    "definitions": (DEFINITIONS, "Names for expressions."),
}
