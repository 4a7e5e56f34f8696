"""Formatting a file as `ruleflow fmt` does, as one edit; and the signature of the function that is being called."""

from __future__ import annotations

from lsprotocol import types as lsp

from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import Left, format_file
from ruleflow.lsp.outline import spot_at
from ruleflow.lsp.shifts import shift_between
from ruleflow.lsp.text import Text
from ruleflow.lsp.unfinished import call_at
from ruleflow.model.model import Model
from ruleflow.source import Source
from ruleflow.syntax.unfinished import tokens_of
from ruleflow.types.functions import FUNCTIONS
from ruleflow.types.terms import describe


def formatted(name: str, text: Text, model: Model) -> list[lsp.TextEdit]:
    """The edit that brings a file into form; none where it is, or where it has mistakes."""
    found = format_file(Source(name, text.text), Vocabulary(model.actions, model.fields))
    if isinstance(found, Left) or found == text.text:
        return []
    shift = shift_between(text.text, found)
    # The end of a line stays whole: positions between `\r` and `\n` do not exist.
    before = shift.before - text.text[: shift.before].endswith("\r")
    behind = shift.behind - text.text[len(text.text) - shift.behind :].startswith("\n")
    range_ = text.range(before, len(text.text) - behind)
    return [lsp.TextEdit(range_, found[before : len(found) - behind])]


def signature(text: Text, position: lsp.Position) -> lsp.SignatureHelp | None:
    """The function whose arguments are being typed."""
    call = call_at(tokens_of(spot_at(text.text, text.offset(position)).text))
    if call is None:
        return None
    function = FUNCTIONS[call.function]
    parameters = [
        lsp.ParameterInformation(name, " or ".join(describe(kind) for kind in accepted))
        for name, accepted in function.parameters
    ]
    said = lsp.SignatureInformation(function.signature, function.summary, parameters)
    return lsp.SignatureHelp([said], 0, min(call.argument, len(parameters) - 1))
