"""`/openapi.json`: the whole interface for programs, made from the operations and the messages themselves (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from ruleflow.service.calls import Answer, Call
from ruleflow.service.messages import BatchItem
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem, ProblemDocument

Json = dict[str, Any]
_REFS = "#/components/schemas/{name}"
_ABOUT = """\
Decides what is to be done with tickets, by the rules of a project. Everything is JSON in UTF-8; instants carry their offset.

Requests that fail are answered with problem details (RFC 9457) that list every fault of the input by its place. Where API
keys are set, every request needs one that has the scope of the operation, or `admin`.
"""
_KEY = "apiKey"
_WITH_RETRY = frozenset({409, 429, 503})
_ANY = frozenset({403, 500, 503})
"""What any request may meet: an address that is no localhost, a defect of ours, keys that cannot be read."""
_SCOPED = frozenset({401, 429})
_WITH_BODY = frozenset({400, 408, 413, 415, 422})
_REPEATABLE = frozenset({400, 409, 422, 503})


def document_operation(operations: Sequence[Operation]) -> Operation:
    """`GET /openapi.json`, about other operations and itself."""
    written: list[bytes] = []

    async def document(_: Call) -> Answer | Problem:
        if not written:
            written.append(msgspec.json.encode(openapi([*operations, itself])))
        return Answer(written[0])

    itself = Operation("GET", "/openapi.json", "openapi", "This document", document, gives=Json)
    return itself


def openapi(operations: Sequence[Operation]) -> Json:
    """The document about some operations."""
    types = list(_types(operations))
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFS)
    schema_of = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, Json] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schema_of, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "ruleflow", "version": version("ruleflow"), "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "bearer", "description": "An API key: `ruleflow keys add NAME`."}
            },
            "headers": {
                "X-Request-Id": _header("The id of the request, as it stands in the log."),
                "Retry-After": _header("So many seconds later it may be asked again.", "integer"),
                "WWW-Authenticate": _header("How to show a key."),
            },
            "parameters": {
                "X-Request-Id": _header_parameter(
                    "X-Request-Id",
                    "An id for the request, of up to 128 letters, digits and `._:+/=@-`; another one is replaced by a new id.",
                    {},
                ),
                "Idempotency-Key": _header_parameter(
                    "Idempotency-Key",
                    "Sent again with the same key and body within a day, a request is not carried out again, and gets the "
                    "same answer.",
                    {"minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                ),
            },
        },
    }


@cache
def examples() -> Mapping[str, Json]:
    """A request and its answer for each operation that has one, by its name."""
    found: Mapping[str, Json] = msgspec.json.decode((Path(__file__).parent / "examples.json").read_bytes())
    return found


def _types(operations: Sequence[Operation]) -> Iterator[Any]:
    yield ProblemDocument
    yield BatchItem
    for one in operations:
        yield from (kind for kind in (one.takes, one.query, one.gives, *one.also.values()) if kind is not None)


def _operation(one: Operation, schema_of: Mapping[str, Json], components: Mapping[str, Json]) -> Json:
    example = examples().get(one.name, {})
    found: Json = {"operationId": one.name, "summary": one.title}
    if one.text:
        found["description"] = one.text
    found["parameters"] = list(_parameters(one, schema_of, components, example))
    if one.takes is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": _content(schema_of[repr(one.takes)], example.get("body"))},
        }
    found["responses"] = _responses(one, schema_of, example)
    found["security"] = [{}, {_KEY: sorted(one.scopes)}] if one.scopes else []
    return found


def _parameters(
    one: Operation, schema_of: Mapping[str, Json], components: Mapping[str, Json], example: Json
) -> Iterator[Json]:
    for name in (part[1:-1] for part in one.path.split("/") if part.startswith("{")):
        shown = example.get("path", {}).get(name)
        found: Json = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        yield found if shown is None else {**found, "example": shown}
    if one.query is not None:
        schema = components[schema_of[repr(one.query)]["$ref"].rpartition("/")[2]]
        for name, own in schema["properties"].items():
            shown = example.get("query", {}).get(name)
            found = {"name": name, "in": "query", "required": False, "schema": own}
            yield found if shown is None else {**found, "example": shown}
    yield {"$ref": "#/components/parameters/X-Request-Id"}
    if one.repeatable:
        yield {"$ref": "#/components/parameters/Idempotency-Key"}


def _responses(one: Operation, schema_of: Mapping[str, Json], example: Json) -> Json:
    schema = {"type": "string"} if one.gives is None else schema_of[repr(one.gives)]
    own = {name: _header(text) for name, text in one.headers.items()}
    if one.repeatable:
        own["Idempotency-Replayed"] = _header("`true`: the request was carried out before, and answered so.")
    found: Json = {"200": _response("Done.", one.media_type, _content(schema, example.get("answer")), own)}
    for status in sorted(_statuses(one)):
        kind = one.also.get(status, ProblemDocument)
        media_type = one.media_type if status in one.also else "application/problem+json"
        retry = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if status in _WITH_RETRY else {}
        if status == 401:
            retry = {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}}
        refused = examples().get(f"{one.name}Refused", {})
        content = _content(schema_of[repr(kind)], refused.get("answer") if refused.get("status") == status else None)
        found[str(status)] = _response(HTTPStatus(status).phrase + ".", media_type, content, retry)
    return found


def _statuses(one: Operation) -> frozenset[int]:
    """All that an operation may fail with."""
    found = _ANY | one.problems | frozenset(one.also)
    if one.scopes:
        found |= _SCOPED
    if one.takes is not None:
        found |= _WITH_BODY
    return found | _REPEATABLE if one.repeatable else found


def _response(text: str, media_type: str, content: Json, headers: Json) -> Json:
    every = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    return {"description": text, "headers": {**every, **headers}, "content": {media_type: content}}


def _content(schema: Json, example: Any) -> Json:
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _header(text: str, kind: str = "string") -> Json:
    return {"description": text, "schema": {"type": kind}}


def _header_parameter(name: str, text: str, bounds: Json) -> Json:
    schema = {"type": "string", **bounds}
    return {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
