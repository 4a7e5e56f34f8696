"""Where in a stretch of a file a name stands."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.checker.scope import fact_field, score_read
from ruleflow.model.fields import HISTORY
from ruleflow.model.model import Model
from ruleflow.references.names import Kind, Name
from ruleflow.source import Span
from ruleflow.types.terms import Choice, ListOf, Record, SetOf, Type

_TICKETS = "contact.tickets"


def narrowed(span: Span, word: str) -> Span:
    """The place of a word inside a stretch: a quoted one without its quotes. The stretch itself where it is written otherwise."""
    at = span.text.find(word) if word else -1
    return span if at < 0 else Span(span.source, span.start + at, span.start + at + len(word))


def same_field(path: str, model: Model) -> str:
    """The path of the field that a part of the standard lists of tickets stands for: `ticket.status` for that of `contact.tickets`."""
    for records in (_TICKETS, HISTORY):
        own = f"ticket.{path.removeprefix(records + '.')}"
        if path.startswith(f"{records}.") and own in model.fields and _is_standard(records, model):
            return own
    return path


def _is_standard(path: str, model: Model) -> bool:
    return path in model.fields and model.fields[path].standard


def fields_named(path: str, model: Model) -> Iterator[tuple[Name, int]]:
    """The field of a path, and the parts of records on the way to its end, each with its number of characters of the path.

    `score.recency` is a score.
    """
    score = score_read(model, path)
    if score is not None:
        yield Name(Kind.SCORE, score.id), len(path)
        return
    declared = fact_field(model, path)
    if declared is None:
        return
    yield Name(Kind.FIELD, declared.path), len(declared.path)
    at = len(declared.path)
    while at < len(path):
        end = path.find(".", at + 1)
        at = len(path) if end < 0 else end
        yield Name(Kind.FIELD, same_field(path[:at], model)), at


def elements(kind: Type) -> Type:
    """What a set or list holds; any other type itself."""
    return kind.of if isinstance(kind, SetOf | ListOf) else kind


def part_type(kind: Type | None, parts: str) -> Type | None:
    """The type of a part of a record, or of the elements of a list of records."""
    for name in parts.split(".") if parts else ():
        inside = elements(kind) if kind is not None else None
        kind = inside.part(name) if isinstance(inside, Record) else None
    return kind


def type_at(path: str, model: Model) -> Type | None:
    """The type of a field, of a part of its records at any depth, or of a score."""
    score = score_read(model, path)
    if score is not None:
        return score.type
    declared = fact_field(model, path)
    return None if declared is None else part_type(declared.type, path[len(declared.path) + 1 :])


def options_at(path: str, model: Model) -> tuple[str, ...]:
    """The options of a choice field, of a set of them, or of such a part of a record; none for others."""
    kind = type_at(path, model)
    inside = None if kind is None else elements(kind)
    return inside.options if isinstance(inside, Choice) else ()
