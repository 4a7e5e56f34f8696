"""The words of the checker about decision tables."""

from __future__ import annotations

from ruleflow.checker.cells import Problem
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code, Diagnostic, Fix
from ruleflow.diagnostics.suggest import listing, nearest, quoted
from ruleflow.source import Span
from ruleflow.types.terms import ListOf, Reference, SetOf, Simple, Type, describe

_EXAMPLES = {
    Simple.BOOLEAN: "`true` or `false`",
    Simple.INTEGER: "`5`, `5, 7`, `>= 5` or `10..20`",
    Simple.DECIMAL: "`2.25`, `>= 2.5` or `1..2.5`",
    Simple.DATETIME: "`2026-03-01`, `>= 2026-03-01T18:00` or `2026-03-01..2026-03-31`",
    Simple.DATE: "`2026-03-01`, `< 2026-03-01` or `2026-03-01..2026-03-31`",
    Simple.TIME: "`18:00`, `>= 18:00` or `09:00..17:00`",
    Simple.DURATION: "`4h`, `< 30m` or `1h..8h`",
}


def not_for_cells(span: Span, kind: str) -> Diagnostic:
    """A column that asks something of which no cell can say anything."""
    return Diagnostic(
        codes.WRONG_TYPE,
        f"a column cannot ask for {kind}",
        span,
        help=("ask for a part of it, or write a condition that is true or false: `any (contact.tickets where …)`",),
    )


def missing_in_column(span: Span, guilty: str) -> Diagnostic:
    """A test that a missing value makes false, where a cell asks for false."""
    return Diagnostic(
        codes.MISSING_IN_NEGATION,
        f"where `{guilty}` is missing, this is false, and a row that asks for `false` takes it",
        span,
        help=(f"say what a missing value means: `{guilty} is present and …`, or `{guilty} ?? …`",),
    )


def wrong_cell(span: Span, text: str, found: Problem, kind: Type, path: str, *, decimal_comma: bool) -> Diagnostic:
    """A cell that cannot be read. `path` is the field of the column, '' where it is none."""
    place = Span(span.source, span.start + found.start, span.start + found.end) if span.text == text else span
    element = kind.of if isinstance(kind, SetOf | ListOf) else kind
    match found.kind:
        case "option":
            of = f" of `{path}`" if path else ""
            return _unknown(codes.UNKNOWN_OPTION, f"`{found.text}` is not an option{of}", found, place)
        case "thing":
            what = describe(element).removeprefix("a ").removeprefix("an ") if isinstance(element, Reference) else ""
            return _unknown(codes.UNKNOWN_THING, f"`{found.text}` is not a known {what}", found, place)
        case "order":
            return Diagnostic(
                codes.NOT_ORDERED,
                f"{quoted(found.text)} asks for an order, which {describe(kind)} does not have",
                place,
                help=("list the values: `vip, partner`",),
            )
        case "range":
            return Diagnostic(
                codes.EMPTY_RANGE, f"no value lies in {quoted(found.text)}", place, help=("write the lower end first",)
            )
        case "negation":
            return Diagnostic(
                codes.WRONG_TYPE,
                "`not` stands before values, not before a range",
                place,
                help=("write what is meant: for `not >= 5` `< 5`, for `not 1..5` `< 1, > 5`",),
            )
        case "comma":
            parts = found.text.replace(",", ", ")
            return Diagnostic(
                codes.WRONG_TYPE,
                f"{quoted(found.text)} may be one number or several",
                place,
                help=(f"a number has a point: `2.25`, `1_000`; several have a space after the comma: `{parts}`",),
            )
        case "empty":
            return Diagnostic(
                codes.EMPTY_CELL, "a value is missing beside a comma", place, help=("several values: `vip, partner`",)
            )
        case _:
            return _wrong_value(place, found, element, decimal_comma=decimal_comma)


def _wrong_value(place: Span, found: Problem, element: Type, *, decimal_comma: bool) -> Diagnostic:
    help_ = (
        [f"cells of this column are like {_EXAMPLES[element]}"]
        if isinstance(element, Simple) and element in _EXAMPLES
        else []
    )
    if element is Simple.INTEGER and decimal_comma and "," in found.text:
        help_.insert(0, "for several values put a space after the comma")
    return Diagnostic(codes.WRONG_TYPE, f"{quoted(found.text)} is not {describe(element)}", place, help=tuple(help_))


def _unknown(code: Code, message: str, found: Problem, place: Span) -> Diagnostic:
    near = nearest(found.text, found.known)
    if near is None:
        known = listing(found.known)
        return Diagnostic(code, message, place, help=(f"known are {known}",) if known else ())
    return Diagnostic(
        code, message, place, help=(f"did you mean `{near}`?",), fixes=(Fix(f"write `{near}`", place, near),)
    )
