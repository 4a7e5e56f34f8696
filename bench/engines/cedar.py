"""Cedar: each rule a policy that permits; the reasons of the answer are the rules that match.

The request is JSON text, made outside the clock. Cedar has no binary fractions, so decimals go in as whole quarters.
It evaluates every policy and knows no first one; its reasons have no order, so the ids are sorted.
"""

from __future__ import annotations

import json
from typing import Any

import cedarpy

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import BY_KIND, Field, Kind
from bench.workload import Rule, Ticket

_TEXTS = {"contains": "*{}*", "starts": "{}*", "ends": "*{}"}
_QUARTERS = 4


class Matching:
    """A policy set and no entities."""

    first = None

    def __init__(self, policies: str) -> None:
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._entities = cedarpy.Entities.from_json_str("[]")

    def form(self, ticket: Ticket) -> dict[str, str]:
        whole = {group: dict(values) for group, values in ticket.items()}
        for one in BY_KIND[Kind.DECIMAL]:
            if one.name in whole[one.group]:
                whole[one.group][one.name] = int(whole[one.group][one.name] * _QUARTERS)
        return {
            "principal": 'Helpdesk::"desk"',
            "action": 'Action::"match"',
            "resource": 'Ticket::"one"',
            "context": json.dumps(whole),
        }

    def match(self, form: dict[str, str]) -> list[str]:
        answer = cedarpy.is_authorized(form, self._policies, self._entities)
        assert not answer.diagnostics.errors, answer.diagnostics.errors
        return sorted(answer.diagnostics.id_annotations_by_reason.values(), key=lambda id_: int(id_[1:]))


def translate(rules: tuple[Rule, ...]) -> Any:
    """One text with a policy for each rule."""
    policies = "\n".join(
        f'@id("{rule.id}")\npermit(principal, action, resource) when {{ {expression(rule.when)} }};' for rule in rules
    )
    return lambda: Matching(policies)


def expression(condition: Condition) -> str:
    """A condition in Cedar, where reading an absent attribute is an error."""
    match condition:
        case And(parts):
            return " && ".join(f"({expression(part)})" for part in parts)
        case Or(parts):
            return " || ".join(f"({expression(part)})" for part in parts)
        case Not(part):
            return f"!({expression(part)})"
        case Is(field, value):
            return _guarded(field, f"{_path(field)} == {_literal(field, value)}")
        case OneOf(field, values):
            return _guarded(field, f"[{_list(field, values)}].contains({_path(field)})")
        case Order(field, sign, bound):
            return _guarded(field, f"{_path(field)} {sign} {_literal(field, bound)}")
        case Between(field, low, high):
            return f"{expression(Order(field, '>=', low))} && {_path(field)} <= {_literal(field, high)}"
        case Text(field, how, pattern):
            return _guarded(field, f'{_path(field)} like "{_TEXTS[how].format(pattern)}"')
        case Has(field, wanted, every):
            return _guarded(field, f"{_path(field)}.contains{'All' if every else 'Any'}([{_list(field, wanted)}])")


def _path(field: Field) -> str:
    return f"context.{field.path}"


def _guarded(field: Field, test: str) -> str:
    return f"context.{field.group} has {field.name} && {test}" if field.optional else test


def _list(field: Field, values: tuple[Any, ...]) -> str:
    return ", ".join(_literal(field, value) for value in values)


def _literal(field: Field, value: Any) -> str:
    match field.kind:
        case Kind.BOOLEAN:
            return str(value).lower()
        case Kind.INTEGER:
            return str(int(value))
        case Kind.DECIMAL:
            return str(int(value * _QUARTERS))
        case _:
            return f'"{value}"'
