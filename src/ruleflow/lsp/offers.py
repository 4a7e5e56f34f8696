"""What may be typed in an expression, best first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ruleflow.checker.scope import fact_paths, fact_type
from ruleflow.lsp.unfinished import Unfinished
from ruleflow.lsp.wanted import kinds_of_type
from ruleflow.model.model import Model
from ruleflow.references.names import Kind
from ruleflow.types import terms
from ruleflow.types.functions import FUNCTIONS, Function
from ruleflow.types.terms import (
    NUMBERS,
    Choice,
    ListOf,
    Record,
    SetOf,
    Simple,
    Type,
    alike,
    describe,
    is_ordered,
)

_ORDER = ("IS", "IS_NOT", "IN", "NOT_IN")
_TEXTS = ("CONTAINS", "CONTAINS_WORD", "STARTS_WITH", "ENDS_WITH", "MATCHES", "EXACTLY")
_RANGES = ("AT_LEAST", "AT_MOST", "MORE", "LESS", "BETWEEN", "NOT_BETWEEN")
_SETS = ("HAS", "HAS_ANY", "HAS_ALL", "HAS_NONE", "NOT_HAS")
_MISSING = ("IS_PRESENT", "IS_MISSING", "IS_BLANK", "IS_NOT_PRESENT", "IS_NOT_MISSING", "IS_NOT_BLANK")
_SUMS = ("PLUS", "MINUS", "TIMES", "DIVIDED_BY", "MODULO")

_OPERATORS: dict[str, tuple[str, str]] = {
    "IS": ("is", "the same"),
    "IS_NOT": ("is not", "not the same; holds where it is missing, too"),
    "IN": ("in [", "one of several"),
    "NOT_IN": ("not in [", "none of several"),
    "HAS": ("has", "the set holds it"),
    "NOT_HAS": ("not has", "the set does not hold it"),
    "HAS_ANY": ("has any of [", "the set holds at least one"),
    "HAS_ALL": ("has all of [", "the set holds every one"),
    "HAS_NONE": ("has none of [", "the set holds none"),
    "CONTAINS": ("contains", "stands somewhere in the text; case does not count"),
    "CONTAINS_WORD": ("contains word", "stands in the text as a word"),
    "STARTS_WITH": ("starts with", "the text begins with it"),
    "ENDS_WITH": ("ends with", "the text ends with it"),
    "MATCHES": ("matches", "a regular expression"),
    "EXACTLY": ("exactly contains", "case counts"),
    "LESS": ("<", "below"),
    "AT_MOST": ("<=", "at most"),
    "MORE": (">", "above"),
    "AT_LEAST": (">=", "at least"),
    "BETWEEN": ("between", "between two ends, both in"),
    "NOT_BETWEEN": ("not between", "outside two ends"),
    "IS_MISSING": ("is missing", "there is no value"),
    "IS_NOT_MISSING": ("is not missing", "there is a value"),
    "IS_PRESENT": ("is present", "there is a value"),
    "IS_NOT_PRESENT": ("is not present", "there is no value"),
    "IS_BLANK": ("is blank", "missing, empty or only white space"),
    "IS_NOT_BLANK": ("is not blank", "there is a text in it"),
    "CHANGED": ("changed", "it is not what it was before the event"),
    "TO": ("to", "what it became"),
    "FROM": ("from", "what it was"),
    "DURING": ("during", "inside the open hours of a calendar"),
    "OUTSIDE": ("outside", "outside the open hours of a calendar"),
    "ANY_OF": ("any of [", "one of several texts"),
    "PLUS": ("+", "added"),
    "MINUS": ("-", "taken away"),
    "TIMES": ("*", "multiplied"),
    "DIVIDED_BY": ("/", "divided"),
    "MODULO": ("%", "what is left of a division"),
    "ELSE_USE": ("??", "what to take where it is missing"),
    "AND": ("and", "both hold"),
    "OR": ("or", "at least one holds"),
    "THEN": ("then", "the value where it holds"),
    "ELSE": ("else", "the value where it does not"),
    "WHERE": ("where", "which records count; `it` is the record"),
    "OF": ("of", "the number to take of each record"),
}
"""The words between operands, as they are typed, and what they mean."""

_OPENING: dict[str, tuple[str, str]] = {
    "NOT": ("not", "the opposite"),
    "IF": ("if", "one of two values"),
    "ANY": ("any (", "some record of a list"),
    "ALL": ("all (", "every record of a list"),
    "NONE": ("none (", "no record of a list"),
    "COUNT": ("count (", "how many records of a list"),
    "SUM": ("sum (", "numbers of the records of a list, added"),
    "MIN": ("min (", "the least number of the records of a list"),
    "MAX": ("max (", "the greatest number of the records of a list"),
    "TRUE": ("true", ""),
    "FALSE": ("false", ""),
}


class Sort(Enum):
    """What kind of word is offered."""

    FIELD = "field"
    OPTION = "option"
    THING = "thing"
    FUNCTION = "function"
    DEFINITION = "definition"
    WORD = "word"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that may be typed. `rank`: the lower, the better it fits. `note` says more, in Markdown."""

    text: str
    sort: Sort
    detail: str = ""
    note: str = ""
    rank: int = 1
    insert: str = ""
    """What is put into the text, where that is not the word itself."""


def expression_offers(place: Unfinished, model: Model) -> Iterator[Offer]:
    """What may follow in an expression."""
    if place.terminals & {"FACT", "NAME"}:
        yield from _operands(place, model)
        yield from (
            Offer(text, Sort.WORD, note, rank=4 if name in {"TRUE", "FALSE"} and not _wants_flag(place) else 3)
            for name, (text, note) in _OPENING.items()
            if name in place.terminals
        )
    fitting = fitting_operators(place.left)
    for at, name in enumerate((*fitting, *(name for name in _OPERATORS if name not in fitting))):
        is_known = name in fitting or name in _JOINING or (place.left is None and "NAME" not in place.terminals)
        if name in place.terminals and is_known:
            text, note = _OPERATORS[name]
            yield Offer(text, Sort.WORD, note, rank=0 if name in fitting else 1 if at else 2)


_JOINING = {"AND", "OR", "THEN", "ELSE", "WHERE", "OF", "TO", "FROM", "ANY_OF", "ELSE_USE"}


def fitting_operators(kind: Type | None) -> tuple[str, ...]:
    """The terminals of the operators that values of a type may be asked with, the most usual first."""
    match kind:
        case SetOf() | ListOf():
            return (*_SETS, *_MISSING, "CHANGED")
        case Simple.TEXT:
            return (*_TEXTS, *_ORDER, *_MISSING, "CHANGED")
        case Simple.DATETIME:
            return (*_RANGES, "DURING", "OUTSIDE", *_ORDER, *_MISSING[:2], "CHANGED", "PLUS", "MINUS")
        case Simple.BOOLEAN:
            return ("IS", "IS_NOT", *_MISSING[:2], "CHANGED")
        case None:
            return ()
        case _ if kind in NUMBERS or kind is Simple.DURATION:
            return (*_RANGES, *_ORDER, *_SUMS, *_MISSING[:2], "CHANGED")
        case _ if is_ordered(kind):
            return (*_ORDER, *_RANGES, *_MISSING[:2], "CHANGED")
        case _:
            return (*_ORDER, *_MISSING[:2], "CHANGED")


def _wants_flag(place: Unfinished) -> bool:
    return place.wanted is Simple.BOOLEAN


def _operands(place: Unfinished, model: Model) -> Iterator[Offer]:
    """Options and things of the wanted type, fields, functions, definitions."""
    if "." not in place.word:
        yield from values_of(place.wanted, model)
        yield from _bare(place, model)
        yield from (function_offer(one, place.wanted) for one in FUNCTIONS.values())
    if isinstance(place.item, Record):
        for name, kind in place.item.parts:
            yield Offer(f"it.{name}", Sort.FIELD, describe(kind), rank=0 if _fits(kind, place.wanted) else 2)
    for path in fact_paths(model):
        if path.startswith(place.word):
            yield field_offer(path, model, place.wanted)


def values_of(kind: Type | None, model: Model) -> Iterator[Offer]:
    """The options or the things that a value of a type may be."""
    if isinstance(kind, Choice):
        for at, option in enumerate(kind.options):
            place = f"option {at + 1} of {len(kind.options)}, lowest first" if kind.ordered else "option"
            plain = (
                option.replace("_", "a").isalnum() and option.isascii() and option[:1].isalpha() and option.islower()
            )
            yield Offer(option, Sort.OPTION, place, rank=0, insert="" if plain else f"'{option}'")
    for one in kinds_of_type(kind):
        yield from things(one, model)


def things(kind: Kind, model: Model) -> Iterator[Offer]:
    """All things of a kind."""
    if kind is Kind.STAGE:
        yield from (Offer(one.id, Sort.THING, "stage", rank=0) for one in model.stages)
    elif kind is Kind.EVENT:
        yield from (Offer(name, Sort.THING, one.title or "event", rank=0) for name, one in model.events.items())
    elif kind is Kind.RULE:
        yield from (Offer(one.id, Sort.THING, "rule", one.title, rank=0) for one in model.rules)
    else:
        for name, thing in model.things(terms.Kind(kind.value)).items():
            yield Offer(name, Sort.THING, str(thing.title or kind.value), kind.value, rank=0)


def _bare(place: Unfinished, model: Model) -> Iterator[Offer]:
    """Definitions, and the words that mean something by themselves."""
    for name, one in model.definitions.items():
        yield Offer(name, Sort.DEFINITION, "definition", f"```\n{one.value.span.text[:400]}\n```", rank=2)
    yield Offer("now", Sort.WORD, "the instant of the decision", rank=0 if _fits(Simple.DATETIME, place.wanted) else 3)
    yield Offer("contract", Sort.WORD, "the contract that applies to the ticket", rank=3)
    if place.item is not None:
        yield Offer("it", Sort.WORD, "the record at hand", rank=1)


def field_offer(path: str, model: Model, wanted: Type | None = None) -> Offer:
    """A field, with its type and title."""
    kind, declared = fact_type(model, path), model.fields.get(path)
    return Offer(
        path,
        Sort.FIELD,
        describe(kind) if kind is not None else "",
        declared.title if declared is not None else "",
        rank=1 if _fits(kind, wanted) else 3,
    )


def function_offer(one: Function, wanted: Type | None) -> Offer:
    """A function, with its signature."""
    note = f"{one.summary}\n\n```\n{one.example}\n```"
    rank = 2 if wanted is not None and alike(one.result, wanted) else 3
    return Offer(one.name, Sort.FUNCTION, one.signature, note, rank=rank, insert=f"{one.name}(")


def _fits(kind: Type | None, wanted: Type | None) -> bool:
    if wanted is None or kind is None:
        return True
    inside = kind.of if isinstance(kind, SetOf | ListOf) else kind
    return alike(kind, wanted) or alike(inside, wanted)
