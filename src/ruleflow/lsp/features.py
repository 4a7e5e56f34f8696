"""What the server answers: each message of the protocol, handed to the module that knows."""

from __future__ import annotations

from lsprotocol import types as lsp

from ruleflow.lsp.completion import TRIGGERS, completion
from ruleflow.lsp.server import Server

WATCHED = "**/*"


def make_server() -> Server:
    """A server that answers everything."""
    server = Server()
    _synchronise(server)
    _answer(server)
    return server


def _synchronise(server: Server) -> None:
    @server.feature(lsp.INITIALIZED)
    def initialized(_: lsp.InitializedParams) -> None:
        _watch_files(server)

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

    @server.feature(lsp.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.stopped()


def _answer(server: Server) -> None:
    options = lsp.CompletionOptions(trigger_characters=TRIGGERS)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, options)
    async def complete(params: lsp.CompletionParams) -> lsp.CompletionList | None:
        place = server.place(params.text_document.uri)
        text = None if place is None else place.session.buffers.get(place.name)
        if place is None or text is None:
            return None
        return completion(await server.ready(place), place.name, text, params.position)


def _watch_files(server: Server) -> None:
    """Ask to be told of files that change on disk, where the editor can do so."""
    workspace = server.client_capabilities.workspace
    watching = None if workspace is None else workspace.did_change_watched_files
    if watching is not None and watching.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(WATCHED)])
        registration = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(lsp.RegistrationParams([registration]))
