"""The words of the readers: files, YAML, expressions."""

from __future__ import annotations

import unicodedata

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.source import Source, Span


def too_large(source: Source, size: int, limit: int) -> Diagnostic:
    """A file over the limit."""
    return Diagnostic(
        codes.TOO_LARGE,
        f"`{source.name}` has {size / 1024 / 1024:.1f} MiB; a file has at most {limit // 1024 // 1024} MiB",
        Span(source, 0, 0),
        help=("split it into several files; all YAML files of the folder are read",),
    )


def not_utf8(source: Source, offset: int, byte: int) -> Diagnostic:
    """A file in another encoding. The source is what could be read before the first bad byte."""
    end = len(source.text)
    return Diagnostic(
        codes.NOT_UTF8,
        f"`{source.name}` is not UTF-8: byte {offset} is 0x{byte:02x}",
        Span(source, end, end),
        help=("save it as UTF-8; editors offer that under “encoding”",),
    )


def sheet_not_utf8(source: Source, offset: int, byte: int) -> Diagnostic:
    """A spreadsheet's file in an encoding of one country; guessing which would turn names into others."""
    end = len(source.text)
    return Diagnostic(
        codes.NOT_UTF8,
        f"`{source.name}` is not UTF-8: byte {offset} is 0x{byte:02x}",
        Span(source, end, end),
        help=(
            "in the spreadsheet choose “Save as”, then “CSV UTF-8”; an older “CSV” is written in the encoding of one country",
        ),
    )


def hidden_character(span: Span) -> Diagnostic:
    """A character that a reader of the file does not see."""
    character = span.text
    name = unicodedata.name(character, f"control character {ord(character)}").lower()
    return Diagnostic(
        codes.HIDDEN_CHARACTER,
        f"a hidden character stands here: U+{ord(character):04X}, {name}",
        span,
        help=("delete it: a reader of the file sees something else than what is there",),
        fixes=(Fix("delete the hidden character", span, ""),),
    )


def anchor(span: Span, what: str) -> Diagnostic:
    """An anchor, alias or merge key."""
    help_ = {
        "anchor": "write the value out where it is needed, or give it a name under `definitions:`; a text that begins with `&` stands in quotes",
        "alias": "write the value out; a text that begins with `*` stands in quotes",
        "merge key": "write the keys out; what all rules of a file share goes under `defaults:`",
    }[what]
    return Diagnostic(codes.ANCHOR, f"a YAML {what} is not allowed in rules", span, help=(help_,))


def tag(span: Span) -> Diagnostic:
    """A tag."""
    help_ = (
        f"if `{span.text}` belongs to an expression, write `not` instead of `!`" if len(span.text) > 1 else "remove it"
    )
    return Diagnostic(
        codes.TAG,
        f"`{span.text}` is a YAML tag, which rules do not have",
        span,
        help=(help_, "a text that begins with `!` stands in quotes"),
    )


def too_deep(span: Span, limit: int) -> Diagnostic:
    """Nesting over the limit."""
    return Diagnostic(
        codes.TOO_DEEP,
        f"the file is nested deeper than {limit}",
        span,
        help=("nothing in a project needs that; look for brackets that are never closed",),
    )


def several_documents(span: Span) -> Diagnostic:
    """A second `---`."""
    return Diagnostic(
        codes.SEVERAL_DOCUMENTS,
        "a second document begins here",
        span,
        help=("remove the `---`, or make it a file of its own",),
    )


def complex_key(span: Span) -> Diagnostic:
    """A list or a mapping as a key."""
    return Diagnostic(
        codes.COMPLEX_KEY,
        "a key must be a word",
        span,
        help=("a text that begins with `[`, `{` or `?` stands in quotes",),
    )


def duplicate_key(span: Span, key: str, first: Span) -> Diagnostic:
    """A key that stands twice."""
    return Diagnostic(
        codes.DUPLICATE_KEY,
        f"the key `{key}` stands twice",
        span,
        help=("keep one of the two; which one counts would be a guess",),
        related=(Related(first, "it stands here first"),),
    )


def cut_by_comment(span: Span) -> Diagnostic:
    """A value that YAML cuts off at ` #`."""
    return Diagnostic(
        codes.CUT_BY_COMMENT,
        "` #` inside a text begins a comment, so the value ends before it",
        span,
        help=("wrap the whole value in quotes of the other kind, or put it on the next line after `|`",),
    )


# Expressions


def unreadable(span: Span, message: str, *help_: str) -> Diagnostic:
    """An expression that stops making sense at a place."""
    return Diagnostic(codes.UNREADABLE_EXPRESSION, message, span, help=help_)


def empty_expression(span: Span) -> Diagnostic:
    """Nothing where an expression belongs."""
    return Diagnostic(
        codes.EMPTY_EXPRESSION,
        "an expression is missing here",
        span,
        help=("write a condition such as `ticket.priority is high`, or leave the key out",),
    )


def unknown_unit(span: Span) -> Diagnostic:
    """`1d`, `2w`, `30min`."""
    text = span.text
    number = "".join(one for one in text if one.isdigit())
    unit = text[len(number) :]
    many = "" if number == "1" else "s"
    help_ = {
        "d": (
            f"`{number} day{many}` keeps the clock time, `{int(number or 0) * 24}h` is exact, `{number} working day{many}` counts open days",
        ),
        "w": (f"write `{int(number or 0) * 7} days`",),
    }.get(
        unit[:1],
        (
            f"hours, minutes and seconds are `{number}h`, `{number}m` and `{number}s`; days are written out: `{number} day{many}`",
        ),
    )
    return Diagnostic(codes.UNKNOWN_UNIT, f"`{text}` is not a duration", span, help=help_)


def chained(span: Span) -> Diagnostic:
    """`a < b < c`."""
    return Diagnostic(
        codes.CHAINED_COMPARISON,
        "two comparisons in a row mean nothing",
        span,
        help=("write `a < b and b < c`, or `b between a and c`",),
    )


def mixed_and_or(span: Span, first: str, second: str) -> Diagnostic:
    """`a or b and c` without brackets."""
    return Diagnostic(
        codes.MIXED_AND_OR,
        "`and` binds tighter than `or` here, which readers often take the other way round",
        span,
        help=(f"as it stands it means `{first}`", f"write the brackets, or if you mean the other, `{second}`"),
    )


def other_operator(span: Span, found: str, write: str) -> Diagnostic:
    """`=`, `&&`, `||`, `!`."""
    return Diagnostic(
        codes.OTHER_OPERATOR,
        f"`{found}` is not an operator here",
        span,
        help=(f"write `{write}`",),
        fixes=(Fix(f"write `{write}`", span, write),),
    )


def wrong_quotes(span: Span) -> Diagnostic:
    """Typographic quotes."""
    return Diagnostic(
        codes.WRONG_QUOTES,
        f"`{span.text}` does not open a text",
        span,
        help=("use straight quotes: `'text'` or `\"text\"`",),
    )


def open_text(span: Span) -> Diagnostic:
    """A quote that is never closed."""
    return Diagnostic(
        codes.OPEN_TEXT,
        "a text is opened here and never closed",
        span,
        help=(f"close it with the same quote: {span.text[:1]}",),
    )


def open_bracket(span: Span, bracket: str) -> Diagnostic:
    """A bracket without its partner."""
    partner = {"(": ")", "[": "]", ")": "(", "]": "["}[bracket]
    if bracket in "([":
        return Diagnostic(
            codes.OPEN_BRACKET, f"`{bracket}` is opened and never closed", span, help=(f"add a `{partner}`",)
        )
    return Diagnostic(
        codes.OPEN_BRACKET,
        f"`{bracket}` closes nothing",
        span,
        help=(f"remove it, or add the `{partner}` that belongs to it",),
    )


def missing_operator(span: Span, before: str) -> Diagnostic:
    """Two values side by side."""
    return Diagnostic(
        codes.MISSING_OPERATOR,
        f"an operator is missing between `{before}` and `{span.text}`",
        span,
        help=(
            "values are joined by words such as `is`, `has`, `contains`, `and`; a text of several words stands in quotes",
        ),
    )


def bad_literal(span: Span, what: str, help_: str) -> Diagnostic:
    """A literal that looks right and means nothing: `@2026-02-30`."""
    return Diagnostic(codes.BAD_LITERAL, f"`{span.text}` is not {what}", span, help=(help_,))


def expression_too_large(span: Span, message: str) -> Diagnostic:
    """An expression over a limit."""
    return Diagnostic(codes.EXPRESSION_TOO_LARGE, message, span, help=("give parts of it names under `definitions:`",))


def capitals(span: Span, write: str) -> Diagnostic:
    """`AND`, `Ticket.priority`."""
    return Diagnostic(
        codes.CAPITALS,
        f"`{span.text}` is written in capitals",
        span,
        help=(f"names and operators are written in small letters: `{write}`; a text stands in quotes",),
        fixes=(Fix(f"write `{write}`", span, write),),
    )


def open_placeholder(span: Span) -> Diagnostic:
    """`{{` without `}}`."""
    return Diagnostic(
        codes.OPEN_PLACEHOLDER,
        "`{{` is opened and never closed",
        span,
        help=("close it: `{{ ticket.subject }}`; to write two braces as text: `{{ '{{' }}`",),
    )
