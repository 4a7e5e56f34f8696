"""A small editor for tests: it speaks to a real `ruleflow lsp` over its standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

PATIENCE_S = 30.0

Json = Any


class RefusedError(Exception):
    """The server answered with an error."""


@dataclass
class Editor:
    """A client of a language server. Requests from the server are answered with nothing."""

    process: subprocess.Popen[bytes]
    notes: dict[str, Queue[Json]] = field(default_factory=dict)
    answers: dict[int, Queue[Json]] = field(default_factory=dict)
    capabilities: Json = None
    last: int = 0

    def start(self, **options: Json) -> None:
        """Say hello, with what the editor can do."""
        Thread(target=self._listen, daemon=True).start()
        found = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}, **options})
        self.capabilities = found["capabilities"]
        self.tell("initialized", {})

    def ask(self, method: str, params: Json) -> Json:
        """The result of a request; raises `RefusedError` where the server refuses."""
        return self.result(self.send(method, params))

    def send(self, method: str, params: Json) -> int:
        """Send a request, and do not wait; its number."""
        self.last += 1
        self.answers[self.last] = Queue()
        self._write({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        return self.last

    def result(self, number: int) -> Json:
        """The result of a request that was sent."""
        answer = self.answers[number].get(timeout=PATIENCE_S)
        if "error" in answer:
            raise RefusedError(answer["error"]["message"])
        return answer["result"]

    def tell(self, method: str, params: Json) -> None:
        """Send a notification."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def told(self, method: str) -> Json:
        """The next notification of a kind."""
        return self.notes.setdefault(method, Queue()).get(timeout=PATIENCE_S)

    def write_raw(self, content: bytes) -> None:
        """Send bytes as they are."""
        stream = self.process.stdin
        assert stream is not None
        stream.write(content)
        stream.flush()

    def _write(self, message: Mapping[str, Json]) -> None:
        body = json.dumps(message).encode()
        self.write_raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while (message := _read(stream)) is not None:
            if "method" not in message:
                self.answers[message["id"]].put(message)
            elif "id" in message:
                self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})
            else:
                self.notes.setdefault(message["method"], Queue()).put(message["params"])

    def findings_until(self, uri: str, wanted: Any) -> list[Json]:
        """The findings of a file, as soon as they are as wanted."""
        while True:
            said = self.told("textDocument/publishDiagnostics")
            if said["uri"] == uri and wanted(said["diagnostics"]):
                found: list[Json] = said["diagnostics"]
                return found

    def is_silent(self, method: str, seconds: float) -> bool:
        """Whether a notification of a kind does not come for some time."""
        try:
            self.notes.setdefault(method, Queue()).get(timeout=seconds)
        except Empty:
            return True
        return False


def _read(stream: IO[bytes]) -> Json:
    length = 0
    while (line := stream.readline()) not in {b"", b"\r\n"}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length)) if length else None


@contextmanager
def editor(**options: Json) -> Iterator[Editor]:
    """An editor with a server of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ruleflow", "lsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        own = Editor(process)
        own.start(**options)
        yield own
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def uri_of(path: Path) -> str:
    """The address of a file."""
    return path.as_uri()
