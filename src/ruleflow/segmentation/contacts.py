"""What the purchases of each customer say of a contact, as facts: the list itself and what is counted of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from ruleflow.segmentation.purchases import Purchases
from ruleflow.types.values import NUMBERS

LIST = "contact.purchases"
FIRST, LAST = "contact.first_purchase_at", "contact.last_purchase_at"
VARIATION = "contact.purchase_variation"
MONTHS = 12
"""The whole calendar months before the instant over which purchases vary, or do not."""
_SIXTH = Decimal(1).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer with the facts that were asked for, as JSON has them, and what every report needs."""

    id: str
    facts: Mapping[str, Any]
    orders: int
    revenue: Decimal
    last_at: datetime


def contacts_of(purchases: Purchases, zone: ZoneInfo, asked: Collection[str]) -> Iterator[Contact]:
    """Each customer, by id. `asked` are the paths of the facts that somebody reads; the others are not made."""
    table = purchases.table
    instants: list[datetime] = table["at"].to_pylist()
    totals: list[Decimal] = table["total"].to_pylist()
    orders: list[str | None] = table["order"].to_pylist()
    customers = table["customer"].combine_chunks()
    names: list[str] = customers.to_pylist()
    for start, end in pairwise(_starts(customers)):
        own = totals[start:end]
        revenue = sum(own, Decimal(0)).normalize(NUMBERS)
        facts: dict[str, Any] = {"id": names[start], "order_count": end - start, "lifetime_value": revenue}
        if FIRST in asked:
            facts["first_purchase_at"] = instants[start].isoformat()
        if LAST in asked:
            facts["last_purchase_at"] = instants[end - 1].isoformat()
        if LIST in asked:
            facts["purchases"] = [
                {"at": at.isoformat(), "total": total, **({} if order is None else {"order_id": order})}
                for at, total, order in zip(instants[start:end], own, orders[start:end], strict=True)
            ]
        if VARIATION in asked:
            facts["purchase_variation"] = variation(instants[start:end], own, purchases.as_of, zone)
        yield Contact(names[start], {"contact": facts}, end - start, revenue, instants[end - 1])


def _starts(customers: Any) -> list[int]:
    """Where the rows of each customer begin, and the end of all."""
    changes = pc.not_equal(customers.slice(1), customers.slice(0, len(customers) - 1)) if len(customers) else customers
    found = np.flatnonzero(changes.to_numpy(zero_copy_only=False)) + 1
    return [0, *found.tolist(), len(customers)]


def variation(instants: list[datetime], totals: list[Decimal], as_of: datetime, zone: ZoneInfo) -> Decimal | None:
    """The coefficient of variation of the totals of the twelve whole calendar months before an instant, to six digits.

    The standard deviation (of all twelve, so divided by twelve) over the mean; months without purchases count as 0.
    None where nothing was bought in them.
    """
    months = [Decimal(0)] * MONTHS
    now = _month(as_of, zone)
    for at, total in zip(instants, totals, strict=True):
        ago = now - _month(at, zone)
        if 1 <= ago <= MONTHS:
            months[ago - 1] += total
    mean = NUMBERS.divide(sum(months, Decimal(0)), Decimal(MONTHS))
    if not mean:
        return None
    squares = sum(((one - mean) ** 2 for one in months), Decimal(0))
    deviation = NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(MONTHS)))
    return NUMBERS.divide(deviation, mean).quantize(_SIXTH)


def _month(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.year * 12 + local.month
