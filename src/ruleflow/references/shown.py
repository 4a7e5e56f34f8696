"""Places of names as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.snippet import snippet
from ruleflow.references.index import References
from ruleflow.references.names import Name, Role, Use
from ruleflow.source import Span

VERSION = 1
_PLURALS = {"SLA policy": "SLA policies", "property": "properties", "defaults": "defaults of files"}


def name_text(name: Name, index: References) -> str:
    """Where a thing is defined, and who names it, by kind of holder."""
    return "".join(f"{line}\n" for line in _name_lines(name, index))


def _name_lines(name: Name, index: References) -> Iterator[str]:
    definition = index.definition(name)
    if definition is None:
        yield f"{_capital(str(name))} is part of the standard vocabulary."
    else:
        yield f"{_capital(str(name))} is defined in"
        yield from _place(definition.span, "")
    uses = [use for use in index.of(name.kind, name.id) if use.role is Role.USE]
    old = [use.span.text for use in index.of(name.kind, name.id) if use.role is Role.EARLIER]
    if old:
        yield f"It was {', '.join(f'`{visible(word)}`' for word in old)} before."
    yield ""
    yield f"Named in {len(uses):,} place{'s' * (len(uses) != 1)}." if uses else "Nothing names it."
    yield from use_lines(uses)


def use_lines(uses: Iterable[Use]) -> Iterator[str]:
    """The places, under a heading for each kind of holder."""
    for kind, own in _grouped(uses).items():
        yield ""
        yield f"{_capital(_PLURALS.get(kind, f'{kind}s'))}:"
        for use in own:
            yield from _place(use.span, str(use.holder))


def _grouped(uses: Iterable[Use]) -> Mapping[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.holder.kind, []).append(use)
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place(span: Span, said: str) -> Iterator[str]:
    drawn, first = snippet(span), span.first
    where = f"{visible(span.source.name)}:{first.line}:{first.column}"
    yield f"  {where}{'  ' + visible(said) if said else ''}"
    yield f"    {drawn.text}"
    yield "    " + " " * drawn.indent + "^" * drawn.length


def place_lines(places: Iterable[tuple[Span, str]]) -> Iterator[str]:
    """Places, each with what is said of it."""
    for span, said in places:
        yield from _place(span, said)


def name_dict(name: Name, index: References) -> dict[str, Any]:
    """A thing and its places as JSON, version 1."""
    places = index.of(name.kind, name.id)
    definition = index.definition(name)
    return {
        "kind": name.kind.value,
        "id": name.id,
        "definition": None if definition is None else place_dict(definition.span),
        "was": [use.span.text for use in places if use.role is Role.EARLIER],
        "uses": [use_dict(use) for use in places if use.role is Role.USE],
    }


def use_dict(use: Use) -> dict[str, Any]:
    """A use as JSON."""
    holder = {"kind": use.holder.kind, "id": use.holder.id, "part": use.holder.part}
    return {**place_dict(use.span), "text": use.span.text, "holder": holder}


def place_dict(span: Span) -> dict[str, Any]:
    """A place as JSON: lines and columns from 1, `end_column` one past the last character; offsets in characters."""
    first, last = span.first, span.last
    return {
        "file": span.source.name,
        "line": first.line,
        "column": first.column,
        "end_line": last.line,
        "end_column": last.column,
        "start": span.start,
        "end": span.end,
    }
