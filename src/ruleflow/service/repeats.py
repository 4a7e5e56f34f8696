"""`Idempotency-Key`: a request that is sent again, since its answer was lost, is not carried out again."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from ruleflow.service.calls import Answer, Call, Handle, in_thread
from ruleflow.service.logs import log
from ruleflow.service.problems import Fault, Problem, unavailable
from ruleflow.store import idempotency
from ruleflow.store.errors import StoreError
from ruleflow.store.idempotency import Begun, Busy, Mismatched, Repeated
from ruleflow.store.instants import DAY

HEADER = b"idempotency-key"
KEPT = DAY
"""How long an answer is kept, in microseconds."""
_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_REPLAYED = ((b"idempotency-replayed", b"true"),)


async def once(handle: Handle, call: Call, store: Any) -> Answer | Problem:
    """Carry out a call that has a key, unless it was carried out before. What was refused may be sent again, corrected."""
    raw = call.headers[HEADER]
    if not _KEY.fullmatch(raw):
        fault = Fault(
            "", "wrong-header", "it is 1 to 255 characters of ASCII without spaces", parameter="Idempotency-Key"
        )
        return Problem(400, "the Idempotency-Key cannot be read", "wrong-header", "A header is wrong", (fault,))
    key, print_ = raw.decode(), sha256(call.route.encode() + b"\0" + call.body).hexdigest()
    try:
        begun = await in_thread(idempotency.begin, store, call.caller, key, print_, call.received_at, KEPT)
    except StoreError as error:
        log().warning("an idempotency key cannot be claimed", reason=str(error))
        return unavailable("the store does not answer, so a repetition could not be told", "store-unreachable")
    match begun:
        case Repeated(status=status, body=body):
            return Answer(body, status, _REPLAYED)
        case Mismatched():
            return Problem(422, "this Idempotency-Key was used for another request", "key-used-before")
        case Busy():
            wait = ((b"retry-after", b"1"),)
            return Problem(409, "the first request with this key is still being answered", "in-progress", headers=wait)
        case Begun():
            return await _carried_out(handle, call, store, key)


async def _carried_out(handle: Handle, call: Call, store: Any, key: str) -> Answer | Problem:
    found: Answer | Problem | None = None
    try:
        found = await handle(call)
    finally:
        done = isinstance(found, Answer)
        try:
            if isinstance(found, Answer):
                await in_thread(idempotency.finish, store, call.caller, key, found.status, found.body)
            else:
                await in_thread(idempotency.abandon, store, call.caller, key)
        except StoreError as error:
            # What is decided is decided, and logged: it is answered, though a repetition would be decided again.
            log().warning("an idempotency key cannot be kept", done=done, reason=str(error))
    return found
