"""Who may see the console: whoever signed in with a key, or, where no key is set, whoever the service lets in at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from time import monotonic

from ruleflow.service.console import session
from ruleflow.service.state import Service
from ruleflow.store.errors import StoreError
from ruleflow.store.keys import ApiKey, all_keys, hash_of

FRESH_S = 2.0
"""So long a revoked key may go on to open the console."""
_SCOPES = frozenset({"explain", "admin"})


class ClosedError(Exception):
    """Nobody can be let in: the keys cannot be read, and never were."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks. `key` None: no key is set."""

    key: ApiKey | None = None

    @property
    def may_change(self) -> bool:
        """Whether buttons that change something are for this visitor."""
        return self.key is None or "admin" in self.key.scopes


@dataclass(slots=True)
class Gate:
    """Lets visitors in. Keys are read again every other second; while the store does not answer, those read last hold."""

    service: Service
    _keys: Sequence[ApiKey] | None = None
    _read_at: float = float("-inf")
    _secret: bytes = b""
    _lock: Lock = field(default_factory=Lock)

    def visitor(self, cookie: str, now: int) -> Visitor | None:
        """Who comes with a cookie ('' : none); None: a stranger. Raises `ClosedError`."""
        keys = self._known()
        if not any(key.revoked_at is None for key in keys):
            return Visitor()
        key_id = session.read(self._signing(), cookie, now) if cookie else None
        key = next((one for one in keys if one.id == key_id and one.is_live(now)), None)
        return Visitor(key) if key is not None and key.scopes & _SCOPES else None

    def sign_in(self, secret: str, now: int) -> str | None:
        """The cookie for a key; None where it opens nothing here. Raises `ClosedError`."""
        hashed = hash_of(secret.strip())
        for key in self._known(at_once=True):
            if compare_digest(key.secret_hash, hashed) and key.is_live(now) and key.scopes & _SCOPES:
                return session.issue(self._signing(), key.id, now)
        return None

    def _known(self, *, at_once: bool = False) -> Sequence[ApiKey]:
        with self._lock:
            if at_once or monotonic() - self._read_at > FRESH_S:
                self._read_at = monotonic()
                try:
                    self._keys = all_keys(self.service.store)
                except StoreError as error:
                    if self._keys is None:
                        raise ClosedError(str(error)) from error
            if self._keys is None:
                raise ClosedError("the API keys cannot be read")
            return self._keys

    def _signing(self) -> bytes:
        if not self._secret:
            self._secret = session.session_key(self.service.settings.state)
        return self._secret
