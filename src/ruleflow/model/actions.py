"""What rules do: the actions of a project, and the `then:` of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ruleflow.model import errors
from ruleflow.model.access import entries, flag, inner, is_null, items, scalar, text, value
from ruleflow.model.field_types import read_type
from ruleflow.model.reading import Reading, literal, read_expression
from ruleflow.model.rules import Action, ActionType, Argument, ArgumentValue, Parameter, is_literal
from ruleflow.model.sections import Thing, named
from ruleflow.model.standard_actions import SET, STANDARD_ACTIONS
from ruleflow.model.vocabulary import Field
from ruleflow.syntax.expressions import Broken, Expr, Fact, Fallback, Items, Literal, Word
from ruleflow.syntax.nodes import Entry, Node, Scalar, Sequence
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.text_parser import parse_text
from ruleflow.types.terms import ListOf, SetOf, Simple, Type


def read_action_types(nodes: Iterable[Node], reading: Reading) -> Mapping[str, ActionType]:
    """The standard actions and those that the project declares."""
    found = dict(STANDARD_ACTIONS)
    for thing in named(nodes, "action", reading.out):
        if thing.id in STANDARD_ACTIONS:
            reading.out.report(errors.reserved_action(thing.span, thing.id))
        else:
            found[thing.id] = _read_action_type(thing, reading)
    return found


def _read_action_type(thing: Thing, reading: Reading) -> ActionType:
    with reading.out.inside(f"action `{thing.id}`"):
        parameters = tuple(_read_parameter(entry, reading) for entry in entries(value(thing.body, "parameters")))
        names = [parameter.name for parameter in parameters]
        main = scalar(thing.body, "main")
        if main is not None and main.text not in names:
            reading.out.report(errors.unknown_parameter(inner(main), main.text, names))
            main = None
    return ActionType(thing.id, parameters, main.text if main is not None else "", title=thing.title, span=thing.span)


def _read_parameter(entry: Entry, reading: Reading) -> Parameter:
    kind = Simple.UNKNOWN if is_null(entry.value) else read_type(entry.value, reading.out).type
    return Parameter(entry.key.text, kind, flag(entry.value, "required"), text(entry.value, "title"))


def read_actions(
    node: Node | None, types: Mapping[str, ActionType], fields: Mapping[str, Field], reading: Reading
) -> tuple[Action, ...]:
    """The actions under `then:`, in order; each field of a `set` is one of its own. Unknown actions are left out."""
    return tuple(
        action
        for item in items(node)
        for entry in entries(item)
        if entry.key.text in types
        for action in _read_action(entry, types[entry.key.text], fields, reading)
    )


def _read_action(entry: Entry, kind: ActionType, fields: Mapping[str, Field], reading: Reading) -> Iterator[Action]:
    if kind.name == SET:
        yield from _read_set(entry.value, fields, reading)
    elif isinstance(entry.value, MappingNode):
        yield Action(kind.name, tuple(_read_arguments(entry.value, kind, fields, reading)), inner(entry.key))
    else:
        yield Action(kind.name, tuple(_read_short(entry.value, kind, fields, reading)), inner(entry.key))


def _read_set(node: Node, fields: Mapping[str, Field], reading: Reading) -> Iterator[Action]:
    for entry in entries(node):
        path = entry.key.text
        argument = Argument("value", _read_written(entry.value, path, fields, reading), entry.value.span)
        yield Action(SET, (argument,), inner(entry.key), field=path)


def _read_written(node: Node, path: str, fields: Mapping[str, Field], reading: Reading) -> ArgumentValue | None:
    """What is written to a field: None for null; for a field that nobody declares nothing is said about the value."""
    if is_null(node):
        return None
    written = fields.get(path)
    if written is None:
        return Broken(node.span, next(reading.ids))
    return read_argument(node, written.type, fields, reading, is_text=is_literal(written.type))


def _read_arguments(node: Node, kind: ActionType, fields: Mapping[str, Field], reading: Reading) -> Iterator[Argument]:
    for entry in entries(node):
        parameter = kind.parameter(entry.key.text)
        if parameter is not None:
            found = read_argument(entry.value, parameter.type, fields, reading, is_text=parameter.literal)
            yield Argument(parameter.name, found, entry.value.span)


def _read_short(node: Node, kind: ActionType, fields: Mapping[str, Field], reading: Reading) -> Iterator[Argument]:
    """The one argument of `set_sla: vip`; none for an action without parameters (`escalate:`)."""
    main = kind.parameter(kind.main)
    if main is not None and not is_null(node):
        yield Argument(main.name, read_argument(node, main.type, fields, reading, is_text=main.literal), node.span)


def read_argument(
    node: Node, kind: Type, fields: Mapping[str, Field], reading: Reading, *, is_text: bool
) -> ArgumentValue:
    """The value of a parameter of a type. `is_text`: it is written as text, or as the texts of a list."""
    match node:
        case Sequence():
            return Items(
                tuple(_read_item(item, reading, is_text=is_text) for item in node.items), node.span, next(reading.ids)
            )
        case Scalar() if is_text and not node.is_null:
            if kind is Simple.TEXT:
                return parse_text(node, reading.out, reading.ids, reading.parse)
            return Items((_literal_item(node, reading),), node.span, next(reading.ids))
        case _:
            found = read_expression(node, reading)
            if isinstance(kind, (SetOf, ListOf)) and _is_single(found, fields):
                return Items((found,), node.span, next(reading.ids))
            return found


def _is_single(expr: Expr, fields: Mapping[str, Field]) -> bool:
    """Whether an expression says one element, where a set or list is asked for: `add_watchers: contract.owner`."""
    match expr:
        case Word() | Literal():
            return True
        case Fact():
            found = fields.get(expr.path)
            return expr.path.startswith("contract.") if found is None else not isinstance(found.type, (SetOf, ListOf))
        case Fallback():
            return _is_single(expr.left, fields)
        case _:
            return False


def _read_item(node: Node, reading: Reading, *, is_text: bool) -> Expr:
    if is_text and isinstance(node, Scalar) and not node.is_null:
        return _literal_item(node, reading)
    return read_expression(node, reading)


def _literal_item(node: Scalar, reading: Reading) -> Expr:
    if "{{" in node.text:
        reading.out.report(errors.placeholder_in_list(node.span, node.text))
    return literal(node, reading)
