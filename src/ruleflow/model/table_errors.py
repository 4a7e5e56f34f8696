"""The words of the reader of decision tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.diagnostics.suggest import listing, nearest, quoted
from ruleflow.model.rules import ActionType
from ruleflow.source import Span

_COLUMNS_HELP = "a heading is what is asked (`ticket.priority`) or done (`set_sla`, `set ticket.priority`, `route.team`); `columns:` says so for others"


def no_sheet(span: Span) -> Diagnostic:
    """Both `rows` and `file`."""
    return Diagnostic(
        codes.BAD_TABLE,
        "a table has its rows either here or in a file",
        span,
        help=("keep one of `rows` and `file`",),
    )


def no_rows(span: Span) -> Diagnostic:
    """A heading at most, and nothing below it."""
    return Diagnostic(
        codes.BAD_TABLE,
        "the table has no rows",
        span,
        help=("the first line is the heading, each line after it a row",),
    )


def missing_file(span: Span, path: str, tried: Sequence[str]) -> Diagnostic:
    """A spreadsheet that is not there."""
    return Diagnostic(
        codes.FILE_MISSING,
        f"there is no file {quoted(path)}",
        span,
        help=(f"it is looked for beside this file and at the top of the project: {listing(tried)}",),
    )


def not_a_sheet(span: Span, path: str) -> Diagnostic:
    """A file of another kind."""
    return Diagnostic(
        codes.BAD_TABLE,
        f"{quoted(path)} is not a `.csv` file",
        span,
        help=("in the spreadsheet choose “Save as”, then “CSV UTF-8”",),
    )


def no_heading(span: Span) -> Diagnostic:
    """A column with cells and no heading."""
    return Diagnostic(codes.BAD_TABLE, "a column has no heading", span, help=(_COLUMNS_HELP,))


def heading_twice(span: Span, what: str, first: Span) -> Diagnostic:
    """Two columns for one thing."""
    return Diagnostic(
        codes.BAD_TABLE,
        f"two columns stand for {quoted(what)}",
        span,
        help=("keep one of them; a cell may hold several values: `vip, partner`",),
        related=(Related(first, "the first one"),),
    )


def unexplained_heading(span: Span, heading: str) -> Diagnostic:
    """Words for people above a column, of which nothing says what they stand for."""
    return Diagnostic(
        codes.BAD_TABLE,
        f"nothing says what the heading {quoted(heading)} stands for",
        span,
        help=(f"say it under `columns:`, for instance `columns: {{{heading}: contact.segments}}`",),
    )


def unknown_heading(span: Span, name: str, headings: Iterable[str]) -> Diagnostic:
    """A name under `columns:` that stands above no column."""
    known = [one for one in headings if one]
    near = nearest(name, known)
    return Diagnostic(
        codes.BAD_TABLE,
        f"no column has the heading {quoted(name)}",
        span,
        help=(f"did you mean {quoted(near)}?" if near else f"the headings are {listing(known)}",),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def nothing_done(span: Span) -> Diagnostic:
    """Only columns that ask."""
    return Diagnostic(codes.BAD_TABLE, "no column says what to do", span, help=(_COLUMNS_HELP,))


def nothing_asked(span: Span) -> Diagnostic:
    """Only columns that do."""
    return Diagnostic(codes.BAD_TABLE, "no column says what is asked", span, help=(_COLUMNS_HELP,))


def unknown_parameter(span: Span, action: ActionType, name: str) -> Diagnostic:
    """A parameter that an action does not have, or none where it needs one named."""
    known = [one.name for one in action.parameters]
    near = nearest(name, known) if name else None
    if action.name == "set":
        help_ = "write `set ticket.priority`, the field that the column writes"
    elif not known:
        help_ = f"`{action.name}` takes nothing, so no column can hold it: use a rule"
    else:
        help_ = (
            f"did you mean `{action.name}.{near}`?"
            if near
            else f"write one of {listing(f'{action.name}.{one}' for one in known)}"
        )
    said = (
        f"`{action.name}` has no parameter `{name}`"
        if name
        else f"`{action.name}` does not say what of it the column holds"
    )
    return Diagnostic(codes.BAD_TABLE, said, span, help=(help_,))


def unknown_field(span: Span, path: str, known: Iterable[str]) -> Diagnostic:
    """A column that writes a field that nobody declares."""
    near = nearest(path, known)
    return Diagnostic(
        codes.UNKNOWN_FACT,
        f"`{path}` is not a field",
        span,
        help=(f"did you mean `{near}`?" if near else f"declare `{path}` under `fields:`",),
        fixes=(Fix(f"write `{near}`", span, near),) if near else (),
    )


def wrong_count(span: Span, found: int, headings: Sequence[str]) -> Diagnostic:
    """A row with too many or too few cells."""
    many = "" if found == 1 else "s"
    help_ = f"the columns are {listing(headings, 12)}; `-` stands where nothing is asked or done"
    return Diagnostic(
        codes.WRONG_ROW, f"this row has {found} cell{many}, the heading {len(headings)}", span, help=(help_,)
    )


def empty_cell(span: Span, heading: str, others: int, *, asks: bool) -> Diagnostic:
    """A cell in which nothing stands; `others` more like it."""
    more = f", here and in {others:,} more row{'' if others == 1 else 's'}" if others else ""
    help_ = "write `-` where anything will do, `missing` for no value" if asks else "write `-` where the row leaves it"
    return Diagnostic(codes.EMPTY_CELL, f"nothing stands under {quoted(heading)}{more}", span, help=(help_,))


def bad_row_id(span: Span, text: str) -> Diagnostic:
    """A row's own id that cannot be one."""
    said = f"{quoted(text)} cannot be the id of a row" if text else "this row has no id"
    return Diagnostic(
        codes.BAD_ROW_ID,
        said,
        span,
        help=(
            "an id is a word without spaces: letters, digits, `_`, `-` and `.`; without an `id` column rows are numbered",
        ),
    )


def row_id_twice(span: Span, name: str, first: Span) -> Diagnostic:
    """One id for two rows."""
    return Diagnostic(
        codes.DEFINED_TWICE,
        f"the row {quoted(name)} stands twice",
        span,
        help=("give one of them another id",),
        related=(Related(first, "first here"),),
    )


def lacks_parameter(span: Span, action: str, wanted: Sequence[str], *, any_of: bool) -> Diagnostic:
    """A row that says a part of an action, and not what the action needs."""
    named = [f"`{action}.{one}`" for one in wanted]
    said = f"one of {', '.join(named)}" if any_of and len(named) > 1 else named[0]
    return Diagnostic(
        codes.LACKS_PARAMETER,
        f"`{action}` needs {said} in this row",
        span,
        help=("fill the cell, add the column, or write `-` in each column of the action",),
    )


def does_nothing(span: Span) -> Diagnostic:
    """A row of which every cell that does something is `-`."""
    return Diagnostic(
        codes.ROW_DOES_NOTHING,
        "this row does nothing",
        span,
        help=("only with `hit: first` does such a row mean something: for its tickets nothing is done",),
    )
