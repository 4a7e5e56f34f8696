"""Signatures of what goes to the webhook, by the scheme of Standard Webhooks (version 1, HMAC-SHA256)."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


def keys_of(secret: str) -> tuple[bytes, ...]:
    """The keys of a secret: `whsec_` and base64 of 24 to 64 bytes; several, parted by spaces, while one replaces another.

    Raises `ValueError` with words for people, which do not quote the secret.
    """
    keys = tuple(_key(one) for one in secret.split())
    if not keys:
        raise ValueError("the secret of the webhook is empty")
    return keys


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"the secret of the webhook begins with `{PREFIX}`")
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        raise ValueError(f"after `{PREFIX}` the secret of the webhook is base64") from None
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"the secret of the webhook has {len(key)} bytes, not {LEAST_BYTES} to {MOST_BYTES}")
    return key


def signed_headers(keys: tuple[bytes, ...], delivery_id: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery; `at` in seconds since 1970. One signature for each key."""
    signed = b".".join((delivery_id.encode(), str(at).encode(), body))
    signatures = (b64encode(hmac.digest(key, signed, sha256)).decode() for key in keys)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
