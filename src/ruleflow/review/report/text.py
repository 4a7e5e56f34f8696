"""A review as plain text for a terminal of 100 columns."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from ruleflow.analysis.verdicts import Change, State, Verdict
from ruleflow.diagnostics.cells import visible
from ruleflow.review.comparison import Comparison
from ruleflow.review.report.words import (
    by_event,
    edit_head,
    edit_lines,
    facts_text,
    headline,
    place_text,
    region_head,
    rules_text,
    said,
    scope_lines,
    verdict_text,
)

WIDTH = 100


def render_text(review: Comparison, *, folder: str = "") -> str:
    """Edits, then what they mean, then on what that rests. `folder` is put before the names of files."""
    lines = [f"{review.old.place.name} → {review.new.place.name}: {headline(review)}"]
    lines = [piece for line in lines for piece in _wrapped(line, "", "  ")]
    if review.edits:
        lines += ["", "What was edited", *_edits(review, folder)]
    if review.meaning is not None and review.meaning.verdicts:
        lines += ["", "What it means for tickets", *_meaning(review), "", *_scope(review)]
    return "\n".join(visible(line) for line in lines) + "\n"


def _edits(review: Comparison, folder: str) -> Iterator[str]:
    for edit in review.edits:
        head = edit_head(edit)
        text, place = f"  {head.mark} {head.text}", place_text(edit, folder)
        if len(text) + len(place) + 3 <= WIDTH:
            yield f"{text:<{WIDTH - len(place)}}{place}".rstrip()
        else:
            yield from _wrapped(text, "", "    ")
            if place:
                yield f"{place:>{WIDTH}}"
        for line in edit_lines(edit):
            yield from _wrapped(f"{line.mark} {line.text}", "      ", "        ")


def _meaning(review: Comparison) -> Iterator[str]:
    for event, verdicts in by_event(review).items():
        yield f"  on {event}"
        for verdict in verdicts:
            if verdict.state is not State.UNCHANGED:
                yield from _verdict(verdict)
        same = [verdict.outcome for verdict in verdicts if verdict.state is State.UNCHANGED]
        if same:
            yield from _wrapped(f"{', '.join(same)}: proved unchanged", "    ", "      ")


def _verdict(verdict: Verdict) -> Iterator[str]:
    yield from _wrapped(f"{verdict.outcome}: {verdict_text(verdict)}", "    ", "      ")
    for change in verdict.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    rules = rules_text(change)
    yield from _wrapped(
        f"{said(change.before)} → {said(change.after)}" + (f"   ({rules})" if rules else ""), "      ", "          "
    )
    if change.region:
        yield from _wrapped(f"{region_head(change)}: {' and '.join(change.region)}", "        ", "          ")
    yield from _wrapped(f"ticket at {change.witness.now}: {facts_text(change.witness.facts)}", "        ", "          ")


def _scope(review: Comparison) -> Iterator[str]:
    for line in scope_lines(review):
        yield from _wrapped(line, "", "  ")


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """A line in pieces that fit; its own indent stays."""
    lead = text[: len(text) - len(text.lstrip())]
    return wrap(
        text.strip(), WIDTH, initial_indent=first + lead, subsequent_indent=rest + lead, break_on_hyphens=False
    ) or [first.rstrip()]
