"""What `ruleflow build` does: bundles and keys, written to files and shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import click

from ruleflow.cli.exits import FINDINGS, FINE
from ruleflow.cli.terminal import exit_code, show_findings
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.bundle import bundle_of, differences_of
from ruleflow.project.bundle_content import MARK, SIGNED, Content, read_file, unpacked
from ruleflow.project.errors import BundleError
from ruleflow.project.folder import read_folder
from ruleflow.project.opening import open_folder
from ruleflow.project.signing import PASSPHRASE, key_name, key_pair, sign, signed_parts, verified

_MOST_KEY = 64 * 1024
"""Bytes of the largest file that is looked at as a key."""


def build(project: Path, output: Path, key: Path) -> int:
    """Check a project and write its signed bundle; with errors there is a report and no file. Raises `BundleError`."""
    private = _read_key(key)
    _refuse_other(output)
    out = Collector()
    folder = read_folder(project, out)
    loaded = None if folder is None else open_folder(folder, out)
    findings = out.sorted()
    if folder is None or loaded is None or out.has_errors:
        show_findings(findings, "text", project, err=True)
        return exit_code(findings)
    content = bundle_of(folder, loaded, findings)
    raw = sign(content, private, os.environ.get(PASSPHRASE, ""))
    _replace(output, raw)
    signed = signed_parts(raw)
    rows = [
        *_told(unpacked(content), raw),
        ("signed by", f"key {signed.signer}" if signed else ""),
        ("file", str(output)),
    ]
    if findings:
        rows.append(("warnings", f"{len(findings)}; `ruleflow check` shows them"))
    click.echo(_table(rows))
    return FINE


def make_keys(name: Path) -> int:
    """Write a pair of keys beside each other, never over a file that is there. Raises `BundleError`."""
    private, public = name.with_name(f"{name.name}.key"), name.with_name(f"{name.name}.pub")
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise BundleError(f"`{path}` is there already; keys are never overwritten")
    passphrase = os.environ.get(PASSPHRASE, "")
    private_pem, public_pem = key_pair(passphrase)
    _write_new(private, private_pem, 0o600)
    _write_new(public, public_pem, 0o644)
    how = "encrypted with your pass phrase" if passphrase else f"not encrypted; it is when {PASSPHRASE} is set"
    click.echo(
        _table(
            [
                ("key", key_name(public_pem)),
                ("private", f"{private}: signs; keep it secret ({how})"),
                ("public", f"{public}: checks signatures; give it to every server"),
            ]
        )
    )
    return FINE


def show(path: Path, trust: Sequence[Path]) -> int:
    """Say what a bundle holds, and whether its signature holds where keys are trusted. Raises `BundleError`."""
    raw = read_file(path)
    keys = {place: _read_key(place) for place in trust}
    names = {key_name(pem): place for place, pem in keys.items()}
    signed = signed_parts(raw)
    if trust:
        try:
            verified(raw, keys.values())
        except BundleError as error:
            click.echo(f"error: {error}", err=True)
            return FINDINGS
    content = unpacked(raw if signed is None else signed.content)
    if signed is None:
        signature = "none: anybody may have made it"
    elif trust:
        signature = f"holds: key {signed.signer} ({names[signed.signer]})"
    else:
        signature = f"by key {signed.signer}, not checked; name the public key: --trust NAME.pub"
    made_with = ", ".join(f"{name} {version}" for name, version in content.made_with.items())
    rows = [*_told(content, raw), ("signature", signature), ("made with", made_with)]
    rows += [("differs", f"{one}; it is checked again when it is opened") for one in differences_of(content)]
    click.echo(_table(rows))
    click.echo("\n" + _table(_files(content)))
    return FINE


def _told(content: Content, raw: bytes) -> list[tuple[str, str]]:
    """What is said of every bundle: the project, and the file as it lies on disk."""
    return [
        ("project", content.name),
        ("digest", content.digest),
        ("size", f"{len(raw):,} bytes"),
        ("sha256", sha256(raw).hexdigest()),
    ]


def _files(content: Content) -> Iterable[tuple[str, str]]:
    for name, file in (*content.files, *content.others.items()):
        yield ("missing" if file is None else f"{len(file):,}"), name


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """Lines of a name and what it is; what a terminal would obey is written out."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(_plain(f"{name:<{width}}  {text}") for name, text in rows)


def _plain(line: str) -> str:
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line)


def _read_key(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_KEY)
    except OSError as error:
        raise BundleError(f"the key `{path}` cannot be read: {error.strerror}") from error


def _refuse_other(path: Path) -> None:
    """A file that is no bundle, a key for instance, is not written over."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(SIGNED))
    except FileNotFoundError:
        return
    except OSError as error:
        raise BundleError(f"`{path}` cannot be written: {error.strerror}") from error
    if not begins.startswith((MARK, SIGNED)):
        raise BundleError(f"`{path}` is there already and no bundle; it stays as it is")


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: whoever opens it meanwhile gets the old one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BundleError(f"`{path}` cannot be written: {error.strerror}") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except OSError as error:
        raise BundleError(f"`{path}` cannot be written: {error.strerror}") from error
