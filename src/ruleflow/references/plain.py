"""What is named outside expressions, as the model has it: owners, stages, events, actions, targets of `set`, placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.model import Model
from ruleflow.model.rules import Rule
from ruleflow.model.tables import Table
from ruleflow.model.vocabulary import QuotedUse, Template, TemplateVariant
from ruleflow.references.names import OF_TERMS, Holder, Kind, Name, Use, option
from ruleflow.references.places import elements, fields_named, narrowed, options_at, same_field, type_at
from ruleflow.source import Span
from ruleflow.types.terms import Reference


def plain_uses(model: Model) -> Iterator[Use]:
    """Every place outside expressions and tests that names something."""
    for reference in model.references:
        holder = _holder(reference.within)
        known = [kind for kind in reference.kinds if reference.id in model.things(kind)]
        yield from (Use(Name(OF_TERMS[kind], reference.id), reference.span, holder) for kind in known[:1])
    for choice in model.options:
        name = option(same_field(choice.path, model), choice.option)
        yield Use(name, choice.span, _holder(choice.within))
    for rule in model.rules:
        yield from _of_rule(rule, model)
    for table in model.tables:
        yield from _of_table(table, model)
    for promise in model.properties:
        holder = Holder("property", promise.id)
        events = zip(promise.events, promise.event_spans, strict=True)
        yield from (Use(Name(Kind.EVENT, event), span, holder) for event, span in events)
        if promise.monotone is not None:
            yield from path_uses(promise.monotone.path, promise.monotone.span, holder, model)
    for template in model.templates.values():
        for variant in template.variants:
            yield from _of_variant(template, variant, model)


def path_uses(path: str, span: Span, holder: Holder, model: Model) -> Iterator[Use]:
    """The names of a path that is written whole."""
    whole = span.text == path
    for name, length in fields_named(path, model):
        yield Use(name, Span(span.source, span.start, span.start + length) if whole else span, holder)


def _holder(within: str) -> Holder:
    """The holder that the reader of the model has put into words: "contract `tills`", "default of `ticket.plan`"."""
    kind, _, name = within.rstrip("`").rpartition(" `")
    return Holder("field", name, "default") if kind == "default of" else Holder(kind, name)


def _of_rule(rule: Rule, model: Model) -> Iterator[Use]:
    own = Holder("rule", rule.id)
    yield from _of_keys(rule, own)
    for action in rule.actions:
        holder = Holder("rule", rule.id, f"action `{action.type}`")
        if action.field:
            yield from path_uses(action.field, action.span, holder, model)
        else:
            yield Use(Name(Kind.ACTION, action.type), action.span, own)


def _of_table(table: Table, model: Model) -> Iterator[Use]:
    yield from _of_keys(table.rule, Holder("table", table.id))
    for output in table.outputs:
        holder = Holder("table", table.id, f"column `{output.heading}`")
        if output.path:
            yield from path_uses(output.path, narrowed(output.span, output.path), holder, model)
        else:
            yield Use(Name(Kind.ACTION, output.action), narrowed(output.span, output.action), holder)


def _of_keys(rule: Rule, own: Holder) -> Iterator[Use]:
    """What rules and tables say alike: their stage and events."""
    places = [(Kind.STAGE, rule.stage, rule.stage_span)] + [
        (Kind.EVENT, event, span) for event, span in zip(rule.events, rule.event_spans, strict=True)
    ]
    for kind, name, span in places:
        if span is not None:
            yield Use(Name(kind, name), span, own if _lies_in(span, rule) else Holder("defaults", span.source.name))


def _lies_in(span: Span, rule: Rule) -> bool:
    """Whether the rule says it itself; else the defaults of its file do, for several rules at once."""
    around = rule.span
    return around is not None and around.start <= span.start < around.end and around.source == span.source


def _of_variant(template: Template, variant: TemplateVariant, model: Model) -> Iterator[Use]:
    holder = Holder("template", template.id)
    for placeholder in variant.placeholders:
        path = placeholder.path.replace("[]", "")
        if placeholder.span.text == path:
            yield from path_uses(path, placeholder.span, holder, model)
            continue
        *_, last = [None, *fields_named(path, model)]  # inside a loop only the end of the path is written
        if last is not None:
            yield Use(last[0], placeholder.span, holder)
    for quoted in variant.quoted:
        yield from _of_quoted(quoted, holder, model)


def _of_quoted(quoted: QuotedUse, holder: Holder, model: Model) -> Iterator[Use]:
    path = quoted.path.replace("[]", "")
    if path in {"contract", "contract.id"}:
        known = [Name(Kind.CONTRACT, quoted.text)] if quoted.text in model.contracts else []
    else:
        kind = type_at(path, model)
        inside = None if kind is None else elements(kind)
        known = []
        if isinstance(inside, Reference):
            known = [Name(OF_TERMS[one], quoted.text) for one in inside.kinds if quoted.text in model.things(one)][:1]
        elif quoted.text in options_at(path, model):
            known = [option(same_field(path, model), quoted.text)]
    yield from (Use(name, narrowed(quoted.span, quoted.text), holder) for name in known)
