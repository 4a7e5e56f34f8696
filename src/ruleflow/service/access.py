"""Who may ask: API keys with their scopes, and, where there is no key yet, only programs of this machine.

Keys are held in memory and read again every other second, so that a key is made, rotated and revoked without a restart.
While the store cannot be reached the keys that were read last go on to open what they opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hmac import compare_digest
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from ruleflow.diagnostics.suggest import listing
from ruleflow.service.calls import Call, in_thread
from ruleflow.service.logs import log
from ruleflow.service.problems import Problem, unavailable
from ruleflow.store.errors import StoreError
from ruleflow.store.keys import ApiKey, all_keys, hash_of

REFRESH_S = 2.0
"""So old may keys be before they are read again."""
STALE_S = 10.0
"""After such a silence a request waits for the keys to be read."""
_UNKNOWN_S = 0.2
"""So often, at most, a key that nobody knows has the keys read again."""
_START = 8
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

DECIDE = frozenset({"decide"})
EXPLAIN = frozenset({"explain"})
EITHER = DECIDE | EXPLAIN


@dataclass(slots=True)
class Access:
    """Lets calls in, or says why not. `store` None: there are no keys. `host` is the address that is listened at.

    `proxied`: a proxy brings the calls of others.
    `_live`: there are keys, so every call needs one; one that has expired counts, so that its end opens nothing.
    None: nobody could say yet.
    """

    store: Any
    host: str = "127.0.0.1"
    proxied: bool = False
    _keys: Mapping[str, Sequence[ApiKey]] = field(default_factory=dict)
    _live: bool | None = None
    _read_at: float = float("-inf")
    _reading: asyncio.Task[None] | None = None
    _error: str = ""

    async def check_host(self, call: Call) -> Problem | None:
        """Where there are no keys, let in only what was addressed to this machine by its own name.

        A page of another site may have its own name point to 127.0.0.1; a browser then asks us, and names that host.
        """
        age = monotonic() - self._read_at
        if age > REFRESH_S or self._live is None:
            await self._freshen(age)
        if self._live:
            return None
        if self._live is None:
            return unavailable("the API keys cannot be read, so nobody can be let in", "store-unreachable")
        if self.proxied or not _is_loopback(f"//{self.host}"):  # a proxy may pass on any name that a caller says
            return Problem(403, "no API key is set; make one with `ruleflow keys add`")
        host = call.headers.get(b"host", b"").decode("latin-1")
        origin = call.headers.get(b"origin")
        if not _is_loopback(f"//{host}") or (origin is not None and not _is_loopback(origin.decode("latin-1"))):
            return Problem(403, "no API key is set, so only localhost may be asked; make one with `ruleflow keys add`")
        return None

    async def admit(self, call: Call, scopes: frozenset[str]) -> Problem | None:
        """Let a call in that has a key with one of these scopes, and note whose it is; or say why it may not."""
        if not self._live:
            return None
        secret = _secret(call)
        if secret is None:
            return _unauthorized("an API key is needed: send `Authorization: Bearer rfk_…`")
        key = self._find(secret)
        if key is None and monotonic() - self._read_at > _UNKNOWN_S:
            await self._read()
            key = self._find(secret)
        if key is None or not key.is_live(call.received_at):
            return _unauthorized("this API key is not known, or no longer valid")
        call.caller = key.name
        return None if scopes & key.scopes or "admin" in key.scopes else _lacking(scopes)

    def _find(self, secret: str) -> ApiKey | None:
        """The key of a secret; whole hashes are compared in a time that tells nothing."""
        hashed = hash_of(secret)
        for key in self._keys.get(hashed[:_START], ()):
            if compare_digest(key.secret_hash, hashed):
                return key
        return None

    async def refresh(self) -> None:
        """Read the keys now; where that cannot be done it is tried again when somebody asks."""
        await self._read()

    async def keep_fresh(self) -> None:
        """Read the keys again and again, so that one that is revoked opens nothing after a silence either."""
        while True:
            await asyncio.sleep(REFRESH_S / 2)
            await self._read()

    async def _freshen(self, age: float) -> None:
        """Have the keys read, once for all that ask meanwhile; wait for it where those at hand are too old."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        if age > STALE_S or self._live is None:
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        """Read the keys; those that cannot be read stay as they are."""
        self._read_at = monotonic()
        try:
            keys = () if self.store is None else await in_thread(all_keys, self.store)
        except StoreError as error:
            if str(error) != self._error:
                self._error = str(error)
                log().warning("API keys cannot be read", reason=self._error)
            return
        finally:
            self._reading = None
        found: dict[str, list[ApiKey]] = {}
        for key in keys:
            found.setdefault(key.secret_hash[:_START], []).append(key)
        self._keys, self._error = found, ""
        self._live = any(key.revoked_at is None for key in keys)


def _secret(call: Call) -> str | None:
    """The secret that a call brings, '' where it cannot be read, None where there is none."""
    raw = call.headers.get(b"authorization")
    if raw is None:
        return None
    scheme, _, rest = raw.partition(b" ")
    try:
        if scheme.lower() == b"bearer":
            return rest.strip().decode()
    except ValueError:
        pass
    return ""


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail, headers=((b"www-authenticate", b'Bearer realm="ruleflow"'),))


def _lacking(scopes: frozenset[str]) -> Problem:
    needed = listing(sorted(scopes))
    return Problem(403, f"this API key may not do this: it needs the scope {needed.replace(' and ', ' or ')}")


@lru_cache(maxsize=256)
def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False
