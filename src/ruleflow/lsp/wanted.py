"""What type a value has that may be typed at a spot, and what things a plain id may name there."""

from __future__ import annotations

from collections.abc import Iterable

from ruleflow.checker.scope import fact_type
from ruleflow.lsp.outline import ITEM, Step
from ruleflow.model.model import Model
from ruleflow.model.standard_actions import SET
from ruleflow.references.names import OF_TERMS, Kind
from ruleflow.types import terms
from ruleflow.types.terms import Record, Simple, Type

_BY_KEY: dict[str, tuple[Kind, ...]] = {
    "stage": (Kind.STAGE,),
    "team": (Kind.TEAM,),
    "teams": (Kind.TEAM,),
    "agent": (Kind.AGENT,),
    "skills": (Kind.SKILL,),
    "calendar": (Kind.CALENDAR,),
    "regulation": (Kind.SLA,),
    "owner": (Kind.TEAM, Kind.AGENT),
    "segment": (Kind.SEGMENT,),
    "matched": (Kind.RULE,),
    "not_matched": (Kind.RULE,),
    "shadow": (Kind.RULE,),
}
"""What a key names that takes an id."""

_FACTS = ("given", "outcome")


def kinds_named(path: tuple[Step, ...]) -> tuple[Kind, ...]:
    """The kinds of things that a plain id may name at a spot."""
    return _BY_KEY.get(_last_key(path), ())


def type_wanted(path: tuple[Step, ...], model: Model) -> Type | None:
    """The type of the value at a spot: a condition, a parameter of an action, what `set` writes, a fact of a test."""
    keys = [step for step in path if step is not ITEM]
    if (prefix := fact_prefix(path)) is not None:
        return _inside(fact_type(model, prefix)) if prefix else None
    if SET in keys[:-1] and "then" in keys:
        return _inside(fact_type(model, keys[-1]))
    if "then" in keys and keys[-1] != "then":
        action = model.actions.get(keys[keys.index("then") + 1])
        name = keys[-1] if action is not None and action.parameter(keys[-1]) is not None else ""
        parameter = None if action is None else action.parameter(name or action.main)
        return None if parameter is None else _inside(parameter.type)
    plain: dict[str, Type | None] = {
        "since": Simple.DATETIME,
        "calendar": terms.Reference((terms.Kind.CALENDAR,)),
        "priority": fact_type(model, "ticket.priority"),
    }
    return plain.get(_last_key(path))


def fact_prefix(path: tuple[Step, ...]) -> str | None:
    """Where a test gives or expects facts, the dotted name so far ('' at the top); None elsewhere."""
    if "tests" not in path[:1]:
        return None
    for at, step in enumerate(path):
        if step in _FACTS:
            return ".".join(key for key in path[at + 1 :] if key is not ITEM)
    return None


def parts_below(prefix: str, paths: Iterable[str]) -> dict[str, str]:
    """The next parts of dotted names that begin with a prefix, each with the whole name where it ends there, else ''."""
    found: dict[str, str] = {}
    lead = f"{prefix}." if prefix else ""
    for path in paths:
        if path.startswith(lead):
            part, dot, _ = path[len(lead) :].partition(".")
            if not dot or part not in found:
                found[part] = "" if dot else path
    return found


def kinds_of_type(kind: Type | None) -> tuple[Kind, ...]:
    """The kinds of things that values of a type refer to."""
    return tuple(OF_TERMS[one] for one in kind.kinds) if isinstance(kind, terms.Reference) else ()


def _inside(kind: Type | None) -> Type | None:
    """For a value in a list the type of an element; a set may also be written without the list."""
    if isinstance(kind, terms.SetOf | terms.ListOf) and not isinstance(kind.of, Record):
        return kind.of
    return kind


def _last_key(path: tuple[Step, ...]) -> str:
    return next((step for step in reversed(path) if step is not ITEM), "")
