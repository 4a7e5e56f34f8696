"""Values that are made of others: definitions, scores, derived segments, the pick of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ruleflow.checker.checked import Checked
from ruleflow.checker.reads import paths_read
from ruleflow.model.vocabulary import Contract
from ruleflow.plan.closures import Truth, definition_path
from ruleflow.plan.evaluator import ASSIGNED, SEGMENTS, Evaluator
from ruleflow.plan.scores import score_of
from ruleflow.plan.snapshot import Derive, Snapshot
from ruleflow.syntax.expressions import Expr
from ruleflow.types.values import Value

CONTRACT_PARTS: Mapping[str, Callable[[Contract], Value]] = {
    "contract.id": lambda contract: contract.id,
    "contract.title": lambda contract: contract.title or contract.id,
    "contract.tag": lambda contract: contract.tag or None,
    "contract.color": lambda contract: contract.color or None,
    "contract.rating": lambda contract: contract.rating,
    "contract.owner": lambda contract: contract.owner_team or contract.owner_agent or None,
    "contract.team": lambda contract: contract.owner_team or None,
    "contract.agent": lambda contract: contract.owner_agent or None,
    "contract.calendar": lambda contract: contract.calendar or None,
    "contract.regulation": lambda contract: contract.regulation or None,
}
"""What the attributes of a contract are."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contract that may be picked; `applies` None: it has no condition, and always may."""

    contract: Contract
    applies: Truth | None


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a project in the order in which they are tried: highest rating first, then file order."""

    candidates: tuple[Candidate, ...]

    def of(self, facts: Snapshot) -> Iterator[Candidate]:
        """Those that this ticket may have: the one it names, else those of the contact."""
        named = facts["ticket.contract"]
        held: Any = (named,) if named is not None else facts["contact.contracts"] or ()
        return (candidate for candidate in self.candidates if candidate.contract.id in held)

    def pick(self, facts: Snapshot) -> Value:
        """The id of the first that applies; None where none does."""
        return next((one.contract.id for one in self.of(facts) if one.applies is None or one.applies(facts)), None)


def contracts_of(checked: Checked, evaluator: Evaluator) -> Contracts:
    """The contracts of a project, ready to be picked from."""
    ordered = sorted(checked.model.contracts.values(), key=lambda contract: -contract.rating)
    return Contracts(
        tuple(
            Candidate(one, None if one.applies_when is None else evaluator.truth_of(one.applies_when))
            for one in ordered
        )
    )


def derivations(checked: Checked, evaluator: Evaluator, contracts: Contracts) -> dict[str, Derive]:
    """How every derived value of a project is computed, by path."""
    model = checked.model
    found: dict[str, Derive] = {
        definition_path(name): evaluator.value_of(definition.value) for name, definition in model.definitions.items()
    }
    found |= {score.path: score_of(score, evaluator) for score in model.scores.values()}
    found["contract"] = contracts.pick
    found |= {path: partial(_part_of_contract, part, model.contracts) for path, part in CONTRACT_PARTS.items()}
    found["contract.request_priority"] = partial(_request_priority, model.contracts)
    if checked.derived:
        whens = [
            (name, evaluator.truth_of(when))
            for name in checked.derived
            if (when := model.segments[name].when) is not None
        ]
        found[SEGMENTS] = partial(_segments, whens)
    return found


def dependencies(checked: Checked) -> dict[str, frozenset[str]]:
    """Of derived values, the facts that they are made of; those of service levels, made of nearly all, are not among them."""
    model = checked.model
    of_contract = {"ticket.contract", "contact.contracts", "ticket.request_type"}
    of_contract |= _read_in((one.applies_when for one in model.contracts.values()), checked)
    own: dict[str, set[str]] = dict.fromkeys(("contract", "contract.request_priority", *CONTRACT_PARTS), of_contract)
    own |= {score.path: _read_in(score.made_of, checked) for score in model.scores.values()}
    own |= {definition_path(name): _read_in((one.value,), checked) for name, one in model.definitions.items()}
    if checked.derived:
        own[SEGMENTS] = _read_in((model.segments[name].when for name in checked.derived), checked) | {SEGMENTS}
    return {path: found for path in own if (found := _base(path, own, set())) is not None}


def _read_in(exprs: Iterable[Expr | None], checked: Checked) -> set[str]:
    return {path for expr in exprs if expr is not None for path in paths_read(expr, checked.model, checked.meanings)}


def _base(path: str, own: Mapping[str, set[str]], above: set[str]) -> frozenset[str] | None:
    """The facts that a derived value is made of, through others; None where a service level is among them."""
    found = {path} if path == SEGMENTS else set()
    for read in own[path]:
        if read.startswith("sla."):
            return None
        if read in own and read not in above and read != path:
            deeper = _base(read, own, above | {path})
            if deeper is None:
                return None
            found |= deeper
        else:
            found.add(read)
    return frozenset(found)


def _part_of_contract(part: Callable[[Contract], Value], contracts: Mapping[str, Contract], facts: Snapshot) -> Value:
    picked = facts["contract"]
    return part(contracts[picked]) if isinstance(picked, str) else None


def _request_priority(contracts: Mapping[str, Contract], facts: Snapshot) -> Value:
    """The priority that the contract gives to the ticket's request type; missing where it says nothing."""
    picked, request_type = facts["contract"], facts["ticket.request_type"]
    if not isinstance(picked, str):
        return None
    found = next((one for one in contracts[picked].requests if one.request_type == request_type), None)
    return (found.priority or None) if found is not None else None


def _segments(whens: list[tuple[str, Truth]], facts: Snapshot) -> Value:
    """The assigned segments and the derived ones; each condition sees those before it."""
    assigned = facts[ASSIGNED]
    held: frozenset[Any] = assigned if isinstance(assigned, frozenset) else frozenset()
    for name, holds in whens:
        facts[SEGMENTS] = held
        if holds(facts):
            held |= {name}
    return held
