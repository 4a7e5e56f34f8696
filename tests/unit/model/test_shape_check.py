"""The structure of files: every difference from it is told, where it stands, with the next step."""

from __future__ import annotations

import pytest

from tests.unit.model.projects import one, read, read_files

RULE = "rules:\n  - id: a\n    stage: route\n    then: {stop: true}\n"


def test_a_right_project_has_no_findings() -> None:
    """A project of the right shape reads without findings."""
    assert () == read(RULE).found


@pytest.mark.parametrize(
    ("text", "code", "message", "place", "help_"),
    [
        ("rules: {a: 1}\n", "RF110", "`rules` must be a list; found a mapping", "{a: 1}", "begin each item on its own line with `- `"),
        ("rules: [text]\n", "RF110", "a rule must be a mapping; found the text `text`", "text", "write keys with their values: `key: value`"),
        ("teams: 5\n", "RF110", "`teams` must be a mapping or a list; found the text `5`", "5", ""),
        ("fields: {ticket.a: [text]}\n", "RF110", "`ticket.a` must be `boolean`", "[text]", ""),
        ("colours: {}\n", "RF111", "`colours` is not a key of a project file", "colours", "the keys are `ruleflow`"),
        ("segmnts: {}\n", "RF111", "`segmnts` is not a key of a project file", "segmnts", "did you mean `segments`?"),
        ("teams: {a: {titel: A}}\n", "RF111", "`titel` is not a key of `a`", "titel", "did you mean `title`?"),
        ("sla: {a: {}}\n", "RF112", "`a` has no `targets`", "{}", "add `targets: {first_reply: 1h}`"),
        ("templates: {a: {}}\n", "RF112", "`a` needs `file` or `files`", "{}", "add `file:`"),
        ("teams: {My-Team: }\n", "RF113", "`My-Team` is not an id", "My-Team", "write `my_team`; a name for people stands under `title`"),
        ("teams: ['VIP Desk']\n", "RF113", "`VIP Desk` is not an id", "VIP Desk", "write `vip_desk`"),
        ("teams: {camelCase: }\n", "RF113", "`camelCase` is not an id", "camelCase", "write `camel_case`"),
        ("teams: {Äänekoski: }\n", "RF113", "`Äänekoski` is not an id", "Äänekoski", "write `aanekoski`"),
        ("teams: {продажи: }\n", "RF113", "`продажи` is not an id", "продажи", "an id is small letters a to z"),
        ("teams: {🚀: }\n", "RF113", "`🚀` is not an id", "🚀", "an id is small letters a to z"),
        ("events: {Order paid: }\n", "RF113", "`Order paid` is not the name of an event", "Order paid", "write `order_paid`"),
        ("events: [الطلب]\n", "RF113", "`الطلب` is not the name of an event", "الطلب", "events are named like `ticket.created`"),
        ("fields: {ticket.a: {type: text, secret: yes}}\n", "RF114", "`secret` must be `true` or `false`; found `yes`", "yes", "write `true`, without quotes"),
        ("fields: {ticket.a: {type: text, secret: 'false'}}\n", "RF114", "`secret` must be `true` or `false`; found `false`", "'false'", "write `false`, without quotes"),
        ("fields: {ticket.a: {type: text, secret: perhaps}}\n", "RF114", "`secret` must be `true` or `false`; found `perhaps`", "perhaps", "write `true` or `false`, without quotes"),
        ("fields: {ticket.a: {type: integer, min: 1_000}}\n", "RF115", "`min` must be a number; found `1_000`", "1_000", "write `1000`, without quotes"),
        ("fields: {ticket.a: {type: decimal, min: '2,5'}}\n", "RF115", "`min` must be a number; found `2,5`", "'2,5'", "write `2.5`, without quotes"),
        ("fields: {ticket.a: {type: integer, min: low}}\n", "RF115", "`min` must be a number; found `low`", "low", "numbers are written with digits"),
        ("fields: {ticket.a: txt}\n", "RF116", "`ticket.a` cannot be `txt`", "txt", "did you mean `text`?"),
        ("fields: {ticket.a: {type: text, resolve: never}}\n", "RF116", "`resolve` cannot be `never`", "never", "it may be `first`, `last`,"),
        ("teams: {a: {title: }}\n", "RF118", "`title` is empty", "", "write a text"),
        ("rules:\n", "RF118", "`rules` is empty", "", "write a list"),
        ("segments: {a: {color: red}}\n", "RF125", "`color` must be a colour, such as `#c8102e`; found `red`", "red", "colours are written `'#rgb'`"),
        ("fields: {Order: text}\n", "RF126", "`Order` is not the name of a field", "Order", "fields are named `ticket.order`"),
        ("fields: {ticket.Order-Id: text}\n", "RF126", "`ticket.Order-Id` is not the name of a field", "ticket.Order-Id", "write `ticket.order_id`"),
        ("agents: {a: {skills: [[b]]}}\n", "RF110", "an item of `skills` must be an id; found a list", "[b]", ""),
        ("definitions: {c: }\n", "RF118", "`c` is empty", "", "write an expression"),
        ("fields: {ticket.a: {type: }}\n", "RF118", "`type` is empty", "", "write `boolean`"),
        ("fields: {ticket.a: {type: [text]}}\n", "RF110", "`type` must be `boolean`", "[text]", ""),
        ("fields: {ticket.a: }\n", "RF118", "`ticket.a` is empty", "", "write `boolean`"),
        ("agents: {a: {teams: {b: c}}}\n", "RF110", "`teams` must be an id; found a mapping", "{b: c}", ""),
        ("definitions: {c: {value: {all: }}}\n", "RF118", "`all` is empty", "", "write an expression"),
        ("stages: [ ]\n", "RF118", "`stages` is empty", "[ ]", "list at least one"),
        ("stages: [{id: }]\n", "RF118", "`id` is empty", "", "write an id"),
        ("events: [a, a]\n", "RF130", "`a` stands twice", "a", "remove one of the two"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, code: str, message: str, place: str, help_: str) -> None:
    """Each mistake has one finding: its code, what is wrong, the place, the next step."""
    found = one(text)
    assert (code, place) == (found.code.number, "" if found.span is None else found.span.text)
    assert found.message.startswith(message)
    assert " ".join(found.help).startswith(help_)


@pytest.mark.parametrize(
    ("then", "code", "message", "help_"),
    [
        ("[stop]", "RF110", "an action must have a value; found the text `stop`", "write `- stop: true`"),
        ("[set_sal]", "RF110", "an action must have a value; found the text `set_sal`", "write `- set_sla: …`"),
        ("[понятно]", "RF110", "an action must have a value; found the text `понятно`", "write `- set_sla: vip`"),
        ("[[stop]]", "RF110", "an action must be a mapping; found a list", ""),
        ("[{rout: {team: a}}]", "RF131", "`rout` is not an action", "did you mean `route`?"),
        ("[{teleport: {}}]", "RF131", "`teleport` is not an action", "the actions are `set`"),
        ("[{note: a, stop: true}]", "RF119", "an action has 2 names: `note` and `stop`", "begin each with `- `"),
        ("[{}]", "RF119", "an action is empty", "write one, such as"),
        ("[{route: {}}]", "RF112", "`route` needs `team`, `agent` or `skills`", "add `team:`"),
        ("[{send: {template: a}}]", "RF112", "`send` has no `to`", "add `to:`"),
        ("[{route: vip}]", "RF110", "`route` must be a mapping; found the text `vip`", "write keys"),
        ("[{set_sla: [a]}]", "RF110", "`set_sla` must be an expression or a mapping; found a list", ""),
        ("[{set: {priority: high}}]", "RF126", "`priority` is not the name of a field", "fields are named `ticket.priority`"),
        ("[{add_tags: 'for {{ contact.name }}'}]", "RF134", "`for {{ contact.name }}` would be written as it stands", "items of a list"),
    ],
)  # fmt: skip
def test_wrong_actions(then: str, code: str, message: str, help_: str) -> None:
    """An action that is not one says how actions are written."""
    found = one(f"rules:\n  - id: a\n    stage: route\n    then: {then}\n")
    assert (code, message) == (found.code.number, found.message)
    assert " ".join(found.help).startswith(help_)


def test_a_list_as_condition_is_told_to_say_how_it_goes_together() -> None:
    """A list under `when:` gets the words `all`, `any` and `none`."""
    found = one("rules: [{id: a, stage: route, when: [x.y, x.z], then: {stop: true}}]\n")
    assert ("RF110", "`when` must be an expression; found a list") == (found.code.number, found.message)
    assert "`all:`, `any:` or `none:`" in found.help[0]


def test_a_misspelt_key_is_not_also_missing() -> None:
    """A required key under a near name is one mistake, not two."""
    assert ["RF111"] == read("rules: [{id: a, stage: route, thn: {stop: true}}]\n").codes
    assert ["RF111"] == read("templates: {a: {fil: x.md}}\n").codes


def test_root_keys_belong_in_the_root_file() -> None:
    """`stages` in another file is told to move."""
    found = read_files({"ruleflow.yaml": "ruleflow: 1\n", "rules.yaml": "stages: [a]\n"}).found
    assert [("RF120", "`stages` belongs in `ruleflow.yaml`")] == [(each.code.number, each.message) for each in found]


@pytest.mark.parametrize("text", ["- a\n", "text\n", "5\n"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    """A file that is a list or a single value is told how files begin."""
    found = read_files({"ruleflow.yaml": "ruleflow: 1\n", "rules.yaml": text}).found
    assert ["RF110"] == [each.code.number for each in found]
    assert "begin it with a section" in found[0].help[0]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_empty_files(text: str) -> None:
    """An empty file is nothing, but the root file must say the version of the language."""
    assert [] == read_files({"ruleflow.yaml": "ruleflow: 1\n", "rules.yaml": text}).codes
    assert ["RF118"] == read_files({"ruleflow.yaml": text}).codes


def test_every_mistake_in_one_run() -> None:
    """10,000 mistakes give as many findings, in bounded time."""
    text = "rules:\n" + "  - {id: A, stage: route, thn: 1}\n" * 3_000
    assert 3_000 <= len(read(text).found)
