"""What messages show: every placeholder is a field, and one that may be missing has something in its place."""

from __future__ import annotations

from ruleflow.checker import errors
from ruleflow.checker.scope import PRESENT_WITH_CONTRACT, fact_is_optional, fact_paths, fact_type
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import PlaceholderUse
from ruleflow.types.terms import ListOf, Record, SetOf, Type

ALWAYS_THERE = frozenset({"now", "event.name", *PRESENT_WITH_CONTRACT})
"""Placeholders that need no fallback; those of the contract stand where a contract was picked."""


def check_templates(model: Model, out: Collector) -> None:
    """Report placeholders that name no field, and optional ones without a fallback."""
    for template in model.templates.values():
        for variant in template.variants:
            with out.inside(f"template `{template.id}`"):
                for use in variant.placeholders:
                    _check(use, model, out)


def _check(use: PlaceholderUse, model: Model, out: Collector) -> None:
    if use.path == "now":
        return
    kind = placeholder_type(use.path, model)
    if kind is None:
        out.report(errors.template_unknown_fact(use.span, use.path, fact_paths(model)))
    elif not use.has_fallback and _may_be_missing(use.path, kind, model):
        out.report(errors.template_may_be_empty(use.span, use.path))


def placeholder_type(path: str, model: Model) -> Type | None:
    """The type of what a placeholder names; `contact.tickets[].subject` is a part of an element. None: nothing is declared."""
    records, loops, part = path.partition("[]")
    kind = fact_type(model, records)
    if not loops:
        return kind
    if not isinstance(kind, SetOf | ListOf):
        return None
    if not part:
        return kind.of
    return kind.of.part(part.removeprefix(".")) if isinstance(kind.of, Record) else None


def _may_be_missing(path: str, kind: Type, model: Model) -> bool:
    """Whether nothing might stand there. An empty set or list is not nothing; parts of elements are taken as given."""
    if isinstance(kind, SetOf | ListOf) or "[]" in path or path in ALWAYS_THERE:
        return False
    return fact_is_optional(model, path)
