"""Conditions as Python source: what is left to be checked of a few rules, in one function without calls between them.

The source is put together from names of our own and from constants of ASCII; whatever else a condition needs is a
global of the function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from ruleflow.plan import conditions
from ruleflow.plan.conditions import (
    TRUE,
    All,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Range,
    RegexMatch,
    TextMatch,
    Within,
    all_of,
    atoms,
)
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.snapshot import Snapshot, folded
from ruleflow.plan.truths import blank
from ruleflow.syntax.expressions import TextTest
from ruleflow.types.text import contains_word
from ruleflow.types.values import Value

Visit = Callable[[Snapshot, Callable[[str], Any], Callable[[int], None]], None]
"""Adds the places of the rules that match: (the facts, their `get`, what adds a place)."""

MOST_NESTING = 16
"""A condition that is nested deeper is called as a closure: compilers of Python do not go deep."""


def scan(terms: Sequence[tuple[int, tuple[Condition, ...]]], evaluator: Evaluator, derived: Iterable[str]) -> Visit:
    """A function that checks rules one by one: each its place and the conditions that must all hold.

    `derived` are the paths whose values are computed when they are read.
    """
    writer = _Writer(evaluator, frozenset(derived))
    checks = [(place, writer.ordered(parts)) for place, parts in terms]
    first = Counter(path for _, parts in checks for part in parts[:1] for path in _plain_reads(part))
    for path, times in first.items():
        if times > 1:
            writer.hoist(path)
    lines = [f"    {writer.check(place, parts)}" for place, parts in checks]
    source = "\n".join(["def visit(facts, get, add):", *writer.reads, *lines, "    return"])
    exec(compile(source, "<rules>", "exec"), writer.names)  # noqa: S102 - our own source, see above
    return writer.names["visit"]  # type: ignore[no-any-return]


def _plain_reads(condition: Condition) -> Iterable[str]:
    """The fields that a condition reads as they are."""
    for atom in atoms(condition):
        if isinstance(atom, Equals | OneOf | IsMissing | IsBlank | HasElement | Range):
            yield atom.path


@dataclass(slots=True)
class _Writer:
    """Writes source, and remembers what it names. `reads` are the lines that read a field once for several rules."""

    evaluator: Evaluator
    derived: frozenset[str]
    names: dict[str, Any] = field(default_factory=lambda: {"blank": blank, "contains_word": contains_word})
    reads: list[str] = field(default_factory=list)
    _hoisted: dict[str, str] = field(default_factory=dict)
    _known: dict[Any, str] = field(default_factory=dict)

    def ordered(self, parts: Sequence[Condition]) -> tuple[Condition, ...]:
        """The parts of an `and`, cheap ones first; all are pure, so their order is ours to choose."""
        return tuple(sorted(parts, key=_cost))

    def hoist(self, path: str) -> None:
        """Read a field once, before the rules."""
        name = f"v{len(self._hoisted)}"
        self.reads.append(f"    {name} = {self._read(path)}")
        self._hoisted[path] = name

    def check(self, place: int, parts: tuple[Condition, ...]) -> str:
        """The line of one rule."""
        condition = all_of(parts)
        if condition == TRUE:
            return f"add({place})"
        return f"if {self.expression(condition)}: add({place})"

    def expression(self, condition: Condition, depth: int = 0) -> str:
        """A condition as an expression in brackets."""
        if depth > MOST_NESTING:
            return self._called(condition)
        match condition:
            case All(parts):
                return self._joined(" and ", "True", parts, depth)
            case conditions.Any(parts):
                return self._joined(" or ", "False", parts, depth)
            case Negated(part):
                return f"(not {self.expression(part, depth + 1)})"
            case Equals(path, value):
                return f"({self._read(path)} {_is(value)} {self._constant(value)})"
            case OneOf(path, values):
                return f"({self._read(path)} in {self._named('s', values)})"
            case Range():
                return self._range(condition)
            case IsMissing(path):
                return f"({self._read(path)} is None)"
            case IsBlank(path):
                return f"blank({self._read(path)})"
            case HasElement(path, value):
                return f"((x := {self._read(path)}) is not None and {self._constant(value)} in x)"
            case TextMatch():
                return self._text(condition)
            case RegexMatch() | Within() | HasChanged() | Opaque():
                return self._called(condition)
            case _:
                assert_never(condition)

    def _joined(self, word: str, empty: str, parts: tuple[Condition, ...], depth: int) -> str:
        written = [self.expression(part, depth + 1) for part in sorted(parts, key=_cost)]
        return f"({word.join(written)})" if written else empty

    def _range(self, atom: Range) -> str:
        value = self._read(atom.path)
        if atom.options:
            places = {option: place for place, option in enumerate(atom.options)}
            value = f"{self._named('p', tuple(places.items()), places.get)}({value})"
        low = "" if atom.low is None else f"{self._constant(atom.low)} {'<' if atom.low_open else '<='} "
        high = "" if atom.high is None else f" {'<' if atom.high_open else '<='} {self._constant(atom.high)}"
        return f"((x := {value}) is not None and {low}x{high})"

    def _text(self, atom: TextMatch) -> str:
        text = self._read(atom.path) if atom.exact else f"facts[{self._constant(folded(atom.path))}]"
        pattern = self._constant(atom.pattern)
        test = {
            TextTest.CONTAINS: f"{pattern} in t",
            TextTest.STARTS_WITH: f"t.startswith({pattern})",
            TextTest.ENDS_WITH: f"t.endswith({pattern})",
            TextTest.CONTAINS_WORD: f"contains_word(t, {pattern})",
        }[atom.test]
        return f"((t := {text}) is not None and {test})"

    def _read(self, path: str) -> str:
        if path in self._hoisted:
            return self._hoisted[path]
        name = self._constant(path)
        return f"facts[{name}]" if path in self.derived else f"get({name})"

    def _called(self, condition: Condition) -> str:
        return f"{self._named('c', condition, self.evaluator.compile(condition))}(facts)"

    def _constant(self, value: Value) -> str:
        """A value in the source: itself where it is plain, else a global."""
        if value is None or isinstance(value, bool):
            return repr(value)
        if isinstance(value, str) and value.isascii():
            return repr(value)
        return self._named("k", (type(value), value), value)

    def _named(self, kind: str, key: Any, value: Any = None) -> str:
        """The global of a value; equal ones share one. `value` None: the key itself."""
        name = self._known.get((kind, key))
        if name is None:
            name = self._known[kind, key] = f"{kind}{len(self._known)}"
            self.names[name] = key if value is None else value
        return name


def _is(value: Value) -> str:
    return "is" if value is None or isinstance(value, bool) else "=="


_COSTS: dict[type, int] = {
    Equals: 0,
    OneOf: 0,
    IsMissing: 1,
    Range: 2,
    HasElement: 2,
    IsBlank: 3,
    TextMatch: 5,
    RegexMatch: 7,
    Within: 6,
    HasChanged: 4,
    Opaque: 8,
}


def _cost(condition: Condition) -> int:
    """How late a part of an `and` or `or` is asked; a negated test tells less apart than the test."""
    match condition:
        case All(parts) | conditions.Any(parts):
            return max((_cost(part) for part in parts), default=0) + 1
        case Negated(part):
            return _COSTS[type(part)] + 2
        case _:
            return _COSTS[type(condition)]
