"""A review as Markdown for the comment on a pull request: a table of outcomes, the rest folded away, and never too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from ruleflow.analysis.verdicts import Change, State, Verdict
from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.json_text import json_text
from ruleflow.review.comparison import Comparison
from ruleflow.review.edits import Edit
from ruleflow.review.report.words import (
    by_event,
    count,
    edit_head,
    edit_lines,
    headline,
    place_text,
    region_head,
    rules_text,
    said,
    scope_lines,
    verdict_text,
)

LONGEST = 60_000
"""Characters of a comment; GitHub takes 65,536."""

MARK = "<!-- ruleflow diff -->"
"""Begins every comment, so that the next one can take its place."""

BAR = "\\|"
_SYMBOLS = {State.UNCHANGED: "✅", State.CHANGED: "⚠️", State.UNKNOWN: "❔"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!~$])")


def render_markdown(review: Comparison, *, folder: str = "") -> str:
    """The comment. What does not fit is left out at a whole section, and that is said."""
    head = [
        MARK,
        f"### {_SYMBOLS[review.state]} ruleflow: {plain(headline(review))}",
        "",
        f"{plain(review.old.place.name)} → {plain(review.new.place.name)}",
    ]
    blocks = ["\n".join(head), *_table(review), *_changes(review), *_edits(review, folder), *_scope(review)]
    kept, length = [], 0
    for block in blocks:
        length += len(block) + 2
        if length > LONGEST:
            kept.append("… the rest is too long for a comment; `ruleflow diff` shows all of it.")
            break
        kept.append(block)
    return "\n\n".join(kept) + "\n"


def plain(text: str) -> str:
    """Text that Markdown and mentions leave alone."""
    return _SPECIAL.sub(r"\\\1", " ".join(visible(text).split())).replace("@", "@<!-- -->")


def _code(text: str) -> str:
    """Text as code; longer fences hold what has backticks itself."""
    shown = " ".join(visible(text).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _short(value: Any) -> str:
    text = said(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _table(review: Comparison) -> Iterator[str]:
    rows = [
        _row(event, verdict)
        for event, verdicts in by_event(review).items()
        for verdict in verdicts
        if verdict.state is not State.UNCHANGED
    ]
    if rows:
        yield "\n".join(["| on | outcome | what becomes of it |", "| --- | --- | --- |", *rows])
    same = [
        f"{plain(event)}: {', '.join(_code(one.outcome) for one in verdicts if one.state is State.UNCHANGED)}"
        for event, verdicts in by_event(review).items()
        if any(one.state is State.UNCHANGED for one in verdicts)
    ]
    if same:
        yield "\n".join(["Proved unchanged:", "", *(f"- {line}" for line in same)])


def _row(event: str, verdict: Verdict) -> str:
    told = [f"{_code(_short(one.before))} → {_code(_short(one.after))}" for one in verdict.changes]
    more = [] if verdict.complete and verdict.changes else [plain(verdict_text(verdict))]
    cells = (plain(event), _code(verdict.outcome), "<br>".join([*told, *more]))
    # A bar ends a cell even in code.
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _changes(review: Comparison) -> Iterator[str]:
    for event, verdicts in by_event(review).items():
        for verdict in verdicts:
            if verdict.changes:
                body = "\n\n".join(_change(one) for one in verdict.changes)
                yield _folded(f"{event}: {verdict.outcome}, {count(len(verdict.changes), 'change')}", body)


def _change(change: Change) -> str:
    rules = rules_text(change)
    lines = [
        f"**{_code(said(change.before))} → {_code(said(change.after))}**" + (f" ({plain(rules)})" if rules else "")
    ]
    lines += [f"{region_head(change)} {' and '.join(_code(one) for one in change.region)}"] if change.region else []
    ticket = json_text(change.witness.to_dict()).rstrip()
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", ticket)), default=0) + 1)
    return "\n\n".join([*lines, f"{fence}json\n{ticket}\n{fence}"])


def _edits(review: Comparison, folder: str) -> Iterator[str]:
    if review.edits:
        lines = [line for edit in review.edits for line in _edit(edit, folder)]
        yield _folded(f"What was edited ({len(review.edits)})", "\n".join(lines), open_=review.meaning is None)


def _edit(edit: Edit, folder: str) -> Iterator[str]:
    head, place = edit_head(edit), place_text(edit, folder)
    yield f"- {head.mark} {plain(head.text)}" + (f" ({_code(place)})" if place else "")
    yield from (f"  - {line.mark} {_code(line.text)}" for line in edit_lines(edit))


def _scope(review: Comparison) -> Iterator[str]:
    lines = list(scope_lines(review))
    if lines:
        yield f"<sub>{'; '.join(plain(line) for line in lines)}</sub>"


def _folded(title: str, body: str, *, open_: bool = False) -> str:
    return f"<details{' open' if open_ else ''}><summary>{escape(visible(title))}</summary>\n\n{body}\n\n</details>"
