"""A review as one HTML page: nothing from elsewhere, no scripts, to be read by day, by night and aloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from ruleflow.analysis.verdicts import Change, State, Verdict
from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.json_text import json_text
from ruleflow.review.comparison import Comparison
from ruleflow.review.edits import Edit
from ruleflow.review.report.flow import flow_svg
from ruleflow.review.report.style import STYLE
from ruleflow.review.report.words import (
    Line,
    by_event,
    edit_head,
    edit_lines,
    headline,
    place_text,
    region_head,
    rules_text,
    said,
    scope_lines,
    state_text,
    verdict_text,
)

_MARKS: Mapping[str, tuple[str, str]] = {"+": ("plus", "added"), "−": ("minus", "removed"), "~": ("tilde", "changed")}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(review: Comparison, *, folder: str = "") -> str:
    """The page. `folder` is put before the names of files."""
    name = next((one.project.model.title or one.project.name for one in (review.new, review.old) if one.project), "")
    title = f"What changes in {name}" if name else "What changes"
    body = [*_header(title, review), "<main>", *_meaning(review), *_edits(review, folder), "</main>", *_footer(review)]
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(title)}</title>",
        f"<style>\n{STYLE}\n</style>",
    ]
    return "\n".join(
        ["<!doctype html>", '<html lang="en">', "<head>", *head, "</head>", "<body>", *body, "</body>", "</html>", ""]
    )


def _text(text: str) -> str:
    """Text of an author, of any script: what would hide or reorder other text is shown."""
    return escape("\n".join(visible(line) for line in text.split("\n")), quote=True)


def _own(text: str) -> str:
    """The same, kept from turning the direction of what stands around it."""
    return f"<bdi>{_text(text)}</bdi>"


def _header(title: str, review: Comparison) -> Iterator[str]:
    yield f"<header>\n<h1>{_own(title)}</h1>"
    yield f"<p>{_own(headline(review))}</p>"
    yield f'<p class="faint">{_own(review.old.place.name)} → {_own(review.new.place.name)}</p>\n</header>'


def _meaning(review: Comparison) -> Iterator[str]:
    yield "<section>\n<h2>What it means for tickets</h2>"
    if review.meaning is None or not review.meaning.verdicts:
        yield f'<p class="card">{_text(state_text(review))}</p>'
    for event, verdicts in by_event(review).items():
        yield f"<h3>On <code>{_text(event)}</code></h3>"
        for verdict in verdicts:
            if verdict.state is not State.UNCHANGED:
                yield from _verdict(verdict)
        same = ", ".join(f"<code>{_text(one.outcome)}</code>" for one in verdicts if one.state is State.UNCHANGED)
        if same:
            yield f'<p class="card">{same}<span class="badge unchanged">proved unchanged</span></p>'
    yield "</section>"


def _verdict(verdict: Verdict) -> Iterator[str]:
    badge = f'<span class="badge {verdict.state.value}">{_text(verdict_text(verdict))}</span>'
    yield f'<article class="card">\n<h4><code>{_text(verdict.outcome)}</code></h4>{badge}'
    if verdict.changes:
        yield flow_svg(verdict)
    for change in verdict.changes:
        yield from _change(change)
    yield "</article>"


def _change(change: Change) -> Iterator[str]:
    yield '<div class="way">'
    yield f"<p>{_own(said(change.before))} → {_own(said(change.after))}</p>"
    if rules := rules_text(change):
        yield f'<p class="faint">{_own(rules)}</p>'
    if change.region:
        yield f'<p>{region_head(change)}</p>\n<ul class="region">'
        yield from (f"<li><code>{_own(one)}</code></li>" for one in change.region)
        yield "</ul>"
    ticket = json_text(change.witness.to_dict()).rstrip()
    yield f"<details><summary>A ticket that shows it</summary><pre>{_text(ticket)}</pre></details>\n</div>"


def _edits(review: Comparison, folder: str) -> Iterator[str]:
    yield "<section>\n<h2>What was edited</h2>"
    if not review.edits:
        yield "<p>Nothing.</p>"
    yield '<ul class="edits">'
    for edit in review.edits:
        yield from _edit(edit, folder)
    yield "</ul>\n</section>"


def _edit(edit: Edit, folder: str) -> Iterator[str]:
    place = place_text(edit, folder)
    yield "<li>"
    yield f'<div class="head"><strong>{_line(edit_head(edit))}</strong><span class="faint">{_own(place)}</span></div>'
    lines = list(edit_lines(edit))
    if lines:
        yield "<ul>"
        yield from (f"<li>{_line(line)}</li>" for line in lines)
        yield "</ul>"
    yield "</li>"


def _line(line: Line) -> str:
    name, meaning = _MARKS[line.mark]
    mark = f'<span class="mark" role="img" aria-label="{meaning}">{line.mark}</span>'
    return f'<span class="line {name}">{mark}{_own(line.text)}</span>'


def _footer(review: Comparison) -> Iterator[str]:
    lines = list(scope_lines(review))
    if lines:
        yield "<footer>"
        yield from (f"<p>{_own(line)}</p>" for line in lines)
        yield "</footer>"
