"""Taking a thing out of a project: only where nothing would name it any more, and what is left still checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ruleflow.checker.checked import Checked
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.folder import Folder
from ruleflow.references import told
from ruleflow.references.edits import Edit, by_file, contents_after, overlapping, shift
from ruleflow.references.erasing import Step, erased, thing_at, way_to, without
from ruleflow.references.index import References, index_of
from ruleflow.references.left import holds_without
from ruleflow.references.names import Name, Role, Use
from ruleflow.references.rename import Edited, InTheWay, before_and_after, checked_again
from ruleflow.references.roots import Root, roots_of
from ruleflow.source import Source, Span
from ruleflow.syntax.expressions import Expr, Has, In, Items, SetTest
from ruleflow.syntax.nodes import Node, Sequence
from ruleflow.syntax.walk import walk
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
    root = _document(definition.span.source)
    edit = None if root is None else erased(thing_at(way_to(root, definition.span), definition.span))
    if edit is None:
        return Touched((), ()), InTheWay("the definition does not stand on lines of its own")
    uses = tuple(_dangling(index, edit))
    touched = Touched(uses, tuple(_left(uses, checked)))
    lists = _Lists(checked)
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


def _document(source: Source) -> Node | None:
    return read_yaml(source, Collector())


def _inside(span: Span, edit: Edit) -> bool:
    return span.source.name == edit.file and edit.start <= span.start < edit.end


def _dangling(index: References, edit: Edit) -> Iterator[Use]:
    """The uses, elsewhere, of everything that is defined in a stretch."""
    gone = {use.name for use in index.uses if use.role is Role.DEFINITION and _inside(use.span, edit)}
    return (use for use in index.uses if use.name in gone and use.role is Role.USE and not _inside(use.span, edit))


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


@dataclass(frozen=True)
class _Lists:
    """The lists of a project: which use may be dropped from one."""

    checked: Checked

    def without(self, use: Use) -> Edit | None:
        """The edit that drops a use from its list; None where it stands in none, alone, or where that changes what is asked."""
        for root in self._roots.get(use.span.source.name, ()):
            if root.expr.span.start <= use.span.start < root.expr.span.end:
                found = _from_expression(root.expr, use)
                if found is not None:
                    return found
        way = self._way(use)
        in_list = bool(way) and isinstance(way[-1].holder, Sequence) and len(way[-1].parts) > 1
        return erased(way) if in_list else None

    @cached_property
    def _roots(self) -> Mapping[str, list[Root]]:
        found: dict[str, list[Root]] = {}
        for root in roots_of(self.checked.model):
            found.setdefault(root.expr.span.source.name, []).append(root)
        return found

    def _way(self, use: Use) -> tuple[Step, ...]:
        source = use.span.source
        if source.name not in self._documents:
            self._documents[source.name] = _document(source)
        root = self._documents[source.name]
        return () if root is None else way_to(root, use.span)

    @cached_property
    def _documents(self) -> dict[str, Node | None]:
        """The documents that were looked into."""
        return {}


def _from_expression(expr: Expr, use: Use) -> Edit | None:
    for node in walk(expr):
        is_any = isinstance(node, Has) and node.test in {SetTest.ANY, SetTest.NONE}
        items = node.items if isinstance(node, In) or (isinstance(node, Has) and is_any) else None
        parts = [item.span for item in items.items] if isinstance(items, Items) else []
        for at, part in enumerate(parts):
            if part.start <= use.span.start < part.end and len(parts) > 1:
                return without(parts, at)
    return None


def _proved(folder: Folder, index: References, edits: tuple[Edit, ...]) -> Edited | InTheWay:
    if overlapping(edits) is not None:
        return InTheWay("two neighbours of one list would have to go at once")
    files = contents_after(folder, edits)
    after, findings = checked_again(folder, files)
    grave = tuple(finding for finding in findings if finding.is_error)
    if grave:
        return InTheWay("what is left would not check", findings=grave)
    if _places(index.uses, edits) != _places(index_of(after).uses, ()):
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
