"""Two negated tests of one text joined by `or`: hardly any text passes both, so next to nothing is left out."""

from __future__ import annotations

from itertools import combinations

from ruleflow.analysis import warnings
from ruleflow.analysis.words import condition_text
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import Condition, Negated, TextMatch
from ruleflow.syntax.expressions import Expr, Or
from ruleflow.syntax.operands import joined_by
from ruleflow.syntax.walk import walk


def find_either_is_not(condition: Expr, within: str, canonical: Canonical) -> Diagnostic | None:
    """The first such pair of a condition. Whoever writes `not (… and …)` means that."""
    for node in walk(condition):
        if not isinstance(node, Or):
            continue
        own = [canonical.condition(one) for one in node.operands]
        for one, other in combinations([one for one in own if _path(one)], 2):
            if _path(one) == _path(other):
                fixes = joined_by(node, "and") if len({_path(each) for each in own}) == 1 else ()
                pair = (condition_text(one), condition_text(other))
                return warnings.either_is_not(within, condition.span, pair, fixes)
    return None


def _path(condition: Condition) -> str:
    """The text whose test is negated; '' for any other condition."""
    match condition:
        case Negated(TextMatch(path=path)):
            return path
        case _:
            return ""
