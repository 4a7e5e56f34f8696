"""What the checks look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import expressions_of
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.plan.canonical import Canonical
from ruleflow.project.project import Project
from ruleflow.syntax.expressions import Expr
from ruleflow.syntax.walk import walk

LastChanged = Callable[[Sequence[Rule]], Mapping[str, datetime]]


@dataclass(frozen=True, slots=True)
class Place:
    """A condition of the project; `within` names what it belongs to."""

    within: str
    condition: Expr
    rule: Rule | None = None


@dataclass(frozen=True)
class Subject:
    """A project without errors, and the instant at which it is looked at. `project` decides, for the tests that it has.

    `last_changed` tells when rules were changed last, by id; those of which it is not known are left out.
    """

    project: Project
    now: datetime
    last_changed: LastChanged

    @property
    def checked(self) -> Checked:
        return self.project.plan.checked

    @property
    def model(self) -> Model:
        return self.project.model

    @cached_property
    def canonical(self) -> Canonical:
        """Brings expressions to canonical form."""
        return Canonical(self.checked)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every condition, in the order of the sections."""
        return tuple(_places(self.checked))

    @cached_property
    def nodes(self) -> tuple[tuple[str, Expr], ...]:
        """Every node of every expression of rules and of conditions, with what it belongs to."""
        found = ((place.within, place.condition) for place in self.places if place.rule is None)
        own = ((f"rule `{rule.id}`", expr) for rule in self.model.rules for expr in expressions_of(rule))
        return tuple((within, node) for within, expr in (*found, *own) for node in walk(expr))


def _places(checked: Checked) -> Iterator[Place]:
    model = checked.model
    yield from (Place(f"rule `{one.id}`", one.when, one) for one in model.rules if one.when is not None)
    others: Mapping[str, Expr | None] = {
        **{f"table `{one.id}`": one.rule.when for one in model.tables},
        **{f"definition `{one.name}`": one.value for one in model.definitions.values()},
        **{f"segment `{one.id}`": one.when for one in model.segments.values()},
        **{
            f"class `{part.result}` of score `{one.id}`": part.when
            for one in model.scores.values()
            for part in one.classes
        },
        **{f"contract `{one.id}`": one.applies_when for one in model.contracts.values()},
        **{f"pause of SLA policy `{one.id}`": one.pause_when for one in model.sla.values()},
        **{f"end of SLA policy `{one.id}`": one.solved_when for one in model.sla.values()},
        **{f"view `{one.id}`": one.when for one in model.views.values()},
    }
    for within, expr in others.items():
        if expr is not None:
            yield Place(within, expr)
