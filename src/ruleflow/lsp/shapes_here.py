"""What the structure of files allows at a spot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ruleflow.lsp.outline import ITEM, Step
from ruleflow.model.model import Model
from ruleflow.model.rules import ActionType
from ruleflow.model.shapes import ByKind, Key, ListOf, MapOf, Maybe, Named, OneKey, OneOrMany, Record, Refused, Shape
from ruleflow.model.structure_files import file_shape
from ruleflow.project.folder import ROOT_FILE


def shapes_at(model: Model, file: str, path: tuple[Step, ...]) -> tuple[Shape, ...]:
    """What may stand under a path of keys, each way of writing it by itself; empty where the path leads nowhere."""
    found: tuple[Shape, ...] = (_file_shape(tuple(model.actions.values()), root=file == ROOT_FILE),)
    for step in path:
        found = tuple(below for shape in found for way in _ways(shape) for below in _below(way, step))
    return tuple(way for shape in found for way in _ways(shape))


def key_at(model: Model, file: str, path: tuple[Step, ...]) -> Key | None:
    """What is known of the last key of a path."""
    if not path or path[-1] is ITEM:
        return None
    for shape in shapes_at(model, file, path[:-1]):
        if isinstance(shape, Record | OneKey) and (key := shape.by_name.get(path[-1])) is not None:
            return None if isinstance(key.shape, Refused) else key
    return None


@lru_cache(maxsize=8)
def _file_shape(actions: tuple[ActionType, ...], *, root: bool) -> Record:
    return file_shape(actions, root=root)


def _ways(shape: Shape) -> Iterator[Shape]:
    """The ways in which a value may be written: a single value, a mapping, a list."""
    match shape:
        case Maybe():
            yield from _ways(shape.of)
        case Named():
            yield from _ways(shape.get())
        case OneOrMany():
            yield ListOf(shape.of)
            yield from _ways(shape.of)
        case ByKind():
            for way in (shape.scalar, shape.mapping, shape.sequence):
                if way is not None:
                    yield from _ways(way)
        case _:
            yield shape


def _below(shape: Shape, step: Step) -> Iterator[Shape]:
    match shape:
        case ListOf() if step is ITEM:
            yield shape.of
        case MapOf() if step is not ITEM:
            yield shape.value
        case Record() | OneKey() if step is not ITEM and step in shape.by_name:
            yield shape.by_name[step].shape
        case _:
            return
