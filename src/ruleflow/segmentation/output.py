"""Contacts with their scores and segments as a file: CSV, JSON Lines or Parquet, by its ending."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from ruleflow.model.model import Model
from ruleflow.plan.scores import number_text
from ruleflow.segmentation.scoring import Scored
from ruleflow.types.terms import NUMBERS
from ruleflow.types.values import Value

Writer = Callable[[Path, Iterable[Scored], Model], None]


def _write_csv(path: Path, contacts: Iterable[Scored], model: Model) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["contact", *model.scores, "segments", "purchases", "revenue", "last_purchase_at", "problem"])
        for one in contacts:
            scores = (_text(one.scores.get(name)) for name in model.scores)
            writer.writerow([one.contact.id, *scores, ";".join(one.segments), *_bought(one, model.zone), one.problem])


def _bought(one: Scored, zone: ZoneInfo) -> tuple[str, str, str]:
    contact = one.contact
    return str(contact.orders), number_text(contact.revenue), contact.last_at.astimezone(zone).isoformat()


def _text(value: Value) -> str:
    return "" if value is None else number_text(value) if isinstance(value, int | Decimal) else str(value)


def _write_lines(path: Path, contacts: Iterable[Scored], model: Model) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for one in contacts:
            file.write(f"{json.dumps(_line(one, model), ensure_ascii=False)}\n")


def _line(one: Scored, model: Model) -> dict[str, Any]:
    orders, revenue, last = _bought(one, model.zone)
    found: dict[str, Any] = {
        "contact": one.contact.id,
        "score": {name: _plain(one.scores.get(name)) for name in model.scores},
        "segments": list(one.segments),
        "purchases": int(orders),
        "revenue": float(revenue),
        "last_purchase_at": last,
    }
    return {**found, "problem": one.problem} if one.problem else found


def _plain(value: Value) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _write_parquet(path: Path, contacts: Iterable[Scored], model: Model) -> None:
    from pyarrow.parquet import ParquetWriter

    kinds = {name: pa.float64() if score.type in NUMBERS else pa.string() for name, score in model.scores.items()}
    schema = pa.schema(
        [
            ("contact", pa.string()),
            *((f"score.{name}", kind) for name, kind in kinds.items()),
            ("segments", pa.list_(pa.string())),
            ("purchases", pa.int64()),
            ("revenue", pa.float64()),
            ("last_purchase_at", pa.timestamp("us", model.zone.key)),
            ("problem", pa.string()),
        ]
    )
    with ParquetWriter(path, schema) as writer:
        for rows in _some(contacts):
            writer.write_table(pa.Table.from_pylist([_parquet_row(one, model) for one in rows], schema))


def _parquet_row(one: Scored, model: Model) -> dict[str, Any]:
    contact = one.contact
    scores = {
        f"score.{name}": None if value is None else float(value) if isinstance(value, int | Decimal) else value
        for name in model.scores
        for value in (one.scores.get(name),)
    }
    return {
        "contact": contact.id,
        **scores,
        "segments": list(one.segments),
        "purchases": contact.orders,
        "revenue": float(contact.revenue),
        "last_purchase_at": contact.last_at,
        "problem": one.problem or None,
    }


def _some(contacts: Iterable[Scored]) -> Iterator[list[Scored]]:
    """The contacts in groups that are written together."""
    held: list[Scored] = []
    for one in contacts:
        held.append(one)
        if len(held) == 65_536:
            yield held
            held = []
    yield held


WRITERS: dict[str, Writer] = {".csv": _write_csv, ".jsonl": _write_lines, ".parquet": _write_parquet}
"""How to write, by the ending of the file."""
