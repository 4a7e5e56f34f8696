"""Whether two conditions mean the same in a plain way: their canonical forms are equal but for the order of parts."""

from __future__ import annotations

from collections.abc import Hashable

from ruleflow.checker.checked import Checked
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import All, Any, Condition
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import Simple


def mean_the_same(old: Expr, before: Checked, new: Expr, after: Checked) -> bool:
    """Whether a condition of one version means what one of another does. False also where that is merely not plain."""
    if before.types.get(old.id) is not Simple.BOOLEAN or after.types.get(new.id) is not Simple.BOOLEAN:
        return False
    return _unordered(Canonical(before).condition(old)) == _unordered(Canonical(after).condition(new))


def _unordered(condition: Condition) -> Hashable:
    match condition:
        case All(parts) | Any(parts):
            return type(condition), frozenset(_unordered(part) for part in parts)
        case _:
            return condition
