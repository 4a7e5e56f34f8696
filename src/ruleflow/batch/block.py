"""A block of rows: its columns, and the snapshots of those values or rows that columns alone cannot answer for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ruleflow.batch.codes import Codes, joined
from ruleflow.batch.columns import ABSENT, Bools, Column, column_of, constant, old_column_of
from ruleflow.batch.leaves import BEFORE, after_before, facts_in, leaves_of
from ruleflow.batch.questions import Asked
from ruleflow.engine.facts import Facts
from ruleflow.engine.stages import snapshot_of
from ruleflow.plan.snapshot import Snapshot
from ruleflow.types.values import Value

KEPT = 50_000
"""So many snapshots of combined values are kept."""


@dataclass(slots=True, eq=False)
class Combination:
    """Several columns looked at together: a code for each different combination of their values."""

    codes: Codes
    kept: dict[int, Snapshot] = field(default_factory=dict)


@dataclass(eq=False)
class Block:
    """Some rows of a table, at one instant. Its columns are made when they are first asked for."""

    asked: Asked
    table: pa.Table
    now: datetime
    strict: bool
    _columns: dict[str, Column] = field(default_factory=dict)
    _combinations: dict[tuple[str, ...], Combination] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    @cached_property
    def leaves(self) -> Mapping[str, pa.Array]:
        """The arrays of the facts, by path."""
        return leaves_of(self.table, self.asked.places)

    @cached_property
    def odd(self) -> Bools:
        """Which rows are to be asked one by one: those that the door refuses, and those with what it does not look at."""
        if self.asked.one_by_one:
            return np.ones(self.rows, np.bool_)
        odd = np.zeros(self.rows, np.bool_)
        places = self.asked.places
        for path, array in self.leaves.items():
            own = after_before(path)
            if own not in places.readers or own in places.groups:
                odd |= array.is_valid().to_numpy(zero_copy_only=False)
            if own in places.readers:
                column = self.column(path)
                if column.odd is not None:
                    odd |= column.odd[column.codes.of_rows]
        return odd | self._lacks_required()

    def _lacks_required(self) -> Bools:
        """The rows without a value in a required field of an object that they may have."""
        groups = {path.partition(".")[0] for path in self.leaves} | {self.asked.event.partition(".")[0]}
        lacking = np.zeros(self.rows, np.bool_)
        for one in self.asked.project.door.required:
            if one.keys[0] in groups:
                array = self.leaves.get(one.path)
                lacking |= True if array is None else array.is_null().to_numpy(zero_copy_only=False)
        return lacking

    def column(self, path: str) -> Column:
        """The column of a fact, or of the old value of one."""
        found = self._columns.get(path)
        if found is None:
            found = self._columns[path] = self._column(path)
        return found

    def _column(self, path: str) -> Column:
        asked = self.asked
        if path == "event.name":
            return constant(self.rows, asked.event)
        is_old, own = path.startswith(BEFORE), path.removeprefix(BEFORE)
        owner = asked.places.owner(own)
        if owner and owner != own:
            return self.column(owner).part(own.removeprefix(f"{owner}."))
        array = self.leaves.get(path)
        if array is None or own not in asked.places.readers:
            return constant(self.rows, ABSENT if is_old else self.asked.project.door.defaults.get(path))
        one = asked.places.readers[own]
        if is_old:
            return old_column_of(one, array, strict=self.strict)
        return column_of(one, array, strict=self.strict, compared=path in asked.compared)

    def combination(self, sources: tuple[str, ...]) -> Combination:
        """The combinations of the values of some columns."""
        found = self._combinations.get(sources)
        if found is None:
            codes = joined([self.column(path).codes for path in sources], self.rows)
            found = self._combinations[sources] = Combination(codes)
        return found

    def snapshot_of_values(self, sources: tuple[str, ...], code: int) -> Snapshot:
        """What rules see where only some columns are looked at."""
        combination = self.combination(sources)
        found = combination.kept.get(code)
        if found is None:
            found = self._seen(sources, int(combination.codes.firsts[code]))
            if len(combination.kept) < KEPT:
                combination.kept[code] = found
        return found

    def _seen(self, sources: tuple[str, ...], row: int) -> Snapshot:
        values: dict[str, Value] = {"event.name": self.asked.event}
        before: dict[str, Value] = {}
        for path in sources:
            column = self.column(path)
            value: Any = column.values.at(int(column.codes.of_rows[row]))
            if path.startswith(BEFORE):
                if value is not ABSENT:
                    _put(before, path.removeprefix(BEFORE), value)
            elif value is not None:
                _put(values, path, value)
        return self.snapshot(Facts(values, before, {}))

    def facts(self, rows: Sequence[int]) -> Iterator[dict[str, Any]]:
        """The facts of some rows, as JSON has them."""
        return facts_in(self.leaves, rows)

    def read(self, rows: npt.NDArray[np.intp]) -> Iterator[Facts | tuple[Any, ...]]:
        """The facts of some rows as the door lets them in, or their problems."""
        door, asked = self.asked.project.door, self.asked
        return (door.read(asked.event, raw, strict=self.strict) for raw in self.facts(rows.tolist()))

    def snapshot(self, facts: Facts) -> Snapshot:
        """What the rules of the first stage see."""
        return snapshot_of(self.asked.project.plan, self.asked.event, facts, self.now, facts.values)


def _put(values: dict[str, Value], path: str, value: Value) -> None:
    """Set a value, and the parts of a record under their own paths."""
    values[path] = value
    if isinstance(value, Mapping):
        values.update({f"{path}.{name}": part for name, part in value.items()})
