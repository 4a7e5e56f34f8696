"""What is said of the thing under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types as lsp

from ruleflow.diagnostics.codes import CODES
from ruleflow.diagnostics.pages import page_name
from ruleflow.lsp.outline import spot_at
from ruleflow.lsp.session import Session
from ruleflow.lsp.shapes_here import key_at, shapes_at
from ruleflow.lsp.text import Text
from ruleflow.model.model import Model
from ruleflow.model.shapes import Word
from ruleflow.references.names import OF_TERMS, Kind, Name, Role, Use
from ruleflow.references.places import options_at, type_at
from ruleflow.resources import read_resource
from ruleflow.types.functions import FUNCTIONS
from ruleflow.types.terms import describe

_WORD = re.compile(r"[A-Za-z_][\w.]*")
_CODE = re.compile(r"\bRF\d{3}\b")
_TERMS = {ours: theirs for theirs, ours in OF_TERMS.items()}
MOST_OPTIONS = 20


def hover(session: Session, name: str, text: Text, position: lsp.Position) -> lsp.Hover | None:
    """What is under a position: a thing of the project, a function, a key, a code."""
    offset = text.offset(position)
    uses = session.at(name, offset)
    place = None if not uses else session.now(uses[0].span)
    if uses and place is not None:
        said = "\n\n---\n\n".join(_of_name(use.name, session) for use in uses)
        return _hover(said, text, place.start, place.end)
    found = _word_at(text.text, offset, _CODE) or _word_at(text.text, offset, _WORD)
    if found is None:
        return None
    said = _of_word(found, session, name, text.text)
    return _hover(said, text, found.start(), found.end()) if said else None


def _hover(said: str, text: Text, start: int, end: int) -> lsp.Hover:
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said), text.range(start, end))


def _word_at(text: str, offset: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line = pattern.finditer(text, start, end if end >= 0 else len(text))
    return next((found for found in line if found.start() <= offset <= found.end()), None)


def _of_name(name: Name, session: Session) -> str:
    places = session.places_of(name)
    lines = [f"**{_capital(str(name))}**", *_facts(name, session.model)]
    old = ", ".join(f"`{use.span.text}`" for use in places if use.role is Role.EARLIER)
    if old:
        lines.append(f"It was {old} before.")
    lines.append(_told_uses([use for use in places if use.role is Role.USE]))
    return "\n\n".join(lines)


def _told_uses(uses: list[Use]) -> str:
    if not uses:
        return "Nothing names it."
    files = len({use.span.source.name for use in uses})
    where = f" in {files:,} files" if files > 1 else ""
    return f"Named in {len(uses):,} place{'s' * (len(uses) != 1)}{where}."


def _facts(name: Name, model: Model | None) -> Iterator[str]:
    """What the vocabulary says of a thing."""
    if model is None:
        return
    if name.kind is Kind.FIELD:
        kind, declared = type_at(name.id, model), model.fields.get(name.id)
        if declared is not None and declared.title:
            yield declared.title
        if kind is not None:
            yield _capital(describe(kind)) + (f" in {declared.unit}" if declared is not None and declared.unit else "")
        if options := options_at(name.id, model):
            more = f" and {len(options) - MOST_OPTIONS:,} more" if len(options) > MOST_OPTIONS else ""
            yield "Options: " + ", ".join(f"`{one}`" for one in options[:MOST_OPTIONS]) + more
        if declared is not None:
            yield "May be missing." if declared.optional else "Always present."
    elif (kind_of := _TERMS.get(name.kind)) is not None:
        thing = model.things(kind_of).get(name.id)
        if thing is not None and thing.title:
            yield thing.title
    elif name.kind is Kind.DEFINITION and (one := model.definitions.get(name.id)) is not None:
        yield f"```\n{one.value.span.text}\n```"
    elif name.kind is Kind.RULE and (title := next((rule.title for rule in model.rules if rule.id == name.id), "")):
        yield title
    elif name.kind is Kind.ACTION and (action := model.actions.get(name.id)) is not None:
        yield action.title


def _of_word(found: re.Match[str], session: Session, name: str, text: str) -> str:
    """What is said of a word that names nothing of the project: a code, a function, a key."""
    word = found.group()
    if word in CODES:
        code = CODES[word]
        return f"**{code}**: {code.title}\n\n" + _first_section(read_resource("codes", page_name(code)))
    model = session.model
    if model is None:
        return ""
    spot = spot_at(text, found.end())
    if spot.takes_value and Word.EXPRESSION in shapes_at(model, name, spot.path) and word in FUNCTIONS:
        function = FUNCTIONS[word]
        return f"```\n{function.signature}\n```\n\n{function.summary}\n\n```\n{function.example}\n```"
    key = key_at(model, name, (*spot.path, word)) if text[found.end() : found.end() + 1] == ":" else None
    return (
        "" if key is None else f"**{key.name}**\n\n{key.doc}" + (f"\n\nExample: `{key.example}`" if key.example else "")
    )


def _first_section(page: str) -> str:
    """What the page of a code says under its first heading."""
    _, _, rest = page.partition("\n## ")
    return rest.partition("\n")[2].partition("\n## ")[0].strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
