"""Going to where things are defined and named, and renaming them: the engine of `ruleflow refs` and `ruleflow rename`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lsprotocol import types as lsp

from ruleflow.diagnostics.collector import Collector
from ruleflow.lsp.session import Session
from ruleflow.lsp.text import Text
from ruleflow.project.folder import Folder
from ruleflow.project.loading import check_folder
from ruleflow.project.parses import Parses
from ruleflow.references.edits import Edit, by_file
from ruleflow.references.names import Kind, Name, Role, Use
from ruleflow.references.rename import InTheWay, rename
from ruleflow.source import Span

Locate = Callable[[Span], lsp.Location]
UriOf = Callable[[str], str]


class NotRenamed(Exception):  # noqa: N818 - it says what is so
    """Why a thing is not renamed, as a sentence."""


def locations(uses: Iterable[Use], session: Session, locate: Locate) -> list[lsp.Location]:
    """Where uses are, in the texts as they are now."""
    return [locate(place) for use in uses if (place := session.now(use.span)) is not None]


def definitions(session: Session, name: str, offset: int) -> list[Use]:
    """Where what a place names is defined; nowhere for the standard vocabulary."""
    found = (session.definition_of(use.name) for use in session.at(name, offset))
    return [use for use in found if use is not None]


def references(session: Session, name: str, offset: int, *, declared: bool) -> list[Use]:
    """Every place that names what a place names; with its definition where it is `declared`."""
    return [
        use
        for found in session.at(name, offset)
        for use in session.places_of(found.name)
        if use.role is Role.USE or (declared and use.role is Role.DEFINITION)
    ]


def renameable(session: Session, name: str, offset: int) -> tuple[Span, Name]:
    """The name at a place that may be renamed, and where it stands; raises `NotRenamed`."""
    uses = session.at(name, offset)
    if not uses:
        raise NotRenamed("there is no name of this project here")
    use = next((one for one in uses if session.definition_of(one.name) is not None), None)
    if use is None:
        raise NotRenamed(f"the {uses[0].name} is part of the standard vocabulary")
    place = session.now(use.span)
    if place is None or not place.text.endswith(use.name.written):
        raise NotRenamed("this place calls it by another name; rename it where it is defined")
    return Span(place.source, place.end - len(use.name.written), place.end), use.name


def renamed(folder: Folder, name: Name, new: str, parses: Parses) -> tuple[Edit, ...]:
    """The edits that rename a thing, proved on the project as it is now; raises `NotRenamed`. Checks the project twice."""
    out = Collector()
    checked = check_folder(folder, out, parses).checked
    if out.has_errors:
        raise NotRenamed("the project has errors; mend them first, so that it can be proved that nothing else changes")
    owner = name.owner + (":" if name.kind is Kind.OPTION else ".") if name.owner else ""
    new_id = new if new.startswith(owner) and owner else owner + new
    found = rename(folder, checked, name, new_id)
    if isinstance(found, InTheWay):
        findings = "".join(f"\n{one.message}" for one in found.findings[:3])
        raise NotRenamed(found.reason + findings)
    return found.edits


def workspace_edit(edits: Iterable[Edit], session: Session, uri_of: UriOf) -> lsp.WorkspaceEdit:
    """Edits as the editor makes them."""
    changes: dict[str, list[lsp.TextEdit]] = {}
    contents = {file.name: file.content for file in session.folder().files}
    for file, own in by_file(edits).items():
        content = contents.get(file) or session.folder().attachment(file) or b""
        text = session.buffers.get(file) or Text(content.decode("utf-8-sig", "replace"), session.encoding)
        changes[uri_of(file)] = [lsp.TextEdit(text.range(edit.start, edit.end), edit.text) for edit in own]
    return lsp.WorkspaceEdit(changes=changes)
