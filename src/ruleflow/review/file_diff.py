"""How one file of a project changed, as `git diff` shows it: what was edited in words, then the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.folder import ROOT_FILE, Folder, RawFile, read_folder
from ruleflow.project.loading import check_folder
from ruleflow.review.compare import edits_of
from ruleflow.review.report.words import edit_head, edit_lines

_HEADS = re.compile(r"^(?:[a-z]+:|[ \t]*-[ \t]+(?:\{[ \t]*)?(?:id|name):)")
_PIECE = re.compile(r"^@@ -(\d+)")
_NOTHING = "/dev/null"


def file_diff(old_path: str, new_path: str, old: bytes | None, new: bytes | None) -> str:
    """The text for one file, by its path in the repository, where we stand at its top. None: there is no such version.

    The other files are taken as they lie there. A patch program skips the words and finds its lines.
    """
    lines = [*_edits(new_path if new is not None else old_path, old, new), *_patch(old_path, new_path, old, new)]
    return "".join(f"{line}\n" for line in lines)


def _edits(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    place = Path(path)
    root = next((parent for parent in place.parents if (parent / ROOT_FILE).is_file()), None)
    folder = None if root is None else read_folder(root, Collector())
    if folder is None or root is None:
        return
    name = place.relative_to(root).as_posix()
    before, after = (_checked(_with(folder, name, content)) for content in (old, new))
    if before is None or after is None:
        return
    for edit in edits_of(before, after):
        head = edit_head(edit)
        yield f"{head.mark} {head.text}"
        yield from (f"    {line.mark} {line.text}" for line in edit_lines(edit))


def _with(folder: Folder, name: str, content: bytes | None) -> Folder:
    """The folder with one file as it is in a version."""
    others = [file for file in folder.files if file.name != name]
    files = [*others, *([RawFile(name, content)] if content is not None else [])]
    return replace(folder, files=tuple(sorted(files, key=lambda file: (file.name != ROOT_FILE, file.name))))


def _checked(folder: Folder) -> Checked | None:
    """The project, None where it has errors: then there is nothing to say but the lines."""
    out = Collector()
    loaded = check_folder(folder, out)
    return None if out.has_errors else loaded.checked


def _patch(old_path: str, new_path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    before, after = _text_lines(old), _text_lines(new)
    yield f"diff --git a/{old_path} b/{new_path}"
    here, there = _NOTHING if old is None else f"a/{old_path}", _NOTHING if new is None else f"b/{new_path}"
    for line in unified_diff(before, after, here, there, lineterm=""):
        found = _PIECE.match(line)
        if found is not None:
            yield f"{line} {_head(before, int(found[1]))}".rstrip()
        else:
            text, ending, rest = line.partition("\n")
            yield text
            if not ending and not rest and not line.startswith(("---", "+++")):
                yield "\\ No newline at end of file"


def _text_lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode(errors="replace").splitlines(keepends=True)


def _head(lines: Sequence[str], number: int) -> str:
    """The last line before a piece that names a section, rule or test."""
    return next((line.strip() for line in reversed(lines[: max(0, number - 1)]) if _HEADS.match(line)), "")[:80]
