"""What an editor waits for on a project of 2,000 rules: each request, and findings after a key stroke.

    python bench/editor.py --json bench/editor.json

The project is that of `loading.py`: 2,000 rules in 40 files. A real `ruleflow lsp` is asked over its standard input and
output. Between two requests a letter is typed, so nothing is answered from the request before. The pause that the server
makes before it checks (150 ms) is part of the time to the findings of a file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loading import write_project

from tests.editors import Editor, editor, uri_of

ROUNDS = 30
FINDINGS = "textDocument/publishDiagnostics"
MARK = "contact.segments has "


class File:
    """A file of rules that is typed in."""

    def __init__(self, own: Editor, path: Path) -> None:
        self.own, self.uri, self.version = own, uri_of(path), 1
        self.before = path.read_text(encoding="utf-8")
        self.text = self.before
        document = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": self.text}
        own.tell("textDocument/didOpen", {"textDocument": document})

    def type(self, text: str) -> None:
        """The text anew, as one change."""
        self.text, self.version = text, self.version + 1
        document = {"uri": self.uri, "version": self.version}
        self.own.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, words: str) -> dict[str, Any]:
        """The place at the end of some words."""
        offset = self.text.index(words) + len(words)
        line = self.text.count("\n", 0, offset)
        place = {"line": line, "character": offset - self.text.rfind("\n", 0, offset) - 1}
        return {"textDocument": {"uri": self.uri}, "position": place}


def main() -> None:
    """Measure, and print the medians and the slowest."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        figures = measured(Path(place) / "project", chosen.rounds)
    for name, (middle, slowest) in figures.items():
        print(f"{name:44}{middle:8.1f} ms {slowest:8.1f} ms")
    if chosen.json:
        plain = {
            name: {"median_ms": round(one, 1), "slowest_ms": round(other, 1)} for name, (one, other) in figures.items()
        }
        chosen.json.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


def measured(folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """The median and the slowest of each request, in milliseconds."""
    write_project(folder)
    path = next(path for path in sorted(folder.rglob("*.yaml")) if MARK in path.read_text(encoding="utf-8"))
    with editor(rootUri=uri_of(folder), workspaceFolders=[{"uri": uri_of(folder), "name": "x"}]) as own:
        began = time.perf_counter()
        file = File(own, path)
        own.findings_until(file.uri, lambda _: True)
        opened = (time.perf_counter() - began) * 1000
        until_known(file)
        known = (time.perf_counter() - began) * 1000
        found = {"findings of the first file": (opened, opened), "the whole project is known": (known, known)}
        for name, ask in requests(file).items():
            found[name] = timed(ask, file, rounds)
        for name, ask in busy_requests(file).items():
            found[name] = timed(ask, file, rounds // 3, pause=1.0)
        found["findings after a key stroke, with the pause"] = timed(lambda: findings(file), file, rounds, types=False)
    return found


def requests(file: File) -> dict[str, Callable[[], Any]]:
    """The requests, each at a place of the file."""
    own = file.own
    return {
        "completion after `has `": lambda: own.ask("textDocument/completion", file.at(MARK)),
        "completion of a field": lambda: own.ask("textDocument/completion", file.at("contact.s")),
        "hover": lambda: own.ask("textDocument/hover", file.at("contact.segm")),
        "definition": lambda: own.ask("textDocument/definition", file.at(f"{MARK}")),
        "references": lambda: own.ask(
            "textDocument/references", {**file.at("contact.segm"), "context": {"includeDeclaration": True}}
        ),
        "prepare rename": lambda: own.ask("textDocument/prepareRename", file.at(f"{MARK}")),
        "symbols of the file": lambda: own.ask("textDocument/documentSymbol", file.at(MARK)),
        "symbols of the project": lambda: own.ask("workspace/symbol", {"query": "rule"}),
    }


def busy_requests(file: File) -> dict[str, Callable[[], Any]]:
    """Requests that are made while the whole project is checked."""
    every = requests(file)
    return {f"{name}, while all is checked": every[name] for name in ("completion after `has `", "hover", "references")}


def timed(
    ask: Callable[[], Any], file: File, rounds: int, *, types: bool = True, pause: float = 0.05
) -> tuple[float, float]:
    """The median and the slowest of several rounds; before each, a letter is typed and some seconds pass."""
    spent = []
    for number in range(rounds):
        if types:
            file.type(f"{file.before}\n# {number}")
            time.sleep(pause)
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    return median(spent), max(spent)


def findings(file: File) -> None:
    """Type a mistake, or mend it, and wait until it is told."""
    is_broken = f"{MARK}nobody" in file.text
    file.type(file.before if is_broken else file.before.replace(MARK, f"{MARK}nobody", 1))
    file.own.findings_until(file.uri, lambda found: bool(found) is not is_broken)


def until_known(file: File) -> None:
    """Wait until the index of the whole project is there: a segment is named in all files."""
    asked = {**file.at("contact.segm"), "context": {"includeDeclaration": True}}
    while len({one["uri"] for one in file.own.ask("textDocument/references", asked)}) < 30:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
