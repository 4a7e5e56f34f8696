"""CEL, by the bindings to its Rust and its C++ implementation, each in the form that is faster there."""

from __future__ import annotations

from typing import Any

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import Field
from bench.workload import Rule, Ticket

_PER_LIST = 100
"""An expression has at most 100,000 characters."""
_TEXTS = {"contains": "contains", "starts": "startsWith", "ends": "endsWith"}


class Rust:
    """Each rule one compiled expression. Contexts are made outside the clock."""

    def __init__(self, rules: dict[str, str]) -> None:
        import cel

        self._context = cel.Context
        self._programs = [(id_, cel.compile(text)) for id_, text in rules.items()]

    def form(self, ticket: Ticket) -> Any:
        return self._context(ticket)

    def match(self, form: Any) -> list[str]:
        return [id_ for id_, program in self._programs if program.execute(form)]

    def first(self, form: Any) -> str:
        return next(id_ for id_, program in self._programs if program.execute(form))


class Cpp:
    """Lists of rules, each list one expression that gives the ids: twice as fast here as one expression a rule.

    Activations are made outside the clock.
    """

    def __init__(self, lists: list[str]) -> None:
        from cel_expr_python import cel

        kind = cel.Type("map<string, dyn>")
        self._environment = cel.NewEnv(variables=dict.fromkeys(("ticket", "contact", "company"), kind))
        self._lists = [self._environment.compile(text) for text in lists]

    def form(self, ticket: Ticket) -> Any:
        return self._environment.Activation(ticket)

    def match(self, form: Any) -> list[str]:
        return [id_ for one in self._lists for id_ in one.eval(form).plain_value()]

    def first(self, form: Any) -> str:
        return next(ids[0] for one in self._lists if (ids := one.eval(form).plain_value()))


def translate_rust(rules: tuple[Rule, ...]) -> Any:
    """For the Rust implementation."""
    texts = {rule.id: expression(rule.when) for rule in rules}
    return lambda: Rust(texts)


def translate_cpp(rules: tuple[Rule, ...]) -> Any:
    """For the C++ implementation."""
    parts = [rules[start : start + _PER_LIST] for start in range(0, len(rules), _PER_LIST)]
    lists = [", ".join(f"{expression(rule.when)} ? '{rule.id}' : ''" for rule in part) for part in parts]
    return lambda: Cpp([f"[{one}].filter(id, id != '')" for one in lists])


def expression(condition: Condition) -> str:
    """A condition in CEL, where reading an absent key is an error."""
    match condition:
        case And(parts):
            return " && ".join(_inner(part) for part in parts)
        case Or(parts):
            return " || ".join(_inner(part) for part in parts)
        case Not(part):
            return f"!({expression(part)})"
        case Is(field, value):
            return _guarded(field, f"{field.path} == {_literal(value)}")
        case OneOf(field, values):
            return _guarded(field, f"{field.path} in [{', '.join(map(_literal, values))}]")
        case Order(field, sign, bound):
            return _guarded(field, f"{field.path} {sign} {bound}")
        case Between(field, low, high):
            return _guarded(field, f"{field.path} >= {low} && {field.path} <= {high}")
        case Text(field, how, pattern):
            return _guarded(field, f"{field.path}.{_TEXTS[how]}('{pattern}')")
        case Has(field, wanted, every):
            tests = (f"'{one}' in {field.path}" for one in wanted)
            return _guarded(field, f"({(' && ' if every else ' || ').join(tests)})")


def _inner(part: Condition) -> str:
    return f"({expression(part)})"


def _guarded(field: Field, test: str) -> str:
    return f"has({field.path}) && {test}" if field.optional else test


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"
