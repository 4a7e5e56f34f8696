"""A view, compiled: its condition as rules have theirs, the values that it sorts by, and those that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ruleflow.checker.checked import Read
from ruleflow.checker.reads import paths_read, reads_secret
from ruleflow.model.views import Column, Subject, View
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.closures import Compute, Truth
from ruleflow.plan.conditions import TRUE, Condition
from ruleflow.plan.evaluator import Evaluator
from ruleflow.syntax.expressions import Expr
from ruleflow.types.terms import Type

DEFAULT_COLUMNS = {
    Subject.TICKETS: ("ticket.id", "ticket.subject"),
    Subject.CONTACTS: ("contact.id", "contact.name", "contact.email"),
    Subject.COMPANIES: ("company.id", "company.name"),
}
"""The facts that are shown where a view does not say which, before what it sorts by."""


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A value that is shown. `secret`: only ever masked."""

    heading: str
    compute: Compute
    secret: bool


@dataclass(frozen=True, slots=True)
class PlannedKey:
    """A value that is sorted by, with its type. `path` is the fact that it is, '' for one that is made of `reads`."""

    compute: Compute
    type: Type
    descending: bool
    path: str
    reads: frozenset[str]


@dataclass(frozen=True)
class PlannedView:
    """A view with what it takes to ask it. Each part is compiled when it is first needed."""

    view: View
    evaluator: Evaluator = field(repr=False, compare=False)

    @cached_property
    def condition(self) -> Condition:
        """What is in it, in canonical form."""
        when = self.view.when
        return TRUE if when is None else Canonical(self.evaluator.checked).condition(when)

    @cached_property
    def holds(self) -> Truth:
        """Whether a record is in it."""
        return self.evaluator.compile(self.condition)

    @cached_property
    def keys(self) -> tuple[PlannedKey, ...]:
        """What it sorts by."""
        checked = self.evaluator.checked
        return tuple(
            PlannedKey(
                self.evaluator.value_of(key.value),
                checked.types[key.value.id],
                key.descending,
                self._path(key.value),
                frozenset(paths_read(key.value, checked.model, checked.meanings)),
            )
            for key in self.view.sort
        )

    @cached_property
    def columns(self) -> tuple[PlannedColumn, ...]:
        """What it shows."""
        if self.view.columns:
            return tuple(self._column(one) for one in self.view.columns)
        shown = DEFAULT_COLUMNS[self.view.of]
        others = [Column(key.value) for key in self.view.sort if self._path(key.value) not in shown]
        return (*map(self._field, shown), *map(self._column, others))

    def _column(self, column: Column) -> PlannedColumn:
        checked = self.evaluator.checked
        declared = checked.model.fields.get(self._path(column.value))
        heading = column.title or (declared.title if declared is not None else "") or column.heading
        secret = reads_secret(column.value, checked.model, checked.meanings)
        return PlannedColumn(heading, self.evaluator.value_of(column.value), secret)

    def _field(self, path: str) -> PlannedColumn:
        declared = self.evaluator.checked.model.fields[path]
        return PlannedColumn(declared.title or path, lambda facts: facts[path], declared.secret)

    def _path(self, expr: Expr) -> str:
        meaning = self.evaluator.checked.meanings.get(expr.id)
        return meaning.path if isinstance(meaning, Read) else ""


def headings(columns: Iterable[PlannedColumn]) -> list[str]:
    """What stands above columns."""
    return [one.heading for one in columns]
