"""rule-engine: each rule one parsed expression over the ticket as it is."""

from __future__ import annotations

from typing import Any

import rule_engine

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import Field
from bench.workload import Rule, Ticket

_TEXTS = {"contains": "'{1}' in {0}", "starts": "{0}.starts_with('{1}')", "ends": "{0}.ends_with('{1}')"}


class Matching:
    """Rules that read an absent key as null."""

    def __init__(self, rules: dict[str, str]) -> None:
        context = rule_engine.Context(default_value=None)
        self._rules = [(id_, rule_engine.Rule(text, context=context)) for id_, text in rules.items()]

    def form(self, ticket: Ticket) -> Ticket:
        return ticket

    def match(self, form: Ticket) -> list[str]:
        return [id_ for id_, rule in self._rules if rule.matches(form)]

    def first(self, form: Ticket) -> str:
        return next(id_ for id_, rule in self._rules if rule.matches(form))


def translate(rules: tuple[Rule, ...]) -> Any:
    """An expression for each rule."""
    texts = {rule.id: expression(rule.when) for rule in rules}
    return lambda: Matching(texts)


def expression(condition: Condition) -> str:
    """A condition in the language of rule-engine."""
    match condition:
        case And(parts):
            return " and ".join(f"({expression(part)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({expression(part)})" for part in parts)
        case Not(part):
            return f"not ({expression(part)})"
        case Is(field, value):
            return f"{field.path} == {_literal(value)}"
        case OneOf(field, values):
            return f"{field.path} in [{', '.join(map(_literal, values))}]"
        case Order(field, sign, bound):
            return _guarded(field, f"{field.path} {sign} {bound}")
        case Between(field, low, high):
            return _guarded(field, f"{field.path} >= {low} and {field.path} <= {high}")
        case Text(field, how, pattern):
            return _guarded(field, _TEXTS[how].format(field.path, pattern))
        case Has(field, wanted, every):
            tests = (f"'{one}' in {field.path}" for one in wanted)
            return _guarded(field, f"({(' and ' if every else ' or ').join(tests)})")


def _guarded(field: Field, test: str) -> str:
    return f"{field.path} != null and {test}" if field.optional else test


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"
