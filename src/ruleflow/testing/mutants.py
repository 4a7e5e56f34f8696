"""Projects that differ from a checked one in one small thing, as they would by a mistake."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

from ruleflow.checker.checked import Checked
from ruleflow.checker.conditions import check_value
from ruleflow.checker.derived import derived_order
from ruleflow.checker.reads import expressions_of, facts_read
from ruleflow.checker.rules import check_rule
from ruleflow.checker.scope import Scope, Tables
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.model.rules import Action, Rule
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.conditions import Condition
from ruleflow.plan.patch import condition_of, with_derived, with_rules
from ruleflow.plan.plan import Plan
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.testing.changes import NEGATION, Change, Changes
from ruleflow.testing.conditions import Owner, OwnerKind, definitions_read
from ruleflow.testing.rule_changes import rule_changes


@dataclass(frozen=True, slots=True)
class Mutant:
    """A project with one change. `rule` is the rule as changed, None where it is left out or the change is elsewhere."""

    owner: Owner
    change: Change
    checked: Checked = field(repr=False)
    rule: Rule | None = None

    def plan(self, plan: Plan) -> Plan:
        """The plan of the changed project, made out of that of the project."""
        if self.owner.kind is OwnerKind.RULE:
            return with_rules(plan, self.checked, {self.owner.id: self.rule})
        derived = with_derived(plan, self.checked)
        if self.owner.kind is not OwnerKind.DEFINITION:
            return derived
        readers = {
            rule.id: rule for rule in plan.model.rules if rule.enabled and reads(rule, self.owner.id, plan.checked)
        }
        return with_rules(derived, self.checked, readers)


def reads(rule: Rule, definition: str, checked: Checked) -> bool:
    """Whether the condition of a rule reads a definition."""
    return rule.when is not None and definition in definitions_read((rule.when,), checked)


@dataclass(frozen=True, slots=True)
class Mutants:
    """Makes the mutants of a checked project without errors.

    What the checker would refuse is none, nor what is the same condition written differently; of several that are the same
    one is made.
    """

    checked: Checked
    _ids: Iterator[NodeId] = field(default_factory=lambda: map(NodeId, count(-1, -1)))
    """New nodes have ids below those of the project."""

    def of(self, owner: Owner) -> tuple[Mutant, ...]:
        """Every mutant of a rule or another thing, in an order that is always the same; of tables and scores there are none."""
        if owner.kind in {OwnerKind.TABLE, OwnerKind.SCORE}:
            return ()
        return tuple(self._of_rule(owner) if owner.kind is OwnerKind.RULE else self._of_condition(owner))

    def _of_rule(self, owner: Owner) -> Iterator[Mutant]:
        rule = next(one for one in self.checked.model.rules if one.id == owner.id)
        known: set[tuple[Condition, tuple[Action, ...]]] = {(condition_of(rule, self.checked), rule.actions)}
        for changed, change in rule_changes(rule, self._changes()):
            rules = tuple(one if one is not rule else changed for one in self.checked.model.rules)
            model = replace(self.checked.model, rules=tuple(one for one in rules if one is not None))
            if changed is None:
                yield Mutant(owner, change, replace(self.checked, model=model))
                continue
            scope = self._scope(model)
            check_rule(changed, scope)
            if not _is_sound(change, scope.out):
                continue
            reading = {**self.checked.reads, changed.id: frozenset(facts_read(expressions_of(changed), scope))}
            checked = replace(_with_tables(self.checked, model, scope), reads=reading)
            key = (condition_of(changed, checked), changed.actions)
            if key not in known:
                known.add(key)
                yield Mutant(owner, change, checked, changed)

    def _of_condition(self, owner: Owner) -> Iterator[Mutant]:
        """The mutants of a segment, of a contract, of a definition."""
        written = _written(owner, self.checked.model)
        kind = self.checked.types[written.id]
        known = {Canonical(self.checked).condition(written)}
        for changed, change in self._changes().of(written):
            scope = self._scope(_with_written(owner, self.checked.model, changed))
            found = check_value(changed, scope)
            order = derived_order(scope)
            if found != kind or not _is_sound(change, scope.out):
                continue
            checked = replace(_with_tables(self.checked, scope.model, scope), derived=order)
            condition = Canonical(checked).condition(changed)
            if condition not in known:
                known.add(condition)
                yield Mutant(owner, change, checked)

    def _changes(self) -> Changes:
        return Changes(self.checked, self._ids.__next__)

    def _scope(self, model: Model) -> Scope:
        """The surroundings of what is changed; what is known of the project lies below what is learnt of the change."""
        definitions = {name: self.checked.types[one.value.id] for name, one in self.checked.model.definitions.items()}
        tables = Tables(_above(self.checked.types), _above(self.checked.meanings), definitions)
        return Scope(model, Collector(), tables)


def _above(known: Mapping[NodeId, Any]) -> dict[NodeId, Any]:
    """An empty table above another one, which stays as it is."""
    return cast("dict[NodeId, Any]", ChainMap({}, cast("dict[NodeId, Any]", known)))


def _with_tables(checked: Checked, model: Model, scope: Scope) -> Checked:
    return replace(checked, model=model, types=scope.tables.types, meanings=scope.tables.meanings)


def _is_sound(change: Change, out: Collector) -> bool:
    """Whether the checker lets a change pass. A test turned round may be one that an admin would have to guard."""
    passed = {codes.MISSING_IN_NEGATION} if change.kind == NEGATION else set()
    return all(not finding.is_error or finding.code in passed for finding in out.sorted())


def _written(owner: Owner, model: Model) -> Expr:
    match owner.kind:
        case OwnerKind.SEGMENT:
            found = model.segments[owner.id].when
        case OwnerKind.CONTRACT:
            found = model.contracts[owner.id].applies_when
        case _:
            found = model.definitions[owner.id].value
    if found is None:
        raise ValueError(f"{owner} has no condition")
    return found


def _with_written(owner: Owner, model: Model, expr: Expr) -> Model:
    match owner.kind:
        case OwnerKind.SEGMENT:
            segment = replace(model.segments[owner.id], when=expr)
            return replace(model, segments={**model.segments, owner.id: segment})
        case OwnerKind.CONTRACT:
            contract = replace(model.contracts[owner.id], applies_when=expr)
            return replace(model, contracts={**model.contracts, owner.id: contract})
        case _:
            definition = replace(model.definitions[owner.id], value=expr)
            return replace(model, definitions={**model.definitions, owner.id: definition})
