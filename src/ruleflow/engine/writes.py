"""What the rules of one stage write, and which of several writes to one field stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Resolve
from ruleflow.plan.acts import Act
from ruleflow.types.terms import Choice, ListOf, SetOf
from ruleflow.types.values import Value

ADDS: Mapping[str, tuple[str, str]] = {
    "add_tags": ("ticket.tags", "tags"),
    "add_watchers": ("ticket.watchers", "watchers"),
    "add_to_segments": ("contact.segments", "segments"),
}
REMOVES: Mapping[str, tuple[str, str]] = {
    "remove_tags": ("ticket.tags", "tags"),
    "remove_from_segments": ("contact.segments", "segments"),
}
"""Actions that change a set: the field and the parameter. They add up, and none ever loses."""
SETS: Mapping[str, str] = {action: path for action, (path, _) in (*ADDS.items(), *REMOVES.items())}
"""The fields of both."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A write that does not stand: another of its stage won, or a later stage wrote something else."""

    act: Act
    kept: Act


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two different values for a field that may have one only (`resolve: unique`)."""

    first: Act
    other: Act


class Resolved(NamedTuple):
    """The outcome of a stage: acts that stand, in order, writes that lost, conflicts."""

    standing: tuple[Act, ...]
    lost: tuple[Lost, ...]
    conflicts: tuple[Conflict, ...]


def resolve_writes(acts: Iterable[Act], model: Model) -> Resolved:
    """Which acts of one stage stand. Acts come in the order of their rules."""
    acts = tuple(acts)
    if len(acts) == 1:
        return Resolved(acts, (), ())
    by_target: dict[str, list[Act]] = {}
    for act in acts:
        if act.target:
            by_target.setdefault(act.target, []).append(act)
    winners = {target: _winner(target, rivals, model) for target, rivals in by_target.items()}
    standing = tuple(act for act in acts if not act.target or winners[act.target] is None or winners[act.target] is act)
    lost = tuple(
        Lost(act, winner)
        for act in acts
        if act.target and (winner := winners[act.target]) is not None and winner is not act
    )
    conflicts = tuple(one for target, rivals in by_target.items() for one in _conflicts(target, rivals, model))
    return Resolved(standing, lost, conflicts)


def resolve_of(target: str, model: Model) -> Resolve:
    """Which of several writes to a field stands: what was chosen, else `append` for sets and lists and `first` for the rest."""
    declared = model.fields.get(target)
    if declared is None:
        return Resolve.FIRST
    if declared.resolve is not None:
        return declared.resolve
    return Resolve.APPEND if isinstance(declared.type, SetOf | ListOf) else Resolve.FIRST


def _winner(target: str, rivals: list[Act], model: Model) -> Act | None:
    """The act whose write stands; None where all of them do (`append`)."""
    match resolve_of(target, model):
        case Resolve.APPEND:
            return None
        case Resolve.LAST:
            return rivals[-1]
        case Resolve.HIGHEST:
            return max(rivals, key=lambda act: _rank(act, target, model))
        case Resolve.LOWEST:
            known = [act for act in rivals if _rank(act, target, model)[0]]
            return min(known or rivals, key=lambda act: _rank(act, target, model))
        case Resolve.FIRST | Resolve.UNIQUE:
            return rivals[0]


def _rank(act: Act, target: str, model: Model) -> tuple[bool, Any]:
    """How a value compares with others: one that is missing or not known comes below all."""
    kind = model.fields[target].type
    value = act.value
    if isinstance(kind, Choice):
        return (True, kind.options.index(str(value))) if value in kind.options else (False, 0)
    return (value is not None, value if value is not None else 0)


def _conflicts(target: str, rivals: list[Act], model: Model) -> Iterator[Conflict]:
    if resolve_of(target, model) is Resolve.UNIQUE:
        yield from (Conflict(rivals[0], act) for act in rivals[1:] if act.value != rivals[0].value)


def written_by(standing: Iterable[Act]) -> set[str]:
    """The facts that acts write."""
    written: set[str] = set()
    for act in standing:
        match act.type:
            case "route":
                written |= {"ticket.team", "ticket.agent"}
            case "set_sla":
                written.add("ticket.sla")
            case _:
                written.add(act.field or SETS.get(act.type, ""))
    return written - {""}


def apply_writes(values: Mapping[str, Value], standing: Iterable[Act], model: Model) -> dict[str, Value]:
    """The facts after a stage: what stands is written, sets get their additions and then lose their removals."""
    after = dict(values)
    standing = tuple(standing)
    for act in standing:
        if act.field:
            _put(after, act.field, _appended(after, act, model))
        elif act.type == "route":
            _put(after, "ticket.team", act.arguments.get("team"))
            _put(after, "ticket.agent", act.arguments.get("agent"))
        elif act.type == "set_sla":
            _put(after, "ticket.sla", act.value)
    for act in standing:
        if act.type in ADDS:
            path, name = ADDS[act.type]
            after[path] = _as_set(after.get(path)) | _as_set(act.arguments.get(name))
    for act in standing:
        if act.type in REMOVES:
            path, name = REMOVES[act.type]
            after[path] = _as_set(after.get(path)) - _as_set(act.arguments.get(name))
    return after


def _appended(after: Mapping[str, Value], act: Act, model: Model) -> Value:
    """The value of a `set`; for a field that appends, what was there and what comes."""
    if act.value is None or resolve_of(act.field, model) is not Resolve.APPEND:
        return _typed(act.value, act.field, model)
    before = after.get(act.field)
    if isinstance(model.fields[act.field].type, ListOf):
        return (*(before if isinstance(before, tuple) else ()), *_items(act.value))
    return _as_set(before) | _as_set(act.value)


def _typed(value: Value, path: str, model: Model) -> Value:
    """A list as written, as the set or list that the field holds."""
    kind = model.fields[path].type
    if value is None or not isinstance(kind, SetOf | ListOf):
        return value
    return _as_set(value) if isinstance(kind, SetOf) else _items(value)


def _items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, frozenset):
        return tuple(sorted(value, key=repr))
    return value if isinstance(value, tuple) else (value,)


def _as_set(value: Value) -> frozenset[Any]:
    if isinstance(value, frozenset):
        return value
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset() if value is None else frozenset({value})


def _put(after: dict[str, Value], path: str, value: Value) -> None:
    """Write a value, with the parts of a record under their own paths; a missing one goes away."""
    if isinstance(after.get(path), Mapping):
        for part in [known for known in after if known.startswith(f"{path}.")]:
            del after[part]
    if value is None:
        after.pop(path, None)
        return
    after[path] = value
    if isinstance(value, Mapping):
        after.update({f"{path}.{name}": part for name, part in value.items()})
