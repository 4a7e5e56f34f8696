"""Signatures: who made a bundle, and that nothing has changed since."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.project import signing
from ruleflow.project.bundle_content import Content, packed, unpacked
from ruleflow.project.errors import BundleError
from ruleflow.project.signing import key_name, key_pair, sign, signed_parts, verified

CONTENT = packed(
    Content("small", "sha256:00", "", {}, (("ruleflow.yaml", "ruleflow: 1\n# кот 🐈\n".encode()),), {}, b"")
)
PRIVATE, PUBLIC = key_pair()
OTHER_PRIVATE, OTHER_PUBLIC = key_pair()
SIGNED = sign(CONTENT, PRIVATE)


def test_what_was_signed_comes_back() -> None:
    """By the public key alone; the bytes are those of the bundle."""
    assert CONTENT == verified(SIGNED, [PUBLIC])
    assert "small" == unpacked(verified(SIGNED, [PUBLIC])).name


def test_several_keys_may_be_trusted() -> None:
    """While keys are changed, the old and the new one."""
    for private in (PRIVATE, OTHER_PRIVATE):
        assert CONTENT == verified(sign(CONTENT, private), [PUBLIC, OTHER_PUBLIC])


def test_signing_again_gives_the_same_bytes() -> None:
    """A bundle is as reproducible signed as it is unsigned."""
    assert SIGNED == sign(CONTENT, PRIVATE)
    assert SIGNED != sign(CONTENT, OTHER_PRIVATE)


def test_the_signer_is_told_by_the_name_of_the_key() -> None:
    """Sixteen digits, the same of the file and of the public key."""
    parts = signed_parts(SIGNED)
    assert parts is not None
    assert (key_name(PUBLIC), 16) == (parts.signer, len(parts.signer))
    assert signed_parts(CONTENT) is None


def test_keys_are_pem() -> None:
    """As other programs read them."""
    assert PRIVATE.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert PUBLIC.startswith(b"-----BEGIN PUBLIC KEY-----")
    assert key_pair("sesam")[0].startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_an_encrypted_key_signs_with_its_pass_phrase() -> None:
    """Not without, and not with another; of a key that is not encrypted none is asked."""
    private, public = key_pair("sésam")
    assert CONTENT == verified(sign(CONTENT, private, "sésam"), [public])
    assert SIGNED == sign(CONTENT, PRIVATE, "sésam")
    with pytest.raises(BundleError, match="is encrypted; put its pass phrase into RULEFLOW_KEY_PASSPHRASE"):
        sign(CONTENT, private)
    with pytest.raises(BundleError, match="does not open the private key"):
        sign(CONTENT, private, "Sesam")


def rsa_pem() -> bytes:
    """A private key of another kind."""
    return rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "not signed": (lambda: verified(CONTENT, [PUBLIC]), "is not signed"),
    "no bundle": (lambda: verified(b"ruleflow: 1\n", [PUBLIC]), "no signed bundle"),
    "empty": (lambda: verified(b"", [PUBLIC]), "no signed bundle"),
    "cut in its head": (lambda: verified(SIGNED[:50], [PUBLIC]), "cut short"),
    "cut": (lambda: verified(SIGNED[:-1], [PUBLIC]), "was changed after key"),
    "longer": (lambda: verified(SIGNED + b"\0", [PUBLIC]), "was changed after key"),
    "of a stranger": (lambda: verified(SIGNED, [OTHER_PUBLIC]), f"which is not trusted .*{key_name(OTHER_PUBLIC)}"),
    "nobody is trusted": (lambda: verified(SIGNED, []), "which is not trusted .*none"),
    "another's signature": (
        lambda: verified(SIGNED[:40] + sign(CONTENT, OTHER_PRIVATE)[40:104] + SIGNED[104:], [PUBLIC]),
        "was changed after key",
    ),
    "a private key to check with": (lambda: verified(SIGNED, [PRIVATE]), "this is a private key"),
    "no key to check with": (lambda: verified(SIGNED, [b"key"]), "no public key of Ed25519"),
    "a public key to sign with": (lambda: sign(CONTENT, PUBLIC), "no private key of Ed25519"),
    "a key of another kind": (lambda: sign(CONTENT, rsa_pem()), "no private key of Ed25519"),
    "no key to sign with": (lambda: sign(CONTENT, b"\xff\0"), "no private key of Ed25519"),
    "a damaged key": (lambda: sign(CONTENT, PRIVATE.replace(b"M", b"N")), "no private key of Ed25519"),
    "signed already": (lambda: sign(SIGNED, PRIVATE), "not signed yet"),
    "something else to sign": (lambda: sign(b"payroll", PRIVATE), "not signed yet"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_told(what: str) -> None:
    """Unsigned, signed by a stranger, changed, wrong keys: clear words."""
    attempt, words = REFUSED[what]
    with pytest.raises(BundleError, match=words):
        attempt()


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(at: int, flip: int) -> None:
    """In the head, the key, the signature or the bundle."""
    changed = bytearray(SIGNED)
    changed[at] ^= flip
    with pytest.raises(BundleError):
        verified(bytes(changed), [PUBLIC, OTHER_PUBLIC])


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making keys, signing and checking say what to install."""
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    for attempt in (key_pair, lambda: sign(CONTENT, PRIVATE), lambda: verified(SIGNED, [PUBLIC])):
        with pytest.raises(BundleError, match=r"pip install 'ruleflow\[server\]'"):
            attempt()
