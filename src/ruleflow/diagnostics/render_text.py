"""Findings as people read them: headline, place, underlined line, related places, next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum

from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.counts import summary
from ruleflow.diagnostics.diagnostic import Diagnostic, Related, Severity
from ruleflow.diagnostics.places import file_name
from ruleflow.diagnostics.snippet import Snippet, snippet
from ruleflow.source import Span

__all__ = ["render_text", "summary"]


class Ink(Enum):
    """What is coloured, with its ANSI numbers."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    HEADLINE = "1"
    FRAME = "34"
    RELATED = "36"


_GRAVITY = {severity: at for at, severity in enumerate(Severity)}
Paint = Callable[[str, Ink], str]


def render_text(diagnostics: Sequence[Diagnostic], *, color: bool = False, limit: int = 100, folder: str = "") -> str:
    """The findings in the order given, a blank line between two, each line ended; empty for no findings.

    Beyond `limit` the gravest come first, and a last line counts the rest. `folder` is put before each file's name.
    """
    paint = _colored if color else _plain
    blocks = ["\n".join(_lines(diagnostic, folder, paint)) for diagnostic in _shown(diagnostics, limit)]
    rest = len(diagnostics) - len(blocks)
    if rest:
        blocks.append(f"and {rest:,} more finding{'s' * (rest > 1)}; --format json lists all")
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _shown(diagnostics: Sequence[Diagnostic], limit: int) -> list[Diagnostic]:
    if len(diagnostics) <= limit:
        return list(diagnostics)
    gravest = sorted(range(len(diagnostics)), key=lambda at: _GRAVITY[diagnostics[at].severity])
    return [diagnostics[at] for at in sorted(gravest[: max(0, limit)])]


def _plain(text: str, _: Ink) -> str:
    return text


def _colored(text: str, ink: Ink) -> str:
    return f"\x1b[{ink.value}m{text}\x1b[0m"


def _lines(diagnostic: Diagnostic, folder: str, paint: Paint) -> Iterator[str]:
    grave = Ink[diagnostic.severity.name]
    yield (
        paint(f"{diagnostic.severity.value}[{diagnostic.code}]", grave)
        + paint(f": {visible(diagnostic.message)}", Ink.HEADLINE)
    )
    places = [*([(diagnostic.span, "")] if diagnostic.span else []), *map(_place, diagnostic.related)]
    snippets = [snippet(span) for span, _ in places]
    margin = " " * (1 + max((len(str(drawn.number)) for drawn in snippets), default=1))
    for at, ((span, label), drawn) in enumerate(zip(places, snippets, strict=True)):
        primary = at == 0 and diagnostic.span is not None
        if at:
            yield margin + paint(" |", Ink.FRAME)
        yield margin + paint("-->" if primary else ":::", Ink.FRAME) + f" {_where(span, folder)}"
        yield from _picture(drawn, label, margin, paint, grave if primary else Ink.RELATED)
    yield from _notes(diagnostic, margin, paint)


def _place(related: Related) -> tuple[Span, str]:
    return related.span, related.message


def _where(span: Span, folder: str) -> str:
    first = span.first
    return f"{visible(file_name(span, folder))}:{first.line}:{first.column}"


def _picture(drawn: Snippet, label: str, margin: str, paint: Paint, ink: Ink) -> Iterator[str]:
    yield margin + paint(" |", Ink.FRAME)
    yield (paint(f"{drawn.number:>{len(margin)}} |", Ink.FRAME) + f" {drawn.text}").rstrip()
    mark = ("-" if ink is Ink.RELATED else "^") * drawn.length
    words = [mark, *([f"… to line {drawn.last_number}"] if drawn.last_number > drawn.number else []), visible(label)]
    yield margin + paint(" |", Ink.FRAME) + " " * (drawn.indent + 1) + paint(" ".join(filter(None, words)), ink)


def _notes(diagnostic: Diagnostic, margin: str, paint: Paint) -> Iterator[str]:
    sign = margin + paint(" =", Ink.FRAME)
    if diagnostic.within:
        yield f"{sign} in: {visible(diagnostic.within)}"
    if diagnostic.silenced:
        yield f"{sign} silenced: {visible(diagnostic.silenced)}"
    for text in diagnostic.help:
        first, *others = text.splitlines() or [""]
        yield f"{sign} help: {visible(first)}".rstrip()
        yield from (f"{margin}         {visible(other)}" for other in others)
