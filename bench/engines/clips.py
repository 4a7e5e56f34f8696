"""CLIPS: a ticket is one fact with a slot for each field, a rule one pattern; a match network finds the rules.

Asserting the fact is the matching, so nothing of it can stay outside the clock. CLIPS fires all rules that match; their
order is the agenda's, so the ids are sorted. Facts are released here: clipspy 1.0.6 keeps retracted ones for ever,
and each `run` walks over all of them.
"""

from __future__ import annotations

from typing import Any

import clips
from clips._clips import lib

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import FIELDS, Field, Kind
from bench.workload import Rule, Ticket

_TEXTS = {
    "contains": '(str-index "{1}" ?{0})',
    "starts": '(eq (sub-string 1 {2} ?{0}) "{1}")',
    "ends": '(eq (sub-string (- (str-length ?{0}) {3}) (str-length ?{0}) ?{0}) "{1}")',
}


class Matching:
    """An environment with the rules; each ticket goes in, fires, and is taken out."""

    first = None

    def __init__(self, constructs: list[str]) -> None:
        self._environment = clips.Environment()
        for construct in constructs:
            self._environment.build(construct)
        self._template = self._environment.find_template("ticket")
        self._hits = self._environment.find_global("hits")

    def form(self, ticket: Ticket) -> dict[str, Any]:
        nested = ((one, ticket[one.group].get(one.name)) for one in FIELDS)
        return {one.flat: value for one, value in nested if value is not None}

    def match(self, form: dict[str, Any]) -> list[str]:
        fact = self._template.assert_fact(**form)
        self._environment.run()
        found = sorted(self._hits.value)
        self._hits.value = ()
        fact.retract()
        lib.ReleaseFact(fact._fact)
        return [f"r{number}" for number in found]


def translate(rules: tuple[Rule, ...]) -> Any:
    """A template, and a construct for each rule."""
    slots = " ".join(f"({'multislot' if one.kind is Kind.SET else 'slot'} {one.flat})" for one in FIELDS)
    constructs = ["(defglobal ?*hits* = (create$))", f"(deftemplate ticket {slots})", *map(_construct, rules)]
    return lambda: Matching(constructs)


def _construct(rule: Rule) -> str:
    """Tests of one field stand in its slot; what spans fields is a `test` over variables."""
    spanning = [part for part in rule.when.parts if isinstance(part, Or | And)]
    bound = {field for part in spanning for field in _fields(part)}
    slots = {part_field: f"{_variable(part_field)}" for part_field in bound}
    for part in rule.when.parts:
        if not isinstance(part, Or | And):
            (field,) = _fields(part)
            slots[field] = _slot(part, field)
    pattern = " ".join(f"({one.flat} {slots[one]})" for one in FIELDS if one in slots)
    tests = "".join(f" (test {_test(part)})" for part in spanning)
    return f"(defrule {rule.id} (ticket {pattern}){tests} => (bind ?*hits* (create$ ?*hits* {rule.id[1:]})))"


def _fields(condition: Condition) -> set[Field]:
    match condition:
        case And(parts) | Or(parts):
            return {field for part in parts for field in _fields(part)}
        case Not(part):
            return {part.field}
        case _:
            return {condition.field}


def _slot(part: Condition, field: Field) -> str:
    """A constant, or alternatives, where they will do: the network shares those between rules."""
    match part:
        case Is(_, value):
            return _literal(value)
        case OneOf(_, values):
            return "|".join(map(_literal, values))
        case Not(Is(_, value)):
            return f"~{_literal(value)}"
        case Not(OneOf(_, values)):
            return "&".join(f"~{_literal(value)}" for value in values)
        case _:
            return f"{_variable(field)}&:{_test(part)}"


def _variable(field: Field) -> str:
    return f"{'$' if field.kind is Kind.SET else ''}?{field.flat}"


def _test(condition: Condition) -> str:
    match condition:
        case And(parts):
            return f"(and {' '.join(map(_test, parts))})"
        case Or(parts):
            return f"(or {' '.join(map(_test, parts))})"
        case Not(part):
            return f"(not {_test(part)})"
        case Is(field, value):
            return f"(eq ?{field.flat} {_literal(value)})"
        case OneOf(field, values):
            return f"(or {' '.join(_test(Is(field, value)) for value in values)})"
        case Order(field, sign, bound):
            return _guarded(field, f"({sign} ?{field.flat} {bound})")
        case Between(field, low, high):
            return _guarded(field, f"(<= {low} ?{field.flat} {high})")
        case Text(field, how, pattern):
            return _TEXTS[how].format(field.flat, pattern, len(pattern), len(pattern) - 1)
        case Has(field, wanted, every):
            tests = [f'(member$ "{one}" ?{field.flat})' for one in wanted]
            return tests[0] if len(tests) == 1 else f"({'and' if every else 'or'} {' '.join(tests)})"


def _guarded(field: Field, test: str) -> str:
    return f"(and (numberp ?{field.flat}) {test})" if field.optional else test


def _literal(value: object) -> str:
    return str(value).upper() if isinstance(value, bool) else f'"{value}"'
