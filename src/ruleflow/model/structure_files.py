"""The structure of whole files: which sections may stand in which kind of file."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.model.rules import ActionType
from ruleflow.model.shapes import ByKind, Key, ListOf, OneOrMany, Record, Refused, Word
from ruleflow.model.structure_properties import ASSUME, PROPERTIES
from ruleflow.model.structure_rules import DEFAULTS, STAGES, TABLE, TESTS, action_shape, rule_shape
from ruleflow.model.structure_views import VIEWS
from ruleflow.model.structure_vocabulary import SECTIONS

ROOT_SECTIONS = ("ruleflow", "project", "timezone", "stages", "ignore")

_PROJECT = ByKind(
    scalar=Word.TEXT,
    mapping=Record(
        (
            Key("name", Word.TEXT, "The name in decisions and reports.", required=True, example="support"),
            Key("title", Word.TEXT, "The name for people."),
            Key("note", Word.TEXT, "What the project is for."),
        )
    ),
)

_ROOT = (
    Key("ruleflow", Word.SCALAR, "The version of the language.", required=True, example="1"),
    Key("project", _PROJECT, "The name of the project.", example="support"),
    Key(
        "timezone",
        Word.TEXT,
        "The zone of dates and clock times without one; left out: UTC.",
        example="Europe/Helsinki",
    ),
    Key("stages", STAGES, "The steps of a decision, in order.", example="[classify, route, notify]"),
    Key("ignore", OneOrMany(Word.TEXT), "Folders that are not part of the project.", example="[drafts]"),
)


def file_shape(actions: Iterable[ActionType], *, root: bool, open_: bool = False) -> Record:
    """The shape of a file: the root file `ruleflow.yaml`, or any other. `actions` are all that rules may use."""
    first = _ROOT if root else tuple(Key(name, Refused(), "") for name in ROOT_SECTIONS)
    rule = rule_shape(action_shape(actions, open_=open_))
    return Record(
        (
            *first,
            *(Key(name, shape, doc) for name, (shape, doc) in SECTIONS.items()),
            Key(
                "defaults",
                DEFAULTS,
                "What the rules and tables of this file have unless they say otherwise.",
                example="{stage: route}",
            ),
            Key("rules", ListOf(rule), "Rules."),
            Key("tables", ListOf(TABLE), "Decision tables."),
            Key("views", VIEWS, "Filters with an order: queues, and lists to browse by."),
            Key("properties", PROPERTIES, "Promises about what is decided."),
            Key("assume", ASSUME, "What holds for the facts of every ticket, so that promises need not mind others."),
            Key("tests", TESTS, "Tests."),
        )
    )


TESTS_FILE = Record((Key("tests", TESTS, "Tests.", required=True),))
"""A file of tests, for editors; a project may keep tests in any file."""
