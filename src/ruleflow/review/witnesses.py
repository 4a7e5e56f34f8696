"""The tickets that show a change, as tests of the project: they hold in the new version and would not in the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ruleflow.analysis.verdicts import Change, Meaning, Verdict
from ruleflow.diagnostics.json_text import json_line
from ruleflow.project.project import Project
from ruleflow.review.report.words import said

HEAD = "# Tickets that a change decided differently, kept as tests. Written by `ruleflow diff --write-tests`.\n"
_GROUPS = frozenset({"ticket", "contact", "company"})
_LONGEST = 80


def tests_text(meaning: Meaning, new: Project) -> str:
    """A file of tests, YAML; each expects of its ticket what the new version decides."""
    names: dict[str, int] = {}
    lines: list[str] = []
    for verdict in meaning.verdicts:
        for change in verdict.changes:
            name = _name(verdict, change)
            names[name] = names.get(name, 0) + 1
            lines += _test(name if names[name] == 1 else f"{name} ({names[name]})", verdict, change, new)
    return HEAD + ("tests:\n" + "\n".join(lines) if lines else "tests: []") + "\n"


def _name(verdict: Verdict, change: Change) -> str:
    name = f"{verdict.outcome} on {verdict.event}: {said(change.before)} became {said(change.after)}"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _test(name: str, verdict: Verdict, change: Change, new: Project) -> Iterator[str]:
    witness = change.witness
    decision = new.decide(witness.event, witness.facts, now=datetime.fromisoformat(witness.now)).to_dict()
    yield f"  - name: {json_line(name)}"
    yield f"    event: {witness.event}"
    yield f"    now: {json_line(witness.now)}"
    yield f"    given: {json_line(dict(witness.facts))}"
    yield f"    expect: {json_line(_expected(verdict.outcome, change, decision))}"


def _expected(outcome: str, change: Change, decision: Mapping[str, Any]) -> dict[str, Any]:
    """What the decision says of the outcome: a field, a part of the outcome, actions of a kind, else the rules that matched."""
    group, _, rest = outcome.partition(".")
    if group in _GROUPS and rest:
        return {"outcome": _nested(outcome.split("."), decision["outcome"])}
    if outcome in decision["outcome"] and outcome != "messages":
        return {"outcome": {outcome: decision["outcome"][outcome]}}
    done = [_told(action) for action in decision["actions"] if action["type"] == outcome]
    if done:
        return {"actions": done}
    # That something is not done can only be said by its rules.
    return {"not_matched": list(change.rules_before)} if _gone(change, decision) else {"matched": decision["matched"]}


def _gone(change: Change, decision: Mapping[str, Any]) -> bool:
    return bool(change.rules_before) and not set(change.rules_before) & set(decision["matched"])


def _told(action: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in action.items() if key != "index"}


def _nested(path: list[str], found: Any) -> Any:
    if not path:
        return found
    head, *rest = path
    return {head: _nested(rest, found.get(head) if isinstance(found, Mapping) else None)}
