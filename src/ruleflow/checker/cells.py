"""What a cell of a decision table lets through: read once for each different text of a column, by the type of the column.

`vip` or `vip, partner`: one of these values (of a set: it has one of them). `>= 5`, `10..20`: a range. `missing`,
`present`; `not …`: everything else; `-`: anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.model.tables import NO_CELL
from ruleflow.types.literals import date_of, duration_of, instant_of, time_of
from ruleflow.types.terms import Choice, ListOf, Reference, SetOf, Simple, Type, is_ordered
from ruleflow.types.values import MAX_DIGITS, Value, plain_number


@dataclass(frozen=True, slots=True)
class Interval:
    """Values between two bounds (None: no bound; open: the bound itself is out). Of an ordered choice, places of options."""

    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell lets through: these values, ranges, perhaps nothing at all; `negated`: everything but these.

    Of a set: those that have one of the values; `missing`: those that have nothing.
    """

    values: tuple[Value, ...] = ()
    ranges: tuple[Interval, ...] = ()
    missing: bool = False
    negated: bool = False


ANY = Cell(negated=True)
PRESENT = Cell(missing=True, negated=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be read: `start` and `end` are places in its text. `known` are the words that could stand there."""

    kind: str
    """`value`, `option`, `thing`, `order`, `range`, `negation`, `empty`, `comma`."""
    text: str
    start: int
    end: int
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A value as it stands in a cell: its place without quotes, and that of what it is part of between commas."""

    text: str
    start: int
    end: int
    item: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a written value means: itself, or for a day where instants are asked all of that day."""

    low: Any
    high: Any
    high_open: bool = False

    @property
    def is_one(self) -> bool:
        """Whether it is one value."""
        return not self.high_open


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of one column. `things` are the ids that a reference may name."""

    kind: Type
    zone: ZoneInfo
    things: Collection[str] = ()
    decimal_comma: bool = False

    @property
    def element(self) -> Type:
        """The type of what stands in a cell: of a set its elements."""
        return self.kind.of if isinstance(self.kind, SetOf | ListOf) else self.kind

    def read(self, text: str) -> Cell | Problem:
        """A cell, or what is wrong with it."""
        if text == NO_CELL:
            return ANY
        if text in _WORDS and not self._is_name(text):
            return _WORDS[text]
        if self._is_plain(text):
            return Cell((text,))
        if text.isdecimal() and text.isascii() and self.element in _NUMBERS and len(text) <= MAX_DIGITS:
            return Cell((int(text),))
        negated = text.startswith("not ") and not self._is_name(text)
        found = self._alternatives(text, 4 if negated else 0, negated=negated)
        return Cell(found.values, found.ranges, found.missing, True) if negated and isinstance(found, Cell) else found

    def words(self, text: str) -> Iterator[Word]:
        """Where the values of a cell that can be read stand, less what only asks for presence."""
        if text == NO_CELL or (text in _WORDS and not self._is_name(text)):
            return
        if self._is_plain(text):
            yield Word(text, 0, len(text), (0, len(text)))
            return
        negated = text.startswith("not ") and not self._is_name(text)
        for found in self._items(text, 4 if negated else 0):
            item, at = found["item"], found.start("item")
            if item and (item != "missing" or self._is_name(item)):
                yield from (
                    _unquoted(text, at + start, at + end, (at, at + len(item))) for start, end in self._ends(item)
                )

    def items(self, text: str) -> tuple[tuple[int, int], ...]:
        """The stretches of a cell between its commas, `missing` too, less a `not` before them."""
        negated = text.startswith("not ") and not self._is_name(text)
        return tuple(found.span("item") for found in self._items(text, 4 if negated else 0))

    def _ends(self, item: str) -> tuple[tuple[int, int], ...]:
        """The values of an item: itself, or the ends of a range."""
        if not self._is_name(item) and self.element not in {Simple.TEXT, Simple.BOOLEAN}:
            bound, between = _BOUND.fullmatch(item), None if item.startswith("'") else _BETWEEN.fullmatch(item)
            if bound is not None:
                return (bound.span("value"),)
            if between is not None:
                return between.span("low"), between.span("high")
        return ((0, len(item)),)

    def _is_plain(self, text: str) -> bool:
        """Whether a cell is a single value as it stands: of these there are many."""
        if self.element is Simple.TEXT:
            return not text.startswith("not ") and "," not in text and "'" not in text
        return _PLAIN.fullmatch(text) is not None and self._is_name(text)

    def _is_name(self, text: str) -> bool:
        """Whether a text is an option or a thing of the column."""
        match self.element:
            case Choice(options=options):
                return text in options
            case Reference():
                return text in self.things
            case _:
                return False

    def _alternatives(self, text: str, start: int, *, negated: bool) -> Cell | Problem:
        joined = None if self.decimal_comma or self.element not in _NUMBERS else _JOINED.search(text)
        if joined is not None:
            return Problem("comma", joined[0], *joined.span())
        values: dict[Value, None] = {}
        ranges: list[Interval] = []
        missing = False
        for found in self._items(text, start):
            item, at = found["item"], found.start("item")
            if not item:
                return Problem("empty", text, at, at)
            if item == "missing" and not self._is_name(item):
                missing = True
                continue
            one = self._item(item, at, negated=negated)
            if isinstance(one, Problem):
                return one
            if isinstance(one, Interval):
                ranges.append(one)
            else:
                values[one[0]] = None
        return Cell(tuple(values), tuple(ranges), missing)

    def _items(self, text: str, start: int) -> Iterator[re.Match[str]]:
        """What stands between commas."""
        item = _DECIMAL_ITEM if self.decimal_comma and self.element in _NUMBERS else _ITEM
        while True:
            found = item.match(text, start)
            if found is None:
                return
            yield found
            if found.end() == found.end("rest"):
                return
            start = found.end()

    def _item(self, item: str, at: int, *, negated: bool) -> tuple[Value] | Interval | Problem:
        """A value, or a range."""
        if self._is_name(item):
            return (item,)
        bound, between = _BOUND.fullmatch(item), None if item.startswith("'") else _BETWEEN.fullmatch(item)
        if self.element in {Simple.TEXT, Simple.BOOLEAN}:
            bound = between = None
        if bound is None and between is None:
            one = self._value(item)
            if one is None:
                return self._problem(item, at)
            return (one.low,) if one.is_one else Interval(one.low, one.high, high_open=True)
        if not is_ordered(self.element) or isinstance(self.kind, SetOf | ListOf):
            return Problem("order", item, at, at + len(item))
        if negated:
            return Problem("negation", item, at, at + len(item))
        return self._bound(bound, at) if bound is not None else self._between(item, between, at)

    def _bound(self, found: re.Match[str], at: int) -> Interval | Problem:
        value = self._ranked(found["value"])
        if value is None:
            return self._problem(found["value"], at + found.start("value"))
        match found["sign"]:
            case ">=":
                return Interval(value.low, None)
            case ">":
                return Interval(value.high, None, low_open=value.is_one)
            case "<=":
                return Interval(None, value.high, high_open=value.high_open)
            case _:
                return Interval(None, value.low, high_open=True)

    def _between(self, item: str, found: re.Match[str] | None, at: int) -> Interval | Problem:
        if found is None:
            return self._problem(item, at)
        low, high = self._ranked(found["low"]), self._ranked(found["high"])
        for name, one in (("low", low), ("high", high)):
            if one is None:
                return self._problem(found[name], at + found.start(name))
        if low is None or high is None or high.low < low.low:
            return Problem("range", item, at, at + len(item))
        return Interval(low.low, high.high, high_open=high.high_open)

    def _ranked(self, text: str) -> Meant | None:
        """A bound; of an ordered choice the place of the option."""
        kind = self.element
        found = self._value(text)
        if found is None or not isinstance(kind, Choice):
            return found
        place = kind.options.index(str(found.low))
        return Meant(place, place)

    def _value(self, text: str) -> Meant | None:
        """A written value of the column; None where it is none."""
        if len(text) > 1 and text[0] == text[-1] == "'":
            text = text[1:-1]
        if self.element is Simple.TEXT:
            return Meant(text, text)
        if self._is_name(text):
            return Meant(text, text)
        kind = self.element
        if kind in _NUMBERS:
            number = number_of(text, decimal_comma=self.decimal_comma)
            whole = kind is Simple.DECIMAL or isinstance(number, int)
            return Meant(number, number) if number is not None and whole else None
        if kind is Simple.DATETIME:
            return self._instant(text.removeprefix("@"))
        read = _READERS.get(kind) if isinstance(kind, Simple) else None
        value = None if read is None else read(text.removeprefix("@") if kind in _MOMENTS else text)
        return None if value is None else Meant(value, value)

    def _instant(self, text: str) -> Meant | None:
        """An instant; a day is all of it in the project's zone."""
        day = date_of(text)
        if day is None:
            at = instant_of(text, self.zone)
            return None if at is None else Meant(at, at)
        try:
            start, end = (_midnight(one, self.zone) for one in (day, day + timedelta(days=1)))
        except OverflowError:
            return None
        return Meant(start, end, high_open=True)

    def _problem(self, text: str, at: int) -> Problem:
        match self.element:
            case Choice(options=options):
                return Problem("option", text, at, at + len(text), options)
            case Reference():
                return Problem("thing", text, at, at + len(text), tuple(self.things))
            case _:
                return Problem("value", text, at, at + len(text))


def _unquoted(text: str, start: int, end: int, item: tuple[int, int]) -> Word:
    if end - start > 1 and text[start] == text[end - 1] == "'":
        start, end = start + 1, end - 1
    return Word(text[start:end], start, end, item)


def number_of(text: str, *, decimal_comma: bool) -> int | Decimal | None:
    """A number as people and spreadsheets write it: `1_000`, `1 000`, `-2.25`, and `2,25` where a comma may stand so."""
    plain = _GROUPS.sub("", text)
    if decimal_comma:
        plain = plain.replace(",", ".", 1) if "." not in plain else plain
    if _NUMBER.fullmatch(plain) is None or len(plain) > MAX_DIGITS:
        return None
    return plain_number(Decimal(plain))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _flag(text: str) -> bool | None:
    return _FLAGS.get(text.lower())


_NUMBERS = frozenset({Simple.INTEGER, Simple.DECIMAL})
_MOMENTS = frozenset({Simple.DATE, Simple.TIME})
_FLAGS = {"true": True, "false": False, "yes": True, "no": False}
_READERS: Mapping[Simple, Callable[[str], bool | date | time | timedelta | None]] = {
    Simple.BOOLEAN: _flag,
    Simple.DATE: date_of,
    Simple.TIME: time_of,
    Simple.DURATION: duration_of,
}
_WORDS = {"missing": Cell(missing=True), "present": PRESENT}
_PLAIN = re.compile(r"\w+")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_GROUPS = re.compile(r"(?<=[0-9])[_ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_ITEM = re.compile(r"\s*(?P<item>'[^']*'(?=\s*(?:,|$))|[^,]*?)(?P<rest>\s*)(?:,|$)")
_DECIMAL_ITEM = re.compile(r"\s*(?P<item>(?:[^,]|(?<=[0-9]),(?=[0-9]))*?)(?P<rest>\s*)(?:,(?!(?<=[0-9],)[0-9])|$)")
_JOINED = re.compile(r"[0-9_.]+(?:,[0-9]+)+(?:\.[0-9]+)?")
_BOUND = re.compile(r"(?P<sign>>=|<=|>|<)\s*(?P<value>\S.*)")
_BETWEEN = re.compile(r"(?P<low>\S.*?)\s*\.\.\s*(?P<high>\S.*)")
