"""What the server answers: each message of the protocol, handed to the module that knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from ruleflow.lsp.actions import code_actions
from ruleflow.lsp.completion import TRIGGERS, completion
from ruleflow.lsp.formatting import formatted, signature
from ruleflow.lsp.hover import hover
from ruleflow.lsp.renaming import NotRenamed, definitions, locations, references, renameable, renamed, workspace_edit
from ruleflow.lsp.server import Server
from ruleflow.lsp.session import Session
from ruleflow.lsp.symbols import MOST, document_symbols, project_symbols
from ruleflow.lsp.text import Text
from ruleflow.references.names import Name
from ruleflow.source import Span

WATCHED = "**/*"


def make_server() -> Server:
    """A server that answers everything."""
    server = Server()
    _synchronise(server)
    _complete(server)
    _navigate(server)
    _edit(server)
    return server


def _synchronise(server: Server) -> None:
    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        server.proves = not isinstance(options, dict) or options.get("proofs") is not False

    @server.feature(lsp.INITIALIZED)
    def initialized(_: lsp.InitializedParams) -> None:
        _watch_files(server)
        for folder in server.workspace.folders.values():
            server.begin(folder.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.opened(document.uri, document.text, document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri, list(params.content_changes), params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.files_changed([change.uri for change in params.changes])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.added:
            server.begin(folder.uri)

    @server.feature(lsp.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.stopped()


def _complete(server: Server) -> None:
    options = lsp.CompletionOptions(trigger_characters=TRIGGERS)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, options)
    async def complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        found = await _here(server, params)
        return None if found is None else completion(found.session, found.name, found.text, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def tell(params: lsp.HoverParams) -> lsp.Hover | None:
        found = await _here(server, params)
        return None if found is None else hover(found.session, found.name, found.text, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def show_signature(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        found = await _here(server, params)
        return None if found is None else signature(found.text, params.position)


def _navigate(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def define(params: lsp.DefinitionParams) -> list[lsp.Location]:
        if (found := await _here(server, params)) is None:
            return []
        uses = definitions(found.session, found.name, found.text.offset(params.position))
        return locations(uses, found.session, server.locator(found.session))

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def refer(params: lsp.ReferenceParams) -> list[lsp.Location]:
        if (found := await _here(server, params)) is None:
            return []
        offset, declared = found.text.offset(params.position), params.context.include_declaration
        uses = references(found.session, found.name, offset, declared=declared)
        return locations(uses, found.session, server.locator(found.session))

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def list_symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        found = await _here(server, params)
        return [] if found is None else document_symbols(found.name, found.text, found.session)

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def find_symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
        found: list[lsp.SymbolInformation] = []
        for session in server.sessions.values():
            locate = server.locator(session)
            for name, kind, title, span in islice(project_symbols(session, params.query), MOST - len(found)):
                place = session.now(span)
                if place is not None:
                    found.append(lsp.SymbolInformation(locate(place), name, kind, container_name=title or None))
        return found


def _edit(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        if (found := await _here(server, params)) is None:
            return None
        span, name = _renameable(found, params.position)
        return lsp.PrepareRenamePlaceholder(found.text.range_of(span), name.written)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        if (found := await _here(server, params)) is None:
            return None
        session, (_, name) = found.session, _renameable(found, params.position)
        generation = session.generation
        try:
            edits = await server.aside(renamed, session.folder(), name, params.new_name, session.memory)
        except NotRenamed as reason:
            raise _refusal(str(reason)) from None
        if session.generation != generation:
            raise _refusal("a file was changed meanwhile; try again")
        return workspace_edit(edits, session, partial(server.uri_of, session))

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def format_(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        found = await _here(server, params)
        if found is None or found.session.model is None or not found.name.endswith(".yaml"):
            return []
        edits: list[lsp.TextEdit] = await server.aside(formatted, found.name, found.text, found.session.model)
        return edits if found.session.buffers.get(found.name) is found.text else []

    options = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    async def act(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        if (found := await _here(server, params)) is None:
            return []
        locate = server.locator(found.session)
        return list(code_actions(found.session, found.name, found.text, params.range, locate))


class _About(Protocol):
    """A message about a text."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier: ...


@dataclass(frozen=True, slots=True)
class _Here:
    session: Session
    name: str
    text: Text


async def _here(server: Server, params: _About) -> _Here | None:
    """The project, the file and the text that a message is about, once the vocabulary is known; None where it is of no project."""
    place = server.place(params.text_document.uri)
    if place is None or place.name not in place.session.buffers:
        return None
    session = await server.ready(place)
    text = session.buffers.get(place.name)
    return None if text is None else _Here(session, place.name, text)


def _renameable(found: _Here, position: lsp.Position) -> tuple[Span, Name]:
    try:
        return renameable(found.session, found.name, found.text.offset(position))
    except NotRenamed as reason:
        raise _refusal(str(reason)) from None


def _refusal(reason: str) -> JsonRpcException:
    return JsonRpcException(reason, lsp.LSPErrorCodes.RequestFailed)


def _watch_files(server: Server) -> None:
    """Ask to be told of files that change on disk, where the editor can do so."""
    workspace = server.client_capabilities.workspace
    watching = None if workspace is None else workspace.did_change_watched_files
    if watching is not None and watching.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(WATCHED)])
        registration = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(lsp.RegistrationParams([registration]))
