"""Renaming a thing everywhere, as text; made only where reading the project again proves that it says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ruleflow.checker.checked import Checked
from ruleflow.checker.words import RESERVED
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.access import DOTTED, ID
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.project.edited import edited_folder
from ruleflow.project.folder import Folder
from ruleflow.project.loaded import Loaded
from ruleflow.project.loading import check_folder
from ruleflow.project.parses import kept_parses
from ruleflow.references import told
from ruleflow.references.earlier import remember
from ruleflow.references.edits import Edit, contents_after, overlapping, put
from ruleflow.references.index import References, index_of
from ruleflow.references.names import Kind, Name, Role, Use
from ruleflow.references.places import options_at
from ruleflow.references.proof import places_differ, renaming, say_the_same
from ruleflow.references.written import spot_at
from ruleflow.source import Source, Span
from ruleflow.syntax.decode import text_of
from ruleflow.syntax.expression_parser import parse_expression_text
from ruleflow.syntax.expressions import Fact, Word
from ruleflow.syntax.yaml_reader import read_yaml

_ROW = re.compile(r"\w[\w.-]*")
_DOTTED = frozenset({Kind.FIELD, Kind.EVENT})
_PLAIN = frozenset(
    {
        Kind.RULE, Kind.TABLE, Kind.ROW, Kind.VIEW, Kind.SCORE, Kind.PROPERTY, Kind.STAGE, Kind.ACTION, Kind.EVENT, Kind.OPTION,
    }
)  # fmt: skip
"""Kinds whose names are never bare words of the language, or need not be."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A change of a project that is proved: the edits, each file before (as it lies there) and after, and what to know about it."""

    edits: tuple[Edit, ...]
    files: Mapping[str, tuple[bytes, bytes]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why a change is not made: a sentence, places with what is wrong there, findings of the project as it would be."""

    reason: str
    places: tuple[tuple[Span, str], ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def rename(
    folder: Folder, checked: Checked, name: Name, new_id: str, index: References | None = None
) -> Edited | InTheWay:
    """The edits that rename a thing of a project that checks, or what is in the way. Nothing is written.

    The project is checked again after the edits, in memory; every place must name what it named before. `index` is that
    of `checked`, where it is known already.
    """
    index = index_of(checked) if index is None else index
    new = Name(name.kind, new_id)
    refused = _refused(name, new, index, checked)
    if refused is not None:
        return InTheWay(refused)
    met = tuple(_met_options(name, index, checked))
    if met:
        return InTheWay("options of two fields meet here, and would no longer be the same words", met)
    odd = tuple(use for use in index.of(name.kind, name.id) if _is_written(use, name) is None)
    if odd:
        return InTheWay(
            f"`{name.written}` is written with escapes, so it cannot be replaced as text",
            tuple((use.span, str(use.holder)) for use in odd),
        )
    edits = tuple(_edits(name, new, index, checked))
    return _proved(folder, checked, index, edits, (name, new))


def _refused(name: Name, new: Name, index: References, checked: Checked) -> str | None:
    """Why a thing cannot bear a name at all; None where it may."""
    definition = index.definition(name)
    if definition is None:
        return told.not_here(name)
    if name.kind is Kind.FIELD and name.id in standard_vocabulary().fields:
        return f"`{name.id}` is a field of the standard vocabulary, which helpdesks send under this name"
    if name == new:
        return f"it is called `{new.written}` already"
    if name.owner != new.owner:
        return told.elsewhere(name)
    form = DOTTED if name.kind in _DOTTED else _ROW if name.kind is Kind.ROW else ID
    if name.kind is not Kind.OPTION and not form.fullmatch(new.written if name.is_inside else new.id):
        return told.no_id(new)
    if name.kind is Kind.OPTION and (not new.written.strip() or "\n" in new.written):
        return "an option is a text on one line"
    if name.kind not in _PLAIN and not _is_word(new):
        return f"`{new.id}` is a word of the language"
    for rival in told.rivals(new):
        taken = index.definition(rival)
        if taken is not None or index.of(rival.kind, rival.id) or rival.id in told.taken_ids(rival, checked.model):
            return told.taken(rival, taken)
    return None


def _is_word(new: Name) -> bool:
    """Whether it is read as a name in an expression."""
    if new.kind is Kind.FIELD:
        return isinstance(parse_expression_text(new.id), Fact)
    return new.id not in RESERVED and isinstance(parse_expression_text(new.id), Word)


def _met_options(name: Name, index: References, checked: Checked) -> Iterator[tuple[Span, str]]:
    if name.kind is not Kind.OPTION:
        return
    for link in index.links:
        other = {link.one, link.other} - {name.owner}
        if name.owner in {link.one, link.other} and any(
            name.written in options_at(one, checked.model) for one in other
        ):
            yield link.span, f"`{name.owner}` meets `{min(other)}` in {link.holder}"


def _is_written(use: Use, name: Name) -> Span | None:
    """The part of a place that is the name itself; a place that calls a thing otherwise is left as it is. None: it cannot be told."""
    span, word = use.span, name.written
    if use.role is Role.EARLIER:
        return span
    if span.text.endswith(word):
        return Span(span.source, span.end - len(word), span.end)
    is_alias = use.role is Role.USE and use.holder.kind == "test"
    return Span(span.source, span.start, span.start) if is_alias else None


def _edits(name: Name, new: Name, index: References, checked: Checked) -> Iterator[Edit]:
    for use in index.of(name.kind, name.id):
        place = _is_written(use, name)
        if use.role is not Role.EARLIER and place is not None and place.text == name.written:
            yield put(place, new.written)
    definition = index.definition(name)
    if definition is not None and told.remembers(name, checked.model):
        yield from _memory(definition, name, new)


def _memory(definition: Use, name: Name, new: Name) -> Iterator[Edit]:
    root = read_yaml(definition.span.source, Collector())
    spot = None if root is None else spot_at(root, definition.span)
    if spot is not None:
        names = (name.written, new.written) if name.kind is Kind.OPTION else (name.id, new.id)
        yield from remember(spot, name, *names)


def _proved(
    folder: Folder, checked: Checked, index: References, edits: tuple[Edit, ...], names: tuple[Name, Name]
) -> Edited | InTheWay:
    if overlapping(edits) is not None:
        return InTheWay("the same text would have to be changed in two ways")
    name, new = names
    files = contents_after(folder, edits)
    loaded, findings = checked_again(folder, files)
    after = loaded.checked
    if findings:
        return InTheWay(f"with `{new.written}` the project would have new findings", findings=findings)
    found = index_of(after)
    differing = places_differ(index, found, edits, renaming(name, new))
    if differing is not None:
        file, start, other, _ = differing
        place = Span(Source(file, text_of(files.get(file, b""))), start, start + len(other.written))
        return InTheWay(f"with `{new.written}` a word would mean something else", ((place, f"would name the {other}"),))
    if not say_the_same(checked, after, name, new):
        return InTheWay(f"with `{new.written}` the project would no longer say the same")
    notes = (*told.aftermath(name, new, checked.model), *told.loose_ends(name, checked.model))
    return Edited(edits, before_and_after(folder, files), notes)


def checked_again(folder: Folder, files: Mapping[str, bytes]) -> tuple[Loaded, tuple[Diagnostic, ...]]:
    """The project with other contents of some files, and the findings that it did not have before."""
    parses, out = kept_parses(folder), Collector()
    after = check_folder(edited_folder(folder, files), out, parses)
    if not len(out):
        return after, ()
    before = Collector()
    check_folder(folder, before, parses)
    return after, tuple(_fresh(before.sorted(), out.sorted()))


def _fresh(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings beyond those that were there: compared by code and file, for their words may hold the name."""
    left = [_known_by(finding) for finding in before]
    for finding in after:
        if _known_by(finding) in left:
            left.remove(_known_by(finding))
        else:
            yield finding


def _known_by(finding: Diagnostic) -> tuple[str, str]:
    return finding.code.number, finding.span.source.name if finding.span is not None else ""


def before_and_after(folder: Folder, files: Mapping[str, bytes]) -> Mapping[str, tuple[bytes, bytes]]:
    """Of each file what it holds and what it is to hold, where that differs."""
    own = {file.name: file.content for file in folder.files}
    pairs = {name: (own.get(name) or folder.attachment(name) or b"", content) for name, content in files.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
