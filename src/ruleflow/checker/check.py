"""The checker: every expression typed, every name resolved, every finding reported in one run."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.checked import Checked
from ruleflow.checker.conditions import check_condition, check_value
from ruleflow.checker.derived import derived_order
from ruleflow.checker.policies import check_policies
from ruleflow.checker.properties import check_properties
from ruleflow.checker.reads import expressions_of, expressions_of_table, facts_read, used_definitions
from ruleflow.checker.references import check_references
from ruleflow.checker.rules import check_rule
from ruleflow.checker.scope import Scope, Tables, things_of
from ruleflow.checker.scores import check_scores, type_scores
from ruleflow.checker.stages import check_stages
from ruleflow.checker.tables import check_table
from ruleflow.checker.templates import check_templates
from ruleflow.checker.views import check_views
from ruleflow.checker.words import RESERVED
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Definition, Resolve
from ruleflow.syntax.expressions import Broken
from ruleflow.types.terms import Choice, Kind, ListOf, Record, SetOf, Type, is_ordered


def check(model: Model, out: Collector) -> Checked:
    """Check a model; the result may be compiled when `out` has no errors afterwards."""
    scope = Scope(model, out, Tables())
    _check_fields(model, out)
    type_scores(scope)
    _check_definitions(scope)
    check_scores(scope)
    _check_things(scope)
    for rule in model.rules:
        check_rule(rule, scope)
    tables = {table.id: check_table(table, scope) for table in model.tables}
    check_views(scope)
    check_properties(scope)
    reads = {rule.id: facts_read(expressions_of(rule), scope) for rule in model.rules}
    reads |= {table.id: facts_read(expressions_of_table(table), scope) for table in model.tables}
    check_stages(model, reads, out)
    _check_unused(scope)
    return Checked(
        model=model,
        types=scope.tables.types,
        meanings=scope.tables.meanings,
        derived=derived_order(scope),
        reads={name: frozenset(paths) for name, paths in reads.items()},
        tables=tables,
    )


def _check_fields(model: Model, out: Collector) -> None:
    """Report a `resolve` that the type of its field does not allow."""
    for path, declared in model.fields.items():
        if declared.resolve is None or declared.span is None:
            continue
        if not _resolves(declared.resolve, declared.type):
            with out.inside(f"field `{path}`"):
                out.report(errors.resolve_does_not_fit(declared.span, path, declared.resolve.value, declared.type))


def _resolves(resolve: Resolve, kind: Type) -> bool:
    match resolve:
        case Resolve.HIGHEST | Resolve.LOWEST:
            return is_ordered(kind)
        case Resolve.APPEND:
            return isinstance(kind, SetOf | ListOf)
        case _:
            return True


def _check_definitions(scope: Scope) -> None:
    taken = _taken_names(scope.model)
    for definition in scope.model.definitions.values():
        with scope.out.inside(f"definition `{definition.name}`"):
            _check_name(definition, taken, scope)
            kind = check_value(definition.value, scope.entering(definition.name))
            scope.tables.definitions.setdefault(definition.name, kind)


def _check_name(definition: Definition, taken: dict[str, str], scope: Scope) -> None:
    if definition.name in taken and definition.span is not None:
        scope.out.report(errors.definition_clash(definition.span, definition.name, taken[definition.name]))


def _taken_names(model: Model) -> dict[str, str]:
    """Every word that means something by itself, with what it means."""
    taken = {
        option: f"an option of `{path}`"
        for path, declared in model.fields.items()
        for option in _options(declared.type)
    }
    taken |= {name: f"a {kind.value}" for name, kind in things_of(model, tuple(Kind)).items()}
    return taken | dict.fromkeys(RESERVED, "a word of the language")


def _options(kind: Type) -> tuple[str, ...]:
    match kind:
        case Choice():
            return kind.options
        case SetOf() | ListOf():
            return _options(kind.of)
        case Record():
            return tuple(option for _, part in kind.parts for option in _options(part))
        case _:
            return ()


def _check_things(scope: Scope) -> None:
    """The conditions and the references of segments, contracts and policies."""
    model, out = scope.model, scope.out
    conditions = (
        *((f"segment `{one.id}`", one.when) for one in model.segments.values()),
        *((f"contract `{one.id}`", one.applies_when) for one in model.contracts.values()),
        *((f"SLA policy `{one.id}`", one.pause_when) for one in model.sla.values()),
        *((f"SLA policy `{one.id}`", one.solved_when) for one in model.sla.values()),
    )
    for what, condition in conditions:
        if condition is not None:
            with out.inside(what):
                check_condition(condition, "a condition", scope)
    check_policies(scope)
    check_references(model, out)
    check_templates(model, out)


def _check_unused(scope: Scope) -> None:
    """Report definitions that nothing uses; one that could not be read, or is taken for something else, has its finding."""
    used = used_definitions(scope.model, scope) | _taken_names(scope.model).keys()
    for definition in scope.model.definitions.values():
        is_read = not isinstance(definition.value, Broken)
        if is_read and definition.name not in used and definition.span is not None:
            scope.out.report(errors.unused_definition(definition.span, definition.name))
