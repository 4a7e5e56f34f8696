"""Completion: what may be typed where the cursor is, as the protocol has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from ruleflow.calendar.zones import zone_names
from ruleflow.checker.scope import fact_paths, fact_type
from ruleflow.lsp.offers import Offer, Sort, expression_offers, field_offer, things, values_of
from ruleflow.lsp.outline import ITEM, Spot, spot_at
from ruleflow.lsp.session import Session
from ruleflow.lsp.shapes_here import shapes_at
from ruleflow.lsp.text import Text
from ruleflow.lsp.unfinished import unfinished
from ruleflow.lsp.wanted import fact_prefix, kinds_named, parts_below, type_wanted
from ruleflow.model.model import Model
from ruleflow.model.rules import Parameter
from ruleflow.model.shapes import MapOf, OneKey, OneOf, Record, Refused, Shape, Word
from ruleflow.model.standard_actions import SET
from ruleflow.references.names import Kind
from ruleflow.syntax.unfinished import ends_in_text
from ruleflow.types.terms import SetOf, Simple

MOST = 200
"""Words that are offered at once; the editor asks again after each letter."""
LONGEST = 200
"""Characters of a placeholder."""
TRIGGERS = [".", " ", ":", "[", "(", "{", "'"]

_PLACEHOLDER = re.compile(r"\{\{[ ]*([a-z_][a-z0-9_.]*)?\Z")
_NAME = re.compile(r"[\w.\-]*\Z")
_KINDS = {
    Sort.FIELD: lsp.CompletionItemKind.Field,
    Sort.OPTION: lsp.CompletionItemKind.EnumMember,
    Sort.THING: lsp.CompletionItemKind.Reference,
    Sort.FUNCTION: lsp.CompletionItemKind.Function,
    Sort.DEFINITION: lsp.CompletionItemKind.Variable,
    Sort.WORD: lsp.CompletionItemKind.Keyword,
    Sort.KEY: lsp.CompletionItemKind.Property,
}


def completion(session: Session, name: str, text: Text, position: lsp.Position) -> lsp.CompletionList:
    """What may be typed at a position."""
    model = session.model
    if model is None:
        return lsp.CompletionList(is_incomplete=False, items=[])
    offset = text.offset(position)
    if name.endswith(".yaml"):
        word, offers = offers_at(spot_at(text.text, offset), name, model, session)
    else:
        word, offers = _placeholders(text.text[max(0, offset - LONGEST) : offset], model) or ("", ())
    found = sorted(_matching(word, offers), key=lambda offer: (offer.rank, not offer.text.startswith(word)))
    range_ = text.range(offset - len(word), offset)
    items = [_item(offer, range_, at) for at, offer in enumerate(found[:MOST])]
    return lsp.CompletionList(is_incomplete=len(found) > MOST, items=items)


def _matching(word: str, offers: Iterable[Offer]) -> Iterator[Offer]:
    """The words that hold the letters typed so far in their order, as editors match; each once."""
    wanted, seen = word.casefold(), set[str]()
    for offer in offers:
        rest = iter(offer.text.casefold())
        if offer.text not in seen and all(letter in rest for letter in wanted):
            seen.add(offer.text)
            yield offer


def _item(offer: Offer, range_: lsp.Range, at: int) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=offer.text,
        kind=_KINDS[offer.sort],
        detail=offer.detail or None,
        documentation=lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.note) if offer.note else None,
        sort_text=f"{at:04}",
        filter_text=offer.text,
        text_edit=lsp.TextEdit(range_, offer.insert or offer.text),
    )


def offers_at(spot: Spot, file: str, model: Model, session: Session) -> tuple[str, Iterable[Offer]]:
    """The word that is being typed, and what may stand in its place."""
    placeholders = _placeholders(spot.text, model) if spot.takes_value else None
    if placeholders is not None:
        return placeholders
    shapes = shapes_at(model, file, spot.path)
    value = list(_values(spot, shapes, model, session)) if spot.takes_value else []
    keys = list(_keys(spot, shapes, model)) if spot.takes_key else []
    if spot.takes_value and _is_expression(spot, shapes, model):
        place = unfinished(spot.text, model, type_wanted(spot.path, model))
        if ends_in_text(spot.text):
            return "", []
        return place.word, [*expression_offers(place, model), *keys]
    word = _NAME.search(spot.text)
    return word.group() if word is not None else "", [*keys, *value]


def _placeholders(before: str, model: Model) -> tuple[str, Iterable[Offer]] | None:
    """What may stand in `{{ … }}`, in templates and in texts of actions; None where the cursor is in none."""
    found = _PLACEHOLDER.search(before)
    return None if found is None else (found[1] or "", [field_offer(path, model) for path in fact_paths(model)])


def _is_expression(spot: Spot, shapes: tuple[Shape, ...], model: Model) -> bool:
    if Word.EXPRESSION in shapes:
        return True
    return SET in spot.path[:-1] and "then" in spot.path and _written_as_expression(spot, model)


def _written_as_expression(spot: Spot, model: Model) -> bool:
    kind = fact_type(model, next((step for step in reversed(spot.path) if step is not ITEM), ""))
    return kind is not None and not Parameter("", kind).literal


def _keys(spot: Spot, shapes: tuple[Shape, ...], model: Model) -> Iterator[Offer]:
    """Keys that may be typed."""
    if (prefix := fact_prefix(spot.path)) is not None:
        for part, path in parts_below(prefix, fact_paths(model)).items():
            offer = field_offer(path, model) if path else Offer(part, Sort.KEY)
            yield Offer(part, Sort.KEY, offer.detail, offer.note, insert=f"{part}: ")
        return
    for shape in shapes:
        match shape:
            case Record() | OneKey():
                for key in shape.keys:
                    if not isinstance(key.shape, Refused):
                        example = f"\n\n```yaml\n{key.name}: {key.example}\n```" if key.example else ""
                        needed = "required" if key.required else ""
                        yield Offer(
                            key.name, Sort.KEY, needed, key.doc + example, rank=0 if key.required else 1,
                            insert=f"{key.name}: ",
                        )  # fmt: skip
            case MapOf(key=Word.PATH) if SET in spot.path:
                for path in model.fields:
                    offer = field_offer(path, model)
                    yield Offer(path, Sort.FIELD, offer.detail, offer.note, insert=f"{path}: ")
            case MapOf(key=Word.EVENT):
                yield from things(Kind.EVENT, model)
            case _:
                pass


def _values(spot: Spot, shapes: tuple[Shape, ...], model: Model, session: Session) -> Iterator[Offer]:
    """Single values that may be typed, outside expressions."""
    kind = type_wanted(spot.path, model)
    for shape in shapes:
        match shape:
            case OneOf():
                yield from (Offer(option, Sort.OPTION, rank=0) for option in shape.options)
            case Word.FLAG:
                yield from (Offer(word, Sort.WORD, rank=0) for word in ("true", "false"))
            case Word.EVENT:
                yield from things(Kind.EVENT, model)
            case Word.PATH:
                yield from (field_offer(path, model) for path in fact_paths(model))
            case Word.TEXT if spot.path[-1:] == ("timezone",):
                yield from (Offer(zone, Sort.THING, "time zone") for zone in zone_names())
            case _:
                pass
    for one in kinds_named(spot.path):
        yield from _rules(session) if one is Kind.RULE else things(one, model)
    yield from values_of(kind.of if isinstance(kind, SetOf) else kind, model)
    if kind is Simple.BOOLEAN:
        yield from (Offer(word, Sort.WORD, rank=0) for word in ("true", "false"))


def _rules(session: Session) -> Iterator[Offer]:
    return (Offer(rule, Sort.THING, title or "rule", rank=0) for rule, title in session.rules().items())
