"""zen-engine: a decision table, or one list of expressions, compiled by a loader before the first ticket.

A ticket is a dictionary, which the engine turns into its own values each time, so that is inside the clock.
"""

from __future__ import annotations

import json
from typing import Any

from bench.conditions import And, Between, Condition, Has, Is, Not, OneOf, Or, Order, Text
from bench.fields import FIELDS, Field
from bench.workload import Rule, Ticket

_TEXTS = {"contains": "contains", "starts": "startsWith", "ends": "endsWith"}
_SPANNING = "spanning"
"""The column for conditions that name their fields."""


class Table:
    """A decision table that collects; another with the hit policy `first`, made when it is first asked."""

    def __init__(self, rules: tuple[Rule, ...], content: str) -> None:
        self._rules = rules
        self._all = _engine(content)
        self._first: Any = None

    def form(self, ticket: Ticket) -> Ticket:
        return ticket

    def match(self, form: Ticket) -> list[str]:
        return [row["rule"] for row in self._all.evaluate("rules", form)["result"]]

    def first(self, form: Ticket) -> str:
        if self._first is None:
            self._first = _engine(table_content(self._rules, "first"))
        found: str = self._first.evaluate("rules", form)["result"]["rule"]
        return found


class Expressions:
    """One expression that makes a list of the ids."""

    first = None

    def __init__(self, content: str) -> None:
        self._engine = _engine(content)

    def form(self, ticket: Ticket) -> Ticket:
        return ticket

    def match(self, form: Ticket) -> list[str]:
        found: list[str] = self._engine.evaluate("rules", form)["result"]["matched"]
        return found


def _engine(content: str) -> Any:
    """An engine that has compiled the content: `create_decision` would compile it again for every ticket."""
    import zen

    compiled = zen.ZenDecisionContent(content)
    engine = zen.ZenEngine({"loader": lambda _: compiled})
    engine.get_decision("rules")
    return engine


def translate_table(rules: tuple[Rule, ...]) -> Any:
    """As a decision table."""
    content = table_content(rules)
    return lambda: Table(rules, content)


def translate_expressions(rules: tuple[Rule, ...]) -> Any:
    """As a list of expressions."""
    tests = ", ".join(f"{_expression(rule.when)} ? '{rule.id}' : ''" for rule in rules)
    made = {"id": "matched", "key": "matched", "value": f"filter([{tests}], # != '')"}
    content = _graph("expressionNode", {"expressions": [made]})
    return lambda: Expressions(content)


def table_content(rules: tuple[Rule, ...], hit: str = "collect") -> str:
    """A decision table with a column for each field that rules test, as JSON."""
    filled = [_row(rule) for rule in rules]
    used = {column for row in filled for column in row}
    columns = [{"id": one.flat, "name": one.path, "field": one.path} for one in FIELDS if one.flat in used]
    columns += [{"id": _SPANNING, "name": _SPANNING}] if _SPANNING in used else []
    rows = [{column["id"]: "" for column in columns} | row for row in filled]
    return _graph(
        "decisionTableNode",
        {
            "hitPolicy": hit,
            "inputs": columns,
            "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
            "rules": rows,
        },
    )


def _graph(kind: str, content: dict[str, Any]) -> str:
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "rules", "type": kind, "name": "rules", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [("in", "rules"), ("rules", "out")]
    return json.dumps(
        {
            "nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes],
            "edges": [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges],
        }
    )


def _row(rule: Rule) -> dict[str, str]:
    """The cells of a rule; what spans fields goes into a column of its own, and so do tests of sets.

    In a cell over a list, `'a' in $ or 'b' in $` holds for no list (2.1.3); over the field by name it is right.
    """
    cells = {"_id": rule.id, "rule": f"'{rule.id}'"}
    spanning = []
    for part in rule.when.parts:
        tested = part.part if isinstance(part, Not) else part
        if isinstance(tested, And | Or | Has):
            spanning.append(f"({_expression(part)})")
        else:
            cells[tested.field.flat] = _cell(part)
    if spanning:
        cells[_SPANNING] = " and ".join(spanning)
    return cells


def _cell(part: Condition) -> str:
    """A test of the column's value, in the short form where there is one."""
    match part:
        case Is(_, value):
            return _literal(value)
        case OneOf(_, values):
            return f"[{', '.join(map(_literal, values))}]"
        case Not(Is(_, value)):
            return f"!= {_literal(value)}"
        case Order(field, sign, bound) if not field.optional:
            return f"{sign} {bound}"
        case Between(field, low, high) if not field.optional:
            return f"[{low}..{high}]"
        case _:
            return _expression(part, "$")


def _expression(condition: Condition, name: str = "") -> str:
    """A condition, of the fields or of the value `name`; a missing value is null."""
    match condition:
        case And(parts):
            return " and ".join(f"({_expression(part, name)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({_expression(part, name)})" for part in parts)
        case Not(part):
            return f"not ({_expression(part, name)})"
    path = name or condition.field.path
    match condition:
        case Is(_, value):
            return f"{path} == {_literal(value)}"
        case OneOf(_, values):
            return f"{path} in [{', '.join(map(_literal, values))}]"
        case Order(field, sign, bound):
            return _guarded(field, path, f"{path} {sign} {bound}")
        case Between(field, low, high):
            return _guarded(field, path, f"{path} >= {low} and {path} <= {high}")
        case Text(field, how, pattern):
            return _guarded(field, path, f"{_TEXTS[how]}({path}, '{pattern}')")
        case Has(field, wanted, every):
            tests = (f"'{one}' in {path}" for one in wanted)
            return _guarded(field, path, f"({(' and ' if every else ' or ').join(tests)})")


def _guarded(field: Field, path: str, test: str) -> str:
    return f"{path} != null and {test}" if field.optional else test


def _literal(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"
