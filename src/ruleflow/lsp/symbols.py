"""What a file, and a project, has in it: rules and things by id and title."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from ruleflow.lsp.session import Session
from ruleflow.lsp.text import Text
from ruleflow.model.access import text as text_under
from ruleflow.references.names import Kind, Role
from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence

MOST = 500
"""Symbols of a project that are given at once."""

_SECTIONS = {
    "rules": lsp.SymbolKind.Function,
    "tables": lsp.SymbolKind.Array,
    "tests": lsp.SymbolKind.Event,
    "properties": lsp.SymbolKind.Constant,
    "fields": lsp.SymbolKind.Field,
    "definitions": lsp.SymbolKind.Variable,
    "actions": lsp.SymbolKind.Method,
    "events": lsp.SymbolKind.Event,
    "stages": lsp.SymbolKind.EnumMember,
}
_KINDS = {
    Kind.RULE: lsp.SymbolKind.Function,
    Kind.FIELD: lsp.SymbolKind.Field,
    Kind.DEFINITION: lsp.SymbolKind.Variable,
    Kind.EVENT: lsp.SymbolKind.Event,
    Kind.OPTION: lsp.SymbolKind.EnumMember,
    Kind.STAGE: lsp.SymbolKind.EnumMember,
}


def document_symbols(name: str, text: Text, session: Session) -> list[lsp.DocumentSymbol]:
    """The sections of a file with what is in them; of one that is no YAML at the moment nothing."""
    node = session.memory.document(Source(name, text.text))
    return [_section(entry, text) for entry in node] if isinstance(node, Mapping) else []


def _section(entry: Entry, text: Text) -> lsp.DocumentSymbol:
    kind = _SECTIONS.get(entry.key.text, lsp.SymbolKind.Object)
    return _symbol(entry.key.text, "", lsp.SymbolKind.Namespace, entry.key, entry.value, text, [
        _symbol(name or "…", title, kind, key, value, text) for name, title, key, value in _parts(entry.value)
    ])  # fmt: skip


def _parts(node: Node) -> Iterator[tuple[str, str, Node, Node]]:
    """The things of a section: name, title, where the name stands, the whole."""
    if isinstance(node, Mapping):
        for entry in node:
            yield entry.key.text, text_under(entry.value, "title"), entry.key, entry.value
    elif isinstance(node, Sequence):
        for item in node.items:
            named = item.get("id") or item.get("name") if isinstance(item, Mapping) else item
            if isinstance(named, Scalar):
                yield named.text, text_under(item, "title"), named, item


def _symbol(
    name: str, title: str, kind: lsp.SymbolKind, key: Node, value: Node, text: Text,
    children: list[lsp.DocumentSymbol] | None = None,
) -> lsp.DocumentSymbol:  # fmt: skip
    whole = Span(key.span.source, min(key.span.start, value.span.start), max(key.span.end, value.span.end))
    return lsp.DocumentSymbol(
        name=name or "…",
        kind=kind,
        range=text.range_of(whole),
        selection_range=text.range_of(key.span),
        detail=title or None,
        children=children,
    )


def project_symbols(session: Session, query: str) -> Iterator[tuple[str, lsp.SymbolKind, str, Span]]:
    """What a project defines whose id or title has the letters of `query`: name, kind, title, place."""
    wanted = query.casefold()
    titles = session.rules()
    for use in session.defined():
        title = titles.get(use.name.id, "") if use.name.kind is Kind.RULE else ""
        if use.role is Role.DEFINITION and (wanted in use.name.id.casefold() or wanted in title.casefold()):
            yield use.name.id, _KINDS.get(use.name.kind, lsp.SymbolKind.Object), title, use.span
