"""Taking a thing out of a project: only where nothing would name it any more, and what is left still checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ruleflow.checker.cells import Cell as Meaning
from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.project.folder import Folder
from ruleflow.references import told
from ruleflow.references.cells import Cell, Cells, placed, reader_at, row_holder
from ruleflow.references.edits import Edit, by_file, contents_after, overlapping, shift
from ruleflow.references.erasing import erased, thing_at, way_to
from ruleflow.references.index import References, index_of
from ruleflow.references.left import holds_without
from ruleflow.references.lists import Lists
from ruleflow.references.names import Kind, Name, Role, Use
from ruleflow.references.rename import Edited, InTheWay, before_and_after, checked_again
from ruleflow.references.roots import roots_of
from ruleflow.references.rows import erased_row
from ruleflow.source import Span
from ruleflow.syntax.yaml_reader import read_yaml


@dataclass(frozen=True, slots=True)
class Touched:
    """What a removal touches: `uses` would name nothing; `left` says of conditions what they come to without them."""

    uses: tuple[Use, ...]
    left: tuple[str, ...]


def remove(
    folder: Folder, checked: Checked, name: Name, index: References | None = None, *, with_lists: bool = False
) -> tuple[Touched, Edited | InTheWay]:
    """What a removal touches, and the edits that make it or what is in the way. Nothing is written.

    A thing goes with all that is defined inside it. `with_lists` drops it from lists that have other items, too: those of
    `in`, `has any of` and `has none of`, where nobody who is gone counts, and lists in YAML.
    """
    index = index_of(checked) if index is None else index
    definition = index.definition(name)
    if definition is None:
        return Touched((), ()), InTheWay(told.not_here(name))
    edit = _erased(definition, checked.model)
    if edit is None:
        return Touched((), ()), InTheWay("the definition does not stand on lines of its own")
    uses = tuple(_dangling(index, edit, name))
    cells = Cells(checked.model.tables)
    touched = Touched(uses, (*_left(uses, checked), *_rows_left(uses, checked, cells)))
    lists = Lists(checked, cells)
    droppable = {use: drop for use in uses if (drop := lists.without(use)) is not None}
    dropped = droppable if with_lists else {}
    staying = tuple((use.span, str(use.holder)) for use in uses if use not in dropped)
    if staying:
        return touched, InTheWay(told.named_elsewhere(name, len(droppable) - len(dropped)), staying)
    found = _proved(folder, index, (edit, *dropped.values()))
    if isinstance(found, Edited) and any(use.holder.kind == "test" for use in dropped):
        found = replace(
            found, notes=(*found.notes, "facts of tests are among it: `ruleflow test` says whether they still hold")
        )
    if isinstance(found, Edited):
        found = replace(found, notes=(*found.notes, *told.loose_ends(name, checked.model)))
    return touched, found


def _erased(definition: Use, model: Model) -> Edit | None:
    name, span = definition.name, definition.span
    if name.kind is Kind.ROW:
        table = next(one for one in model.tables if one.id == name.owner)
        return erased_row(table, table.rows.ids.index(name.written))
    root = read_yaml(span.source, Collector())
    return None if root is None else erased(thing_at(way_to(root, span), span))


def _inside(span: Span, edit: Edit) -> bool:
    return span.source.name == edit.file and edit.start <= span.start < edit.end


def _dangling(index: References, edit: Edit, name: Name) -> Iterator[Use]:
    """The uses, elsewhere, of everything that is defined in a stretch, and of the rows of a table in a file of their own."""
    gone = {
        use.name
        for use in index.uses
        if use.role is Role.DEFINITION and (_inside(use.span, edit) or _is_row_of(use.name, name))
    }
    return (use for use in index.uses if use.name in gone and use.role is Role.USE and not _inside(use.span, edit))


def _is_row_of(one: Name, table: Name) -> bool:
    return table.kind is Kind.TABLE and one.kind is Kind.ROW and one.owner == table.id


def _left(uses: Iterable[Use], checked: Checked) -> Iterator[str]:
    """The conditions that would never, or always, hold."""
    starts: dict[str, set[int]] = {}
    for use in uses:
        starts.setdefault(use.span.source.name, set()).add(use.span.start)
    for root in roots_of(checked.model):
        gone = starts.get(root.expr.span.source.name, set())
        holds = holds_without(root.expr, frozenset(gone)) if gone else None
        if holds is not None:
            yield f"the {root.holder} would {'always' if holds else 'never'} hold"


def _rows_left(uses: Iterable[Use], checked: Checked, cells: Cells) -> Iterator[str]:
    """The rows of tables that would never match: of a cell all values would be gone."""
    gone: dict[tuple[str, int], tuple[Cell, set[int]]] = {}
    for use in uses:
        cell = cells.at(use.span)
        if cell is not None and cell.is_asked:
            gone.setdefault((cell.span.source.name, cell.span.start), (cell, set()))[1].add(use.span.start)
    for cell, starts in gone.values():
        reader = reader_at(cell.table, cell.column, checked)
        meaning = None if reader is None else reader.read(cell.text)
        if reader is None or not isinstance(meaning, Meaning) or meaning.negated:
            continue
        places = [placed(cell.span, cell.text, one) for one in reader.items(cell.text)]
        if all(any(place.start <= start < place.end for start in starts) for place in places):
            yield f"{row_holder(cell.table, cell.row)} would never match"


def _proved(folder: Folder, index: References, edits: tuple[Edit, ...]) -> Edited | InTheWay:
    if overlapping(edits) is not None:
        return InTheWay("two neighbours of one list would have to go at once")
    files = contents_after(folder, edits)
    after, findings = checked_again(folder, files)
    grave = tuple(finding for finding in findings if finding.is_error)
    if grave:
        return InTheWay("what is left would not check", findings=grave)
    found = index_of(after.checked).uses
    read = {file.name for file in folder.files} | after.attachments.keys()
    if _places((use for use in index.uses if use.span.source.name in read), edits) != _places(found, ()):
        return InTheWay("without it, a word would mean something else")
    return Edited(edits, before_and_after(folder, files), tuple(finding.message for finding in findings))


def _places(uses: Iterable[Use], edits: tuple[Edit, ...]) -> Mapping[tuple[str, int, Name, Role], int]:
    """The places of names after some edits, less those that the edits take out."""
    own = by_file(edits)
    moves = {file: shift(some) for file, some in own.items()}
    return Counter(
        (file, moves[file](use.span.start) if file in moves else use.span.start, use.name, use.role)
        for use in uses
        for file in (use.span.source.name,)
        if not any(_inside(use.span, edit) for edit in own.get(file, ()))
    )
