"""JSON Schemas of the kinds of file, for editors: made from the same shapes that the reader checks.

The keywords used mean the same in draft-07 and 2020-12. What a mapping is follows from its keys, never from `oneOf`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, assert_never

from ruleflow.model.shapes import (
    Anything,
    ByKind,
    Key,
    ListOf,
    MapOf,
    Maybe,
    Named,
    OneKey,
    OneOf,
    OneOrMany,
    Record,
    Refused,
    Shape,
    Word,
)
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.structure_files import TESTS_FILE, file_shape
from ruleflow.model.structure_vocabulary import TEMPLATE_HEADER

Schema = dict[str, Any]

_SCALARS = ["string", "number", "boolean"]
_ID = "^[a-z][a-z0-9_]*$"
_DOTTED = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"
_DURATION = "(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?"
_PERCENT = r"(100(\.0{1,6})?|[0-9]{1,2}(\.[0-9]{1,6})?|0[0-9]{2}(\.[0-9]{1,6})?)%"
_PATTERNS: Mapping[Word, str] = {
    Word.ID: _ID,
    Word.RULE: r"^[a-z][a-z0-9_]*(/[^\s/]+)?$",
    Word.PATH: r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$",
    Word.EVENT: _DOTTED,
    Word.COLOR: "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    Word.PERCENT: f"^{_PERCENT}$",
    Word.DURATION: f"^{_DURATION}$",
    Word.TARGET: f"^({_DURATION}|[1-9][0-9]{{0,3}} working days?|end of working day)$",
    Word.SPAN: f"^(-?{_DURATION}|-?[1-9][0-9]{{0,3}} (working )?days?|end of working day)$",
    Word.WARNING: f"^({_PERCENT}|{_DURATION})$",
    Word.MOMENT: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
}


def root_schema() -> Schema:
    """The schema of `ruleflow.yaml`."""
    shape = file_shape(STANDARD_ACTIONS.values(), root=True, open_=True)
    return _document("ruleflow", "The root file of a ruleflow project", shape)


def rules_schema() -> Schema:
    """The schema of any other YAML file of a project."""
    shape = file_shape(STANDARD_ACTIONS.values(), root=False, open_=True)
    return _document("rules", "A file of a ruleflow project: vocabulary, rules, tests", shape)


def tests_schema() -> Schema:
    """The schema of a file that holds only tests."""
    return _document("tests", "Tests of a ruleflow project", TESTS_FILE)


def template_header_schema() -> Schema:
    """The schema of the header of a template, between its `---` lines."""
    return _document("template-header", "The header of a ruleflow message template", TEMPLATE_HEADER)


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "ruleflow.schema.json": root_schema,
    "rules.schema.json": rules_schema,
    "tests.schema.json": tests_schema,
    "template-header.schema.json": template_header_schema,
}
"""The schemas by the name of their file under `schemas/`."""


def _document(name: str, title: str, shape: Shape) -> Schema:
    definitions: dict[str, Schema] = {}
    found = _schema(shape, definitions)
    head: Schema = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"ruleflow:{name}", "title": title}
    return head | found | ({"definitions": dict(sorted(definitions.items()))} if definitions else {})


def _schema(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    """The schema of a shape; named shapes go to `definitions`, once."""
    match shape:
        case Word():
            return _word(shape)
        case OneOf():
            return {"enum": list(shape.options)}
        case ListOf():
            return _list(_schema(shape.of, definitions), distinct=shape.distinct)
        case OneOrMany():
            one = _schema(shape.of, definitions)
            return _either([one, _list(one)])
        case MapOf():
            return _map(shape, definitions)
        case Record():
            return _record(shape, definitions)
        case OneKey():
            return _one_key(shape, definitions)
        case ByKind():
            return _either(list(_kinds(shape, definitions)))
        case Maybe():
            return _either([{"type": "null"}, _schema(shape.of, definitions)])
        case Named():
            return _named(shape, definitions)
        case Anything():
            return {}
        case Refused():
            return {"not": {}}
        case _:
            assert_never(shape)


def _kinds(shape: ByKind, definitions: dict[str, Schema]) -> Iterator[Schema]:
    for kind, one in (("scalar", shape.scalar), ("object", shape.mapping), ("array", shape.sequence)):
        if isinstance(one, Anything):
            yield {"type": _SCALARS if kind == "scalar" else kind}
        elif one is not None:
            yield _schema(one, definitions)


def _word(word: Word) -> Schema:
    match word:
        case Word.FLAG:
            return {"type": "boolean"}
        case Word.NUMBER:
            return {"type": "number"}
        case Word.TEXT | Word.EXPRESSION | Word.SCALAR:
            return {"type": list(_SCALARS)}
        case _:
            return {"type": "string", "pattern": _PATTERNS[word]}


def _list(of: Schema, *, distinct: bool = False) -> Schema:
    return {"type": "array", "items": of} | ({"uniqueItems": True} if distinct else {})


def _map(shape: MapOf, definitions: dict[str, Schema]) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": _schema(shape.value, definitions)}
    if shape.key in _PATTERNS:
        found["propertyNames"] = {"pattern": _PATTERNS[shape.key]}
    return found


def _record(shape: Record, definitions: dict[str, Schema]) -> Schema:
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": _properties(shape.keys, definitions),
    }
    if shape.required:
        found["required"] = list(shape.required)
    if shape.one_of:
        found["anyOf"] = [{"required": [name]} for name in shape.one_of]
    return found


def _one_key(shape: OneKey, definitions: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": shape.open,
        "properties": _properties(shape.keys, definitions),
    }


def _properties(keys: Iterable[Key], definitions: dict[str, Schema]) -> Schema:
    return {key.name: _property(key, definitions) for key in keys if not isinstance(key.shape, Refused)}


def _property(key: Key, definitions: dict[str, Schema]) -> Schema:
    found = _schema(key.shape, definitions)
    if "$ref" in found:  # in draft-07 nothing beside a reference counts
        found = {"allOf": [found]}
    described = {"description": key.doc} if key.doc else {}
    return described | found


def _named(shape: Named, definitions: dict[str, Schema]) -> Schema:
    if shape.name not in definitions:
        definitions[shape.name] = {}  # so that a shape which holds itself ends
        definitions[shape.name] = _schema(shape.get(), definitions)
    return {"$ref": f"#/definitions/{shape.name}"}


def _either(choices: list[Schema]) -> Schema:
    """One schema for values of different JSON types.

    Most keywords bind values of one type only, so the choices stand side by side in one schema, and an editor can say
    what exactly is wrong; words from a list and named shapes need `anyOf`.
    """
    if any("type" not in choice for choice in choices) or not _side_by_side(choices):
        return {"anyOf": choices}
    types = [name for choice in choices for name in _types(choice)]
    joined: Schema = {"type": types}
    for choice in choices:
        joined |= {keyword: said for keyword, said in choice.items() if keyword != "type"}
    return joined


def _side_by_side(choices: list[Schema]) -> bool:
    keywords = [keyword for choice in choices for keyword in choice if keyword != "type"]
    types = [name for choice in choices for name in _types(choice)]
    return len(set(keywords)) == len(keywords) and len(set(types)) == len(types)


def _types(schema: Schema) -> list[str]:
    named: str | list[str] = schema["type"]
    return [named] if isinstance(named, str) else named
