"""Files of a project with the numbers of their lines, their parts told apart by colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ruleflow.service.console.asked import AbsentError, Asked, Shown
from ruleflow.source import Span

WINDOW = 1_000
"""Lines of a file that one page shows."""
_LONGEST_LINE = 2_000
_COLOURED = 256 * 1024
"""A longer text is shown in one colour, so that no file can keep a page waiting."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number, as HTML."""

    number: int
    html: Markup


def file_page(asked: Asked) -> Shown:
    """A part of a file. The page begins at the line that `from` names."""
    name = asked.names["file"]
    raw = asked.served.files.get(name)
    if raw is None:
        raise AbsentError(name)
    lines = raw.decode("utf-8-sig", "replace").splitlines()
    wanted = asked.asked_for("from", "1")
    first = min(max(1, int(wanted) if wanted.isdecimal() and len(wanted) < 9 else 1), max(1, len(lines)))
    shown = coloured("\n".join(lines[first - 1 : first - 1 + WINDOW]), first, is_yaml=name.endswith((".yaml", ".yml")))
    around = {
        "before": None if first == 1 else max(1, first - WINDOW),
        "after": first + WINDOW if first - 1 + WINDOW < len(lines) else None,
    }
    return Shown("file.html", name, "rules", {"name": name, "lines": shown, **around})


def place_of(span: Span) -> tuple[str, int]:
    """The file and the line at which a stretch begins."""
    return span.source.name, span.first.line


def page_with(asked: Asked, name: str, line: int) -> str:
    """The address of a line of a file."""
    first = 1 if line <= WINDOW - 100 else line - 100
    return f"{asked.here('files', name, from_=first if first > 1 else None)}#L{line}"


def lines_of(span: Span) -> tuple[Line, ...]:
    """The whole lines of a file that a stretch touches, shifted to the left as far as all of them go."""
    first, last = span.first.line, span.source.position(max(span.start, span.end - 1)).line
    lines = [span.source.line(number) for number in range(first, last + 1)]
    while lines and not lines[-1].strip():
        lines.pop()
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return coloured("\n".join(line[indent:] for line in lines), first)


def coloured(text: str, first: int = 1, *, is_yaml: bool = True) -> tuple[Line, ...]:
    """The lines of a text, of which the first has the number `first`."""
    lines = "\n".join(line[:_LONGEST_LINE] + ("…" if len(line) > _LONGEST_LINE else "") for line in text.split("\n"))
    html = _yaml(lines) if is_yaml and len(lines) <= _COLOURED else Markup.escape(lines)
    return tuple(Line(number, Markup(line)) for number, line in enumerate(html.split("\n"), first))  # noqa: S704 - escaped


def _yaml(text: str) -> str:
    from ruleflow.highlight import RuleflowLexer

    lexer = RuleflowLexer(stripnl=False, ensurenl=False)
    return "".join(_parts(lexer.get_tokens(text)))


def _parts(tokens: Iterator[tuple[object, str]]) -> Iterator[str]:
    """Each token as HTML; one that runs over lines is closed at the end of each."""
    from pygments.token import Comment, Keyword, Literal, Name, Operator, Punctuation, Token

    words = ((Keyword, "w"), (Operator.Word, "w"))
    kinds = (*words, (Comment, "c"), (Name.Tag, "k"), (Literal.Number, "n"), (Literal, "s"), (Punctuation, "p"))
    for kind, text in tokens:
        name = next((name for known, name in kinds if kind in known), "") if kind is not Token.Text else ""
        pieces = (str(Markup.escape(piece)) for piece in text.split("\n"))
        yield "\n".join(
            f'<span class="y-{name}">{piece}</span>' if name and piece.strip() else piece for piece in pieces
        )
