"""The server's state: the projects that are open, when they are looked at, and what the editor was told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from ruleflow.lsp.folders import in_memory, project_of_file
from ruleflow.lsp.looks import SupersededError, advice, glimpse, look
from ruleflow.lsp.proving import proved
from ruleflow.lsp.reports import report
from ruleflow.lsp.session import Session
from ruleflow.lsp.text import Text
from ruleflow.project.folder import ROOT_FILE
from ruleflow.source import Source, Span

PAUSE_S = 0.15
"""Seconds without a key stroke before the file that is typed in is checked."""
REST_S = 0.6
"""Seconds without a key stroke before the whole project is."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file of a project in the editor."""

    session: Session
    name: str


class Server(LanguageServer):
    """The language server. Each kind of look has a thread, so that a glimpse at a file never waits for the whole."""

    def __init__(self) -> None:
        super().__init__("ruleflow", version("ruleflow"))
        self.sessions: dict[Path, Session] = {}
        self.proves = True
        self.was_asked_to_stop = False
        self._uris: dict[Path, str] = {}
        self._tasks: dict[tuple[Path, str], asyncio.Task[None]] = {}
        self._said: dict[str, list[lsp.Diagnostic]] = {}
        self._quick = ThreadPoolExecutor(1, "glimpse")
        self._slow = ThreadPoolExecutor(1, "look")
        self._slower = ThreadPoolExecutor(1, "advice")
        self._errands = ThreadPoolExecutor(1, "errand")
        self._proving = asyncio.Lock()

    @property
    def encoding(self) -> str:
        """The unit in which the editor counts characters."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16")

    def place(self, uri: str) -> Place | None:
        """Where a file belongs; None where it is of no project, or does not lie on disk."""
        path = path_of(uri)
        folder = None if path is None else project_of_file(path, frozenset(self._uris))
        if path is None or folder is None:
            return None
        session = self.sessions.setdefault(folder, Session(folder, self.encoding))
        return Place(session, path.relative_to(folder).as_posix())

    def uri_of(self, session: Session, name: str) -> str:
        """The address of a file, as the editor has called it."""
        path = session.path / name
        return self._uris.get(path) or str(from_fs_path(str(path)))

    def locator(self, session: Session) -> Callable[[Span], lsp.Location]:
        """Says where stretches of a project's files are; texts are split into lines once."""
        texts: dict[int, tuple[Source, Text]] = {}

        def located(span: Span) -> lsp.Location:
            _, text = texts.setdefault(id(span.source), (span.source, session.text_of(span.source)))
            return lsp.Location(self.uri_of(session, span.source.name), text.range_of(span))

        return located

    def begin(self, uri: str) -> None:
        """Look at the project of a folder of the workspace, where it is one, though no file of it is open."""
        path = path_of(uri)
        place = None if path is None or not (path / ROOT_FILE).is_file() else self.place((path / ROOT_FILE).as_uri())
        if place is not None:
            self._start_whole(place, 0, advises=True)

    def opened(self, uri: str, whole: str, number: int | None) -> None:
        """Take a text that is shown in the editor from now on."""
        path = path_of(uri)
        if path is not None:
            self._uris[path] = uri
        if (place := self.place(uri)) is not None:
            is_new = place.session.seen is None
            place.session.put(place.name, Text(whole, self.encoding), number)
            self._start(place, "glimpse", self._glimpse(place, 0))
            self._start_whole(place, REST_S if not is_new else 0, advises=is_new)

    def changed(self, uri: str, changes: list[lsp.TextDocumentContentChangeEvent], number: int) -> None:
        """Take what was typed."""
        place = self.place(uri)
        before = None if place is None else place.session.buffers.get(place.name)
        if place is None or before is None:
            return
        text = before
        for change in changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                text = text.edited(change.range, change.text)
            else:
                text = Text(change.text, self.encoding)
        place.session.put(place.name, text, number)
        self._start(place, "glimpse", self._glimpse(place, PAUSE_S))
        self._start_whole(place, REST_S)

    def saved(self, uri: str) -> None:
        """Look at the whole, and at what lint advises, which is not done while somebody types."""
        if (place := self.place(uri)) is not None:
            place.session.forget_disk()
            self._start_whole(place, 0, advises=True, proves=self.proves)

    def closed(self, uri: str) -> None:
        """Forget a text."""
        if (place := self.place(uri)) is not None:
            place.session.drop(place.name)
            self._start_whole(place, REST_S)
        if (path := path_of(uri)) is not None:
            self._uris.pop(path, None)

    def files_changed(self, uris: list[str]) -> None:
        """Files were made, written or deleted on disk."""
        for path in [*self.sessions]:
            if project_of_file(path / ROOT_FILE, frozenset(self._uris)) != path:  # its root file is gone
                self._forget(path)
        for place in {one.session.path: one for uri in uris if (one := self.place(uri)) is not None}.values():
            place.session.forget_disk()
            self._start_whole(place, PAUSE_S)

    def _forget(self, path: Path) -> None:
        session = self.sessions.pop(path)
        session.generation += 1
        for uri in [uri for uri in self._said if (place := path_of(uri)) is not None and place.is_relative_to(path)]:
            self._said.pop(uri)
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    async def ready(self, place: Place) -> Session:
        """The session, once it knows the vocabulary."""
        if place.session.checked is None:
            await self._glimpse(place, 0)
        return place.session

    async def aside(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do something longer in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._errands, work, *arguments)

    def stopped(self) -> None:
        """Give up what is being looked at."""
        self.was_asked_to_stop = True
        for task in self._tasks.values():
            task.cancel()
        for session in self.sessions.values():
            session.generation += 1

    def _start(self, place: Place, what: str, work: Coroutine[Any, Any, None]) -> None:
        """Do something about a file, in place of the same thing begun before."""
        key = (place.session.path / place.name, what)
        if (before := self._tasks.get(key)) is not None:
            before.cancel()
        self._tasks[key] = asyncio.get_running_loop().create_task(self._guarded(work))

    def _start_whole(self, place: Place, pause: float, *, advises: bool = False, proves: bool = False) -> None:
        work = self._whole(place.session, pause, advises=advises, proves=proves)
        self._start(Place(place.session, ""), "whole", work)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """A defect of ours is told in the editor's log, and the next look is a new chance."""
        try:
            await work
        except SupersededError:
            pass
        except Exception as error:  # noqa: BLE001 - an editor must not lose its server over one text
            self.window_log_message(
                lsp.LogMessageParams(lsp.MessageType.Error, f"ruleflow has a defect: {type(error).__name__}: {error}")
            )

    async def _glimpse(self, place: Place, pause: float) -> None:
        await asyncio.sleep(pause)
        session, name = place.session, place.name
        text, folder = session.buffers.get(name), session.folder()
        run = asyncio.get_running_loop().run_in_executor
        found = await run(self._quick, glimpse, folder, name, session.memory)
        if session.buffers.get(name) is text:
            session.take_glimpse(name, found)
            self._publish(session, {name})

    async def _whole(self, session: Session, pause: float, *, advises: bool, proves: bool) -> None:
        await asyncio.sleep(pause)
        generation, folder = session.generation, session.folder()

        def is_wanted() -> bool:
            return session.generation == generation

        run = asyncio.get_running_loop().run_in_executor
        seen = await run(self._slow, look, folder, session.memory, is_wanted)
        if not is_wanted():
            return
        session.take(seen)
        self._publish(session, session.files_with_findings())
        if advises:
            session.advice = await run(self._slower, advice, folder, session.memory, is_wanted)
            self._publish(session, session.files_with_findings())
        if proves:
            async with self._proving:
                session.proofs = await proved(in_memory(folder, seen.attachments))
            self._publish(session, session.files_with_findings())

    def _publish(self, session: Session, names: set[str]) -> None:
        """Tell what is to be said of files, and of those of which something was said before; what was told already is not repeated."""
        locate = self.locator(session)
        told = {uri for uri in self._said if (path := path_of(uri)) is not None and path.is_relative_to(session.path)}
        uris = {self.uri_of(session, name): name for name in names}
        if len(names) != 1:
            uris = {**{uri: _name_in(session, uri) for uri in told}, **uris}
        for uri, name in uris.items():
            found = [report(one, locate) for one in session.findings(name)]
            if found != self._said.get(uri, []) or name in session.versions:
                self._said[uri] = found
                self.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(uri, found, session.versions.get(name))
                )


def path_of(uri: str) -> Path | None:
    """The place of a file on disk; None for texts that lie nowhere."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return None if path is None else Path(path)


def _name_in(session: Session, uri: str) -> str:
    path = path_of(uri)
    return "" if path is None else path.relative_to(session.path).as_posix()
