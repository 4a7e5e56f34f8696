"""Where an expression stands: the vocabulary around it, the tables it fills, the record at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ruleflow.checker.checked import Meaning
from ruleflow.diagnostics.collector import Collector
from ruleflow.model.model import Model
from ruleflow.model.scores import SCORE, Score
from ruleflow.model.vocabulary import Field, Metric
from ruleflow.syntax.expressions import Expr, NodeId
from ruleflow.types.terms import Choice, Kind, Record, Reference, Simple, Type

PRIORITY = "ticket.priority"
OUTCOME = "outcome."
"""Begins the names of what a decision comes to, which only promises may ask for."""

_CONTRACT_PARTS: Mapping[str, Type] = {
    "contract": Reference((Kind.CONTRACT,)),
    "contract.id": Simple.TEXT,
    "contract.title": Simple.TEXT,
    "contract.tag": Simple.TEXT,
    "contract.color": Simple.TEXT,
    "contract.rating": Simple.DECIMAL,
    "contract.owner": Reference((Kind.TEAM, Kind.AGENT)),
    "contract.team": Reference((Kind.TEAM,)),
    "contract.agent": Reference((Kind.AGENT,)),
    "contract.calendar": Reference((Kind.CALENDAR,)),
    "contract.regulation": Reference((Kind.SLA,)),
}

_CLOCK_PARTS: Mapping[str, Type] = {
    "started_at": Simple.DATETIME,
    "due_at": Simple.DATETIME,
    "state": Choice(("running", "paused", "met", "breached")),
    "target": Simple.DURATION,
    "elapsed": Simple.DURATION,
    "remaining": Simple.DURATION,
}

SLA_PARTS: Mapping[str, Type] = {
    "sla.policy": Reference((Kind.SLA,)),
    "sla.due_at": Simple.DATETIME,
    **{f"sla.{metric.value}.{part}": kind for metric in Metric for part, kind in _CLOCK_PARTS.items()},
}
"""The facts that the clocks of a ticket give; each may be missing."""

PRESENT_WITH_CONTRACT = frozenset({"contract.id", "contract.title", "contract.rating"})
"""Parts that every contract has: they are missing only where no contract was picked."""


@dataclass(slots=True)
class Tables:
    """What is learnt of the nodes, by id; filled while checking."""

    types: dict[NodeId, Type] = field(default_factory=dict)
    meanings: dict[NodeId, Meaning] = field(default_factory=dict)
    definitions: dict[str, Type] = field(default_factory=dict)
    """The types of the definitions met so far."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of an expression. `item` is the type of the record at hand, None outside a quantifier."""

    model: Model
    out: Collector
    tables: Tables
    item: Type | None = None
    open_definitions: tuple[str, ...] = ()
    """The definitions being typed right now, outermost first: one that meets itself is a cycle."""
    has_outcome: bool = False
    """Whether it is asked of a ticket that was decided, so that the outcome may be asked as well."""

    def with_item(self, kind: Type) -> Scope:
        """The scope inside the brackets of a quantifier over elements of that type."""
        return replace(self, item=kind)

    def entering(self, definition: str) -> Scope:
        """The scope of the body of a definition."""
        return replace(self, item=None, open_definitions=(*self.open_definitions, definition), has_outcome=False)


def fact_type(model: Model, path: str) -> Type | None:
    """The type of a fact, of a part of a record, or of a part of the contract; None where nothing is declared."""
    declared = model.fields.get(path)
    if declared is not None:
        return declared.type
    if path == "contract.request_priority":
        return priority_type(model)
    score = score_read(model, path)
    if score is not None:
        return score.type
    return _CONTRACT_PARTS.get(path) or SLA_PARTS.get(path) or _part_of_record(model, path)


def fact_is_optional(model: Model, path: str) -> bool:
    """Whether a fact may read as missing. Parts of records and of the contract always may.

    Of an outcome nobody is told so: that something was not written is what a promise asks about.
    """
    declared, score = model.fields.get(path), score_read(model, path)
    if score is not None:
        return score.missing is None and not any(one.when is None for one in score.classes)
    return not path.startswith(OUTCOME) if declared is None else declared.optional


def score_read(model: Model, path: str) -> Score | None:
    """The score that stands under a name; None where it is no score's."""
    return model.scores.get(path.removeprefix(SCORE)) if path.startswith(SCORE) else None


def fact_field(model: Model, path: str) -> Field | None:
    """The declared field that holds a fact: itself, or the record that it is a part of."""
    while path and path not in model.fields:
        path = path.rpartition(".")[0]
    return model.fields.get(path)


def fact_paths(model: Model) -> list[str]:
    """Every name that may be read, for suggestions."""
    parts = [
        f"{path}.{name}"
        for path, declared in model.fields.items()
        if isinstance(declared.type, Record)
        for name, _ in declared.type.parts
    ]
    scores = [score.path for score in model.scores.values()]
    return [*model.fields, *scores, *parts, *_CONTRACT_PARTS, "contract.request_priority", *SLA_PARTS]


def priority_type(model: Model) -> Type:
    """The options of the ticket's priority."""
    declared = model.fields.get(PRIORITY)
    return declared.type if declared is not None else Choice(())


def things_of(model: Model, kinds: tuple[Kind, ...]) -> dict[str, Kind]:
    """Ids of all things of some kinds; where two kinds share an id, the first kind."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        for name in model.things(kind):
            found.setdefault(name, kind)
    return found


def definition_body(model: Model, name: str) -> Expr:
    """The expression that a definition names."""
    return model.definitions[name].value


def _part_of_record(model: Model, path: str) -> Type | None:
    parent, _, part = path.rpartition(".")
    if not parent:
        return None
    around = fact_type(model, parent)
    return around.part(part) if isinstance(around, Record) else None
