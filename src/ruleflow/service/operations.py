"""An operation of the interface: what it takes and gives, who may call it, and how a request becomes a call of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from ruleflow.service.access import Access
from ruleflow.service.bodies import GoneError, faults_of, read_message, receive_body
from ruleflow.service.calls import Answer, Call, Handle, Receive, Scope, Send, send_answer
from ruleflow.service.problems import Fault, Problem, wrong_request
from ruleflow.service.repeats import HEADER, once
from ruleflow.service.settings import Settings

if TYPE_CHECKING:
    from ruleflow.service.rates import Rates


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. `/openapi.json` is made from it, so it says all that a caller should know.

    `scopes`: a key with any of these may call it; empty: anybody. `takes` None: there is no body. `query` is a struct of the
    parameters of the address. `gives` is the type of the answer, None: text of `media_type`; `also` those of answers with other
    statuses. `problems` are the statuses
    that it can fail with, beside those that any operation can. `repeatable`: it heeds an `Idempotency-Key`.
    """

    method: str
    path: str
    name: str
    title: str
    handle: Handle
    text: str = ""
    scopes: frozenset[str] = frozenset()
    takes: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    gives: Any = None
    media_type: str = "application/json"
    also: Mapping[int, Any] = field(default_factory=dict)
    problems: frozenset[int] = frozenset()
    repeatable: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a request has to pass before it is a call. `rates` None: as many as come."""

    settings: Settings
    access: Access
    rates: Rates | None
    store: Any


class Endpoint:
    """Everything that can be done to one path, as an ASGI application."""

    def __init__(self, operations: Mapping[str, Operation], entry: Entry) -> None:
        self._operations = operations
        self._entry = entry
        self._path = next(iter(operations.values())).path
        methods = {*operations, "OPTIONS", *({"HEAD"} if "GET" in operations else ())}
        self._allow = ((b"allow", ", ".join(sorted(methods)).encode()),)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call: Call = scope["ruleflow.call"]
        call.route = self._path
        try:
            found = await self._answered(call, receive)
        except GoneError:
            return
        await send_answer(send, found, call.request_id, with_body=scope["method"] != "HEAD")

    async def _answered(self, call: Call, receive: Receive) -> Answer | Problem:
        method = call.scope["method"]
        operation = self._operations.get("GET" if method == "HEAD" else method)
        if operation is None:
            if method == "OPTIONS":
                return Answer(b"", 204, self._allow)
            return Problem(405, f"{method[:20]} is not possible here", headers=self._allow)
        problem = await self._let_in(operation, call)
        if problem is None:
            problem = await self._read(operation, call, receive)
        if problem is not None:
            return problem
        if operation.repeatable and HEADER in call.headers:
            return await once(operation.handle, call, self._entry.store)
        return await operation.handle(call)

    async def _let_in(self, operation: Operation, call: Call) -> Problem | None:
        entry = self._entry
        if not operation.scopes:
            return None
        problem = await entry.access.admit(call, operation.scopes)
        return entry.rates.check(call) if problem is None and entry.rates is not None else problem

    async def _read(self, operation: Operation, call: Call, receive: Receive) -> Problem | None:
        """Read the message that a call brings."""
        found: Any = None
        if operation.takes is not None:
            settings = self._entry.settings
            problem = _unsupported(call.headers)
            if problem is not None:
                return problem
            body = await receive_body(call.headers, receive, settings.body_limit, settings.request_timeout_s)
            if isinstance(body, Problem):
                return body
            call.body, found = body, read_message(body, operation.takes)
        elif operation.query is not None:
            found = _parameters(call.scope.get("query_string", b""), operation.query)
        if isinstance(found, Problem):
            return found
        call.message = found
        return None


def by_path(operations: Sequence[Operation]) -> Mapping[str, Mapping[str, Operation]]:
    """Operations by their paths and methods."""
    found: dict[str, dict[str, Operation]] = {}
    for one in operations:
        found.setdefault(one.path, {})[one.method] = one
    return found


def _unsupported(headers: Mapping[bytes, bytes]) -> Problem | None:
    """Bodies are JSON in UTF-8, and not compressed.

    That the type is named keeps forms of other sites out: a browser asks us first whether it may send JSON, and may not.
    """
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        return Problem(
            415, "send JSON with `Content-Type: application/json`", headers=((b"accept", b"application/json"),)
        )
    if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"identity", b""}:
        return Problem(415, "send the body without compression", headers=((b"accept-encoding", b"identity"),))
    return None


def _parameters(raw: bytes, kind: type[msgspec.Struct]) -> Any:
    """The parameters of an address, or every fault of them."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return Problem(400, "the parameters of the address cannot be read", "unreadable")
    named = dict(pairs)
    twice = [
        Fault("", "twice", f"`{name[:80]}` is given twice", parameter=name) for name in named if _many(pairs, name)
    ]
    try:
        found = msgspec.convert(named, kind, strict=False)
    except msgspec.ValidationError:
        found = None
    wrong = [] if found is not None else [_as_parameter(one) for one in faults_of(named, kind, strict=False)]
    return wrong_request([*twice, *wrong], 400) if twice or wrong else found


def _many(pairs: Sequence[tuple[str, str]], name: str) -> bool:
    return sum(known == name for known, _ in pairs) > 1


def _as_parameter(fault: Fault) -> Fault:
    return msgspec.structs.replace(fault, pointer="", parameter=fault.pointer[1:])
