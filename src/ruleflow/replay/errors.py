"""The words of mappings: what is wrong with one, and what to write instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.diagnostics.suggest import listing, nearest, quoted
from ruleflow.replay.moments import WORDS
from ruleflow.source import Source, Span

_LEAST = "begin with `facts: {ticket.id: …}` and `events: [{event: ticket.created, now: …}]`"


def empty_mapping(file: Source) -> Diagnostic:
    """A file with nothing in it."""
    return Diagnostic(codes.UNCLEAR_MAPPING, "the mapping says nothing", Span(file, 0, 0), help=(_LEAST,))


def unknown_column(span: Span, name: str, known: Collection[str], where: str) -> Diagnostic:
    """A column that the file does not have."""
    near = nearest(name, known)
    help_ = f"did you mean `{near}`?" if near else f"its columns are {listing(known, 40)}"
    fixes = (Fix(f"write `{near}`", span, near),) if near else ()
    return Diagnostic(
        codes.UNKNOWN_COLUMN, f"{quoted(name)} is not a column of {where}", span, help=(help_,), fixes=fixes
    )


def column_twice(span: Span, name: str, places: Iterable[int], where: str) -> Diagnostic:
    """A column whose name stands twice in the heading."""
    listed = " and ".join(str(place) for place in places)
    return Diagnostic(
        codes.COLUMN_TWICE,
        f"{quoted(name)} is the name of several columns of {where}: {listed}",
        span,
        help=("give the columns names of their own in the heading of the file",),
    )


def unknown_part_of_history(span: Span, name: str, known: Collection[str]) -> Diagnostic:
    """A part that an entry of the history cannot have."""
    near = nearest(name, known)
    help_ = f"did you mean `{near}`?" if near else f"an entry may have {listing(known, 40)}"
    fixes = (Fix(f"write `{near}`", span, near),) if near else ()
    return Diagnostic(
        codes.UNKNOWN_PART, f"an entry of `ticket.history` has no {quoted(name)}", span, help=(help_,), fixes=fixes
    )


def history_without_instant(span: Span) -> Diagnostic:
    """A history whose entries have no instant."""
    return _unclear(
        span, "the entries of `history` have no instant", "name the column that says when: `at: changed_at`"
    )


def no_ticket_column(span: Span, what: str) -> Diagnostic:
    """Something that needs the rows of a ticket, where nobody knows which these are."""
    return _unclear(
        span,
        f"{what} needs the rows of a ticket, and no column says which rows are of one ticket",
        "name the column that is the same in all rows of a ticket: `ticket: number`",
    )


def beside_constant(span: Span, name: str) -> Diagnostic:
    """A key that tells of a column, beside a constant."""
    return _unclear(span, f"`{name}` says nothing beside `constant`", f"remove `constant` or `{name}`")


def separator_of_one(span: Span) -> Diagnostic:
    """A separator where a field has one value."""
    return _unclear(span, "`separator` says nothing for a field with one value", "remove it")


def others_of_nothing(span: Span) -> Diagnostic:
    """`other` without `values`."""
    return _unclear(
        span, "`other` says nothing without `values`", "remove it, or say under `values` what the others are not"
    )


def format_without_moment(span: Span) -> Diagnostic:
    """A format of something that is neither a date nor an instant."""
    return _unclear(span, "`format` is for dates and instants", "remove it")


_LETTERS = (
    "write YYYY or YY, MM or MMM (`Jan`), DD, hh, mm, ss, AM, ZZ (`+0300`) as the column has them: `DD.MM.YYYY hh:mm`"
)


def bad_pattern(span: Span, pattern: str, problem: str) -> Diagnostic:
    """A format that says too little or too much."""
    words = ", ".join(f"`{word}`" for word in WORDS[:-1])
    return Diagnostic(
        codes.BAD_MOMENT_FORMAT,
        f"{quoted(pattern)} is not a format of instants: {problem}",
        span,
        help=(f"{_LETTERS}; or {words} or `{WORDS[-1]}` (since 1970)",),
    )


def unknown_encoding(span: Span, name: str) -> Diagnostic:
    """An encoding that does not exist."""
    near = nearest(name, ENCODINGS)
    return Diagnostic(
        codes.UNKNOWN_ENCODING,
        f"{quoted(name)} is not an encoding",
        span,
        help=(f"did you mean `{near}`?" if near else f"common ones are {listing(ENCODINGS)}",),
    )


ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1251", "windows-1250", "iso-8859-1", "iso-8859-15", "koi8-r")
"""Encodings of files that people meet."""


def _unclear(span: Span, message: str, help_: str) -> Diagnostic:
    return Diagnostic(codes.UNCLEAR_MAPPING, message, span, help=(help_,))
