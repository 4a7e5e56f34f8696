"""json-rules-engine: rules of conditions over facts without nesting, which spares it its slow JSON paths.

It runs all rules, and their events come in no order, so the ids are sorted. It has no tests of texts; they are added
with its `addOperator`.
"""

from __future__ import annotations

import json
from typing import Any

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import Field
from bench.workload import Rule

_SIGNS = {"<": "lessThan", "<=": "lessThanInclusive", ">": "greaterThan", ">=": "greaterThanInclusive"}
_TEXTS = {"contains": "includesText", "starts": "startsWith", "ends": "endsWith"}

Json = dict[str, Any]


def translate(rules: tuple[Rule, ...]) -> str:
    """Rules as the engine takes them, as JSON."""
    return json.dumps([{"conditions": conditions(rule.when), "event": {"type": rule.id}} for rule in rules])


def conditions(condition: Condition) -> Json:
    """A condition; a comparison with a missing fact does not hold."""
    match condition:
        case And(parts):
            return {"all": [conditions(part) for part in parts]}
        case Or(parts):
            return {"any": [conditions(part) for part in parts]}
        case Not(part):
            return {"not": conditions(part)}
        case Is(field, value):
            return _test(field, "equal", value)
        case OneOf(field, values):
            return _test(field, "in", list(values))
        case Order(field, sign, bound):
            return _test(field, _SIGNS[sign], bound)
        case Between(field, low, high):
            return {"all": [_test(field, _SIGNS[">="], low), _test(field, _SIGNS["<="], high)]}
        case Text(field, how, pattern):
            return _test(field, _TEXTS[how], pattern)
        case Has(field, wanted, every):
            return {"all" if every else "any": [_test(field, "contains", one) for one in wanted]}


def _test(field: Field, operator: str, value: Any) -> Json:
    return {"fact": field.flat, "operator": operator, "value": value}
