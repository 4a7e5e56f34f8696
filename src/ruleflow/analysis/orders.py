"""Two tickets at once that are alike but for one field: what an order between their outcomes is asked of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.final import tell_outcome
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.outcomes_of import spelled
from ruleflow.analysis.promises import place
from ruleflow.analysis.space import Cells, Space, cells
from ruleflow.analysis.symbolic import decide
from ruleflow.analysis.terms import Alternatives, Computed, Const, Given, Term, first_of
from ruleflow.analysis.version import Version
from ruleflow.checker.checked import Read
from ruleflow.model.properties import Monotone
from ruleflow.model.vocabulary import Field
from ruleflow.types.terms import Choice, Simple
from ruleflow.types.values import Value

TWIN = "twin "
"""Before the path of the field: its value in the second ticket, which has more of it."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The second ticket, as it came; `broken`: the two may not keep the order."""

    version: Version
    broken: Literal


def twin_of(first: Version, monotone: Monotone, paths: Iterable[str]) -> Twin:
    """A second ticket that has more of the field; `paths` are those of the outcome that are asked."""
    path, plan, network = monotone.path, first.plan, first.network
    declared, own = plan.model.fields[path], first.space.variables[path]
    if not isinstance(own, Cells):
        raise TypeError(f"`{path}` has an order and no cells")
    other = cells(network, own.values[1:], may_be_missing=not declared.required, ordered=bool(own.steps))
    space = Space(network, {**first.space.variables, TWIN + path: other})
    names = {**first.names, TWIN + path: first.names.get(path, {})}
    came: Alternatives = ((TRUE, Given(TWIN + path)),)
    if declared.default is not None:
        came = first_of(network, [(other.literals[0], Const(declared.default))], came)
    as_it_came, after = (Version(plan, first.event, space, {path: came}, names=names) for _ in range(2))
    tell_outcome(as_it_came, paths, after, decide(after))
    values = [_values(one, monotone) for one in (first, as_it_came)]
    both = (_may_be_more(first, declared, own, other), _may_break(first, monotone, *values))
    return Twin(as_it_came, network.all_of(both))


def _may_be_more(first: Version, declared: Field, own: Cells, other: Cells) -> Literal:
    """Whether the second ticket may have more of the field."""
    network, path = first.network, declared.path

    def seen(made: Cells) -> list[tuple[Value, Literal]]:
        return [
            (_meant(first, path, one, declared), when) for one, when in zip(made.values, made.literals, strict=True)
        ]

    higher = seen(other)
    pairs = [
        network.all_of((when, network.any_of(more for high, more in higher if _below(declared, low, high))))
        for low, when in seen(own)
    ]
    return network.any_of(pairs)


def _meant(first: Version, path: str, value: Value, declared: Field) -> Value:
    return declared.default if value is None else first.meant(path, value)


def _below(declared: Field, low: Any, high: Any) -> bool:
    """Whether some value like one may be less than some value like another."""
    kind = declared.type
    if low is None or high is None or UNKNOWN in {low, high}:
        return False
    if isinstance(kind, Choice):
        return place(low, kind) < place(high, kind)
    # A default may lie anywhere within a cell, and instants of two cells may take turns.
    return kind is Simple.DATETIME or declared.default is not None or bool(low <= high)


def _values(version: Version, monotone: Monotone) -> Alternatives:
    meaning = version.plan.checked.meanings.get(monotone.value.id)
    if isinstance(meaning, Read):
        return spelled(version, meaning.path, version.alternatives(meaning.path))
    return ((TRUE, Computed(version.key_of(monotone.value))),)


def _may_break(first: Version, monotone: Monotone, before: Alternatives, after: Alternatives) -> Literal:
    return first.network.any_of(_breaking(first, monotone, before, after))


def _breaking(first: Version, monotone: Monotone, before: Alternatives, after: Alternatives) -> Iterator[Literal]:
    for when, low in before:
        for then, high in after:
            both = first.network.all_of((when, then))
            if both != FALSE and not _keep(first, monotone, low, high):
                yield both


def _keep(first: Version, monotone: Monotone, low: Term, high: Term) -> bool:
    """Whether two values surely keep the order."""
    if isinstance(low, Const) and isinstance(high, Const):
        kind = first.plan.checked.types[monotone.value.id]
        before, after = place(low.value, kind), place(high.value, kind)
        return bool(after <= before if monotone.order.falls else after >= before)
    if low == Given(monotone.path) and high == Given(TWIN + monotone.path):
        return not monotone.order.falls
    return low == high
