"""Who made a bundle: signatures by Ed25519. The only door to the `cryptography` package, loaded where a key is used.

A signed file is a head (a mark, the SHA-256 of the public key, the signature) and then the bundle as it was. What is
signed is the mark, the key's digest and the bundle, so a signature fits nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ruleflow.project.bundle_content import MARK, SIGNED
from ruleflow.project.errors import BundleError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PASSPHRASE = "RULEFLOW_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
"""The variable of the environment from which commands take the pass phrase of a private key."""

_KEY, _SIGNATURE = 32, 64
_HEAD = len(SIGNED) + _KEY + _SIGNATURE
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed bundle in its parts; nobody has looked yet whether the signature holds. `key` is a digest."""

    key: bytes
    signature: bytes
    content: bytes

    @property
    def signer(self) -> str:
        """The key, as people compare it."""
        return _shown(self.key)


def key_pair(passphrase: str = "") -> tuple[bytes, bytes]:
    """A new private key and its public one, as PEM (PKCS 8, SubjectPublicKeyInfo); the private one encrypted if asked."""
    _need_cryptography()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    lock = form.BestAvailableEncryption(passphrase.encode()) if passphrase else form.NoEncryption()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock)
    return private, key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def key_name(public_pem: bytes) -> str:
    """A public key, as people compare it. Raises `BundleError`."""
    return _shown(_digest_of(_public(public_pem)))


def sign(content: bytes, private_pem: bytes, passphrase: str = "") -> bytes:
    """A bundle with its signature. The same bundle and key give the same bytes. Raises `BundleError`."""
    if not content.startswith(MARK):
        raise BundleError("only a bundle that is not signed yet can be signed")
    key = _private(private_pem, passphrase)
    head = SIGNED + _digest_of(key.public_key())
    return head + key.sign(head + content) + content


def signed_parts(raw: bytes) -> Signed | None:
    """A signed bundle in its parts; None where it is not signed. Raises `BundleError` where it is cut short."""
    if not raw.startswith(SIGNED):
        return None
    if len(raw) < _HEAD:
        raise BundleError("the bundle is cut short: not even its signature is whole")
    start = len(SIGNED)
    return Signed(raw[start : start + _KEY], raw[start + _KEY : _HEAD], raw[_HEAD:])


def verified(raw: bytes, public_pems: Iterable[bytes]) -> bytes:
    """The bundle in a signed file, where one of the keys has signed it and nothing has changed since. Raises `BundleError`."""
    signed = signed_parts(raw)
    if signed is None:
        raise BundleError("the bundle is not signed" if raw.startswith(MARK) else "this is no signed bundle")
    trusted = {_digest_of(key): key for key in map(_public, public_pems)}
    key = trusted.get(signed.key)
    if key is None:
        keys = ", ".join(map(_shown, trusted)) or "none"
        raise BundleError(f"the bundle is signed by key {signed.signer}, which is not trusted (trusted: {keys})")
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signed.signature, raw[: _HEAD - _SIGNATURE] + signed.content)
    except InvalidSignature as error:
        raise BundleError(f"the bundle was changed after key {signed.signer} had signed it") from error
    return signed.content


def _private(pem: bytes, passphrase: str) -> Ed25519PrivateKey:
    _need_cryptography()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    is_locked = b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in pem
    if is_locked and not passphrase:
        raise BundleError(f"the private key is encrypted; put its pass phrase into {PASSPHRASE}")
    key = _loaded(lambda: load_pem_private_key(pem, passphrase.encode() if is_locked else None))
    if isinstance(key, Ed25519PrivateKey):
        return key
    if is_locked and key is None:
        raise BundleError(f"the pass phrase in {PASSPHRASE} does not open the private key")
    raise BundleError("this is no private key of Ed25519 as PEM; `ruleflow build --new-key NAME` makes one")


def _public(pem: bytes) -> Ed25519PublicKey:
    _need_cryptography()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = _loaded(lambda: load_pem_public_key(pem))
    if isinstance(key, Ed25519PublicKey):
        return key
    if b"PRIVATE KEY-----" in pem:
        raise BundleError("this is a private key; whoever checks a signature gets the public one (NAME.pub)")
    raise BundleError("this is no public key of Ed25519 as PEM; `ruleflow build --new-key NAME` makes a pair")


def _loaded(load: Callable[[], Any]) -> Any:
    """A key, of whatever kind; None where the text is none, or another pass phrase opens it."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _digest_of(key: Ed25519PublicKey) -> bytes:
    return sha256(key.public_bytes_raw()).digest()


def _shown(digest: bytes) -> str:
    return digest.hex()[:_SHOWN]


def _need_cryptography() -> None:
    if find_spec("cryptography") is None:
        raise BundleError("signatures need cryptography, which is not installed: pip install 'ruleflow[server]'")
