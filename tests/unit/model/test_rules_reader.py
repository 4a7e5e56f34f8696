"""Rules, their conditions and actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ruleflow.model.rules import Action, Hit, Mode, Rule, Stage
from ruleflow.syntax.expressions import And, Broken, Expr, Fact, If, Items, Literal, Not, Or, Word
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import Choice, Simple
from tests.unit.model.projects import Read, one, read, read_files


def good(text: str) -> Read:
    """A project without findings."""
    found = read(text)
    assert () == found.found, found.messages
    return found


def rule(keys: str, before: str = "") -> Rule:
    """A rule with some keys beside its id, stage and action."""
    return good(f"{before}rules:\n  - id: a\n    stage: route\n    then: {{stop: true}}\n    {keys}\n").model.rules[0]


def actions(then: str, before: str = "") -> tuple[Action, ...]:
    """The actions of a rule."""
    return good(f"{before}rules:\n  - id: a\n    stage: route\n    then: {then}\n").model.rules[0].actions


def value(then: str, before: str = "") -> object:
    """The value of the only argument of the only action."""
    (action,) = actions(then, before)
    (argument,) = action.arguments
    return argument.value


def texts(found: object) -> list[object]:
    """The literals of a list of items."""
    assert isinstance(found, Items)
    return [item.value if isinstance(item, Literal) else item for item in found.items]


def test_a_whole_rule() -> None:
    """Every key of a rule is read."""
    found = good(
        """
timezone: Europe/Helsinki
rules:
  - id: vip_first
    title: VIP-клиенты первыми
    stage: route
    on: [ticket.created, ticket.reopened]
    when: contact.segments has vip
    then: [{route: {team: vip_desk}}]
    enabled: false
    owner: Anna
    labels: [vip, маршрут]
    valid_from: 2026-03-01
    valid_until: 2026-12-31T18:00
    mode: shadow
    rollout: 12.5%
    on_own_changes: true
    note: because
"""
    ).model.rules[0]
    assert (
        "vip_first", "VIP-клиенты первыми", "route", ("ticket.created", "ticket.reopened"), False, "Anna", ("vip", "маршрут"),
        date(2026, 3, 1), datetime(2026, 12, 31, 16, tzinfo=UTC), Mode.SHADOW, Decimal("12.5"), True, "because",
    ) == (
        found.id, found.title, found.stage, found.events, found.enabled, found.owner, found.labels,
        found.valid_from, found.valid_until, found.mode, found.rollout, found.on_own_changes, found.note,
    )  # fmt: skip
    assert ["vip_first", "route", "ticket.created", "ticket.reopened"] == [
        span.text for span in (found.id_span, found.stage_span, *found.event_spans) if span is not None
    ]


def test_what_a_rule_need_not_say() -> None:
    """A rule runs on any event, always, for every ticket, unless it says otherwise."""
    found = rule("title: x")
    assert ((), None, True, Mode.ACTIVE, None, None, None, False) == (
        found.events, found.when, found.enabled, found.mode, found.rollout, found.valid_from, found.valid_until, found.on_own_changes,
    )  # fmt: skip


def test_defaults_of_a_file() -> None:
    """The defaults of a file hold for its rules only, and a rule's own keys win."""
    files = {
        "ruleflow.yaml": "ruleflow: 1\nrules: [{id: c, stage: sla, then: {stop: true}}]\n",
        "rules/a.yaml": """
defaults: {stage: route, on: ticket.created, owner: Anna, labels: x, enabled: false, rollout: 5%}
rules:
  - {id: a, then: {stop: true}}
  - {id: b, stage: notify, on: [timer], enabled: true, then: {stop: true}}
""",
    }
    found = read_files(files)
    assert () == found.found
    assert [
        ("c", "sla", (), True, None),
        ("a", "route", ("ticket.created",), False, 5),
        ("b", "notify", ("timer",), True, 5),
    ] == [(one.id, one.stage, one.events, one.enabled, one.rollout) for one in found.model.rules]
    assert [0, 1, 2] == [one.position for one in found.model.rules]


def shape(expr: Expr | None) -> object:
    """An expression as nested names."""
    match expr:
        case And(operands=operands):
            return ["and", *map(shape, operands)]
        case Or(operands=operands):
            return ["or", *map(shape, operands)]
        case Not(operand=operand):
            return ["not", shape(operand)]
        case Fact(path=path):
            return path
        case _:
            return expr


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ("a.x", "a.x"),
        ("{all: [a.x, a.y]}", ["and", "a.x", "a.y"]),
        ("{all: a.x}", "a.x"),
        ("{any: [a.x, a.y]}", ["or", "a.x", "a.y"]),
        ("{none: [a.x, a.y]}", ["not", ["or", "a.x", "a.y"]]),
        ("{none: [a.x]}", ["not", "a.x"]),
        ("{all: [a.x, {any: [a.y, {none: [a.z]}]}]}", ["and", "a.x", ["or", "a.y", ["not", "a.z"]]]),
        ("{any: [a.x, a.y], none: [a.z]}", ["and", ["or", "a.x", "a.y"], ["not", "a.z"]]),
    ],
)
def test_conditions(when: str, wanted: object) -> None:
    """`all`, `any` and `none` become the operators they mean."""
    assert wanted == shape(rule(f"when: {when}").when)


def test_always() -> None:
    """`when: true` is a condition that always holds."""
    found = rule("when: true").when
    assert isinstance(found, Literal)
    assert found.value is True


def test_the_place_of_a_group() -> None:
    """A group stands where its list is written."""
    found = rule("when: {all: [a.x, a.y]}").when
    assert found is not None
    assert "[a.x, a.y]" == found.span.text


@pytest.mark.parametrize("when", ["", "[a.x]", "{all: []}", "{al: [a.x]}"])
def test_a_condition_that_cannot_be_read_never_reads_as_always(when: str) -> None:
    """Something broken stands in its place."""
    found = read(f"rules: [{{id: a, stage: route, when: {when}, then: {{stop: true}}}}]\n")
    assert 1 == len(found.found), found.messages
    assert isinstance(found.model.rules[0].when, Broken)


def test_set() -> None:
    """Each field is an action of its own: text fields take text, others expressions, sets lists; null clears."""
    found = actions(
        "[{set: {ticket.subject: 'Re: {{ ticket.id }}', ticket.priority: high, ticket.tags: [a, б], ticket.agent: null, ticket.watchers: [anna, sales]}}]"
    )
    assert [
        ("set", "ticket.subject"), ("set", "ticket.priority"), ("set", "ticket.tags"), ("set", "ticket.agent"), ("set", "ticket.watchers"),
    ] == [(action.type, action.field) for action in found]  # fmt: skip
    subject, priority, tags, agent, watchers = (action.arguments[0].value for action in found)
    assert isinstance(subject, TextParts)
    assert isinstance(priority, Word)
    assert ["a", "б"] == texts(tags)
    assert agent is None
    assert isinstance(watchers, Items)
    assert [Word, Word] == [type(item) for item in watchers.items]
    assert "ticket.subject" == found[0].span.text


def test_set_of_a_field_nobody_declares() -> None:
    """The checker tells of it; nothing is said about its value."""
    assert isinstance(value("[{set: {ticket.nope: some text}}]"), Broken)


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ("{set_sla: vip}", Word),
        ("{set_sla: {policy: vip}}", Word),
        ("{note: 'for {{ contact.name }}'}", TextParts),
        ("{note: {text: x}}", TextParts),
        ("{deny: a reason}", TextParts),
        ("{stop: true}", Literal),
        ("{webhook: 'https://example.com'}", TextParts),
        ("{add_tags: [a, b]}", Items),
        ("{add_tags: a}", Items),
        ("{remove_tags: {tags: [a]}}", Items),
        ("{add_to_segments: [vip]}", Items),
        ("{add_to_segments: vip}", Items),
        ("{remove_from_segments: contact.segments}", Fact),
        ("{add_watchers: contract.owner}", Items),
        ("{add_watchers: contact.account_manager}", Items),
        ("{add_watchers: contact.account_manager ?? sales}", Items),
        ("{add_watchers: ticket.watchers}", Fact),
        ("{add_watchers: if ticket.id is 'a' then ticket.watchers else ticket.watchers}", If),
    ],
)
def test_short_and_long_forms(then: str, kind: type) -> None:
    """A single value means the main parameter; where a set is asked for, one element will do."""
    assert kind is type(value(then))


def test_named_parameters() -> None:
    """`to` is an expression although it is a text; a text is text."""
    found = actions(
        "[{send: {template: welcome, to: contact.email, delay: 2h}}, {notify: {team: sales, text: Привет}}]"
    )
    assert [("template", Word), ("to", Fact), ("delay", Literal)] == [
        (one.name, type(one.value)) for one in found[0].arguments
    ]
    assert [("team", Word), ("text", TextParts)] == [(one.name, type(one.value)) for one in found[1].arguments]
    assert "contact.email" == found[0].arguments[1].span.text


ESCALATE = """
actions:
  escalate:
    title: Эскалация
    parameters:
      level: {type: choice, options: [one, two], required: true}
      text: text
      labels: {type: set, of: text}
    main: level
  ping: {}
"""


def test_actions_of_the_project() -> None:
    """A project declares actions with typed parameters, and uses them as the standard ones."""
    model = good(ESCALATE).model
    escalate = model.actions["escalate"]
    assert ("level", "Эскалация", False) == (escalate.main, escalate.title, escalate.standard)
    assert [("level", Choice(("one", "two")), True), ("text", Simple.TEXT, False)] == [
        (one.name, one.type, one.required) for one in escalate.parameters[:2]
    ]
    assert isinstance(value("{escalate: two}", ESCALATE), Word)
    assert ["level", "text", "labels"] == [
        one.name for one in actions("{escalate: {level: one, text: x, labels: [a]}}", ESCALATE)[0].arguments
    ]
    assert [()] == [one.arguments for one in actions("[{ping: }]", ESCALATE)]
    assert [()] == [one.arguments for one in actions("[{ping: true}]", ESCALATE)]
    assert [()] == [one.arguments for one in actions("[{ping: {}}]", ESCALATE)]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("actions: {route: {}}", "RF313", "`route` is an action of the language"),
        ("actions: {x: {main: y}}", "RF111", "`y` is not a parameter of this action"),
        ("actions: {x: {parameters: {level: txt}}}", "RF116", "`level` cannot be `txt`"),
        ("actions: {x: {parameters: {level: }}}", "RF118", "`level` is empty"),
        ("actions: {x: {parameters: {l: text}, main: k}}", "RF111", "`k` is not a parameter of this action"),
        ("stages: []", "RF118", "`stages` is empty"),
        ("stages: [a, {id: a, hit: first}]", "RF301", "the stage `a` is defined twice"),
        ("stages: [{id: a, hit: once}]", "RF116", "`hit` cannot be `once`"),
        ("timezone: Europe/Helsnki", "RF124", "`Europe/Helsnki` is not a time zone"),
        ("timezone: ../etc/passwd", "RF124", "`../etc/passwd` is not a time zone"),
        ("rules: [{id: a, then: {stop: true}}]", "RF112", "the rule has no `stage`"),
        ("rules: [{then: {stop: true}, stage: route}]", "RF112", "a rule has no `id`"),
        ("rules: [{id: a, stage: route, on: [], then: {stop: true}}]", "RF118", "`on` is empty"),
        ("rules: [{id: a, stage: route, mode: off, then: {stop: true}}]", "RF116", "`mode` cannot be `off`"),
        ("rules: [{id: a, stage: route, rollout: 25, then: {stop: true}}]", "RF139", "`rollout` must be a percentage, such as `25%`; found `25`"),
        ("rules: [{id: a, stage: route, rollout: 101%, then: {stop: true}}]", "RF139", "`rollout` must be a percentage, such as `25%`; found `101%`"),
        ("rules: [{id: a, stage: route, valid_from: tomorrow, then: {stop: true}}]", "RF117", "`valid_from` must be a date or an instant, such as `2026-03-01`; found `tomorrow`"),
        ("rules: [{id: a, stage: route, valid_from: 2026-02-30, then: {stop: true}}]", "RF117", "`valid_from` must be a date or an instant, such as `2026-03-01`; found `2026-02-30`"),
        ("rules: [{id: a, stage: route, valid_from: '2026-02-20T25:00', then: {stop: true}}]", "RF117", "`2026-02-20T25:00` does not exist"),
        ("rules: [{id: a, stage: route, valid_from: 2026-02-20, valid_until: 2026-02-19, then: {stop: true}}]", "RF142", "`valid_until` is before `valid_from`"),
        ("rules: [{id: a, stage: route, valid_from: '2026-02-20T10:00', valid_until: '2026-02-20T09:00', then: {stop: true}}]", "RF142", "`valid_until` is before `valid_from`"),
        ("rules: [{id: a, stage: route, then: {stop: true}, after: {time: 4h}}]", "RF112", "`after` has no `since`"),
        ("rules: [{id: a, stage: route, then: {stop: true}, after: {time: soon, since: now}}]", "RF117", "`time` must be a time, such as `24h`, `3 days`, `2 working days` or `end of working day`; found `soon`"),
        ("rules: [{id: a, stage: route, then: {stop: true}, after: {time: 4h, since: now, repeat: 0h}}]", "RF139", "`0h` is no distance at which a rule could repeat"),
        ("rules: [{id: a, stage: route, then: {stop: true}, after: {time: 4h, since: now, repeat: -1h}}]", "RF139", "`-1h` is no distance at which a rule could repeat"),
        ("rules: [{id: a, stage: route, then: {stop: true}, after: {time: 4h, since: now, repeat: end of working day}}]", "RF139", "`end of working day` is no distance at which a rule could repeat"),
        ("rules: [{id: a, stage: route, on: timer, then: {stop: true}, after: {time: 4h, since: now}}]", "RF143", "a rule with `after` fires when its time has come; `on` says nothing here"),
        ("rules: [{id: a, stage: route, once: now, then: {stop: true}, after: {time: 4h, since: now}}]", "RF143", "a rule with `after` fires once for each value of `since` anyway; `once` says nothing here"),
    ],
)  # fmt: skip
def test_wrong_rules(text: str, code: str, message: str) -> None:
    """Each mistake has one finding."""
    found = one(text + "\n")
    assert (code, message) == (found.code.number, found.message)


def test_unknown_words_give_a_valid_day_its_own_end() -> None:
    """A rule may be valid for one day: both days are in."""
    found = rule("valid_from: 2026-03-01\n    valid_until: 2026-03-01")
    assert date(2026, 3, 1) == found.valid_from == found.valid_until


def test_stages() -> None:
    """Stages keep their order and their hit policy; without a list there are five."""
    assert (Stage("a"), Stage("b", Hit.FIRST)) == good("stages: [a, {id: b, hit: first}]\n").model.stages
    assert ["classify", "prioritise", "sla", "route", "notify"] == [stage.id for stage in good("").model.stages]


def test_the_head_of_a_project() -> None:
    """Name, title and zone."""
    model = good("project: {name: support, title: Поддержка}\ntimezone: Europe/Moscow\n").model
    assert ("support", "Поддержка", "Europe/Moscow") == (model.name, model.title, model.zone.key)
    bare = good("project: desk\n").model
    assert ("desk", "", "UTC") == (bare.name, bare.title, bare.zone.key)
    assert "project" == good("").model.name


def test_the_version_of_the_language() -> None:
    """Another version is refused, a missing one asked for."""
    assert ["RF123"] == read_files({"ruleflow.yaml": "ruleflow: 2\n"}).codes
    assert ["RF112"] == read_files({"ruleflow.yaml": "project: a\n"}).codes
    assert ["RF122"] == read_files({"other.yaml": "teams: [a]\n"}).codes


def test_definitions() -> None:
    """A name for an expression, for a group of conditions, or with a title."""
    found = good(
        """
definitions:
  loud: ticket.subject contains '!'
  grouped: {any: [a.x, a.y]}
  titled: {title: Крупный клиент, value: contact.lifetime_value > 5}
  both: {title: x, all: [a.x, a.y]}
"""
    ).model.definitions
    assert ["or", "a.x", "a.y"] == shape(found["grouped"].value)
    assert ("Крупный клиент", "titled") == (
        found["titled"].title,
        found["titled"].span.text if found["titled"].span else "",
    )
    assert ["and", "a.x", "a.y"] == shape(found["both"].value)
    assert "" == found["loud"].title


def test_events() -> None:
    """A project's own events stand beside the standard ones."""
    events = good(
        "events: {order.paid: Оплачен, order.sent: {title: Отправлен}, bare: , timer: Будильник}\n"
    ).model.events
    assert ("Оплачен", False) == (events["order.paid"].title, events["order.paid"].standard)
    assert ("Отправлен", "", "Будильник") == (events["order.sent"].title, events["bare"].title, events["timer"].title)
    assert events["ticket.created"].standard
