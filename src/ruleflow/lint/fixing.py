"""Mending: the edits that findings propose, applied to the files in memory and looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Severity
from ruleflow.project.edited import changed_files
from ruleflow.project.folder import Folder, RawFile
from ruleflow.source import spliced

Look = Callable[[Folder], tuple[Diagnostic, ...]]
Chosen = Callable[[Diagnostic], bool]
MOST_ROUNDS = 50
"""Rounds of mending: edits that overlap wait for the next one."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Mended:
    """The files after mending, what is left to say of them, and how many edits were made."""

    folder: Folder
    findings: tuple[Diagnostic, ...]
    count: int

    def changed(self, before: Folder) -> Iterator[tuple[RawFile, RawFile]]:
        """The files that are other than before, each with its former self."""
        return changed_files(before, self.folder)


def mend(folder: Folder, look: Look, *, unsafe: bool, chosen: Chosen = bool) -> Mended:
    """Apply what may be applied to chosen findings, as long as there is any. An edit after which there is more to complain about is left out."""
    findings, count = look(folder), 0
    refused: set[tuple[str, str, str]] = set()
    for _ in range(MOST_ROUNDS):
        edits = [
            fix for fix in _apart(_wanted(filter(chosen, findings), folder, unsafe=unsafe)) if _key(fix) not in refused
        ]
        if not edits:
            break
        made = _edited(folder, edits)
        seen = look(made)
        if len(edits) > 1 and _gravity(seen) > _gravity(findings):
            edits = edits[:1]  # one of them does harm: from here on one by one
            made = _edited(folder, edits)
            seen = look(made)
        if _gravity(seen) > _gravity(findings):
            refused.add(_key(edits[0]))
            continue
        folder, findings, count = made, seen, count + len(edits)
    return Mended(folder, findings, count)


def _wanted(findings: Iterable[Diagnostic], folder: Folder, *, unsafe: bool) -> Iterator[Fix]:
    """The first edit of each finding that may be made; in YAML files only."""
    names = {file.name for file in folder.files}
    for finding in standing(findings):
        fix = next((one for one in finding.fixes if one.safe or unsafe), None)
        if fix is not None and fix.span.source.name in names:
            yield fix


def _apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Edits of which no two touch the same text."""
    ends: Mapping[str, int] = {}
    for fix in sorted(fixes, key=lambda one: (one.span.source.name, one.span.start, one.span.end)):
        if fix.span.start >= ends.get(fix.span.source.name, 0):
            ends = {**ends, fix.span.source.name: max(fix.span.end, fix.span.start + 1)}
            yield fix


def _key(fix: Fix) -> tuple[str, str, str]:
    """What an edit is known by while places move."""
    return fix.span.source.name, fix.span.text, fix.replacement


def _edited(folder: Folder, fixes: Iterable[Fix]) -> Folder:
    own: dict[str, list[Fix]] = defaultdict(list)
    for fix in fixes:
        own[fix.span.source.name].append(fix)
    files = (
        replace(file, content=_applied(file, own[file.name])) if file.name in own else file for file in folder.files
    )
    return replace(folder, files=tuple(files))


def _applied(file: RawFile, fixes: Iterable[Fix]) -> bytes:
    """The content with edits that lie apart; a byte-order mark and line breaks stay."""
    mark = _MARK if file.content.startswith(_MARK) else b""
    text = file.content.removeprefix(_MARK).decode()
    text = spliced(text, ((fix.span.start, fix.span.end, fix.replacement) for fix in fixes))
    return mark + text.encode()


def _gravity(findings: Iterable[Diagnostic]) -> tuple[int, ...]:
    """How many errors, warnings and notes there are."""
    own = [one.severity for one in standing(findings)]
    return tuple(own.count(severity) for severity in Severity)
