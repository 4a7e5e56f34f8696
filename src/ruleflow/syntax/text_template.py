"""Literal text with placeholders, read: `Order {{ ticket.order_id }} of {{ contact.last_name ?? 'unknown' }}`."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr


@dataclass(frozen=True, slots=True)
class TextParts:
    """Text and expressions in turn, as they follow each other; neighbouring texts are joined."""

    parts: tuple[str | Expr, ...]
    span: Span = field(compare=False, repr=False)
