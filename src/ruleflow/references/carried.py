"""Who carries a thing in a file of facts: counted, and the first of them listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ruleflow.diagnostics.cells import visible
from ruleflow.references.carriers import Carrier
from ruleflow.replay.tables import Meter, Unusable

MOST = 20
"""Rows that are listed; the others are counted."""


def carried_dict(found: Iterable[Carrier | Unusable], meter: Meter, file: str) -> dict[str, Any]:
    """Counts of rows, contacts and tickets, by field, and the first rows; `unreadable` rows say nothing. Keeps ids only."""
    contacts, tickets, fields = set[str](), set[str](), Counter[str]()
    first: list[dict[str, Any]] = []
    carrying = unreadable = 0
    for one in found:
        if isinstance(one, Unusable):
            unreadable += 1
            continue
        carrying += 1
        fields.update(one.fields)
        contacts |= {one.contact} - {""}
        tickets |= {one.ticket} - {""}
        if len(first) < MOST:
            first.append({"row": one.row, "contact": one.contact, "ticket": one.ticket, "fields": list(one.fields)})
    return {
        "file": file,
        "rows": meter.rows,
        "carrying": carrying,
        "contacts": len(contacts),
        "tickets": len(tickets),
        "fields": dict(sorted(fields.items())),
        "unreadable": unreadable,
        "first": first,
    }


def carried_text(carried: dict[str, Any]) -> str:
    """The same for people."""
    counts = [f"{carried[of]:,} {of[:-1] if carried[of] == 1 else of}" for of in ("contacts", "tickets") if carried[of]]
    of_whom = f" ({', '.join(counts)})" if counts else ""
    lines = [f"In {visible(carried['file'])}, {carried['carrying']:,} of {carried['rows']:,} rows carry it{of_whom}."]
    for one in carried["first"]:
        known = [f"{of} {visible(one[of])}" for of in ("contact", "ticket") if one[of]]
        lines.append(f"  row {one['row']}: {', '.join([*known, *one['fields']])}")
    if carried["carrying"] > len(carried["first"]):
        lines.append(f"  and {carried['carrying'] - len(carried['first']):,} more")
    if carried["unreadable"]:
        lines.append(f"  rows that cannot be read: {carried['unreadable']:,}")
    return "".join(f"{line}\n" for line in lines)
