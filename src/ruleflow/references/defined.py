"""Where each thing of a project is defined. A new section of the language with names is one line more here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ruleflow.model.model import Model
from ruleflow.references.names import OF_TERMS, Holder, Kind, Name, Role, Use
from ruleflow.source import Span
from ruleflow.types import terms

_Places = Callable[[Model], Iterable[tuple[str, Span | None]]]


def _things(kind: terms.Kind) -> _Places:
    return lambda model: [(one.id, one.span) for one in model.things(kind).values()]


_DEFINED: Mapping[Kind, _Places] = {
    **{OF_TERMS[kind]: _things(kind) for kind in terms.Kind},
    Kind.FIELD: lambda model: [(one.path, one.span) for one in model.fields.values()],
    Kind.DEFINITION: lambda model: [(one.name, one.span) for one in model.definitions.values()],
    Kind.EVENT: lambda model: [(one.name, one.span) for one in model.events.values()],
    Kind.ACTION: lambda model: [(one.name, one.span) for one in model.actions.values()],
    Kind.STAGE: lambda model: [(one.id, one.span) for one in model.stages],
    Kind.RULE: lambda model: [(one.id, one.id_span) for one in model.rules],
    Kind.TABLE: lambda model: [(one.id, one.rule.id_span) for one in model.tables],
    Kind.ROW: lambda model: [
        (one.row_id(row), one.rows.id_span(row)) for one in model.tables for row in range(len(one.rows.ids))
    ],
    Kind.VIEW: lambda model: [(one.id, one.span) for one in model.views.values()],
    Kind.SCORE: lambda model: [(one.id, one.span) for one in model.scores.values()],
    Kind.PROPERTY: lambda model: [(one.id, one.span) for one in model.properties],
}
"""Options and parts of records stand inside their fields: `documents.py` finds them."""


def definitions_of(model: Model) -> Iterator[Use]:
    """The place of every name that the project itself defines."""
    for kind, places in _DEFINED.items():
        for name, span in places(model):
            if span is not None and Name(kind, name).written in span.text:  # a promise without an id is only numbered
                word = "SLA policy" if kind is Kind.SLA else kind.value
                yield Use(Name(kind, name), span, Holder(word, name), Role.DEFINITION)


def known_ids(kind: Kind, model: Model) -> tuple[str, ...]:
    """The ids of all things of a kind, the standard ones too; of options none: these are words of their fields."""
    places = _DEFINED.get(kind)
    return () if places is None else tuple(name for name, _ in places(model))
