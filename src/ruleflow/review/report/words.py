"""The words of a review, the same in text, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, assert_never

from ruleflow.analysis.verdicts import Change as Outcome
from ruleflow.analysis.verdicts import State, Verdict
from ruleflow.diagnostics.json_text import json_line
from ruleflow.diagnostics.places import file_name
from ruleflow.review import edits
from ruleflow.review.comparison import Comparison
from ruleflow.review.edits import Added, Change, Edit, Edited, Plain, Removed, Subject, subject_of

MOST_LINES = 12
"""Lines that are shown of a change inside a long text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a change: `mark` is `+`, `−`, `~` or `→`."""

    mark: str
    text: str


def count(number: int, word: str) -> str:
    """`1 edit`, `1,204 edits`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def edit_head(edit: Edit) -> Line:
    """What happened to what: `rule vip_first (VIP clients come first), stage route`."""
    match edit:
        case Added(subject):
            return Line("+", f"{_named(subject)} added")
        case Removed(subject):
            return Line("−", f"{_named(subject)} removed")
        case Edited():
            guess = "" if edit.likeness is None else f", {edit.likeness}% alike" if edit.likeness < 100 else ""
            return Line("~", f"{_named(edit.after)}{guess}")
        case _:
            assert_never(edit)


def edit_lines(edit: Edit) -> Iterator[Line]:
    """What changed in a thing, a line each."""
    if isinstance(edit, Edited):
        for change in edit.changes:
            yield from change_lines(change)


def _named(subject: Subject) -> str:
    title = f" ({subject.title})" if subject.title and subject.title != subject.id else ""
    stage = f", stage {subject.stage}" if subject.stage else ""
    return f"{subject.kind.value} {subject.id}{title}{stage}"


def change_lines(change: Change) -> Iterator[Line]:
    """One change, in a line or a few."""
    match change:
        case edits.Renamed(before, after):
            yield Line("~", f"renamed: {before} → {after}")
        case edits.MovedToStage(before, after):
            yield Line("~", f"moved from stage {before} to stage {after}")
        case edits.Moved(before, after):
            yield Line("~", f"moved: it stood {_place(before)}, it now stands {_place(after)}")
        case edits.ValueChanged(key, before, after):
            yield from _value_lines(key, before, after)
        case edits.PartAdded(key, text, within):
            yield Line("+", f"{_key(key, within)}{text}")
        case edits.PartRemoved(key, text, within):
            yield Line("−", f"{_key(key, within)}{text}")
        case edits.PartChanged(key, _, _, shown, within):
            yield Line("~", f"{_key(key, within)}{shown}")
        case edits.Reworded(key, before, after):
            yield Line("~", f"{key}: written in another way, with the same meaning: {before} → {after}")
        case edits.ActionAdded(text):
            yield Line("+", f"then: {text}")
        case edits.ActionRemoved(text):
            yield Line("−", f"then: {text}")
        case edits.ArgumentChanged(action, argument, before, after):
            yield from _value_lines(f"then: {action}{f' {argument}' if argument else ''}", before, after)
        case _:
            assert_never(change)


def _place(after: str) -> str:
    return f"after {after}" if after else "first"


def _key(key: str, within: tuple[str, ...]) -> str:
    around = f" ({', '.join(within)})" if within else ""
    return f"{key}{around}: "


def _value_lines(key: str, before: Plain, after: Plain) -> Iterator[Line]:
    if isinstance(before, tuple) and isinstance(after, tuple) and set(before) != set(after):
        gone = [f"− {one}" for one in before if one not in after]
        fresh = [f"+ {one}" for one in after if one not in before]
        yield Line("~", f"{key}: {', '.join([*gone, *fresh])}")
    elif isinstance(before, str) and isinstance(after, str) and ("\n" in before or "\n" in after):
        yield Line("~", f"{key}:")
        yield from _text_lines(before.splitlines(), after.splitlines())
    elif before is None:
        yield Line("+", f"{key}: {plain(after)}")
    elif after is None:
        yield Line("−", f"{key}: {plain(before)}")
    else:
        yield Line("~", f"{key}: {plain(before)} → {plain(after)}")


def _text_lines(before: list[str], after: list[str]) -> Iterator[Line]:
    """The lines of a long text that are gone or new, the first of them."""
    found = [
        line
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag != "equal"
        for line in [
            *(Line("−", f"  {one}") for one in before[i1:i2]),
            *(Line("+", f"  {one}") for one in after[j1:j2]),
        ]
    ]
    yield from found[:MOST_LINES]
    if len(found) > MOST_LINES:
        yield Line("~", f"  … and {count(len(found) - MOST_LINES, 'line')} more")


def plain(value: Plain) -> str:
    """A setting in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return f"[{', '.join(value)}]"
        case _:
            return str(value)


def said(value: Any) -> str:
    """What a decision says of an outcome, on one line; nothing is `nothing`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            return " ".join(value.split()) or "''"
        case Decimal():
            return format(value, "f")
        case list() | tuple():
            return f"[{', '.join(said(one) for one in value)}]"
        case Mapping():
            told = {key: one for key, one in value.items() if one is not None}
            return ", ".join(f"{key} {said(one)}" for key, one in told.items()) or "nothing"
        case _:
            return str(value)


def facts_text(facts: Mapping[str, Any]) -> str:
    """The facts of a ticket on one line, as JSON."""
    return json_line(dict(facts))


def rules_text(change: Outcome) -> str:
    """Which rules are responsible: `no rule → outage_is_urgent`; '' where nobody says."""
    before, after = (", ".join(rules) for rules in (change.rules_before, change.rules_after))
    if not before and not after:
        return ""
    return f"by {before or 'no rule'}" if before == after else f"{before or 'no rule'} → {after or 'no rule'}"


def region_head(change: Outcome) -> str:
    """How sure the conditions are that come after it."""
    return "always when" if change.region_is_proved else "for instance when"


def verdict_text(verdict: Verdict) -> str:
    """`2 changes, these are all`, `proved unchanged`, `unknown: …`."""
    match verdict.state:
        case State.UNCHANGED:
            return "proved unchanged"
        case State.UNKNOWN:
            return f"unknown: {verdict.reason or 'it was not proved'}"
        case State.CHANGED:
            number = count(len(verdict.changes), "change")
            return f"{number}, complete" if verdict.complete else f"{number}, perhaps more{_because(verdict.reason)}"
        case _:
            assert_never(verdict.state)


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def headline(review: Comparison) -> str:
    """The whole in one sentence."""
    edited = count(len(review.edits), "edit") if review.edits else "nothing was edited"
    return f"{edited}; {state_text(review)}" if review.edits else edited


def state_text(review: Comparison) -> str:
    """What the change means, in a clause."""
    if review.meaning is None:
        return "" if review.not_proved is None else review.not_proved.value
    match review.meaning.state:
        case State.UNCHANGED:
            return "every ticket is decided as before"
        case State.CHANGED:
            changed = {one.outcome for one in review.meaning.verdicts if one.state is State.CHANGED}
            return f"tickets are decided differently in {count(len(changed), 'outcome')}"
        case State.UNKNOWN:
            return "whether tickets are decided differently is unknown"
        case _:
            assert_never(review.meaning.state)


def by_event(review: Comparison) -> Mapping[str, tuple[Verdict, ...]]:
    """The verdicts by event, in their order."""
    found: dict[str, list[Verdict]] = {}
    for verdict in review.meaning.verdicts if review.meaning is not None else ():
        found.setdefault(verdict.event, []).append(verdict)
    return {event: tuple(own) for event, own in found.items()}


def place_text(edit: Edit, folder: str) -> str:
    """The file and line of an edit in the new version, in the old one where it is gone; '' where nobody wrote it."""
    span = subject_of(edit).span
    return "" if span is None else f"{file_name(span, folder)}:{span.first.line}"


def scope_lines(review: Comparison) -> Iterator[str]:
    """On what the answers rest."""
    if review.meaning is None or not review.meaning.verdicts:
        return
    scope = review.meaning.scope
    yield f"solver: {', '.join(scope.solvers) or 'none was needed'}"
    yield from (f"assumed: {one}" for one in scope.assumptions)
    yield from (f"note: {one}" for one in scope.notes)
