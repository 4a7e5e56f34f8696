"""What was edited in a decision table: its columns, and rows that are new, gone, elsewhere or have other cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ruleflow.model.tables import NO_CELL, HitPolicy, Table
from ruleflow.review.edits import Change, PartAdded, PartChanged, PartRemoved, ValueChanged
from ruleflow.review.order import moved

MOST_ROWS = 50
"""Rows of a table that are told."""
ROWS = "rows"


def table_changes(old: Table, new: Table) -> Iterator[Change]:
    """What differs in hit policy, columns and rows."""
    if old.hit is not new.hit:
        yield ValueChanged("hit", old.hit.value, new.hit.value)
    yield from _column_changes(old, new)
    changes = list(_row_changes(old, new))
    yield from changes[:MOST_ROWS]
    if len(changes) > MOST_ROWS:
        more = f"… and {len(changes) - MOST_ROWS:,} more changes of rows"
        yield PartChanged(ROWS, "", "", more)


def _columns(table: Table) -> dict[str, int]:
    """The columns by what they stand for."""
    return {name: at for at, name in enumerate(_names(table))}


def _names(table: Table) -> tuple[str, ...]:
    return (*(one.text for one in table.inputs), *(one.text for one in table.outputs))


def _column_changes(old: Table, new: Table) -> Iterator[Change]:
    before, after = _columns(old), _columns(new)
    yield from (PartRemoved("columns", name) for name in before if name not in after)
    yield from (PartAdded("columns", name) for name in after if name not in before)


@dataclass(frozen=True, slots=True)
class _Both:
    """The rows of two versions by the columns that both have; each row is a tuple of texts."""

    old: Table
    new: Table
    names: tuple[str, ...]
    before: Sequence[tuple[str, ...]]
    after: Sequence[tuple[str, ...]]


def _row_changes(old: Table, new: Table) -> Iterator[Change]:
    first, second = _columns(old), _columns(new)
    names = tuple(name for name in second if name in first)
    both = _Both(old, new, names, _rows(old, [first[one] for one in names]), _rows(new, [second[one] for one in names]))
    pairs = _by_id(both) if old.rows.ids and new.rows.ids else _by_content(both, _asked(new, names))
    came = {after: before for before, after in pairs.items()}
    yield from (PartRemoved(ROWS, _told(old, row)) for row in range(old.rows.count) if row not in pairs)
    for row in range(new.rows.count):
        if row not in came:
            yield PartAdded(ROWS, _told(new, row))
            continue
        was, now = both.before[came[row]], both.after[row]
        if was != now:
            yield from _cells(both, row, was, now)
        yield from _words(both, came[row], row)
    if new.hit is not HitPolicy.COLLECT or old.hit is not HitPolicy.COLLECT:
        yield from _moves(both, came)


def _rows(table: Table, columns: Sequence[int]) -> list[tuple[str, ...]]:
    texts = [[table.rows.texts[at][number] for number in table.rows.numbers(at)] for at in columns]
    return list(zip(*texts, strict=True)) if texts else [()] * table.rows.count


def _asked(table: Table, names: Sequence[str]) -> list[int]:
    asked = {one.text for one in table.inputs}
    return [at for at, name in enumerate(names) if name in asked]


def _by_id(both: _Both) -> dict[int, int]:
    now = {name: row for row, name in enumerate(both.new.rows.ids)}
    return {row: now[name] for row, name in enumerate(both.old.rows.ids) if name in now}


def _by_content(both: _Both, asked: Sequence[int]) -> dict[int, int]:
    """Numbered rows: equal ones in order, then those that ask the same, then those between the same neighbours."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key in (lambda row: row, lambda row: tuple(row[at] for at in asked)):
        places: dict[tuple[str, ...], list[int]] = {}
        for row, cells in enumerate(both.after):
            if row not in taken:
                places.setdefault(key(cells), []).append(row)
        for own in places.values():
            own.reverse()
        for row, cells in enumerate(both.before):
            free = places.get(key(cells)) if row not in pairs else None
            if free:
                pairs[row] = free.pop()
                taken.add(pairs[row])
    _pair_neighbours(both, pairs, taken)
    return pairs


def _pair_neighbours(both: _Both, pairs: dict[int, int], taken: set[int]) -> None:
    """Pair rows that follow the same row, where half of their cells are the same."""
    for row, cells in enumerate(both.before):
        after = pairs.get(row - 1, -1) + 1
        if row in pairs or after >= len(both.after) or after in taken:
            continue
        same = sum(one == other for one, other in zip(cells, both.after[after], strict=True))
        if 2 * same >= len(cells):
            pairs[row] = after
            taken.add(after)


def _cells(both: _Both, row: int, was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[Change]:
    for name, before, after in zip(both.names, was, now, strict=True):
        if before != after:
            yield ValueChanged(f"row {both.new.row_name(row)}: {name}", before, after)


def _words(both: _Both, before: int, after: int) -> Iterator[Change]:
    for name in ("titles", "notes"):
        was, now = (getattr(table.rows, name) for table in (both.old, both.new))
        said, says = (own[row] if own else "" for own, row in ((was, before), (now, after)))
        if said != says:
            yield ValueChanged(f"row {both.new.row_name(after)}: {name[:-1]}", said or None, says or None)


def _moves(both: _Both, came: Mapping[int, int]) -> Iterator[Change]:
    """Rows that stand elsewhere among those that stayed."""
    stayed = sorted(came)
    for at in sorted(moved([came[row] for row in stayed])):
        row = stayed[at]
        shown = f"row {both.new.row_name(row)} moved: it was number {came[row] + 1}, it now is number {row + 1}"
        yield PartChanged(ROWS, str(came[row] + 1), str(row + 1), shown)


def _told(table: Table, row: int) -> str:
    """A row in words: `row 3: ticket.priority high, contact.segments vip → set_sla fast`."""
    said = [(name, table.rows.text(row, at)) for at, name in enumerate(_names(table))]
    asked = ", ".join(f"{name} {text}" for name, text in said[: len(table.inputs)] if text != NO_CELL)
    done = ", ".join(f"{name} {text}" for name, text in said[len(table.inputs) :] if text != NO_CELL)
    return f"row {table.row_name(row)}: {asked or 'any ticket'} → {done or 'nothing'}"
