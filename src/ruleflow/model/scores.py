"""Scores: named numbers, and classes such as A, B and C, that are made of facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from ruleflow.source import Span
from ruleflow.syntax.expressions import Comparison, Expr
from ruleflow.types.terms import Choice, Simple, Type

SCORE = "score."
"""Begins the names under which expressions read scores."""

Result: TypeAlias = int | Decimal | str
"""What a score comes to: a number, or the name of a class."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A step of a score: what it comes to where the value passes `test` against `bound`; without both, for any other value."""

    test: Comparison | None
    bound: Expr | None
    result: Result


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a sum: a number times its weight, or the weight itself where a condition holds."""

    value: Expr
    weight: int | Decimal


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a score and who belongs to it, first come first served; `when` None: everybody else."""

    result: str
    when: Expr | None


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Bounds are to be found in data so that each of these, from the lowest values to the highest, gets as many contacts."""

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Bounds are to be found in data so that the highest values, taken together, come to these percentages of all, added up."""

    results: tuple[tuple[Result, int | Decimal], ...]


Fit: TypeAlias = Quantiles | Shares


@dataclass(frozen=True, slots=True)
class Score:
    """A score: of `value`, `sum`, `join` and `classes` exactly one says what it is made of.

    `bins` make steps of a value or a sum. `missing` stands in where there would be no score.
    """

    id: str
    title: str = ""
    was: tuple[str, ...] = ()
    value: Expr | None = None
    sum: tuple[Term, ...] = ()
    join: tuple[Expr, ...] = ()
    classes: tuple[Class, ...] = ()
    bins: tuple[Bin, ...] = ()
    missing: Result | None = None
    fit: Fit | None = None
    type: Type = field(default=Simple.UNKNOWN, compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def path(self) -> str:
        """The name under which expressions read it."""
        return SCORE + self.id

    @property
    def is_unfitted(self) -> bool:
        """Whether its bounds were never found, so that it is missing for everybody."""
        return self.fit is not None and not (self.bins or self.classes or self.join)

    @property
    def made_of(self) -> tuple[Expr, ...]:
        """What it reads, in the order written; bounds left out."""
        values = () if self.value is None else (self.value,)
        terms = tuple(one.value for one in self.sum)
        return (*values, *terms, *self.join, *(one.when for one in self.classes if one.when is not None))

    @property
    def results(self) -> tuple[Result, ...]:
        """What its bins or classes come to, in the order written; none for a score without."""
        if self.is_unfitted and self.fit is not None:
            return tuple(results_of(self.fit))
        return (*(one.result for one in self.bins), *(one.result for one in self.classes))


def results_of(fit: Fit) -> Iterator[Result]:
    """What a fitted score comes to: the best first."""
    match fit:
        case Quantiles(results):
            yield from reversed(results)
        case Shares(results):
            yield from (result for result, _ in results)


def type_of(score: Score) -> Type:
    """The type of a score. Classes are an ordered choice, in which those that stand first rank highest."""
    results = (*score.results, *(() if score.missing is None else (score.missing,)))
    if score.join:
        return Simple.TEXT
    if not score.results:
        return Simple.DECIMAL
    if any(isinstance(one, str) for one in results):
        return Choice(tuple(dict.fromkeys(map(str, reversed(results)))), ordered=True)
    return Simple.INTEGER if all(isinstance(one, int) for one in results) else Simple.DECIMAL
