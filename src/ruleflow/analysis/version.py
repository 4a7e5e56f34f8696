"""One version of a project over the space of all tickets: its atoms as truths, given what its stages have written so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.network import FALSE, TRUE, Literal, Network
from ruleflow.analysis.space import Cells, Elements, Space, Text
from ruleflow.analysis.terms import ONLY_NOTHING, Alternatives, Computed, Const, Given, Group, Term, first_of
from ruleflow.checker.checked import Constant, DefinitionRead
from ruleflow.checker.reads import paths_read
from ruleflow.checker.scope import OUTCOME, score_read
from ruleflow.model.scores import SCORE
from ruleflow.plan import conditions as c
from ruleflow.plan.canonical import Canonical
from ruleflow.plan.closures import DEFINITION, Truth
from ruleflow.plan.conditions import (
    All,
    Atom,
    Condition,
    Equals,
    HasChanged,
    HasElement,
    IsBlank,
    IsMissing,
    Negated,
    OneOf,
    Opaque,
    Within,
)
from ruleflow.plan.derived import CONTRACT_PARTS
from ruleflow.plan.evaluator import SEGMENTS
from ruleflow.plan.plan import Plan
from ruleflow.plan.snapshot import Snapshot, no_facts
from ruleflow.syntax.expressions import Call, Expr
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Kind, Reference
from ruleflow.types.values import Value

NOW = "now"
BEFORE = "before "
"""Before the path of a fact: its value before the event."""


@dataclass(slots=True)
class SetState:
    """A set as stages have changed it: what is held of named elements, whether it is missing, and all that was done to it."""

    has: Callable[[Value], Literal]
    missing: Literal
    other: Literal
    touched: tuple[tuple[Any, ...], ...] = ()


@dataclass(slots=True)
class Version:
    """A version on one event. `state` has the alternatives of the facts that were written, `sets` the sets."""

    plan: Plan
    event: str
    space: Space
    state: dict[str, Alternatives] = field(default_factory=dict)
    sets: dict[str, SetState] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By path, old and foreign names with the ids that they mean in this version."""
    _truths: dict[Condition, tuple[int, Literal]] = field(default_factory=dict)
    _stage: int = 0
    _contract: Alternatives | None = None
    _tests: dict[Atom, Truth] = field(default_factory=dict)
    _probe: Snapshot = field(default_factory=no_facts)
    _in_derived: bool = False

    @property
    def network(self) -> Network:
        return self.space.network

    def next_stage(self) -> None:
        """What was written is seen from now on."""
        self._stage += 1
        self._contract = None

    # Conditions

    def truth(self, condition: Condition) -> Literal:
        """A condition as a truth, for the rules of the stage at hand."""
        known = self._truths.get(condition)
        if known is not None and known[0] == self._stage:
            return known[1]
        match condition:
            case All(parts):
                found = self.network.all_of([self.truth(part) for part in parts])
            case c.Any(parts):
                found = self.network.any_of([self.truth(part) for part in parts])
            case Negated(part):
                found = -self.truth(part)
            case _:
                found = self._atom(condition)
        self._truths[condition] = (self._stage, found)
        return found

    def _atom(self, atom: Atom) -> Literal:
        computed = self._computed(atom)
        if computed is not None:
            return self.space.free("of column", self._key_of_atom(atom), self.key_of(computed))
        match atom:
            case Opaque(expr):
                return self.space.free("opaque", self.key_of(expr))
            case HasChanged():
                return self._changed(atom)
            case HasElement(path, value):
                return self.set_of(path).has(value)
            case IsMissing(path) if self.is_set(path):
                return self.set_of(path).missing
            case IsBlank(path) if self.is_set(path):
                own = self.set_of(path)
                named = [own.has(name) for name in self.element_names(path)]
                return self.network.all_of((-own.other, *(-one for one in named)))
            case _:
                return self.network.any_of(
                    self.network.all_of((guard, self._on(atom, term))) for guard, term in self.alternatives(atom.path)
                )

    def _computed(self, atom: Atom) -> Expr | None:
        """What the column of a table asks where that is no fact; None for an atom of anything else."""
        path = getattr(atom, "path", "")
        if path.startswith(DEFINITION):
            return self.plan.model.definitions[path.removeprefix(DEFINITION)].value
        return self.plan.columns.get(path)

    def _on(self, atom: Atom, term: Term) -> Literal:
        """An atom of a field that holds a term."""
        match term:
            case Const(value):
                return TRUE if self.holds(atom, value) else FALSE
            case Computed(is_present=True) if isinstance(atom, IsMissing):
                return FALSE
            case Given(path):
                return self._on_given(atom, path)
            case _:
                return self.space.free("of computed", self._key_of_atom(atom), term)

    def _on_given(self, atom: Atom, path: str) -> Literal:
        variable = self.space.variables.get(path)
        if not isinstance(atom, Opaque) and atom.path.startswith(OUTCOME):
            atom = replace(atom, path=path)
        match variable:
            case Cells():
                return variable.truth(self.network, self._key_of_atom(atom), self._test(atom, path), atom)
            case Text():
                return variable.truth(self.network, atom, self.holds)
            case _:
                return self.space.free("of fact", self._key_of_atom(atom), path)

    def _test(self, atom: Atom, path: str) -> Callable[[Value], bool]:
        """An atom as a test of a value in the facts; plain equality, of which there is much, without the engine."""
        match atom:
            case Equals(_, value):
                return lambda found: self.meant(path, found) == value
            case OneOf(_, values):
                return lambda found: self.meant(path, found) in values
            case _:
                return lambda found: self.holds(atom, self.meant(path, found))

    def _key_of_atom(self, atom: Atom) -> Any:
        """An atom, with what it means in this version."""
        if isinstance(atom, Within):
            return (atom, self.calendar_version(atom.calendar))
        names = self.names.get(getattr(atom, "path", ""))
        return (atom, tuple(sorted(names.items())) if names else ())

    def holds(self, atom: Atom, value: Value) -> bool:
        """Whether an atom holds for a value of its field: the engine's own test."""
        path, facts = getattr(atom, "path", ""), self._probe
        if path == NOW:
            facts.now = value  # type: ignore[assignment]  # an instant
        elif value is not None:
            facts[path] = value
        found = self._tests.get(atom)
        if found is None:
            found = self._tests[atom] = self.plan.evaluator.compile(atom)
        holds = found(facts)
        facts.clear()
        return holds

    def _changed(self, atom: HasChanged) -> Literal:
        """`changed`: over the cells of the value before and now; of anything else it is left open."""
        before = self.space.variables.get(BEFORE + atom.path)
        if not isinstance(before, Cells) or self.is_set(atom.path):
            return self.space.free("changed", atom, self.fingerprint((atom.path,)))
        return self.network.any_of(
            self.network.all_of((guard, self._differs(atom, before, term)))
            for guard, term in self.alternatives(atom.path)
        )

    def _differs(self, atom: HasChanged, before: Cells, term: Term) -> Literal:
        if isinstance(term, Computed | Group):
            return self.space.free("changed to computed", atom, term)
        pairs: list[Literal] = []
        for old, old_literal in zip(before.values, before.literals, strict=True):
            was = self.meant(atom.path, old)
            if atom.before and was != atom.before[0]:
                continue
            for now, literal in self._values_of(atom.path, term):
                if atom.after and now != atom.after[0]:
                    continue
                if was != now:
                    pairs.append(self.network.all_of((old_literal, literal)))
                elif not self._is_one_value(was):
                    within = self.space.free("changed within", atom.path, repr(was), term)
                    pairs.append(self.network.all_of((old_literal, literal, within)))
        return self.network.any_of(pairs)

    def _is_one_value(self, value: Value) -> bool:
        return value is None or (isinstance(value, bool | str) and value != UNKNOWN)

    def _values_of(self, path: str, term: Term) -> list[tuple[Value, Literal]]:
        """The values that a term may have, each with when it has it."""
        variable = self.space.variables.get(path) if isinstance(term, Given) else None
        if isinstance(term, Const):
            return [(term.value, TRUE)]
        if isinstance(variable, Cells):
            own = zip(variable.values, variable.literals, strict=True)
            return [(self.meant(path, value), literal) for value, literal in own]
        return []

    # Facts

    def alternatives(self, path: str) -> Alternatives:
        """What a fact is for the rules of the stage at hand."""
        if path == "contract" or path.startswith("contract."):
            return self._of_contract(path)
        if path.startswith(("sla.", SCORE)):
            return ((TRUE, Computed((path, self._difference(path)))),)
        found = self.state.get(path)
        return self.as_given(path) if found is None else found

    def as_given(self, path: str) -> Alternatives:
        """A fact as it came: its default where it is missing."""
        if path == "event.name":
            return ((TRUE, Const(self.event)),)
        declared = self.plan.model.fields.get(path)
        if declared is None or declared.default is None:
            return ((TRUE, Given(path)),)
        missing = self.given_missing(path)
        return first_of(self.network, [(missing, Const(declared.default))], ((TRUE, Given(path)),))

    def given_missing(self, path: str) -> Literal:
        """Whether a fact is missing as it comes, before its default takes its place."""
        variable = self.space.variables.get(path)
        match variable:
            case Cells():
                return variable.literals[0]
            case Text() | Elements():
                return variable.missing
            case _:
                return self.space.free("missing", path)

    def meant(self, path: str, value: Value) -> Value:
        """What a name in the facts means in this version: an old or foreign name of an option or a thing is its id."""
        names = self.names.get(path)
        return value if names is None or not isinstance(value, str) else names.get(value, value)

    # Sets

    def is_set(self, path: str) -> bool:
        """Whether a fact is a set or list of plain values."""
        return path in self.sets or isinstance(self.space.variables.get(path), Elements)

    def element_names(self, path: str) -> list[Value]:
        """The elements of a set that rules name."""
        variable = self.space.variables.get(path)
        return list(variable.held) if isinstance(variable, Elements) else []

    def set_of(self, path: str) -> SetState:
        """A set for the rules of the stage at hand; the segments with the derived ones."""
        own = self.sets.get(path) or self._given_set(path)
        return self._with_derived(own) if path == SEGMENTS and self.plan.checked.derived else own

    def assigned(self, path: str) -> SetState:
        """A set without what is derived."""
        return self.sets.get(path) or self._given_set(path)

    def _given_set(self, path: str) -> SetState:
        variable = self.space.variables.get(path)
        names = self.names.get(path, {})
        if not isinstance(variable, Elements):
            return SetState(
                lambda value: self.space.free("element", path, value),
                self.space.free("missing", path),
                self.space.free("others", path),
            )

        by_id: dict[Value, list[Literal]] = {}
        for raw, literal in variable.held.items():
            by_id.setdefault(names.get(str(raw), raw), []).append(literal)

        def has(value: Value) -> Literal:
            return self.network.any_of(by_id.get(value, ()))

        declared = self.plan.model.fields.get(path)
        default = declared.default if declared is not None else None
        if not isinstance(default, frozenset | tuple):
            return SetState(has, variable.missing, variable.other)
        return SetState(
            lambda value: self.network.if_else(variable.missing, TRUE if value in default else FALSE, has(value)),
            FALSE,
            variable.other,
        )

    def _with_derived(self, own: SetState) -> SetState:
        model = self.plan.model

        def has(value: Value) -> Literal:
            segment = model.segments.get(str(value))
            when = segment.when if segment is not None and segment.id in self.plan.checked.derived else None
            derived = FALSE if when is None else self.truth(self.condition_of(when))
            return self.network.any_of((own.has(value), derived))

        return SetState(has, FALSE, own.other, own.touched)

    def condition_of(self, expr: Expr) -> Condition:
        """The canonical form of an expression of this version."""
        return Canonical(self.plan.checked).condition(expr)

    # The contract

    def _of_contract(self, path: str) -> Alternatives:
        picked = self._picked()
        if path == "contract":
            return picked
        if path == "contract.request_priority":
            return self._request_priority(picked)
        part, contracts = CONTRACT_PARTS.get(path), self.plan.model.contracts
        values = (
            (
                guard,
                Const(part(contracts[str(term.value)]))
                if part is not None and isinstance(term, Const) and term.value
                else term,
            )
            for guard, term in picked
        )
        return first_of(self.network, values, ONLY_NOTHING)

    def _picked(self) -> Alternatives:
        if self._contract is None:
            ranked = sorted(self.plan.model.contracts.values(), key=lambda one: -one.rating)
            held = self.set_of("contact.contracts")
            missing = self.truth(IsMissing("ticket.contract"))
            rivals = []
            for one in ranked:
                named = self.truth(Equals("ticket.contract", one.id))
                may = self.network.any_of((named, self.network.all_of((missing, held.has(one.id)))))
                applies = TRUE if one.applies_when is None else self.truth(self.condition_of(one.applies_when))
                rivals.append((self.network.all_of((may, applies)), Const(one.id)))
            self._contract = first_of(self.network, rivals, ONLY_NOTHING)
        return self._contract

    def _request_priority(self, picked: Alternatives) -> Alternatives:
        rivals: list[tuple[Literal, Term]] = []
        for guard, term in picked:
            contract = self.plan.model.contracts.get(str(term.value)) if isinstance(term, Const) else None
            for request in contract.requests if contract is not None else ():
                asked = self.truth(Equals("ticket.request_type", request.request_type))
                rivals.append((self.network.all_of((guard, asked)), Const(request.priority or None)))
        return first_of(self.network, rivals, ONLY_NOTHING)

    # What is left closed

    def key_of(self, expr: Expr) -> Hashable:
        """An expression with all that its value depends on in this version, besides the facts as they came."""
        checked, model = self.plan.checked, self.plan.model
        named: dict[str, Expr] = {}
        things: set[Hashable] = set()
        for node in walk(expr):
            match checked.meanings.get(node.id):
                case DefinitionRead(name):
                    named[name] = model.definitions[name].value
                case Constant(str() as value) if value in model.calendars:
                    things.add((value, self.calendar_version(value)))
            if isinstance(node, Call):
                things.add(repr(sorted(model.folders.items())))
        deeper = tuple((name, self.key_of(value)) for name, value in sorted(named.items()))
        read = self.fingerprint(paths_read(expr, model, checked.meanings))
        return (expr, model.zone.key, deeper, frozenset(things), read)

    def fingerprint(self, paths: Iterable[str]) -> Hashable:
        """What distinguishes facts as the rules of the stage at hand see them from how they came."""
        return tuple((path, self._difference(path)) for path in sorted(set(paths)))

    def _difference(self, path: str) -> Hashable:
        own: Hashable
        if path.startswith("sla."):
            return (tuple(sorted(self.state.items(), key=lambda one: one[0])), self.promises, self._promised_by)
        if path == "contract.calendar":
            return (self._of_contract(path), self.calendars)
        if path == "contract" or path.startswith("contract."):
            return self._of_contract(path)
        score = score_read(self.plan.model, path)
        if score is not None:
            own = (score.sum, score.join, score.classes, score.bins, score.missing)
            return (own, tuple(self.key_of(expr) for expr in score.made_of))
        declared = self.plan.model.fields.get(path)
        if declared is not None and declared.type == Reference((Kind.CALENDAR,)):
            return (
                tuple(sorted(self.names.get(path, {}).items())),
                repr(declared.default),
                self.state.get(path),
                self.calendars,
            )
        own = None if declared is None else (declared.type, repr(declared.default))
        names = tuple(sorted(self.names.get(path, {}).items()))
        derived = self._key_of_derived() if path == SEGMENTS else ()
        touched = self.sets[path].touched if path in self.sets else ()
        return (own, names, derived, touched, self.state.get(path))

    def _key_of_derived(self) -> Hashable:
        """What the derived segments depend on. Scores ask for segments and segments for scores: inside itself it is empty."""
        if self._in_derived:
            return ()
        self._in_derived = True
        whens = ((name, self.plan.model.segments[name].when) for name in self.plan.checked.derived)
        found = tuple((name, self.key_of(when)) for name, when in whens if when is not None)
        self._in_derived = False
        return found

    def calendar_version(self, name: str) -> str | None:
        """What tells a calendar from another of the same name; None where there is none."""
        entry = self.plan.model.calendars.get(name)
        return entry.calendar.version if entry is not None and entry.calendar is not None else None

    @property
    def promises(self) -> Hashable:
        """The service levels and calendars of this version as one value."""
        model = self.plan.model
        return (
            repr(sorted(model.sla.items())),
            repr([one.requests for one in model.contracts.values()]),
            self.calendars,
        )

    @property
    def _promised_by(self) -> Hashable:
        """What decides which promise a ticket has: its policy and contract, and the facts that targets and pauses ask for."""
        policies = self.plan.model.sla.values()
        asked = [expr for policy in policies for expr in (policy.pause_when, policy.solved_when) if expr is not None]
        fields = {target.by for policy in policies for target in policy.targets if target.by}
        parts = ("contract", "contract.regulation", "contract.calendar")
        contracts = tuple(self._of_contract(part) for part in parts)
        read = self.fingerprint({*fields, "ticket.sla", "ticket.status", "ticket.request_type"})
        return (self.plan.model.zone.key, contracts, read, tuple(self.key_of(expr) for expr in asked))

    @property
    def calendars(self) -> Hashable:
        """What tells the calendars of this version from those of another, for what names one only at the ticket."""
        named = sorted(self.plan.model.calendars.items())
        return tuple((name, one.calendar.version) for name, one in named if one.calendar)
