"""A project as one file: its sources, and its checked form, so that whoever opens it parses nothing.

The same sources, ruleflow and versions of zones and holidays give the same bytes: no clock, no path, no machine is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version

import msgspec

from ruleflow.calendar.zones import versions
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.project.bundle_content import Content, packed, unpacked
from ruleflow.project.classes import shape
from ruleflow.project.errors import BundleError, ProjectError
from ruleflow.project.folder import Folder, project_digest, sources_of
from ruleflow.project.frozen import Frozen, freeze_loaded, thaw_loaded
from ruleflow.project.loaded import Loaded
from ruleflow.project.opening import open_folder
from ruleflow.project.project import Project, project_of
from ruleflow.resources import without_collection

HOLIDAYS = range(2016, 2051)
"""The years whose public holidays are in a bundle. Others are counted when they are asked for."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened; `digest` is that of the project as it decides here.

    `differences` say with what else it was made than it was opened with (`tzdata 2025.2, here 2026.1`): other zones or
    holidays may decide otherwise, and make `digest` another than `made_digest`. `files` are the sources, by path.
    """

    project: Project
    name: str
    digest: str
    made_digest: str
    differences: tuple[str, ...]
    files: Mapping[str, bytes]
    warnings: tuple[Diagnostic, ...]


def bundle_of(folder: Folder, loaded: Loaded, warnings: Iterable[Diagnostic]) -> bytes:
    """The bundle of a project that has no errors, not signed. Raises `BundleError`.

    A project that cannot be frozen (half of a character, written as an escape) is checked by whoever opens it.
    """
    from ruleflow.project.loading import without_ignored

    folder = without_ignored(folder)
    others = {name: folder.attachment(name) for name in sorted(loaded.attachments)}
    if project_digest(folder, _digests(others), versions()) != loaded.digest:
        raise BundleError("a file has changed since the project was checked; try again")
    try:
        frozen = msgspec.msgpack.encode(freeze_loaded(loaded, warnings, HOLIDAYS))
    except (UnicodeEncodeError, RecursionError):
        frozen = b""
    files = tuple((file.name, file.content) for file in folder.files)
    name = loaded.checked.model.name
    return packed(Content(name, loaded.digest, shape(), _made_with(), files, others, frozen))


def open_bundle(content: bytes) -> Bundle:
    """The project of a bundle, thawed where this ruleflow has made it, else checked again. Raises `BundleError`.

    The signature must have been checked before (`signing.verified`): the head of a bundle tells damage, not malice.
    """
    inside = unpacked(content)
    folder = inside.folder()
    differences = differences_of(inside)
    if inside.digest != project_digest(folder, _digests(inside.others), _counted_with(inside)):
        raise BundleError("the files of the bundle are not those of its digest")
    with without_collection():
        if inside.frozen and inside.shape == shape() and not differences:
            project = _thawed(inside, folder)
        else:
            project = _checked_again(inside, folder)
    files = dict(inside.files) | {name: other for name, other in inside.others.items() if other is not None}
    return Bundle(project, project.name, project.digest, inside.digest, differences, files, project.warnings)


def differences_of(content: Content) -> tuple[str, ...]:
    """With what a bundle was made that is another here: `tzdata 2025.2, here 2026.1`."""
    return tuple(
        f"{name} {content.made_with.get(name, 'unknown')}, here {own}"
        for name, own in _made_with().items()
        if content.made_with.get(name) != own
    )


def _thawed(inside: Content, folder: Folder) -> Project:
    try:
        frozen = msgspec.msgpack.decode(inside.frozen, type=Frozen)
        loaded, warnings = thaw_loaded(frozen, sources_of(folder))
        project = project_of(loaded, tuple(warnings), None)
    except Exception as error:  # what nobody's `bundle_of` has made may raise anything
        raise BundleError(f"the rules in the bundle cannot be read: {type(error).__name__}: {error}") from error
    if project.digest != inside.digest:
        raise BundleError("the rules in the bundle are not those of its digest")
    return project


def _checked_again(inside: Content, folder: Folder) -> Project:
    out = Collector()
    loaded = open_folder(folder, out)
    if out.has_errors:
        raise BundleError(
            f"this ruleflow finds errors in the project of the bundle, which was made with "
            f"ruleflow {inside.made_with.get('ruleflow')}: {ProjectError(out.sorted())}"
        )
    if loaded.digest != project_digest(folder, _digests(inside.others), versions()):
        raise BundleError("this ruleflow finds other files in the project of the bundle: build it again")
    return project_of(loaded, out.sorted(), None)


def _digests(others: Mapping[str, bytes | None]) -> dict[str, str]:
    return {name: "" if content is None else sha256(content).hexdigest() for name, content in others.items()}


def _counted_with(inside: Content) -> dict[str, str]:
    """The versions that the digest of a bundle is made with."""
    return {name: inside.made_with.get(name, "") for name in versions()}


@cache
def _made_with() -> dict[str, str]:
    return {"ruleflow": version("ruleflow"), **versions()}
