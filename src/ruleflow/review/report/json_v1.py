"""A review as JSON for other programs, version 1.

Lines and columns count from 1, in code points. New keys may come; none is taken away within a version.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ruleflow.analysis.verdicts import Change as Outcome
from ruleflow.analysis.verdicts import Meaning, Verdict
from ruleflow.diagnostics.json_text import json_text
from ruleflow.diagnostics.places import file_name
from ruleflow.project.revisions import Version
from ruleflow.review import edits
from ruleflow.review.comparison import Comparison
from ruleflow.review.edits import Added, Change, Edit, Edited, Removed, Subject, can_matter, subject_of

VERSION = 1

Json = dict[str, Any]

_NAMES: dict[type[Change], str] = {
    edits.Renamed: "renamed",
    edits.MovedToStage: "moved_to_stage",
    edits.Moved: "moved",
    edits.ValueChanged: "value_changed",
    edits.PartAdded: "part_added",
    edits.PartRemoved: "part_removed",
    edits.PartChanged: "part_changed",
    edits.Reworded: "reworded",
    edits.ActionAdded: "action_added",
    edits.ActionRemoved: "action_removed",
    edits.ArgumentChanged: "argument_changed",
}


def render_json(review: Comparison, *, folder: str = "") -> str:
    """One JSON document. `folder` is put before the names of files."""
    return json_text(comparison_dict(review, folder=folder))


def comparison_dict(review: Comparison, *, folder: str = "") -> Json:
    """The review as a JSON value. `meaning` is null where nothing was proved; `not_proved` says why."""
    return {
        "version": VERSION,
        "old": _version(review.old),
        "new": _version(review.new),
        "state": review.state.value,
        "edits": [_edit(edit, folder) for edit in review.edits],
        "meaning": None if review.meaning is None else _meaning(review.meaning),
        "not_proved": None if review.not_proved is None else review.not_proved.value,
    }


def _version(version: Version) -> Json:
    return {
        "name": version.place.name,
        "commit": version.place.commit or None,
        "digest": None if version.project is None else version.project.digest,
    }


def _edit(edit: Edit, folder: str) -> Json:
    return {
        "edit": type(edit).__name__.lower(),
        "can_matter": can_matter(edit),
        "old": None if isinstance(edit, Added) else _subject(_before(edit), folder),
        "new": None if isinstance(edit, Removed) else _subject(subject_of(edit), folder),
        "likeness": edit.likeness if isinstance(edit, Edited) else None,
        "changes": [change_dict(change) for change in edit.changes] if isinstance(edit, Edited) else [],
    }


def _before(edit: Edited | Removed) -> Subject:
    return edit.before if isinstance(edit, Edited) else edit.subject


def _subject(subject: Subject, folder: str) -> Json:
    span = subject.span
    place = (
        None
        if span is None
        else {"file": file_name(span, folder), "line": span.first.line, "column": span.first.column}
    )
    found = {"kind": subject.kind.value, "id": subject.id, "title": subject.title, "place": place}
    return {**found, "stage": subject.stage} if subject.stage else found


def change_dict(change: Change) -> Json:
    """`{"change": "part_added", "key": …, "text": …}`: its kind, and the fields of its class."""
    said = {one.name: getattr(change, one.name) for one in fields(change)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    return {"change": _NAMES[type(change)], **plain}


def _meaning(meaning: Meaning) -> Json:
    return {
        "state": meaning.state.value,
        "verdicts": [_verdict(verdict) for verdict in meaning.verdicts],
        "scope": meaning.scope.to_dict(),
    }


def _verdict(verdict: Verdict) -> Json:
    return {
        "event": verdict.event,
        "outcome": verdict.outcome,
        "state": verdict.state.value,
        "complete": verdict.complete,
        "reason": verdict.reason,
        "changes": [_outcome(change) for change in verdict.changes],
    }


def _outcome(change: Outcome) -> Json:
    return {
        "before": change.before,
        "after": change.after,
        "rules_before": list(change.rules_before),
        "rules_after": list(change.rules_after),
        "region": list(change.region),
        "region_is_proved": change.region_is_proved,
        "witness": change.witness.to_dict(),
    }
