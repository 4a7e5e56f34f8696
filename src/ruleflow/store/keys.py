"""API keys. Of a secret only its SHA-256 is kept: 32 random bytes need no slow hash."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Row, insert, or_, select, update

from ruleflow.store.database import Store
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.schema import API_KEYS

SCOPES = frozenset({"decide", "explain", "admin"})
PREFIX = "rfk_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. Several may have one name: the old one lives on for a while when a key is rotated."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    secret_hash: str

    def is_live(self, at: int) -> bool:
        """Whether the key opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def hash_of(secret: str) -> str:
    """What is kept of a secret, as hexadecimal digits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def add(store: Store, name: str, scopes: Iterable[str], expires_at: int | None = None) -> tuple[ApiKey, str]:
    """A new key and its secret, which cannot be had again. Raises `StoreError` where a live key has the name."""
    with store.writing() as connection:
        if _live(connection, name, microseconds()):
            raise StoreError(f"there is a key `{name}` already; rotate it, or revoke it first")
        return _added(connection, name, frozenset(scopes), expires_at)


def rotate(store: Store, name: str, grace: int = 0) -> tuple[ApiKey, str]:
    """A new key in place of those with a name, which live on for `grace` microseconds at most.

    It has the scopes of the newest of these, and lives as long from now as that did. Raises `StoreError` where no live key
    has the name.
    """
    at = microseconds()
    with store.writing() as connection:
        old = _live(connection, name, at)
        if not old:
            raise StoreError(f"there is no live key `{name}`")
        ends = or_(API_KEYS.c.expires_at.is_(None), API_KEYS.c.expires_at > at + grace)
        connection.execute(
            update(API_KEYS).where(API_KEYS.c.id.in_([key.id for key in old]), ends).values(expires_at=at + grace)
        )
        newest = old[-1]
        expires_at = None if newest.expires_at is None else at + newest.expires_at - newest.created_at
        return _added(connection, name, newest.scopes, expires_at)


def revoke(store: Store, name: str) -> int:
    """Revoke the live keys with a name, from now on; how many these were."""
    at = microseconds()
    with store.writing() as connection:
        live = [key.id for key in _live(connection, name, at)]
        connection.execute(update(API_KEYS).where(API_KEYS.c.id.in_(live)).values(revoked_at=at))
    return len(live)


def all_keys(store: Store) -> tuple[ApiKey, ...]:
    """Every key there ever was, by name, the oldest first."""
    with store.reading() as connection:
        rows = connection.execute(select(API_KEYS).order_by(API_KEYS.c.name, API_KEYS.c.created_at))
        return tuple(_key(row) for row in rows)


def _added(connection: Connection, name: str, scopes: frozenset[str], expires_at: int | None) -> tuple[ApiKey, str]:
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(secrets.token_hex(6), name, scopes, microseconds(), expires_at, None, hash_of(secret))
    connection.execute(
        insert(API_KEYS).values(
            id=key.id,
            name=name,
            secret_hash=key.secret_hash,
            scopes=" ".join(sorted(scopes)),
            created_at=key.created_at,
            expires_at=expires_at,
        )
    )
    return key, secret


def _live(connection: Connection, name: str, at: int) -> list[ApiKey]:
    rows = connection.execute(select(API_KEYS).where(API_KEYS.c.name == name).order_by(API_KEYS.c.created_at))
    return [key for key in map(_key, rows) if key.is_live(at)]


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        frozenset(row.scopes.split()),
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.secret_hash,
    )
