"""The projects that a service serves: each looked at again and again, taken over when it is sound, kept as it was when not."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.render_json import finding
from ruleflow.diagnostics.render_text import render_text
from ruleflow.project.bundle import Bundle, open_bundle
from ruleflow.project.errors import BundleError
from ruleflow.service.logs import log
from ruleflow.service.orders import Order
from ruleflow.service.sources import Refusal, Source, SourceError
from ruleflow.service.state import ProjectStatus, Refused
from ruleflow.store.instants import microseconds

BUNDLES, SERVING = "bundles", "serving.json"
MOST_KEPT = 20
"""Bundles that stay in the state folder; the store keeps all that decisions were made with."""

_MOST_READS = 20


@dataclass(slots=True)
class Watched:
    """A source with the project that is served from it. `seen` is how the source looked when it was last read."""

    source: Source
    bundle: Bundle | None = None
    content: bytes = b""
    loaded_at: int = 0
    refused: Refused | None = None
    seen: Hashable = None
    looked_at: float = field(default=0.0)

    @property
    def status(self) -> ProjectStatus:
        """As it is told to people."""
        name, digest = (self.bundle.name, self.bundle.digest) if self.bundle else ("", "")
        return ProjectStatus(name, self.source.shown, digest, self.loaded_at, self.refused)


class Projects:
    """All sources of a service. Used by one thread, but for `orders` and `statuses`, which any may ask.

    What was served last is noted in the state folder: a service that starts with a project that is broken goes on with
    the version that it served before, and says so.
    """

    def __init__(self, sources: Sequence[Source], state: Path) -> None:
        self._state = state
        self._watched = tuple(Watched(source) for source in sources)
        (state / BUNDLES).mkdir(exist_ok=True, mode=0o700)

    def open(self) -> Sequence[Watched]:
        """Read every source for the first time; those that cannot be served, not even as they were served before."""
        before = _served_before(self._state)
        for watched in self._watched:
            self._read(watched)
            kept = before.get(watched.source.kept_as)
            if watched.bundle is None and kept:
                self._go_on(watched, self._state / BUNDLES / kept)
        self._note()
        return [watched for watched in self._watched if watched.bundle is None]

    def renew(self) -> bool:
        """Look at every source whose time has come; whether a project is to be served anew."""
        changed = [self._is_new(watched) and self._read(watched) for watched in self._watched]
        if any(changed):
            self._note()
        return any(changed)

    def look_again(self) -> None:
        """Read every source at the next look, changed or not."""
        for watched in self._watched:
            watched.seen, watched.looked_at = None, 0.0

    def orders(self) -> tuple[Order, ...]:
        """What workers are to serve."""
        return tuple(
            Order(
                watched.bundle.name,
                watched.bundle.digest,
                self._place(watched.bundle),
                watched.source.shown,
                watched.loaded_at,
            )
            for watched in self._watched
            if watched.bundle is not None
        )

    def statuses(self) -> tuple[ProjectStatus, ...]:
        return tuple(watched.status for watched in self._watched)

    def bundles(self) -> Mapping[str, tuple[Bundle, bytes]]:
        """The projects that are served, by name, each with the content of its bundle."""
        return {one.bundle.name: (one.bundle, one.content) for one in self._watched if one.bundle is not None}

    def sourced(self) -> Sequence[tuple[Source, Bundle]]:
        """The projects that are served, each with its source; any thread may ask."""
        return [(one.source, one.bundle) for one in self._watched if one.bundle is not None]

    def _is_new(self, watched: Watched) -> bool:
        """Whether a source looks other than when it was read, and has come to rest."""
        now = time.monotonic()
        if now - watched.looked_at < watched.source.pause:
            return False
        watched.looked_at = now
        try:
            looks = watched.source.look()
            if looks == watched.seen:
                return False
            time.sleep(min(watched.source.pause, 0.3))  # whoever writes may not be done
            return watched.source.look() == looks
        except SourceError as error:
            self._refuse(watched, str(error))
            watched.seen = None  # it may come back as it was
            return False

    def _read(self, watched: Watched) -> bool:
        """Take over what a source holds now; False where it cannot be served, or is served already."""
        try:
            watched.seen, content = _settled(watched.source)
            if isinstance(content, Refusal):
                self._refuse(watched, render_text(content.findings), content.findings)
                return False
            bundle = open_bundle(content)
            return self._take_over(watched, bundle, content)
        except BundleError as error:
            self._refuse(watched, str(error))
        except (SourceError, OSError) as error:
            self._refuse(watched, str(error))
            watched.seen = None  # it is tried again
        return False

    def _take_over(self, watched: Watched, bundle: Bundle, content: bytes) -> bool:
        twin = next((one for one in self._others(watched) if one.status.name == bundle.name), None)
        if twin is not None:
            self._refuse(watched, f"`{twin.source.shown}` is a project named `{bundle.name}`, too; names must differ")
            return False
        if watched.refused is not None:
            log().info("the source is sound again", source=watched.source.shown)
        watched.refused = None
        if watched.bundle is not None and watched.bundle.digest == bundle.digest:
            return False
        _write(self._place(bundle), content)
        watched.bundle, watched.content, watched.loaded_at = bundle, content, microseconds()
        log().info("a project is taken over", project=bundle.name, digest=bundle.digest, source=watched.source.shown)
        return True

    def _go_on(self, watched: Watched, place: Path) -> None:
        """Serve what was served before the service was started."""
        try:
            content = place.read_bytes()
            watched.bundle, watched.content, watched.loaded_at = open_bundle(content), content, microseconds()
        except (OSError, BundleError):
            return
        log().warning(
            "the source cannot be served; going on with what was served before",
            source=watched.source.shown,
            digest=watched.bundle.digest,
        )

    def _refuse(self, watched: Watched, text: str, findings: Sequence[Diagnostic] = ()) -> None:
        if watched.refused is None or watched.refused.text != text:
            log().error(
                "a change is refused",
                source=watched.source.shown,
                reason=" ".join(line.strip() for line in text.splitlines()[:2]),
            )
            watched.refused = Refused(microseconds(), tuple(map(finding, findings)), text)

    def _others(self, watched: Watched) -> list[Watched]:
        return [one for one in self._watched if one is not watched]

    def _place(self, bundle: Bundle) -> Path:
        return self._state / BUNDLES / f"{bundle.digest.replace(':', '-')}.rfb"

    def _note(self) -> None:
        """Note what is served, and remove the bundles that are long out of use."""
        served = {one.source.kept_as: self._place(one.bundle).name for one in self._watched if one.bundle is not None}
        try:
            _write(self._state / SERVING, msgspec.json.encode(served))
            kept = sorted((self._state / BUNDLES).glob("*.rfb"), key=lambda place: place.stat().st_mtime, reverse=True)
            for place in kept[MOST_KEPT:]:
                if place.name not in served.values():
                    place.unlink(missing_ok=True)
        except OSError as error:  # the project is served all the same
            log().error("what is served cannot be noted", reason=str(error))


def _settled(source: Source) -> tuple[Hashable, bytes | Refusal]:
    """How a source looks, and what it holds then; read again where somebody wrote to it meanwhile. Raises `SourceError`."""
    looks = source.look()
    for _ in range(_MOST_READS):
        content, now = source.read(), source.look()
        if now == looks:
            return looks, content
        looks = now
    raise SourceError(f"`{source.shown}` changes all the time, and cannot be read")


def _write(place: Path, content: bytes) -> None:
    """Write a file; readers see the old one or the new one, never a part."""
    draft = place.with_suffix(".tmp")
    draft.write_bytes(content)
    draft.replace(place)


def _served_before(state: Path) -> Mapping[str, str]:
    try:
        return msgspec.json.decode((state / SERVING).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return {}
