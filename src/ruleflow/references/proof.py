"""The proof of an edit: read again, a project must say the same as before, up to the name that was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ruleflow.checker.checked import Checked
from ruleflow.model.scores import SCORE
from ruleflow.references.edits import Edit, by_file, shift
from ruleflow.references.index import References
from ruleflow.references.names import Kind, Name, Role

Places = Counter[tuple[str, int, Name, Role]]

_SKIPPED = frozenset({"was", "external_options", "tests"})
"""Old names are what an edit adds. What tests say is compared as places: their texts may say anything."""


_INSIDE = {
    Kind.SCORE: ((Kind.OPTION, ":"),),
    Kind.FIELD: ((Kind.FIELD, "."), (Kind.OPTION, "."), (Kind.OPTION, ":")),
    Kind.TABLE: ((Kind.ROW, "/"),),
}
"""What is called after what, and what stands between the names."""


def renaming(old: Name, new: Name) -> Callable[[Name], Name]:
    """What each name is called afterwards: with a field the parts and options inside it, with a table its rows, with a score its classes."""

    def renamed(name: Name) -> Name:
        if name == old:
            return new
        lead = SCORE if old.kind is Kind.SCORE else ""
        rest = name.id[len(lead + old.id) :]
        inside = name.id.startswith(lead + old.id) and (name.kind, rest[:1]) in _INSIDE.get(old.kind, ())
        return Name(name.kind, lead + new.id + rest) if inside else name

    return renamed


def places_differ(
    before: References, after: References, edits: Sequence[Edit], renamed: Callable[[Name], Name]
) -> tuple[str, int, Name, Role] | None:
    """A place (of the text after the edits) that names something else than before; None where there is none."""
    moves = {file: shift(own) for file, own in by_file(edits).items()}
    expected: Places = Counter()
    for use in before.uses:
        file = use.span.source.name
        start = moves[file](use.span.start) if file in moves else use.span.start
        expected[file, start, renamed(use.name), use.role] += use.role is not Role.EARLIER
    found: Places = Counter(
        (use.span.source.name, use.span.start, use.name, use.role) for use in after.uses if use.role is not Role.EARLIER
    )
    return next(iter([*(found - expected), *(expected - found)]), None)


def say_the_same(before: Checked, after: Checked, old: Name, new: Name) -> bool:
    """Whether two checked projects are equal but for the one name: every rule, type and meaning."""
    pairs = (
        (before.model, after.model),
        (before.meanings, after.meanings),
        (before.types, after.types),
        (before.derived, after.derived),
        (before.reads, after.reads),
    )
    same = _texts_alike(old.written, new.written)
    return all(not any(_differences(one, other, same)) for one, other in pairs)


def _texts_alike(old: str, new: str) -> Callable[[str, str], bool]:
    """Whether a text may have become another: by the old name, once or more, becoming the new one."""

    def alike(one: str, other: str) -> bool:
        if one == other:
            return True
        parts = one.split(old)
        if len(parts) == 1 or not other.startswith(parts[0]):
            return False
        reached = {len(parts[0])}  # where in the other text each way of renaming leads
        for part in parts[1:]:
            reached = {
                at + len(word) + len(part) for at in reached for word in (old, new) if other.startswith(word + part, at)
            }
        return len(other) in reached

    return alike


def _differences(one: Any, other: Any, alike: Callable[[str, str], bool]) -> Iterator[tuple[Any, Any]]:
    """The parts in which two values differ by more than a name, gone through without recursion: expressions are deep."""
    todo = [(one, other)]
    while todo:
        left, right = todo.pop()
        if left is right:
            continue
        if type(left) is not type(right):
            yield left, right
        elif isinstance(left, str):
            if not alike(left, right):
                yield left, right
        elif isinstance(left, Mapping):
            todo += [(tuple(left), tuple(right)), (tuple(left.values()), tuple(right.values()))]
        elif isinstance(left, frozenset):
            if not _sets_alike(left, right, alike):
                yield left, right
        elif isinstance(left, tuple | list):
            if len(left) != len(right):
                yield left, right
            else:
                todo += zip(left, right, strict=True)
        elif is_dataclass(left):
            todo += [
                (getattr(left, part.name), getattr(right, part.name))
                for part in fields(left)
                if part.compare and part.name not in _SKIPPED
            ]
        elif left != right:
            yield left, right


def _sets_alike(one: frozenset[Any], other: frozenset[Any], alike: Callable[[str, str], bool]) -> bool:
    """Whether two sets are equal but for texts that have become others."""
    gone, fresh = one - other, other - one
    if len(gone) != len(fresh) or not all(isinstance(value, str) for value in gone | fresh):
        return gone == fresh
    return all(any(alike(before, after) for after in fresh) for before in gone)
