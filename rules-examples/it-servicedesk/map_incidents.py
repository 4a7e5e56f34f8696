"""Turn the recorded incidents (a .csv or .csv.gz) into JSON Lines that `ruleflow decide` reads.

python map_incidents.py incidents_servicenow_events.csv.gz > incidents.jsonl

One line for each incident when it was opened, and one for each time it was reopened. A line also carries what the log
recorded in the end, under `recorded`, which no rule looks at.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO


def open_text(path: Path) -> TextIO:
    """A CSV file, packed or not."""
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def read_incidents(path: Path) -> Iterator[list[dict[str, str]]]:
    """The rows of each incident, in the order of the log."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open_text(path) as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["number"], []).append(row)
    yield from rows.values()


def events(rows: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """The opening of an incident and its reopenings, each with the facts of that row."""
    yield event("ticket.created", rows[0], rows[-1])
    for before, row in pairwise(rows):
        if int(row["reopen_count"]) > int(before["reopen_count"]):
            yield event("ticket.reopened", row, rows[-1])


def event(name: str, row: dict[str, str], last: dict[str, str]) -> dict[str, Any]:
    """One line: event, facts, instant, and what was recorded in the end."""
    when = row["opened_at"] if name == "ticket.created" else row["sys_updated_at"]
    ticket = {
        "id": row["number"],
        "number": row["number"],
        "created_at": row["opened_at"],
        "channel": {"Phone": "phone", "Email": "email"}.get(row["contact_type"]),
        "category": row["category"] or None,
        "impact": row["impact"],
        "urgency": row["urgency"],
        "group": row["assignment_group"] or None,
        "reopened_count": int(row["reopen_count"]),
    }
    recorded = {"group": last["assignment_group"], "priority": row["priority"]}
    return {"event": name, "now": f"{when}:00+00:00", "facts": {"ticket": ticket}, "recorded": recorded}


def main() -> None:
    """Write the lines of a file to standard output."""
    for rows in read_incidents(Path(sys.argv[1])):
        for line in events(rows):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
