"""What is known of one project while it is edited: the texts of the editor, and what the last looks at it have found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lsp.folders import overlaid
from ruleflow.lsp.looks import Glimpse, Memory, Seen, is_across, is_in
from ruleflow.lsp.shifts import moved, shift_between
from ruleflow.lsp.text import Text
from ruleflow.model.model import Model
from ruleflow.project.folder import ROOT_FILE, Folder, read_folder
from ruleflow.references.names import Name, Role, Use
from ruleflow.source import Source, Span


@dataclass(slots=True)
class Session:
    """A project in the editor. Looks are made elsewhere and handed in; all questions are answered from what is here.

    Only the thread that talks to the editor changes it.
    """

    path: Path
    encoding: str
    buffers: dict[str, Text] = field(default_factory=dict)
    """The texts that are open in the editor, by name of the file in the project."""
    versions: dict[str, int | None] = field(default_factory=dict)
    generation: int = 0
    """Counts the changes, of texts and of files on disk."""
    memory: Memory = field(default_factory=Memory)
    checked: Checked | None = None
    """The last one of which every file could be read; of one that was only glimpsed at, rules of one file are in it."""
    seen: Seen | None = None
    glimpses: dict[str, Glimpse] = field(default_factory=dict)
    """Files that were glimpsed at after the last look at the whole."""
    advice: tuple[Diagnostic, ...] = ()
    """What lint says, and `proofs` what is proved, as of the last time that somebody saved."""
    proofs: tuple[Diagnostic, ...] = ()
    _disk: Folder | None = None
    _failures: tuple[Diagnostic, ...] = ()

    def put(self, name: str, text: Text, version: int | None) -> None:
        """Take a text of the editor."""
        self.buffers[name] = text
        self.versions[name] = version
        self.generation += 1

    def drop(self, name: str) -> None:
        """Forget a text of the editor: what counts is what lies on disk."""
        self.buffers.pop(name, None)
        self.versions.pop(name, None)
        self.forget_disk()

    def forget_disk(self) -> None:
        """Read the files on disk again before the next look."""
        self._disk = None
        self.generation += 1

    def folder(self) -> Folder:
        """The folder as the editor shows it."""
        if self._disk is None:
            out = Collector()
            self._disk = read_folder(self.path, out) or Folder(self.path, ())
            is_saved = (self.path / ROOT_FILE).is_file()  # else it is a new project, of which nothing can be read yet
            self._failures = out.sorted() if is_saved else ()
        texts = {name: text.whole.encode("utf-8", "surrogatepass") for name, text in self.buffers.items()}
        return overlaid(self._disk, texts)

    def take_glimpse(self, name: str, found: Glimpse) -> None:
        """Keep what a glimpse at a file has found."""
        self.glimpses[name] = found
        if found.is_readable:
            self.checked = found.checked

    def take(self, found: Seen) -> None:
        """Keep what a look at the whole has found; glimpses at texts that it has seen are of no use any more."""
        self.seen = found
        if found.is_whole or self.checked is None:
            self.checked = found.checked
        seen = {name: source.text for name, source in found.sources.items()}
        self.glimpses = {name: one for name, one in self.glimpses.items() if seen.get(name) != one.source.text}

    @property
    def model(self) -> Model | None:
        """The vocabulary, from the last look that could read all of it."""
        return None if self.checked is None else self.checked.model

    def rules(self) -> dict[str, str]:
        """The rules and tables of the project by id, with their titles."""
        seen = () if self.seen is None else self.seen.checked.model.deciders
        fresh = (rule for one in self.glimpses.values() for rule in one.checked.model.deciders)
        return {rule.id: rule.title for rule in (*seen, *fresh)}

    def text_of(self, source: Source) -> Text:
        """A text that was looked at, with the lines of the editor."""
        own = self.buffers.get(source.name)
        return own if own is not None and own.text == source.text else Text(source.text, self.encoding)

    def findings(self, name: str) -> tuple[Diagnostic, ...]:
        """What is to be said of a file, its places in the text as it is now, silenced ones left out."""
        fresh = self.glimpses.get(name)
        seen = tuple(one for one in (self.seen.findings if self.seen else ()) if is_in(one, name))
        whole = () if self.seen is None else self._failures
        if fresh is not None:
            seen = (*fresh.findings, *(one for one in seen if is_across(one.code)))
        found = (*seen, *(one for one in (*self.advice, *self.proofs) if is_in(one, name)))
        if name == ROOT_FILE and self.seen is not None:
            found = (*found, *whole, *(one for one in self.seen.findings if one.span is None))
        own = self.buffers.get(name)
        source = None if own is None else Source(name, own.text)
        there = (one if source is None else moved(one, source) for one in found)
        return tuple(one for one in there if one is not None)

    def files_with_findings(self) -> set[str]:
        """The files of which something is to be said."""
        found = (*(self.seen.findings if self.seen else ()), *self.advice, *self.proofs)
        names = {one.span.source.name if one.span is not None else ROOT_FILE for one in found}
        return names | ({ROOT_FILE} if self._failures else set()) | set(self.glimpses)

    def at(self, name: str, offset: int) -> tuple[Use, ...]:
        """What a place of a file names; the place is one of the text as it is now."""
        fresh, seen, own = self.glimpses.get(name), self.seen, self.buffers.get(name)
        known = [(fresh.index, fresh.source)] if fresh is not None and fresh.is_readable else []
        if seen is not None and name in seen.sources:  # knows the rows of tables of other files besides
            known.append((seen.index, seen.sources[name]))
        answers: list[tuple[Use, ...]] = []
        for index, source in known:
            place = offset if own is None else shift_between(source.text, own.text).back(offset)
            answers.append(index.at(name, place))
            if any(self.definition_of(use.name) is not None for use in answers[-1]):
                return answers[-1]
        return next((found for found in answers if found), ())

    def places_of(self, name: Name) -> tuple[Use, ...]:
        """Every place that defines or names a thing, as it was looked at last."""
        fresh = {file for file, one in self.glimpses.items() if one.is_readable}
        old = self.seen.index.of(name.kind, name.id) if self.seen is not None else ()
        return (
            *(use for use in old if use.span.source.name not in fresh),
            *(use for file in sorted(fresh) for use in self.glimpses[file].index.of(name.kind, name.id)),
        )

    def defined(self) -> Iterator[Use]:
        """Every place that defines something."""
        fresh = {file: one for file, one in self.glimpses.items() if one.is_readable}
        old = () if self.seen is None else self.seen.index.uses
        yield from (use for use in old if use.role is Role.DEFINITION and use.span.source.name not in fresh)
        for one in fresh.values():
            yield from (use for use in one.index.uses if use.role is Role.DEFINITION)

    def definition_of(self, name: Name) -> Use | None:
        """Where a thing is defined."""
        return next((use for use in self.places_of(name) if use.role is Role.DEFINITION), None)

    def now(self, span: Span) -> Span | None:
        """A place that was looked at, in the text as it is now; None where that has been edited."""
        own = self.buffers.get(span.source.name)
        if own is None or own.text == span.source.text:
            return span
        return shift_between(span.source.text, own.text).forth(span, Source(span.source.name, own.text))
