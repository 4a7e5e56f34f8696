"""What names mean: dotted ones are facts, bare ones are what the other side of their test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleflow.checker import errors
from ruleflow.checker.checked import Constant, DefinitionRead, ItemRead, Now, Read
from ruleflow.checker.outcome import MEANT, outcome_parts, outcome_paths, outcome_type
from ruleflow.checker.scope import OUTCOME, Scope, definition_body, fact_paths, fact_type, things_of
from ruleflow.syntax.expressions import Expr, Fact, Fallback, If, Items, Literal, Word
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, SetOf, Simple, Type

RESERVED = frozenset({"now", "it", "contract"})
"""Words with a meaning of their own; no option, thing or definition may bear them."""

Infer = Callable[[Expr, Scope], Type]


def wants_hint(expr: Expr, scope: Scope) -> bool:
    """Whether an expression needs the type of its surroundings to mean something."""
    match expr:
        case Word():
            return expr.name not in RESERVED and expr.name not in scope.model.definitions
        case Literal():
            return isinstance(expr.value, str)
        case Items():
            return any(wants_hint(item, scope) for item in expr.items)
        case If():
            return wants_hint(expr.then, scope)
        case Fallback():
            return wants_hint(expr.left, scope)
        case _:
            return False


def fact(expr: Fact, scope: Scope) -> Type:
    """The type of a dotted name."""
    if expr.path.startswith("it."):
        return _part_of_item(expr, scope)
    path = MEANT.get(expr.path, expr.path) if scope.has_outcome else expr.path
    if path.startswith(OUTCOME):
        return _outcome(path, expr, scope)
    kind = fact_type(scope.model, expr.path)
    if kind is None:
        scope.out.report(errors.unknown_fact(expr.span, expr.path, fact_paths(scope.model)))
        return Simple.UNKNOWN
    scope.tables.meanings[expr.id] = Read(expr.path)
    return kind


def _outcome(path: str, expr: Fact, scope: Scope) -> Type:
    """The type of something that a decision comes to."""
    if not scope.has_outcome:
        scope.out.report(errors.outcome_outside(expr.span, path))
        return Simple.UNKNOWN
    kind = outcome_type(scope.model, path)
    if kind is None:
        scope.out.report(errors.unknown_outcome(expr.span, path, outcome_paths(scope.model)))
        return Simple.UNKNOWN
    scope.tables.meanings[expr.id] = Read(path)
    return kind


def _part_of_item(expr: Fact, scope: Scope) -> Type:
    part = expr.path.removeprefix("it.")
    scope.tables.meanings[expr.id] = ItemRead(part)
    match scope.item:
        case None:
            scope.out.report(errors.item_outside(expr.span))
        case Record() as record:
            if (kind := record.part(part)) is not None:
                return kind
            scope.out.report(errors.unknown_part(expr.span, part, [name for name, _ in record.parts]))
        case Simple.UNKNOWN:
            pass
        case _:
            scope.out.report(errors.unknown_part(expr.span, part, ()))
    return Simple.UNKNOWN


def word(expr: Word, scope: Scope, hint: Type | None, infer: Infer) -> Type:
    """The type of a bare name; `hint` is the type that its surroundings want."""
    match expr.name:
        case "now":
            scope.tables.meanings[expr.id] = Now()
            return Simple.DATETIME
        case "it":
            return _item(expr, scope)
        case "contract" if not (isinstance(hint, Choice) and "contract" in hint.options):
            scope.tables.meanings[expr.id] = Read("contract")
            return Reference((Kind.CONTRACT,))
    wanted = hint.of if isinstance(hint, SetOf | ListOf) else hint
    named = _named_by(expr.name, expr, scope, wanted)
    if named is not None:
        return named
    if expr.name in scope.model.definitions:
        scope.tables.meanings[expr.id] = DefinitionRead(expr.name)
        return definition_type(expr.name, expr, scope, infer)
    return _unknown(expr, scope, wanted)


def quoted(text: str, expr: Literal, scope: Scope, hint: Choice | Reference) -> Type:
    """The type of a quoted text that stands against a choice or a reference: the option or thing of that name."""
    named = _named_by(text, expr, scope, hint)
    if named is not None:
        return named
    if isinstance(hint, Choice):
        scope.out.report(errors.unknown_option(expr.span, text, hint, _against(hint, scope)))
    else:
        scope.out.report(errors.unknown_thing(expr.span, text, hint.kinds, things_of(scope.model, hint.kinds)))
    return Simple.UNKNOWN


def definition_type(name: str, expr: Expr, scope: Scope, infer: Infer) -> Type:
    """The type of a definition's expression, found once; one that is made of itself is reported and has type UNKNOWN."""
    if name in scope.open_definitions:
        chain = scope.open_definitions[scope.open_definitions.index(name) :]
        scope.out.report(errors.cycle(scope.model.definitions[name].span or expr.span, chain))
        return Simple.UNKNOWN
    if name not in scope.tables.definitions:
        with scope.out.inside(f"definition `{name}`"):
            scope.tables.definitions[name] = infer(definition_body(scope.model, name), scope.entering(name))
    return scope.tables.definitions[name]


def _item(expr: Word, scope: Scope) -> Type:
    scope.tables.meanings[expr.id] = ItemRead("")
    if scope.item is None:
        scope.out.report(errors.item_outside(expr.span))
        return Simple.UNKNOWN
    return scope.item


def _named_by(name: str, expr: Word | Literal, scope: Scope, hint: Type | None) -> Type | None:
    """The type of the option or thing of that name that `hint` allows; None where there is none."""
    match hint:
        case Choice() if name in hint.options:
            scope.tables.meanings[expr.id] = Constant(name)
            return hint
        case Reference():
            return _thing(name, expr, scope, hint)
        case _:
            return None


def _thing(name: str, expr: Word | Literal, scope: Scope, hint: Reference) -> Type | None:
    kinds = [kind for kind in hint.kinds if name in scope.model.things(kind)]
    if not kinds:
        return None
    if len(kinds) > 1:
        scope.out.report(errors.ambiguous_thing(expr.span, name, kinds))
    scope.tables.meanings[expr.id] = Constant(name)
    return Reference((kinds[0],))


def _unknown(expr: Word, scope: Scope, hint: Type | None) -> Type:
    match hint:
        case Choice():
            scope.out.report(errors.unknown_option(expr.span, expr.name, hint, _against(hint, scope)))
        case Reference():
            known = [*things_of(scope.model, hint.kinds), *scope.model.definitions]
            scope.out.report(errors.unknown_thing(expr.span, expr.name, hint.kinds, known))
        case Simple.UNKNOWN:
            pass
        case _:
            plain = (*scope.model.definitions, *RESERVED)
            places = tuple(_places(expr.name, scope))
            if hint is Simple.TEXT:
                places = (f"a text stands in quotes: `'{expr.name}'`", *places)
            scope.out.report(errors.unknown_word(expr.span, expr.name, plain, places))
    return Simple.UNKNOWN


def _places(name: str, scope: Scope) -> Iterator[str]:
    """Where a word without a meaning would have one, as help lines."""
    if scope.has_outcome and name in outcome_parts(scope.model):
        yield f"what the decision comes to is `{OUTCOME}{name}`"
    for kind in Kind:
        if name in scope.model.things(kind):
            yield _example(kind, name)
    fields = [path for path, declared in scope.model.fields.items() if _has_option(declared.type, name)]
    for path in fields[:2]:
        yield f"it is an option of `{path}`: write `{path} is {name}`"


def _has_option(kind: Type, name: str) -> bool:
    return isinstance(kind, Choice) and name in kind.options


def _example(kind: Kind, name: str) -> str:
    test = {
        Kind.SEGMENT: f"contact.segments has {name}",
        Kind.CONTRACT: f"contract is {name}",
        Kind.TEAM: f"ticket.team is {name}",
        Kind.AGENT: f"ticket.agent is {name}",
        Kind.CALENDAR: f"now during {name}",
        Kind.SLA: f"ticket.sla is {name}",
        Kind.FOLDER: f"in_folder(contact.contract_folder, {name})",
    }.get(kind)
    what = "an SLA policy" if kind is Kind.SLA else f"the name of a {kind.value}"
    return f"it is {what}: write `{test}`" if test else f"it is {what}"


def _against(choice: Choice, scope: Scope) -> str:
    """The field whose options these are, for the headline: `ticket.priority`, `it.status`; '' where none is found."""
    for path, declared in scope.model.fields.items():
        if declared.type is choice:
            return path
    scored = next((one.path for one in scope.model.scores.values() if one.type is choice), "")
    if scored:
        return scored
    for name, kind in outcome_parts(scope.model).items() if scope.has_outcome else ():
        if isinstance(kind, SetOf) and kind.of == choice:
            return f"{OUTCOME}{name}"
    parts = scope.item.parts if isinstance(scope.item, Record) else ()
    return next((f"it.{name}" for name, kind in parts if kind is choice), "")
