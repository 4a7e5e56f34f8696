"""The report of a replay in every form that the command prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ruleflow.diagnostics.cells import columns, visible
from ruleflow.diagnostics.json_text import json_text
from ruleflow.replay.report import Report
from ruleflow.replay.sections import Section, differences, sections

_WIDEST = 60


def render_text(report: Report) -> str:
    """For a terminal: a table below the other, each column as wide as what is in it."""
    return "\n".join("\n".join(_text_lines(section)) + "\n" for section in sections(report))


def render_markdown(report: Report) -> str:
    """For a page or a comment on a change."""
    return "\n".join("\n".join(_markdown_lines(section)) + "\n" for section in sections(report))


def render_differences(report: Report, *, markdown: bool = False) -> str:
    """Only what another project decides otherwise, under a word on what was decided."""
    lines = _markdown_lines if markdown else _text_lines
    return "\n".join("\n".join(lines(section)) + "\n" for section in differences(report))


def _text_lines(section: Section) -> Iterator[str]:
    yield visible(section.title)
    yield from (f"  {visible(sentence)}" for sentence in section.sentences)
    if not section.rows:
        return
    rows = [tuple(_short(visible(cell)) for cell in row) for row in (section.heading, *section.rows)]
    widths = [max(columns(row[at]) for row in rows) for at in range(len(section.heading))]
    for row in rows:
        cells = (_padded(cell, widths[at], flush_right=at in section.numbers) for at, cell in enumerate(row))
        yield f"  {'  '.join(cells)}".rstrip()
    if section.left_out:
        yield f"  and {section.left_out:,} more"


def _short(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…"


def _padded(cell: str, width: int, *, flush_right: bool) -> str:
    room = " " * (width - columns(cell))
    return room + cell if flush_right else cell + room


def _markdown_lines(section: Section) -> Iterator[str]:
    yield f"## {_escaped(section.title)}"
    if section.sentences:
        yield ""
        yield from (f"- {_escaped(sentence)}" for sentence in section.sentences)
    if section.rows:
        yield ""
        yield _row(section.heading)
        yield _row(tuple("---:" if at in section.numbers else "---" for at in range(len(section.heading))))
        yield from (_row(tuple(map(_escaped, row))) for row in section.rows)
    if section.left_out:
        yield ""
        yield f"and {section.left_out:,} more"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes as it stands; what looks like HTML or a table stays text."""
    shown = visible(text).replace("\\", "\\\\")
    for character in "|<*_[":
        shown = shown.replace(character, f"\\{character}")
    return shown


RENDERERS: Mapping[str, Callable[[Report], str]] = {"text": render_text, "json": json_text, "markdown": render_markdown}
