"""What decisions call a rule: the rule itself, a table, or a row of one (`departments/vip`)."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.model import Model
from ruleflow.references.names import Holder, Kind, Name, Use
from ruleflow.source import Span


def acting_uses(text: str, span: Span, holder: Holder, model: Model) -> Iterator[Use]:
    """What such a name stands for: a row names its table, and itself where it has an id of its own."""
    head, slash, row = text.partition("/")
    table = next((one for one in model.tables if one.id == head), None)
    if table is None:
        yield Use(Name(Kind.RULE, text), span, holder)
        return
    whole = span.text == text
    yield Use(Name(Kind.TABLE, head), Span(span.source, span.start, span.start + len(head)) if whole else span, holder)
    if slash and row in table.rows.ids:
        place = Span(span.source, span.end - len(row), span.end) if whole else span
        yield Use(Name(Kind.ROW, text), place, holder)
