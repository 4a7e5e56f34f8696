"""What a version does with all tickets at once, outcome by outcome and rule by rule."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruleflow.analysis.deeds import Deed
from ruleflow.analysis.network import Literal
from ruleflow.analysis.terms import (
    Alternatives,
)
from ruleflow.analysis.version import SetState
from ruleflow.plan.conditions import Condition


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule in its stage: whether the stage is reached and the rule is asked, and when each rule before it is the only one."""

    reached: Literal
    asked: Literal
    ended: tuple[tuple[str, Literal], ...]


@dataclass(slots=True)
class Outcomes:
    """What a version does with a ticket on an event: `single` by outcome, `sets` by path, `done` actions that add up, in order."""

    single: dict[str, Alternatives] = field(default_factory=dict)
    sets: dict[str, SetState] = field(default_factory=dict)
    done: list[Deed] = field(default_factory=list)
    fires: dict[str, Literal] = field(default_factory=dict)
    """When each rule acts."""
    holds: dict[str, Literal] = field(default_factory=dict)
    """When each rule is asked and its condition holds."""
    acts: dict[str, list[Literal]] = field(default_factory=dict)
    """When something of a kind is done, by the kinds of actions."""
    parts: dict[str, list[tuple[Condition, Literal]]] = field(default_factory=dict)
    """By rule: what its condition asks together, as its stage sees it."""
    turns: dict[str, Turn] = field(default_factory=dict)
    """By rule: what its turn in its stage depends on."""
    stands: dict[str, list[Literal]] = field(default_factory=dict)
    """By rule: when each thing that it does stands among the writes of its stage."""
    rivals: dict[tuple[str, str], list[Deed]] = field(default_factory=dict)
    """By stage and target: what rules write there, in file order."""
