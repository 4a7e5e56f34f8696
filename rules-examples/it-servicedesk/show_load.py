"""Show where decided incidents went, beside what was recorded.

python show_load.py incidents.jsonl decisions.jsonl [load.svg]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def pairs(lines: Path, decisions: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each line with its decision."""
    with lines.open(encoding="utf-8") as asked, decisions.open(encoding="utf-8") as answered:
        for line, decision in zip(asked, answered, strict=True):
            yield json.loads(line), json.loads(decision)


def named(group: str) -> str:
    """`group_70` as the log writes it."""
    return group.replace("group_", "Group ")


def main() -> None:
    """Print the table, and draw it where a third argument names a picture."""
    decided, recorded = Counter[str](), Counter[str]()
    same_group = with_group = same_priority = created = reopened = 0
    for line, decision in pairs(Path(sys.argv[1]), Path(sys.argv[2])):
        if line["event"] == "ticket.reopened":
            reopened += 1
            continue
        created += 1
        team = named(decision["outcome"]["route"]["team"])
        decided[team] += 1
        recorded[line["recorded"]["group"] or "(none)"] += 1
        same_priority += decision["outcome"]["ticket"]["priority"] == line["recorded"]["priority"]
        if line["recorded"]["group"]:
            with_group += 1
            same_group += team == line["recorded"]["group"]
    print(f"{created} incidents opened, {reopened} reopenings decided")
    print(f"priority as recorded: {same_priority} of {created} ({same_priority / created:.1%})")
    print(f"group that closed it, where one is recorded: {same_group} of {with_group} ({same_group / with_group:.1%})")
    print(f"\n{'group':<10}{'decided':>9}{'recorded':>10}")
    for group, count in decided.most_common(12):
        print(f"{group:<10}{count:>9}{recorded[group]:>10}")
    if len(sys.argv) > 3:
        draw(decided, recorded, sys.argv[3])


def draw(decided: Counter[str], recorded: Counter[str], path: str) -> None:
    """Bars of what was decided beside what was recorded, for the largest groups."""
    import matplotlib as mpl

    mpl.use("svg" if path.endswith(".svg") else "agg")
    from matplotlib import pyplot as plt

    groups = [group for group, _ in decided.most_common(15)]
    places = range(len(groups))
    figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    axes.bar([place - 0.2 for place in places], [decided[group] for group in groups], 0.4, label="decided")
    axes.bar([place + 0.2 for place in places], [recorded[group] for group in groups], 0.4, label="recorded in the end")
    axes.set_yscale("log")
    axes.set_xticks(list(places), groups, rotation=45, ha="right")
    axes.set_ylabel("incidents (log)")
    axes.legend()
    figure.savefig(path)


if __name__ == "__main__":
    main()
