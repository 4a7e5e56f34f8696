"""The JSON Schemas say what the reader says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.json_text import json_text
from ruleflow.model.json_schema import SCHEMAS
from ruleflow.model.shape_check import check_shape
from ruleflow.model.shapes import Shape
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.structure_files import TESTS_FILE, file_shape
from ruleflow.model.structure_vocabulary import TEMPLATE_HEADER
from ruleflow.model.tests_reader import plain_value
from ruleflow.source import Source
from ruleflow.syntax.yaml_reader import read_yaml

SHAPES: dict[str, Shape] = {
    "ruleflow.schema.json": file_shape(STANDARD_ACTIONS.values(), root=True),
    "rules.schema.json": file_shape(STANDARD_ACTIONS.values(), root=False),
    "tests.schema.json": TESTS_FILE,
    "template-header.schema.json": TEMPLATE_HEADER,
}

RULES = "rules.schema.json"
ROOT = "ruleflow.schema.json"
TESTS = "tests.schema.json"
HEADER = "template-header.schema.json"

FINE = [
    (ROOT, "ruleflow: 1"),
    (ROOT, "{ruleflow: 1, project: {name: a, title: Б}, timezone: UTC, stages: [a, {id: b, hit: first}], ignore: drafts}"),
    (RULES, "{}"),
    (RULES, "fields: {ticket.a: text, ticket.b: {type: choice, options: [1, {id: b, was: [c]}], ordered: true, default: b}}"),
    (RULES, "fields: {ticket.a: {type: set, of: [team, agent]}, ticket.b: {type: list, of: {a: text}}, ticket.c: {type: set, of: text}}"),
    (RULES, "fields: {ticket.a: {type: text, format: email}, ticket.b: {type: text, format: {regex: a}}, ticket.c: {type: text, format: {date: DD-MM-YYYY}}}"),
    (RULES, "segments: [vip, gold]"),
    (RULES, "segments: {vip: , gold: Золото, big: {color: '#fff', when: contact.lifetime_value > 5}}"),
    (RULES, "segments: {a: {when: {all: [a.b, {any: [c.d, true]}], none: e.f}}}"),
    (RULES, "{teams: {a: {calendar: b}}, agents: {a: {teams: a, skills: [b]}}, skills: [b]}"),
    (RULES, "contracts: {a: {owner: b, rating: 4.5, folders: {c: {folders: [d]}, e: }, requests: {x: {priority: high, resolve_in: 2 working days}}}}"),
    (RULES, "contracts: {a: {owner: {team: b}, applies_when: ticket.region is 'x'}}"),
    (RULES, "calendars: {a: {hours: {mon: ['09:00-18:00'], tue: '10:00-12:00'}, holidays: [{country: FI}, 2026-01-01], exceptions: {2026-12-31: }}}"),
    (RULES, "sla: {a: {targets: {first_reply: 1h, update: {high: 4h}}, warn_at: [75%, 1h], on_change: keep}}"),
    (RULES, "sla: {a: {targets: {resolution: end of working day}, warn_at: {update: 10%}, on_change: {update: restart}}}"),
    (RULES, "templates: {a: x.md, b: {file: y.md}, c: {files: [x.md, y.md]}}"),
    (RULES, "actions: {a: {parameters: {b: text, c: {type: choice, options: [d], required: true}}, main: b}}"),
    (RULES, "events: {order.paid: Оплачен, order.sent: {title: x}}"),
    (RULES, "definitions: {a: b.c is 5, d: {any: [b.c]}, e: {value: 5, title: x}}"),
    (RULES, "{defaults: {stage: route, on: [ticket.created]}, rules: [{id: a, when: true, then: [{route: {team: b}}, {set_sla: c}, {stop: true}]}]}"),
    (RULES, "rules: [{id: a, stage: b, on: timer, then: {set: {ticket.a: 5, ticket.b: [x], ticket.c: null}}, rollout: 25%, valid_from: 2026-03-01}]"),
    (RULES, "rules: [{id: a, then: [{add_tags: [a, b]}, {add_tags: a}, {send: {template: t, to: contact.email, delay: 4h}}, {note: x}]}]"),
    (RULES, "properties: [{id: a, title: b, on: timer, for: c.d, expect: outcome.sla is fast, note: e}, {id: b, never: {any: [c.d]}}]"),
    (RULES, "properties: [{id: a, monotone: {in: ticket.priority, expect: outcome.sla.update, order: not_later}}]"),
    (RULES, "{assume: a.b is 5}"),
    (RULES, "{assume: [a.b is 5, {any: [c.d, e.f]}]}"),
    (TESTS, "tests: [{name: a, event: timer, now: '2026-03-01T23:30+03:00', given: {ticket: {x: [1]}}, expect: {matched: [], refused: true}}]"),
    (TESTS, "tests: [{name: a, cases: [{name: b, event: timer, expect: {outcome: {denied: null}}}]}, {name: c, steps: [{event: timer, at: 2026-03-01}]}]"),
    (HEADER, "{subject: 'Привет, {{ contact.name }}', locale: ru, segment: vip, format: html}"),
]  # fmt: skip

WRONG = [
    (ROOT, "project: a"),
    (ROOT, "{ruleflow: 1, stages: [A]}"),
    (ROOT, "{ruleflow: 1, stages: [{hit: first}]}"),
    (ROOT, "{ruleflow: 1, stages: [{id: a, hit: once}]}"),
    (ROOT, "{ruleflow: 1, project: {title: a}}"),
    (ROOT, "[ruleflow]"),
    (RULES, "stages: [a]"),
    (RULES, "tables: {}"),
    (RULES, "segmnts: {}"),
    (RULES, "rules:"),
    (RULES, "rules: {a: {}}"),
    (RULES, "fields: {priority: text}"),
    (RULES, "fields: {ticket.a: txt}"),
    (RULES, "fields: {ticket.a: {options: [a]}}"),
    (RULES, "fields: {ticket.a: {type: text, secret: yes}}"),
    (RULES, "fields: {ticket.a: {type: text, secret: 'true'}}"),
    (RULES, "fields: {ticket.a: {type: integer, min: low}}"),
    (RULES, "fields: {ticket.a: {type: text, format: {regexp: a}}}"),
    (RULES, "fields: {ticket.a: {type: text, format: e-mail}}"),
    (RULES, "fields: {ticket.a: {type: choice, options: a}}"),
    (RULES, "fields: {ticket.a: {type: choice, options: [a, a]}}"),
    (RULES, "segments: {A: }"),
    (RULES, "segments: [продажи]"),
    (RULES, "segments: {a: {color: red}}"),
    (RULES, "segments: {a: {when: {}}}"),
    (RULES, "segments: {a: {when: [a.b]}}"),
    (RULES, "segments: {a: {when: {al: [a.b]}}}"),
    (RULES, "segments: {a: [b]}"),
    (RULES, "contracts: [a]"),
    (RULES, "contracts: {a: {owner: {}}}"),
    (RULES, "contracts: {a: {requests: {x: {resolve_in: 2d}}}}"),
    (RULES, "contracts: {a: {rating: '5'}}"),
    (RULES, "calendars: {a: {hour: {}}}"),
    (RULES, "sla: {a: {}}"),
    (RULES, "sla: {a: {targets: {first: 1h}}}"),
    (RULES, "sla: {a: {targets: {update: 1h}, warn_at: 101%}}"),
    (RULES, "sla: {a: {targets: {update: 1h}, on_change: reset}}"),
    (RULES, "templates: {a: {}}"),
    (RULES, "actions: {a: {parameters: {b: txt}}}"),
    (RULES, "events: [A.b]"),
    (RULES, "definitions: {a: }"),
    (RULES, "definitions: {a: {title: x}}"),
    (RULES, "defaults: {when: a.b}"),
    (RULES, "rules: [a]"),
    (RULES, "rules: [{then: {stop: true}}]"),
    (RULES, "rules: [{id: a}]"),
    (RULES, "rules: [{id: a, then: stop}]"),
    (RULES, "rules: [{id: a, then: {}}]"),
    (RULES, "rules: [{id: a, then: {stop: true, note: x}}]"),
    (RULES, "rules: [{id: a, then: {route: {}}}]"),
    (RULES, "rules: [{id: a, then: {route: {team: a, teem: b}}}]"),
    (RULES, "rules: [{id: a, then: {send: {template: a}}}]"),
    (RULES, "rules: [{id: a, then: {set: {priority: high}}}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, rollout: 25}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, enabled: 1}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, mode: on}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, valid_from: soon}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, after: {time: 4h}}]"),
    (RULES, "properties: {a: {expect: true}}"),
    (RULES, "properties: [{id: a}]"),
    (RULES, "properties: [{id: a, expects: true}]"),
    (RULES, "properties: [{id: a, expect: [true]}]"),
    (RULES, "properties: [{id: a, monotone: {in: ticket.priority, expect: a.b, order: rising}}]"),
    (RULES, "properties: [{id: a, monotone: {in: ticket.priority}}]"),
    (RULES, "assume:"),
    (TESTS, "rules: []"),
    (TESTS, "tests: [{event: timer}]"),
    (TESTS, "tests: [{name: a, given: 5}]"),
    (TESTS, "tests: [{name: a, expect: {matches: []}}]"),
    (TESTS, "tests: [{name: a, steps: [{advance_to: tomorrow}]}]"),
    (RULES, "rules: [{id: a, then: {stop: true}, after: {time: 4h, since: now, repeat: often}}]"),
    (HEADER, "{subjekt: a}"),
    (HEADER, "{format: word}"),
]  # fmt: skip


def says(kind: str, text: str) -> tuple[bool, bool]:
    """Whether the schema and the shape take a document."""
    out = Collector()
    node = read_yaml(Source("a.yaml", text), out)
    assert node is not None
    check_shape(node, SHAPES[kind], "the file", out)
    return _validator(kind).is_valid(as_json(plain_value(node))), not out.has_errors


def as_json(value: Any) -> Any:
    """Numbers as a JSON reader gives them."""
    match value:
        case dict():
            return {key: as_json(one) for key, one in value.items()}
        case list():
            return [as_json(one) for one in value]
        case bool() | int() | str() | None:
            return value
        case _:
            return float(value)


def _validator(kind: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(SCHEMAS[kind]())


@pytest.mark.parametrize(("kind", "text"), FINE)
def test_both_take_what_is_fine(kind: str, text: str) -> None:
    """What the reader takes, the schema takes."""
    assert (True, True) == says(kind, text)


@pytest.mark.parametrize(("kind", "text"), WRONG)
def test_both_refuse_what_is_wrong(kind: str, text: str) -> None:
    """What the reader refuses for its shape, the schema refuses."""
    assert (False, False) == says(kind, text)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_mean_the_same_in_both_drafts(name: str) -> None:
    """Editors know draft-07 or 2020-12."""
    schema = SCHEMAS[name]()
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "oneOf" not in json_text(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_fresh(repository: Path, name: str) -> None:
    """The files under `schemas/` are what the code says; `ruleflow schema --write schemas` mends them."""
    assert json_text(SCHEMAS[name]()) == (repository / "schemas" / name).read_text(encoding="utf-8")


def test_an_action_that_a_project_declares() -> None:
    """The schema cannot know a project's own actions and lets any name through, one at a time."""
    assert _validator(RULES).is_valid({"rules": [{"id": "a", "then": {"escalate": {}}}]})
    assert not _validator(RULES).is_valid({"rules": [{"id": "a", "then": {"escalate": {}, "ping": {}}}]})
