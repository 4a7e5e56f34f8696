"""Starting with a large project: the first time, again, and after a change of one file; each in a process of its own.

    python bench/loading.py

A project of 2,000 rules in 40 files with four conditions each, from a seed. Timed is what a command does from its first
line on: importing ruleflow, `ruleflow.load` and one decision. Before anything is timed, the three ways must decide alike.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from statistics import median

ROUNDS = 7
SEED = 20_260_302
FILES, RULES_OF_A_FILE = 40, 50
STAGES = ("classify", "prioritise", "sla", "route", "notify")
WORDS = [
    "refund",
    "invoice",
    "broken",
    "delivery",
    "login",
    "printer",
    "urgent",
    "cancel",
    "password",
    "upgrade",
    "router",
    "payment",
    "stolen",
    "lost",
]

START = """
import sys, time
began = time.perf_counter()
from datetime import UTC, datetime
import ruleflow
project = ruleflow.load(sys.argv[1])
facts = {"ticket": {"subject": "refund 5", "choice_1": "o1_2", "number_2": 800}, "contact": {"segments": ["vip"]}}
decision = project.decide("ticket.created", facts, now=datetime(2026, 3, 2, 12, tzinfo=UTC)).to_dict()
print(time.perf_counter() - began)
del decision["project"], decision["decision_id"]
print(decision)
"""


def main() -> None:
    """Measure, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        figures = measured(Path(place))
    for name, seconds in figures.items():
        print(f"{name:24}{seconds:8.3f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measured(place: Path) -> dict[str, float]:
    """The median seconds of each way to start."""
    folder, cache = place / "project", place / "cache"
    write_project(folder)
    seconds: dict[str, list[float]] = {"first start": [], "second start": [], "one file changed": []}
    decisions = set()
    for number in range(ROUNDS):
        rmtree(cache, ignore_errors=True)
        for name, several in seconds.items():
            if name == "one file changed":
                changed = folder / "rules" / f"part_{number:02}.yaml"
                changed.write_text(changed.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
            took, decision = start(folder, cache)
            several.append(took)
            decisions.add(decision)
    assert len(decisions) == 1, "the ways to start decide differently"
    return {name: median(all_of_one) for name, all_of_one in seconds.items()}


def start(folder: Path, cache: Path) -> tuple[float, str]:
    """The seconds that a new process takes, and its decision."""
    environment = {**os.environ, "RULEFLOW_CACHE": str(cache)}
    command = [sys.executable, "-c", START, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    took, decision = done.stdout.split("\n", 1)
    return float(took), decision


def write_project(folder: Path) -> None:
    """A project of many rules, made up from a seed."""
    chance = random.Random(SEED)
    for name, text in {
        "ruleflow.yaml": ROOT,
        "vocabulary.yaml": "\n".join(vocabulary()) + "\n",
        "hello.md": LETTER,
    }.items():
        (folder / "rules").mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for file in range(FILES):
        first = file * RULES_OF_A_FILE
        rules = (rule(number, chance) for number in range(first, first + RULES_OF_A_FILE))
        (folder / "rules" / f"part_{file:02}.yaml").write_text("rules:\n" + "".join(rules), encoding="utf-8")


ROOT = "ruleflow: 1\nproject: large\ntimezone: Europe/Helsinki\n"
LETTER = "---\nsubject: Hello\n---\nHello {{ contact.first_name | default: 'there' }}\n"


def vocabulary() -> Iterator[str]:
    """Fields, teams, agents, calendars, contracts and policies."""
    yield "fields:"
    yield from (f"  ticket.text_{i}: {{type: text}}" for i in range(10))
    yield from (f"  ticket.number_{i}: {{type: integer}}" for i in range(5))
    for i in range(5):
        yield f"  ticket.choice_{i}: {{type: choice, options: [{', '.join(f'o{i}_{k}' for k in range(6))}]}}"
        yield f"  ticket.out_{i}: {{type: choice, options: [{', '.join(f'p{i}_{k}' for k in range(6))}]}}"
    yield "  contact.amount: {type: decimal}\n  contact.labels: {type: set, of: text}"
    yield "segments: {vip: {}, press: {}, loyal: {when: contact.amount > 1000}}"
    yield f"teams: [{', '.join(f'team_{i}' for i in range(30))}]"
    yield "agents:"
    yield from (f"  agent_{i}: {{email: a{i}@example.com, teams: [team_{i % 30}]}}" for i in range(100))
    yield "calendars: {office: {hours: {mon-fri: ['09:00-17:00']}, holidays: {country: FI}}}"
    yield "sla: {gold: {calendar: office, targets: {first_reply: 2h, resolution: 3 working days}}}"
    yield "contracts:"
    yield from (f"  contract_{i}: {{rating: {i % 7}, owner: team_{i % 30}, regulation: gold}}" for i in range(50))
    yield "templates: {hello: hello.md}\ndefinitions: {is_big: contact.amount > 500}"


def rule(number: int, chance: random.Random) -> str:
    """A rule with four conditions and two actions."""
    stage = STAGES[number % len(STAGES)]
    conditions = "".join(f"        - {condition(chance)}\n" for _ in range(4))
    actions = "".join(f"      - {one}\n" for one in ACTIONS[stage])
    text = f"""  - id: rule_{number}
    title: Rule number {number}
    stage: {stage}
    on: [ticket.created, ticket.updated]
    when:
      all:
{conditions}    then:
{actions}"""
    return text.replace("WORD", chance.choice(WORDS)).replace("NUMBER", str(chance.randrange(6)))


ACTIONS = {
    "classify": ("set: {ticket.out_1: p1_NUMBER}", "add_tags: [WORD]"),
    "prioritise": ("set: {ticket.priority: high}", "add_tags: [seen]"),
    "sla": ("set_sla: gold", "note: 'Promised for {{ ticket.subject }}'"),
    "route": ("route: {team: team_NUMBER}", "add_tags: [routed]"),
    "notify": ("send: {template: hello, to: \"'a@example.com'\"}", "notify: {team: team_NUMBER, text: WORD}"),
}


def condition(chance: random.Random) -> str:
    """One condition of many kinds."""
    i, k, word = chance.randrange(5), chance.randrange(3), chance.choice(WORDS)
    kinds = (
        f"ticket.subject contains '{word} {chance.randrange(400)}'",
        f"ticket.choice_{i} is o{i}_{k}",
        f"ticket.choice_{i} in [o{i}_{k}, o{i}_{k + 3}]",
        f"ticket.number_{i} > {chance.randrange(1000)}",
        f"contact.segments has {chance.choice(('vip', 'press', 'loyal'))}",
        f"contract is contract_{chance.randrange(50)}",
        f"contact.amount between {chance.randrange(100)} and {100 + chance.randrange(1000)}",
        f"contact.labels has '{word}'",
        f"ticket.text_{i} is '{word}{chance.randrange(1000)}'",
        f"ticket.text_{i} starts with any of ['{word}', '{word} {k}']",
        "is_big",
        "now outside office",
    )
    return chance.choice(kinds)


if __name__ == "__main__":
    main()
