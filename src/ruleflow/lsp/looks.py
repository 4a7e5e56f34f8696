"""Looking at a project while somebody types: a glimpse at one file, quick; all of it, slower; and what lint advises."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics import codes
from ruleflow.diagnostics.allowances import standing
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.model.structure_files import ROOT_SECTIONS
from ruleflow.model.structure_vocabulary import SECTIONS
from ruleflow.project.folder import ROOT_FILE, Folder
from ruleflow.project.loading import check_folder
from ruleflow.project.parses import Parses
from ruleflow.project.silencing import is_checked, with_silenced
from ruleflow.references.index import References, index_of
from ruleflow.resources import without_collection
from ruleflow.source import Source
from ruleflow.syntax.nodes import Mapping, Node
from ruleflow.syntax.parse_tree import Branch, parse_tree
from ruleflow.syntax.yaml_reader import read_yaml

_VOCABULARY = SECTIONS.keys() | set(ROOT_SECTIONS)

_ACROSS = frozenset(
    {
        codes.DEFINED_TWICE,
        codes.UNUSED_DEFINITION,
        codes.UNUSED_STAGE,
        codes.READS_OWN_STAGE,
        codes.NEVER_SOLVED,
        codes.NO_START,
        codes.REPLY_OF_NOBODY,
        codes.SILENCES_NOTHING,
    }
)
"""What cannot be told from one file of rules with the vocabulary."""


class SupersededError(Exception):
    """Somebody has typed meanwhile: what is being looked at is not what there is."""


@dataclass(slots=True)
class Memory(Parses):
    """What the files of a project were parsed into, as nodes, by name. Only what was typed in is parsed again."""

    documents: dict[str, tuple[Source, Node | None, tuple[Diagnostic, ...]]] = field(default_factory=dict)

    def node(self, source: Source, out: Collector) -> Node | None:
        """The document of a file."""
        known = self.documents.get(source.name)
        if known is None or known[0].text != source.text:
            findings = Collector()
            node = read_yaml(source, findings)
            known = self.documents[source.name] = (source, node, findings.sorted())
        for finding in known[2]:
            out.report(finding)
        return known[1]

    def tree(self, text: str) -> Branch:
        """The tree of an expression."""
        return parse_tree(text)

    def document(self, source: Source) -> Node | None:
        """The document of a file, its mistakes aside."""
        return self.node(source, Collector())


@dataclass(slots=True)
class _Watched(Parses):
    """Parses for a look that is given up when it is of no use any more. `focus`: of other files only the vocabulary is read."""

    memory: Memory = field(default_factory=Memory)
    is_wanted: Callable[[], bool] = lambda: True
    focus: str | None = None
    read: dict[str, tuple[Source, Node | None]] = field(default_factory=dict)
    """What was read of each file; meanwhile the memory may know a later text."""

    def node(self, source: Source, out: Collector) -> Node | None:
        """The document of a file, as far as it is looked at."""
        self._go_on()
        node = self.memory.node(source, out)
        self.read[source.name] = (source, node)
        if self.focus in {None, source.name} or not isinstance(node, Mapping):
            return node
        return replace(node, entries=tuple(entry for entry in node if entry.key.text in _VOCABULARY))

    def tree(self, text: str) -> Branch:
        """The tree of an expression."""
        self._go_on()
        return parse_tree(text)

    def document(self, source: Source) -> Node | None:
        """The document of a file, its mistakes aside."""
        return self.node(source, Collector())

    def _go_on(self) -> None:
        if not self.is_wanted():
            raise SupersededError


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One file checked against the vocabulary of its project, without the rules of other files.

    `is_readable` False: the file is no YAML at the moment. `index` is of this file alone.
    """

    source: Source
    checked: Checked
    index: References
    findings: tuple[Diagnostic, ...]
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole project, checked. `is_whole`: every file could be read."""

    folder: Folder
    checked: Checked
    index: References
    findings: tuple[Diagnostic, ...]
    sources: dict[str, Source]
    """The texts that were looked at, by name."""
    attachments: tuple[str, ...]
    """The other files that the project names."""
    is_whole: bool


def glimpse(folder: Folder, name: str, memory: Memory) -> Glimpse:
    """Check one file. Its cost grows with this file and the vocabulary, not with the rules of other files."""
    out = Collector()
    parses = _Watched(memory=memory, focus=name)
    checked = check_folder(folder, out, parses).checked
    own = Folder(folder.path, tuple(file for file in folder.files if file.name in {ROOT_FILE, name}), folder.others)
    told = with_silenced(own, [one for one in out.sorted() if is_in(one, name)], lambda _: False)
    found = tuple(one for one in standing(told) if one.code not in _ACROSS and is_in(one, name))
    index = index_of(checked, parses.document)
    uses = tuple(use for use in index.uses if use.span.source.name == name)
    source, node = parses.read.get(name, (Source(name, ""), None))
    return Glimpse(source, checked, References(uses, ()), found, node is not None or not source.text.strip())


def is_in(finding: Diagnostic, name: str) -> bool:
    """Whether a finding is about a file."""
    return finding.span is not None and finding.span.source.name == name


def is_across(code: Code) -> bool:
    """Whether a glimpse cannot tell it."""
    return code in _ACROSS


def look(folder: Folder, memory: Memory, is_wanted: Callable[[], bool]) -> Seen:
    """Check a project. Raises `SupersededError` when `is_wanted` no longer holds."""
    out = Collector()
    parses = _Watched(memory=memory, is_wanted=is_wanted)
    with without_collection():
        loaded = check_folder(folder, out, parses)
        checked = loaded.checked
        index = index_of(checked, parses.document)
        # What was made has no cycles and is dropped as a whole: going through it would only make answers late.
        gc.freeze()
    found = standing(with_silenced(folder, out.sorted(), is_checked))
    is_whole = all(node is not None for source, node in parses.read.values() if source.text.strip())
    sources = {name: source for name, (source, _) in parses.read.items()}
    return Seen(folder, checked, index, found, sources, tuple(loaded.attachments), is_whole)


def advice(folder: Folder, memory: Memory, is_wanted: Callable[[], bool]) -> tuple[Diagnostic, ...]:
    """What lint advises without proofs, less what every check says."""
    from ruleflow.lint.lint import Settings, lint_folder

    parses = _Watched(memory=memory, is_wanted=is_wanted)
    with without_collection():
        found = lint_folder(folder, Settings(datetime.now(UTC), proves=False), parses)
    return tuple(one for one in standing(found) if not is_checked(one.code))
