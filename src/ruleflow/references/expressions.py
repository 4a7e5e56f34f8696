"""What an expression names: facts by their paths, definitions, things, and options of the field that they stand against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from ruleflow.checker.checked import Checked, Constant, DefinitionRead, ItemRead, Read
from ruleflow.checker.scope import OUTCOME, PRIORITY
from ruleflow.model.model import Model
from ruleflow.references.acting import acting_uses
from ruleflow.references.names import OF_TERMS, Holder, Kind, Link, Name, Use, option
from ruleflow.references.places import fields_named, narrowed, options_at, same_field
from ruleflow.references.roots import Root
from ruleflow.source import Span
from ruleflow.syntax.expressions import (
    Aggregated,
    Between,
    Changed,
    Compare,
    Expr,
    Fact,
    Fallback,
    Has,
    If,
    In,
    Items,
    Literal,
    MatchText,
    Quantified,
    Word,
)
from ruleflow.syntax.walk import children
from ruleflow.types.terms import Choice, Reference, Type

_NOTHING: frozenset[str] = frozenset()
RULES, ACTIONS, CONTRACT, EVENT = "outcome.matched", "outcome.actions", "contract.id", "event.name"
_SPECIAL = {ACTIONS: Kind.ACTION, CONTRACT: Kind.CONTRACT, EVENT: Kind.EVENT}
"""Facts whose values are names of other things, though their types do not say so."""


Origins = dict[str, frozenset[str]]
"""The fields whose values each definition may have, found once: definitions are made of others, in a broken project in circles."""


def names_in(root: Root, checked: Checked, known: Origins) -> Iterator[Use | Link]:
    """Everything that an expression names, and where options of two fields meet in it. `known` is filled."""
    against = frozenset({same_field(root.target, checked.model)} if root.target else ())
    reading = _Reading(checked, root.holder, known)
    yield from reading.meet(against, reading.origins(root.expr), root.expr)
    yield from reading.visit(root.expr, against)


def origins_of(expr: Expr, checked: Checked, known: Origins) -> frozenset[str]:
    """The fields whose values an expression may have. `known` is filled."""
    return _Reading(checked, Holder(""), known).origins(expr)


def named_by(word: str, kind: Type | None, against: frozenset[str], model: Model) -> Iterator[Name]:
    """What a word stands for that is held against values of some fields, where its type does not say it."""
    for path in sorted(against):
        if path in _SPECIAL:
            yield Name(_SPECIAL[path], word)
        elif isinstance(kind, Choice) and word in options_at(path, model):
            yield option(path, word)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Goes through one expression. `item`: the path of the records at hand, '' outside a quantifier."""

    checked: Checked
    holder: Holder
    known: Origins
    item: str = ""

    def visit(self, expr: Expr, against: frozenset[str] = _NOTHING) -> Iterator[Use | Link]:
        """What a node names; `against` are the choice fields that it stands against."""
        yield from self._links(expr)
        match expr:
            case Literal() | Word():
                yield from self._constant(expr, against)
            case Fact():
                yield from self._fact(expr)
            case Compare() | In() | Fallback():
                left, right = children(expr)
                yield from self.visit(left, against | self.origins(right))
                yield from self.visit(right, against | self.origins(left))
            case Has() | MatchText() | Changed() | Between():
                first, *others = children(expr)
                yield from self.visit(first)
                for other in others:
                    yield from self.visit(other, self.origins(first))
            case If():
                yield from self.visit(expr.condition)
                yield from self.visit(expr.then, against | self.origins(expr.otherwise))
                yield from self.visit(expr.otherwise, against | self.origins(expr.then))
            case Items():
                for item in expr.items:
                    yield from self.visit(item, against)
            case Quantified() | Aggregated():
                records, *inner = children(expr)
                yield from self.visit(records)
                below = replace(self, item=self._records(records))
                for part in inner:
                    yield from below.visit(part)
            case _:
                for part in children(expr):
                    yield from self.visit(part)

    def origins(self, expr: Expr) -> frozenset[str]:
        """The fields whose values an expression may have."""
        match expr:
            case Fact() | Word():
                return self._origin(expr)
            case If():
                return self.origins(expr.then) | self.origins(expr.otherwise)
            case Fallback():
                return self.origins(expr.left) | self.origins(expr.right)
            case Items():
                return _NOTHING.union(*(self.origins(item) for item in expr.items))
            case Aggregated():
                return replace(self, item=self._records(expr.records)).origins(expr.value)
            case _:
                return _NOTHING

    def _origin(self, expr: Fact | Word) -> frozenset[str]:
        match self.checked.meanings.get(expr.id):
            case Read(path):
                if path == RULES or path in _SPECIAL:
                    return frozenset({path})
                path = PRIORITY if path == "contract.request_priority" else path.removeprefix(OUTCOME)
                return frozenset({same_field(path, self.checked.model)})
            case ItemRead(part):
                return frozenset({self._part(part)})
            case DefinitionRead(name):
                if name not in self.known:
                    self.known[name] = _NOTHING
                    self.known[name] = replace(self, item="").origins(self.checked.model.definitions[name].value)
                return self.known[name]
            case _:
                return _NOTHING

    def _part(self, part: str) -> str:
        return same_field(f"{self.item}.{part}" if part else self.item, self.checked.model)

    def _records(self, expr: Expr) -> str:
        """The path of the records that an expression gives; '' where it is not just a field."""
        found = self.origins(expr)
        return next(iter(found)) if len(found) == 1 else ""

    def _constant(self, expr: Literal | Word, against: frozenset[str]) -> Iterator[Use]:
        meaning, kind = self.checked.meanings.get(expr.id), self.checked.types.get(expr.id)
        match meaning:
            case DefinitionRead(name):
                yield Use(Name(Kind.DEFINITION, name), expr.span, self.holder)
            case Constant(str() as value):
                place = narrowed(expr.span, value)
                if isinstance(kind, Reference):
                    yield Use(Name(OF_TERMS[kind.kinds[0]], value), place, self.holder)
                    return
                if RULES in against:
                    yield from acting_uses(value, place, self.holder, self.checked.model)
                for own in named_by(value, kind, against - {RULES}, self.checked.model):
                    yield Use(own, place, self.holder)

    def _fact(self, expr: Fact) -> Iterator[Use]:
        match self.checked.meanings.get(expr.id):
            case Read(path) if not path.startswith(f"{OUTCOME}sla"):
                skipped = len(OUTCOME) if expr.path.startswith(OUTCOME) else 0
                yield from self._path(expr, expr.path[skipped:], skipped)
            case ItemRead(part) if self.item:
                yield from self._path(expr, f"{self.item}.{part}", len("it") - len(self.item))

    def _path(self, expr: Fact, path: str, shift: int) -> Iterator[Use]:
        """The names along a path; a character of the path stands `shift` further on in the text."""
        whole = expr.span.text == expr.path
        for name, length in fields_named(path, self.checked.model):
            end = length + shift
            if end <= len("it") and shift < 0:  # `it` stands for the list itself
                continue
            start = max(0, shift)
            span = expr.span
            place = Span(span.source, span.start + start, span.start + end) if whole else span
            yield Use(name, place, self.holder)

    def _links(self, expr: Expr) -> Iterator[Link]:
        """Where values of one choice field meet those of another, in a test or a choice of two."""
        match expr:
            case Compare() | In() | Fallback() | Has() | Changed() | Between():
                first, *others = children(expr)
                for other in others:
                    yield from self.meet(self.origins(first), self.origins(other), expr)
            case If():
                yield from self.meet(self.origins(expr.then), self.origins(expr.otherwise), expr)

    def meet(self, some: frozenset[str], others: frozenset[str], expr: Expr) -> Iterator[Link]:
        """The pairs of choice fields whose values meet in an expression."""
        model = self.checked.model
        for one, other in sorted(product(some, others)):
            if one != other and options_at(one, model) and options_at(other, model):
                yield Link(one, other, expr.span, self.holder)
