"""Values that are made when somebody first asks for them: a decision looks at a few rules of thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ruleflow.syntax.expressions import NodeId

T = TypeVar("T")


class Table(Mapping[str, T]):
    """A mapping whose values are made one by one, each once, out of what `load` gives for its keys."""

    __slots__ = ("_load", "_made", "_make", "_raw")

    def __init__(self, load: Callable[[], Mapping[str, Any]], make: Callable[[Any], T]) -> None:
        self._load = load
        self._make = make
        self._raw: Mapping[str, Any] | None = None
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        if key not in self._made:
            self._made[key] = self._make(self._all()[key])
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, Any]:
        if self._raw is None:
            self._raw = self._load()
        return self._raw


class ByNode(Mapping[NodeId, T]):
    """What is known of the nodes of a project, by their ids from 0 on.

    `load` gives for each id the place of its value in a pool, -1 where there is none; `make` gives the value of a place.
    """

    __slots__ = ("_load", "_make", "_places")

    def __init__(self, load: Callable[[], Sequence[int]], make: Callable[[int], T]) -> None:
        self._load = load
        self._make = make
        self._places: Sequence[int] | None = None

    def __getitem__(self, node: NodeId) -> T:
        places = self._all()
        place = places[node] if 0 <= node < len(places) else -1
        if place < 0:
            raise KeyError(node)
        return self._make(place)

    def __iter__(self) -> Iterator[NodeId]:
        return (NodeId(node) for node, place in enumerate(self._all()) if place >= 0)

    def __len__(self) -> int:
        return sum(place >= 0 for place in self._all())

    def _all(self) -> Sequence[int]:
        if self._places is None:
            self._places = self._load()
        return self._places


class Later:
    """The values of the fields that an instance of a lazy class does not have yet."""

    __slots__ = ("values",)

    def __init__(self, values: Callable[[], Sequence[Any]]) -> None:
        self.values = values


class LazyClass:
    """Makes instances of a frozen dataclass with slots that has the fields `now`; those of `later` are filled in when read.

    Until then an instance is of a subclass; afterwards it is an ordinary one. Two threads that fill it in at once write
    equal values. Comparing, hashing and showing fill it in.
    """

    def __init__(self, cls: type, now: Sequence[str], later: Sequence[str]) -> None:
        self._now = [getattr(cls, name).__set__ for name in now]
        self._later = [getattr(cls, name) for name in later]
        self._whole = cls
        own: dict[str, Any] = {name: _Field(self, getattr(cls, name)) for name in later}
        own |= {name: self._filled(name) for name in ("__eq__", "__hash__", "__repr__")}
        self._class: type = type(cls.__name__, (cls,), {"__slots__": (), "__module__": cls.__module__, **own})

    def make(self, now: Sequence[Any], later: Later) -> Any:
        """An instance with the values of its fields `now`."""
        made: Any = object.__new__(self._class)
        for put, value in zip(self._now, now, strict=True):
            put(made, value)
        self._later[0].__set__(made, later)
        return made

    def fill(self, made: Any) -> None:
        """Give an instance the fields that it lacks; nothing where it has them."""
        waiting = self._later[0].__get__(made)
        if not isinstance(waiting, Later):
            return
        # The first slot says that values are still to come, so it is set last.
        for slot, value in reversed(list(zip(self._later, waiting.values(), strict=True))):
            slot.__set__(made, value)
        object.__setattr__(made, "__class__", self._whole)

    def _filled(self, name: str) -> Callable[..., Any]:
        """A method of the class that fills an instance in first."""

        def method(made: Any, *arguments: Any) -> Any:
            self.fill(made)
            return getattr(self._whole, name)(made, *arguments)

        return method


class _Field:
    """A field of a lazy class that is filled in when it is read."""

    __slots__ = ("_of", "_slot")

    def __init__(self, of: LazyClass, slot: Any) -> None:
        self._of = of
        self._slot = slot

    def __get__(self, made: Any, owner: type | None = None) -> Any:
        if made is None:
            return self._slot
        self._of.fill(made)
        return self._slot.__get__(made)
