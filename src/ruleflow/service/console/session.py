"""Sessions of people who signed in with an API key: a cookie that names the key, signed, so that every worker believes it.

The cookie is not the key and holds nothing of it. A session ends when its time is over, and when its key is revoked.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path

COOKIE = "ruleflow_session"
LIFETIME_S = 12 * 3600
_FILE = "session.key"
_SIZE = 32
_VERSION = "1"


def session_key(state: Path) -> bytes:
    """The secret with which the workers of one state folder sign; made by the one that asks first."""
    place = state / _FILE
    try:
        found = place.read_bytes()
        if len(found) == _SIZE:
            return found
    except FileNotFoundError:
        pass
    fresh = place.with_name(f"{_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
    try:
        # Whoever comes second finds the first one's key: a link does not replace a file.
        os.link(fresh, place)
    except FileExistsError:
        if place.stat().st_size != _SIZE:
            fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
    return place.read_bytes()


def issue(secret: bytes, key_id: str, now: int) -> str:
    """The value of the cookie for a key; `now` in microseconds."""
    told = f"{_VERSION}.{key_id}.{now // 1_000_000 + LIFETIME_S}"
    return f"{told}.{_signature(secret, told)}"


def read(secret: bytes, cookie: str, now: int) -> str | None:
    """The id of the key that a cookie names; None where it is not ours, or over."""
    told, _, signature = cookie.rpartition(".")
    if not compare_digest(signature.encode(), _signature(secret, told).encode()):
        return None
    version, _, rest = told.partition(".")
    key_id, _, ends = rest.rpartition(".")
    return key_id if version == _VERSION and ends.isdecimal() and now < int(ends) * 1_000_000 else None


def _signature(secret: bytes, told: str) -> str:
    return urlsafe_b64encode(digest(secret, told.encode(), sha256)).rstrip(b"=").decode()
