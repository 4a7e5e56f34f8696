"""JSONLogic: each rule a tree of operations; `json-logic-js` applies one after the other to the ticket as it is."""

from __future__ import annotations

import json
from typing import Any

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import Field
from bench.workload import Rule

Logic = dict[str, Any]


def translate(rules: tuple[Rule, ...]) -> str:
    """Pairs of id and logic, as JSON."""
    return json.dumps([[rule.id, logic(rule.when)] for rule in rules])


def logic(condition: Condition) -> Logic:
    """A condition in JSONLogic, where null counts as 0 in comparisons."""
    match condition:
        case And(parts):
            return {"and": [logic(part) for part in parts]}
        case Or(parts):
            return {"or": [logic(part) for part in parts]}
        case Not(part):
            return {"!": [logic(part)]}
        case Is(field, value):
            return {"===": [_value(field), value]}
        case OneOf(field, values):
            return {"in": [_value(field), list(values)]}
        case Order(field, sign, bound):
            return _guarded(field, {sign: [_value(field), bound]})
        case Between(field, low, high):
            return _guarded(field, {"<=": [low, _value(field), high]})
        case Text(field, "contains", pattern):
            return {"in": [pattern, _value(field)]}
        case Text(field, "starts", pattern):
            return {"===": [{"substr": [_value(field), 0, len(pattern)]}, pattern]}
        case Text(field, _, pattern):
            return {"===": [{"substr": [_value(field), -len(pattern)]}, pattern]}
        case Has(field, wanted, every):
            tests = [{"in": [one, _value(field)]} for one in wanted]
            return tests[0] if len(tests) == 1 else {"and" if every else "or": tests}


def _value(field: Field) -> Logic:
    return {"var": field.path}


def _guarded(field: Field, test: Logic) -> Logic:
    return {"and": [{"!==": [_value(field), None]}, test]} if field.optional else test
