"""A review as a SARIF 2.1.0 log: each change at the rule that is responsible for it, where code hosts show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ruleflow.analysis.verdicts import Change, State, Verdict
from ruleflow.diagnostics import sarif
from ruleflow.diagnostics.sarif import Json
from ruleflow.review.comparison import Comparison
from ruleflow.review.edits import Edited, Kind, Removed, subject_of
from ruleflow.review.report.words import edit_head, edit_lines, facts_text, region_head, rules_text, said, verdict_text
from ruleflow.source import Span

_CHANGED, _UNKNOWN, _EDITED = "behaviour-changed", "behaviour-unknown", "edited"
_KINDS: Mapping[str, tuple[str, str]] = {
    _CHANGED: ("warning", "Some tickets are decided differently."),
    _UNKNOWN: ("warning", "Whether tickets are decided differently is unknown."),
    _EDITED: ("note", "Something was edited; what it means was not proved."),
}


def render_sarif(review: Comparison, *, folder: str = "") -> str:
    """One log with one run. Without a proof the edits stand in it, as notes. `folder` leads to the project."""
    results = [*_meanings(review, folder)] if review.meaning is not None else [*_edits(review, folder)]
    rules: list[Json] = [
        {
            "id": name,
            "name": name,
            "shortDescription": sarif.message(title),
            "defaultConfiguration": {"level": level},
        }
        for name, (level, title) in _KINDS.items()
    ]
    return sarif.log(rules, results)


def _result(kind: str, text: str, span: Span | None, folder: str) -> Json:
    return {
        "ruleId": kind,
        "ruleIndex": list(_KINDS).index(kind),
        "level": _KINDS[kind][0],
        "message": sarif.message(text),
        "locations": [sarif.location(span, folder)],
    }


def _meanings(review: Comparison, folder: str) -> Iterator[Json]:
    places = _places(review)
    for verdict in review.meaning.verdicts if review.meaning is not None else ():
        for change in verdict.changes:
            yield _result(_CHANGED, _change_text(verdict, change), _responsible(change, places), folder)
        if verdict.state is State.UNKNOWN or not verdict.complete:
            yield _result(_UNKNOWN, f"{verdict.event}: {verdict.outcome}: {verdict_text(verdict)}", None, folder)


def _change_text(verdict: Verdict, change: Change) -> str:
    rules = rules_text(change)
    lines = [f"on {verdict.event}, {verdict.outcome}: {said(change.before)} → {said(change.after)}"]
    lines += [f"rules: {rules}"] if rules else []
    lines += [f"{region_head(change)}: {' and '.join(change.region)}"] if change.region else []
    return "\n".join([*lines, f"ticket at {change.witness.now}: {facts_text(change.witness.facts)}"])


def _places(review: Comparison) -> Mapping[str, Span]:
    """Where the rules of the new version stand; one that was renamed also by its old id."""
    if review.new.project is None:
        return {}
    found = {rule.id: rule.id_span for rule in review.new.project.model.deciders if rule.id_span is not None}
    for edit in review.edits:
        if isinstance(edit, Edited) and edit.after.kind in {Kind.RULE, Kind.TABLE} and edit.after.id in found:
            found.setdefault(edit.before.id, found[edit.after.id])
    return found


def _responsible(change: Change, places: Mapping[str, Span]) -> Span | None:
    """The rule that gives the new value; else the one that gave the old one, if it is still there."""
    return next((places[rule] for rule in (*change.rules_after, *change.rules_before) if rule in places), None)


def _edits(review: Comparison, folder: str) -> Iterator[Json]:
    for edit in review.edits:
        lines = [edit_head(edit).text, *(f"{line.mark} {line.text}" for line in edit_lines(edit))]
        # What is gone has no place in the files as they are now.
        span = None if isinstance(edit, Removed) else subject_of(edit).span
        yield _result(_EDITED, "\n".join(lines), span, folder)
