"""A decision about all tickets at once: the stages of a version, each rule firing where its condition holds.

What is said here of stages, of which writes stand and of what each action writes mirrors `engine.stages` and
`engine.writes`; tests hold the two together on small vocabularies by trying every ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.space import Cells
from ruleflow.analysis.terms import (
    NOTHING,
    ONLY_NOTHING,
    Alternatives,
    Computed,
    Const,
    Given,
    Group,
    Term,
    first_of,
)
from ruleflow.analysis.version import NOW, SetState, Version
from ruleflow.checker.checked import Constant, Read
from ruleflow.engine.gates import closed_gate
from ruleflow.engine.writes import ADDS, REMOVES, resolve_of
from ruleflow.model.rules import Hit, Mode, Rule
from ruleflow.model.vocabulary import Resolve
from ruleflow.plan.actions import PlannedAction, PlannedArgument
from ruleflow.plan.acts import DENIED, ROUTE, known_things
from ruleflow.plan.conditions import All, Condition, IsMissing
from ruleflow.plan.evaluator import SEGMENTS
from ruleflow.plan.plan import PlannedRule, PlannedStage
from ruleflow.plan.snapshot import NOTHING as _NO_FACTS
from ruleflow.syntax.expressions import Expr, Items
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.terms import Choice, ListOf, Record, SetOf
from ruleflow.types.values import Value

MOST_COMBINATIONS = 64
"""Values of an action beyond which it is left closed."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An action, when it is done, with one value for each argument."""

    guard: Literal
    rule: str
    type: str
    arguments: tuple[tuple[str, Term], ...]
    field: str = ""

    @property
    def target(self) -> str:
        """What only one of several can write; '' for actions that add up."""
        if self.field:
            return self.field
        return {"route": ROUTE, "set_sla": "ticket.sla", "deny": DENIED}.get(self.type, "")

    @property
    def value(self) -> Term:
        """What it writes there."""
        arguments = dict(self.arguments)
        match self.type:
            case "set":
                return arguments.get("value", NOTHING)
            case "set_sla":
                return arguments.get("policy", NOTHING)
            case "deny":
                return arguments.get("reason", NOTHING)
            case _:
                told = tuple((name, term) for name, term in self.arguments if name != "only_if_unassigned")
                return Group(told)


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


def decide(version: Version) -> Outcomes:
    """What a version does on its event with any ticket."""
    made = Outcomes(single={ROUTE: ONLY_NOTHING, DENIED: ONLY_NOTHING})
    alive = TRUE
    for stage in version.plan.stages:
        own = stage.events.get(version.event)
        if own is None:
            continue
        alive = _Stage(version, stage, alive, made).run(own.rules)
        version.next_stage()
        if alive == FALSE:
            break
    for path in sorted(version.state):
        made.single[path] = version.state[path]
    made.sets = dict(version.sets)
    return made


@dataclass(slots=True)
class _Stage:
    version: Version
    stage: PlannedStage
    alive: Literal
    made: Outcomes

    def run(self, rules: Iterable[PlannedRule]) -> Literal:
        """Go through the rules; when the decision goes on after them."""
        network, deeds = self.version.network, list[Deed]()
        open_ = self.alive
        ended: list[tuple[str, Literal]] = []
        for planned in rules:
            rule = planned.rule
            if rule.mode is Mode.SHADOW:
                continue
            asked = self._gates(planned)
            fires = network.all_of((open_, asked, self.version.truth(planned.condition)))
            self.made.holds[rule.id] = self.version.truth(planned.condition)
            self.made.fires[rule.id] = fires
            self.made.parts[rule.id] = [(one, self.version.truth(one)) for one in parts_of(planned.condition)]
            self.made.turns[rule.id] = Turn(self.alive, asked, tuple(ended))
            if fires == FALSE:
                continue
            own, decides = self._deeds(planned, fires)
            deeds += own
            for deed in own:
                self.made.acts.setdefault(deed.type, []).append(deed.guard)
            if self.stage.hit is Hit.FIRST:
                ends = network.all_of((fires, decides))
                ended.append((rule.id, ends))
                open_ = network.all_of((open_, -ends))
        self._write(deeds)
        ends = network.any_of(deed.guard for deed in deeds if deed.type == "deny" or _stops(deed))
        return network.all_of((self.alive, -ends))

    # Gates

    def _gates(self, planned: PlannedRule) -> Literal:
        rule, version = planned.rule, self.version
        parts = []
        if not rule.on_own_changes:
            parts.append(version.truth(IsMissing("event.caused_by")))
        if rule.valid_from is not None or rule.valid_until is not None:
            parts.append(self._valid(rule))
        if rule.rollout is not None and rule.rollout < 100:
            parts.append(version.space.free("rollout", rule.id, rule.rollout))
        if rule.after is not None:
            keys = [version.key_of(one) for one in (rule.after.since, rule.after.calendar) if one is not None]
            own = (repr(rule.after.time), repr(rule.after.repeat), tuple(keys), version.promises)
            parts.append(version.space.free("due", rule.id, own))
        elif rule.once is not None:
            parts.append(version.space.free("once", rule.id, version.key_of(rule.once)))
        return version.network.all_of(parts)

    def _valid(self, rule: Rule) -> Literal:
        now, zone = self.version.space.variables[NOW], self.version.plan.model.zone
        if not isinstance(now, Cells):
            return self.version.space.free("valid", rule.valid_from, rule.valid_until)
        key: Any = ("valid", rule.valid_from, rule.valid_until, zone.key)
        bare = Rule(rule.id, rule.stage, (), None, (), 0, valid_from=rule.valid_from, valid_until=rule.valid_until)

        def holds(value: Any) -> bool:
            return value is not None and closed_gate(bare, value, zone, None, None) is None

        return now.truth(self.version.network, key, holds)

    # Actions

    def _deeds(self, planned: PlannedRule, fires: Literal) -> tuple[list[Deed], Literal]:
        """What a rule does, and when it ends a stage in which only the first rule acts."""
        network = self.version.network
        found: list[Deed] = []
        lacks: list[Literal] = []
        for action in planned.actions:
            idle = self._idle(action)
            for guard, arguments in self._combinations(action):
                when = network.all_of((fires, guard, -idle))
                if when == FALSE:
                    continue
                if self._is_lacking(action, dict(arguments)):
                    lacks.append(when)
                else:
                    deed = Deed(when, planned.rule.id, action.action.type, arguments, action.action.field)
                    found.append(deed)
        acts = network.any_of(deed.guard for deed in found)
        return found, network.any_of((acts, -network.any_of(lacks)))

    def _idle(self, action: PlannedAction) -> Literal:
        if not action.asks_for_assignee:
            return FALSE
        missing = [self.version.truth(IsMissing(path)) for path in ("ticket.team", "ticket.agent")]
        assigned = -self.version.network.all_of(missing)
        asked = next(one for one in action.arguments if one.argument.name == "only_if_unassigned")
        wanted = self._when(self._argument(asked), Const(True))
        return self.version.network.all_of((assigned, wanted))

    def _when(self, alternatives: Alternatives, term: Term) -> Literal:
        return self.version.network.any_of(guard for guard, one in alternatives if one == term)

    def _combinations(self, action: PlannedAction) -> Iterator[tuple[Literal, tuple[tuple[str, Term], ...]]]:
        """The values that the arguments of an action have together; those that are missing are left out."""
        named = [(one.argument.name, self._argument(one)) for one in action.arguments]
        size = 1
        for _, alternatives in named:
            size *= len(alternatives)
        if size > MOST_COMBINATIONS:
            named = [(name, own if len(own) == 1 else ((TRUE, Computed((name, own))),)) for name, own in named]
        for chosen in product(*(own for _, own in named)):
            guard = self.version.network.all_of(literal for literal, _ in chosen)
            pairs = zip((name for name, _ in named), (term for _, term in chosen), strict=True)
            if guard != FALSE:
                given = tuple((name, term) for name, term in pairs if term != NOTHING or action.action.field)
                yield guard, (*given, *self._wording(action, dict(given)))

    def _wording(self, action: PlannedAction, arguments: Mapping[str, Term]) -> tuple[tuple[str, Term], ...]:
        """What a message says, as far as it can differ between versions: its template, and the facts that it shows."""
        template = arguments.get("template")
        if action.action.type != "send" or not isinstance(template, Const):
            return ()
        known = self.version.plan.model.templates.get(str(template.value))
        if known is None:
            return ()
        shown = {place.path.partition("[")[0] for one in known.variants for place in one.placeholders}
        chosen_by = {"ticket.language", "contact.language"}
        if any(one.segment for one in known.variants):
            chosen_by.add(SEGMENTS)
        key = (repr(known.variants), self.version.plan.model.zone.key, self.version.fingerprint(shown | chosen_by))
        return (("(wording)", Computed(key)),)

    def _argument(self, one: PlannedArgument) -> Alternatives:
        """What an argument is; a reference to a thing that the version does not have is nothing."""
        match one.argument.value:
            case None:
                return ONLY_NOTHING
            case TextParts(parts=parts) if one.is_constant:
                return ((TRUE, Const("".join(map(str, parts)))),)
            case TextParts(parts=parts):
                keys = tuple(part if isinstance(part, str) else self.version.key_of(part) for part in parts)
                return ((TRUE, Computed(("text", keys), is_present=True)),)
            case expr:
                return self._expression(expr, one)

    def _expression(self, expr: Expr, one: PlannedArgument) -> Alternatives:
        version, model = self.version, self.version.plan.model
        if one.is_constant:
            value = version.plan.evaluator.value_of(expr)(_NO_FACTS)
            return ((TRUE, Const(known_things(value, one.parameter.type, model))),)
        meaning = version.plan.checked.meanings.get(expr.id)
        if isinstance(meaning, Read):
            read = meaning.path
            found: list[tuple[Literal, Term]] = []
            for guard, term in version.alternatives(read):
                found += self._values(read, guard, term, one)
            return first_of(version.network, found, ONLY_NOTHING)
        if isinstance(expr, Items) or isinstance(meaning, Constant):
            return ((TRUE, Computed(version.key_of(expr))),)
        key = version.key_of(expr)
        missing = version.space.free("missing value", key)
        return ((missing, NOTHING), (-missing, Computed(key, is_present=True)))

    def _values(self, path: str, guard: Literal, term: Term, one: PlannedArgument) -> Iterator[tuple[Literal, Term]]:
        """The values of a fact that an argument takes: each, where they are few; else the fact itself, or nothing."""
        version, model = self.version, self.version.plan.model
        variable = version.space.variables.get(term.path) if isinstance(term, Given) else None
        if isinstance(term, Const):
            yield guard, Const(known_things(term.value, one.parameter.type, model))
        elif (
            isinstance(term, Given)
            and isinstance(variable, Cells)
            and all(_is_name(value) for value in variable.values)
        ):
            for value, literal in zip(variable.values, variable.literals, strict=True):
                meant = known_things(version.meant(path, value), one.parameter.type, model)
                yield version.network.all_of((guard, literal)), Const(meant)
        else:
            missing = (
                version.truth(IsMissing(path)) if not isinstance(term, Computed) else version.space.free("none", term)
            )
            yield version.network.all_of((guard, missing)), NOTHING
            yield version.network.all_of((guard, -missing)), term

    def _is_lacking(self, action: PlannedAction, arguments: Mapping[str, Term]) -> bool:
        if action.action.field:
            written = action.action.argument("value")
            return written is not None and written.value is not None and arguments.get("value", NOTHING) == NOTHING
        kind = self.version.plan.model.actions[action.action.type]
        given = {name for name, term in arguments.items() if term not in (NOTHING, Const(frozenset()))}
        if kind.any_of and not given & set(kind.any_of):
            return True
        return any(one.required and one.name not in arguments for one in kind.parameters)

    # Writes

    def _write(self, deeds: list[Deed]) -> None:
        """Let what stands be seen by the stages after this one."""
        targets: dict[str, list[Deed]] = {}
        for deed in deeds:
            if deed.target:
                targets.setdefault(deed.target, []).append(deed)
            else:
                self.made.done.append(deed)
                self.made.stands.setdefault(deed.rule, []).append(deed.guard)
        for target, rivals in targets.items():
            self.made.rivals[self.stage.id, target] = rivals
            self._note_standing(target, rivals)
            self._write_target(target, rivals)
        changes: dict[str, list[tuple[bool, Literal, Term]]] = {}
        for adds, actions in ((True, ADDS), (False, REMOVES)):
            for deed in deeds:
                if deed.type in actions:
                    path, name = actions[deed.type]
                    term = dict(deed.arguments).get(name, NOTHING)
                    changes.setdefault(path, []).append((adds, deed.guard, term))
        for path, own in changes.items():
            self._change_set(path, own)

    def _note_standing(self, target: str, rivals: list[Deed]) -> None:
        """When each write is the one that stands; where that is left closed, whenever it is done."""
        network, resolve = self.version.network, resolve_of(target, self.version.plan.model)
        ranked = [] if resolve is Resolve.APPEND else self._ranked(target, rivals, resolve)
        none = TRUE
        for deed in rivals if len(ranked) != len(rivals) else ranked:
            stands = deed.guard if len(ranked) != len(rivals) else network.all_of((none, deed.guard))
            self.made.stands.setdefault(deed.rule, []).append(stands)
            none = network.all_of((none, -deed.guard))

    def _write_target(self, target: str, rivals: list[Deed]) -> None:
        version, model, network = self.version, self.version.plan.model, self.version.network
        resolve = resolve_of(target, model)
        declared = model.fields.get(target)
        if declared is not None and isinstance(declared.type, SetOf) and version.is_set(target):
            self._write_set(target, rivals, resolve)
            return
        if declared is not None and isinstance(declared.type, SetOf | ListOf):
            key = (tuple((deed.guard, deed.value) for deed in rivals), version.alternatives(target))
            anyone = network.any_of(deed.guard for deed in rivals)
            version.state[target] = first_of(network, [(anyone, Computed(key))], version.alternatives(target))
            return
        standing = [(deed.guard, deed.value) for deed in self._ranked(target, rivals, resolve)]
        if target == ROUTE:
            self.made.single[ROUTE] = first_of(network, standing, self.made.single[ROUTE])
            for path, name in (("ticket.team", "team"), ("ticket.agent", "agent")):
                own = [(guard, _part(term, name)) for guard, term in standing]
                version.state[path] = first_of(network, own, version.alternatives(path))
        elif target == DENIED:
            self.made.single[DENIED] = first_of(network, standing, self.made.single[DENIED])
        else:
            version.state[target] = first_of(network, standing, version.alternatives(target))
            if declared is not None and isinstance(declared.type, Record):
                self._write_parts(target, declared.type, standing)

    def _write_parts(self, target: str, kind: Record, standing: list[tuple[Literal, Term]]) -> None:
        """The parts of a record change with it; what they are is left closed."""
        anyone = self.version.network.any_of(guard for guard, _ in standing)
        for name, _ in kind.parts:
            path = f"{target}.{name}"
            closed = Computed((name, tuple(standing)))
            self.version.state[path] = first_of(
                self.version.network, [(anyone, closed)], self.version.alternatives(path)
            )

    def _ranked(self, target: str, rivals: list[Deed], resolve: Resolve) -> list[Deed]:
        """Rivals so that the first one that acts stands."""
        match resolve:
            case Resolve.LAST:
                return rivals[::-1]
            case Resolve.HIGHEST | Resolve.LOWEST:
                return self._by_rank(target, rivals, highest=resolve is Resolve.HIGHEST)
            case _:
                return rivals

    def _by_rank(self, target: str, rivals: list[Deed], *, highest: bool) -> list[Deed]:
        """By the rank of what they write: known values before unknown ones; where a value is left closed, so is the winner."""
        kind = self.version.plan.model.fields[target].type
        ranked: list[tuple[bool, Any, int, Deed]] = []
        for at, deed in enumerate(rivals):
            if not isinstance(deed.value, Const):
                return self._closed(rivals)
            known, rank = _rank(kind, deed.value.value)
            ranked.append((known, rank, at, deed))
        known_ones = [one for one in ranked if one[0]]
        others = [one[3] for one in ranked if not one[0]]
        ordered = sorted(known_ones, key=lambda one: one[1], reverse=highest)
        return [*(one[3] for one in ordered), *others]

    def _closed(self, rivals: list[Deed]) -> list[Deed]:
        key = tuple((deed.guard, deed.value) for deed in rivals)
        anyone = self.version.network.any_of(deed.guard for deed in rivals)
        first = rivals[0]
        return [Deed(anyone, first.rule, first.type, (("value", Computed(("ranked", key))),), first.field)]

    def _write_set(self, path: str, rivals: list[Deed], resolve: Resolve) -> None:
        """A `set` of a set: what is written comes to what is there, or, where it does not append, replaces it."""
        version, network = self.version, self.version.network
        before = version.assigned(path)
        clears = network.any_of(deed.guard for deed in rivals if deed.value == NOTHING)
        if resolve is Resolve.APPEND and clears == FALSE:
            self._change_set(path, [(True, deed.guard, deed.value) for deed in rivals])
            return
        if resolve is Resolve.APPEND:
            standing: list[tuple[Literal, Term]] = [(deed.guard, deed.value) for deed in rivals]
            closed = Computed(("appended", tuple(standing), before.touched))
            winners: Alternatives = first_of(network, [(network.any_of(g for g, _ in standing), closed)], ONLY_NOTHING)
        else:
            ranked = [(deed.guard, deed.value) for deed in self._ranked(path, rivals, resolve)]
            winners = first_of(network, ranked, ((TRUE, Computed("nobody")),))
        version.sets[path] = self._replaced(before, winners)

    def _replaced(self, before: SetState, winners: Alternatives) -> SetState:
        version, network = self.version, self.version.network

        def truth(of: Callable[[Term], Literal]) -> Literal:
            return network.any_of(network.all_of((guard, of(term))) for guard, term in winners)

        def has(value: Value) -> Literal:
            def of(term: Term) -> Literal:
                if term == Computed("nobody"):
                    return before.has(value)
                return holds_element(version, term, value)

            return truth(of)

        def missing(term: Term) -> Literal:
            if term == Computed("nobody"):
                return before.missing
            return (
                TRUE if term == NOTHING else version.space.free("none", term) if not isinstance(term, Const) else FALSE
            )

        def other(term: Term) -> Literal:
            if term == Computed("nobody"):
                return before.other
            return FALSE if isinstance(term, Const) else version.space.free("others of", term)

        return SetState(has, truth(missing), truth(other), (*before.touched, ("replaced", winners)))

    def _change_set(self, path: str, changes: list[tuple[bool, Literal, Term]]) -> None:
        """A set to which elements are added, and then some taken away: (whether it adds, when, what)."""
        version, network = self.version, self.version.network
        before = version.assigned(path)
        guards: dict[tuple[bool, Value], list[Literal]] = {}
        closed = [one for one in changes if not isinstance(one[2], Const)]
        for adds, guard, term in changes:
            for value in items_of(term) if isinstance(term, Const) else ():
                guards.setdefault((adds, value), []).append(guard)

        def moved(value: Value, *, adds: bool) -> Literal:
            own = guards.get((adds, value), [])
            left = [
                network.all_of((guard, version.space.free("element of", term, value)))
                for kind, guard, term in closed
                if kind is adds
            ]
            return network.any_of((*own, *left))

        def has(value: Value) -> Literal:
            added = network.any_of((before.has(value), moved(value, adds=True)))
            return network.all_of((added, -moved(value, adds=False)))

        others = [
            network.all_of((guard, version.space.free("others of", term))) for adds, guard, term in closed if adds
        ]
        missing = network.all_of((before.missing, *(-guard for _, guard, _ in changes)))
        other = network.any_of((before.other, *others))
        version.sets[path] = SetState(_remembering(has), missing, other, (*before.touched, *changes))


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What a condition asks together."""
    return condition.parts if isinstance(condition, All) else (condition,)


def items_of(term: Const) -> tuple[Value, ...]:
    """The elements of a value that is written to a set."""
    value = term.value
    if isinstance(value, frozenset | tuple):
        return tuple(value)
    return () if value is None else (value,)


def _remembering(has: Callable[[Value], Literal]) -> Callable[[Value], Literal]:
    known: dict[Value, Literal] = {}

    def remembered(value: Value) -> Literal:
        if value not in known:
            known[value] = has(value)
        return known[value]

    return remembered


def holds_element(version: Version, term: Term, value: Value) -> Literal:
    """Whether what is written to a set has an element."""
    if isinstance(term, Const):
        return TRUE if value in items_of(term) else FALSE
    return version.space.free("element of", term, value)


def _part(term: Term, name: str) -> Term:
    return dict(term.parts).get(name, NOTHING) if isinstance(term, Group) else Computed((name, term))


def _stops(deed: Deed) -> bool:
    return deed.type == "stop" and dict(deed.arguments).get("stop") == Const(True)


def _rank(kind: Any, value: Value) -> tuple[bool, Any]:
    if isinstance(kind, Choice):
        return (True, kind.options.index(str(value))) if value in kind.options else (False, 0)
    return (value is not None, value if value is not None else 0)


def _is_name(value: Value) -> bool:
    return value is None or isinstance(value, str | bool)
