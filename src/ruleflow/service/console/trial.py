"""Trying a ticket: what the rules that are served would decide, and why. Nothing of it is logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ruleflow.checker.reads import expressions_of, expressions_of_table, paths_read
from ruleflow.engine.facts import FactProblem
from ruleflow.project.errors import FactsError, UnknownRuleError
from ruleflow.project.fact_files import Unreadable, read_json
from ruleflow.project.project import Project
from ruleflow.service.console.asked import Asked, Shown
from ruleflow.service.console.decided import Decided, decided
from ruleflow.service.console.form import elsewhere, facts_of, facts_text, groups_of, local_moment, zoned_moment
from ruleflow.service.console.logged import logged_entry

FIRST_EVENT = "ticket.created"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be tried. `now` '' : this instant. `raw` is what was typed into the form, where it was one."""

    event: str
    now: str
    facts: Mapping[str, Any]
    as_json: bool = False
    text: str = ""
    problems: tuple[FactProblem, ...] = ()
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict)
    from_decision: str = ""


def trial_page(asked: Asked) -> Shown:
    """The form; once it is sent, with what would be decided. Raises `AbsentError` for a decision that is not logged."""
    project = asked.served.project
    entry = _sent(asked, project) if asked.form else _fresh(asked)
    is_tried = bool(asked.form) and not asked.sent("switch")
    found, problems = _tried(asked, project, entry) if is_tried and not entry.problems else (None, entry.problems)
    model = project.model
    values = {
        "entry": entry,
        "events": [(event.name, event.title) for event in model.events.values()],
        "groups": groups_of(model, entry.facts, _read_paths(project), problems, entry.raw) if not entry.as_json else (),
        "before": _before(entry),
        "before_problems": [one for one in problems if one.pointer.startswith("/before")],
        "json_text": entry.text or (facts_text(entry.facts) if entry.facts else ""),
        "zone": str(model.zone),
        "found": found,
        "problems": problems,
        "elsewhere": problems if entry.as_json else tuple(elsewhere(model, problems)),
        "is_tried": is_tried,
        "rules": [rule.id for rule in model.deciders],
    }
    return Shown("try.html", asked.words.text("try.title"), "try", values, 422 if problems and is_tried else 200)


def _fresh(asked: Asked) -> Entry:
    logged = asked.asked_for("decision")
    as_json = asked.asked_for("as") == "json"
    if not logged:
        events = asked.served.project.model.events
        wanted = asked.asked_for("event", FIRST_EVENT)
        return Entry(wanted if wanted in events else next(iter(events), ""), "", {}, as_json)
    event, at, facts = logged_entry(asked, logged)
    now = local_moment(datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(), asked.zone)
    return Entry(event, now, facts, as_json, from_decision=logged)


def _sent(asked: Asked, project: Project) -> Entry:
    """What a form says; it may ask to be shown the other way, as JSON or as fields."""
    switch, was_json = asked.sent("switch"), asked.sent("as") == "json"
    as_json = switch == "json" if switch else was_json
    event, now = asked.sent("event"), asked.sent("now").strip()
    if not was_json:
        facts, problems = facts_of(project.model, asked.form)
        return Entry(event, now, facts, as_json and not problems, "", problems, {} if as_json else asked.form)
    text = asked.sent("json")
    read: Any = read_json(text.encode()) if text.strip() else {}
    if isinstance(read, Unreadable):
        return Entry(event, now, {}, True, text, (FactProblem("", "not-json", str(read)),))
    shown = text if as_json else ""
    return Entry(event, now, read if isinstance(read, dict) else {}, as_json, shown, _object(read))


def _object(facts: object) -> tuple[FactProblem, ...]:
    wrong = FactProblem("", "wrong-fact", 'facts are an object: {"ticket": {…}, "contact": {…}}')
    return () if isinstance(facts, dict) else (wrong,)


def _tried(asked: Asked, project: Project, entry: Entry) -> tuple[Decided | None, tuple[FactProblem, ...]]:
    now = asked.now
    if entry.now:
        try:
            now = datetime.fromisoformat(zoned_moment(entry.now, asked.zone))
        except ValueError:
            return None, (FactProblem("/now", "wrong-fact", asked.words.text("try.bad_now")),)
    about = (asked.sent("about") or asked.sent("rule")).strip()
    try:
        return decided(project, entry.event, entry.facts, now, about=about), ()
    except FactsError as error:
        return None, error.problems
    except UnknownRuleError as error:
        return None, (FactProblem("/rule", "unknown-rule", str(error)),)
    except ValueError as error:
        return None, (FactProblem("/now", "wrong-fact", str(error)),)


def _before(entry: Entry) -> str:
    if entry.raw:
        return (entry.raw.get("facts.before") or ("",))[-1]
    before = entry.facts.get("before")
    return facts_text(before).strip() if before else ""


def _read_paths(project: Project) -> frozenset[str]:
    return _paths_of(_ByDigest(project.digest, project))


@dataclass(frozen=True, slots=True)
class _ByDigest:
    """A project, told from others by its digest alone."""

    digest: str
    project: Project = field(compare=False)


@lru_cache(maxsize=8)
def _paths_of(key: _ByDigest) -> frozenset[str]:
    """The facts that some rule, segment, contract or SLA policy looks at; worked out once for each project."""
    checked = key.project.plan.checked
    model = checked.model
    others = (
        *(segment.when for segment in model.segments.values()),
        *(contract.applies_when for contract in model.contracts.values()),
        *(policy.pause_when for policy in model.sla.values()),
        *(policy.solved_when for policy in model.sla.values()),
    )
    found = (
        *(expr for rule in model.rules for expr in expressions_of(rule)),
        *(expr for table in model.tables for expr in expressions_of_table(table)),
    )
    return frozenset(
        path
        for expr in (*found, *(one for one in others if one is not None))
        for path in paths_read(expr, model, checked.meanings)
    ) | {"ticket.id", "ticket.subject", "ticket.created_at"}
