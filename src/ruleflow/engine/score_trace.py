"""Why a score is what it is, in words: `score.recency is 5, because days_since(…) is 12, which is <= 30`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ruleflow.checker.checked import Checked, Read
from ruleflow.checker.reads import reads_secret
from ruleflow.checker.scope import score_read
from ruleflow.formats.masking import mask
from ruleflow.model.scores import Bin, Score, Term
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.scores import base_of, number_text, placing
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.plan.text import shown
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Simple

MOST_SCORES = 12
"""Scores that one explanation tells of; those that they are made of count, too."""


@dataclass(slots=True)
class ScoreTeller:
    """Tells of scores for the facts of a stage, of each at most once."""

    facts: Snapshot
    checked: Checked
    evaluator: Evaluator
    _told: set[str] = field(default_factory=set)

    def of(self, expr: Expr) -> Iterator[str]:
        """Of the scores that an expression reads, and of those that these are made of: a sentence each."""
        for node in walk(expr):
            meaning = self.checked.meanings.get(node.id)
            score = score_read(self.checked.model, meaning.path) if isinstance(meaning, Read) else None
            if score is not None and score.path not in self._told and len(self._told) < MOST_SCORES:
                self._told.add(score.path)
                try:
                    yield self._sentence(score)
                except BudgetError as error:
                    yield f"{score.path} could not be computed ({error.message})"
                for part in score.made_of:
                    yield from self.of(part)

    def _sentence(self, score: Score) -> str:
        value = self.facts[score.path]
        said = "missing" if value is None else self._shown(value)
        return f"{score.path} is {said}, because {self._reason(score)}"

    def _reason(self, score: Score) -> str:
        if score.is_unfitted:
            return "it has no bins yet"
        if score.classes:
            return self._class(score)
        if score.join:
            return f"it joins {' and '.join(self._stated(one) for one in score.join)}"
        base = base_of(score, self.evaluator)(self.facts)
        made = self._stated(score.value) if score.value is not None else self._added(score.sum, base)
        if not score.bins:
            return made
        return f"{made}, {self._bin(score.bins, base)}"

    def _bin(self, bins: tuple[Bin, ...], base: Any) -> str:
        if base is None:
            return "which fits no bin"
        found = next((one for one in bins if placing((one,), self.evaluator)(base) is not None), None)
        if found is None:
            return "which fits no bin"
        if found.test is None or found.bound is None:
            return "which no other bin takes"
        return f"which is {found.test.value} {_line(found.bound)}"

    def _added(self, terms: tuple[Term, ...], total: Any) -> str:
        """A sum with what each part gives; parts that give nothing are left out."""
        parts = [text for one in terms if (text := self._term(one))]
        return f"{' + '.join(parts) or 'nothing'} is {'missing' if total is None else self._shown(total)}"

    def _term(self, term: Term) -> str:
        weight = number_text(term.weight)
        if self.checked.types[term.value.id] is Simple.BOOLEAN:
            return f"{weight} ({_line(term.value)})" if self.evaluator.truth_of(term.value)(self.facts) else ""
        value = self.evaluator.value_of(term.value)(self.facts)
        times = "" if term.weight == Decimal(1) else f"{weight} × "
        return f"{times}{self._value(term.value, value)} ({_line(term.value)})"

    def _class(self, score: Score) -> str:
        for one in score.classes:
            if one.when is None:
                return "no class before it fits"
            if self.evaluator.truth_of(one.when)(self.facts):
                return f"{_line(one.when)}"
        return "no class fits"

    def _stated(self, expr: Expr) -> str:
        value = self.evaluator.value_of(expr)(self.facts)
        return f"{_line(expr)} is {self._value(expr, value)}"

    def _value(self, expr: Expr, value: Any) -> str:
        if value is None:
            return "missing"
        text = self._shown(value)
        return mask(text) if reads_secret(expr, self.checked.model, self.checked.meanings) else text

    def _shown(self, value: Any) -> str:
        return shown(value, self.checked.model.zone)


def _line(expr: Expr) -> str:
    """The expression as written, on one line."""
    return " ".join(expr.span.text.split())
