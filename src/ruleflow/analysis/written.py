"""Which of several writes stands, and what the stages after it see, for all tickets at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ruleflow.analysis.deeds import Deed
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import FALSE, TRUE, Literal
from ruleflow.analysis.terms import (
    NOTHING,
    ONLY_NOTHING,
    Alternatives,
    Computed,
    Const,
    Group,
    Term,
    first_of,
)
from ruleflow.analysis.version import SetState, Version
from ruleflow.engine.writes import ADDS, REMOVES, resolve_of
from ruleflow.model.vocabulary import Resolve
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.types.terms import Choice, ListOf, Record, SetOf
from ruleflow.types.values import Value


@dataclass(frozen=True, slots=True)
class Writes:
    """The writes of a stage; `made` notes what stands."""

    version: Version
    made: Outcomes
    stage: str

    def write(self, deeds: list[Deed]) -> None:
        """Let what stands be seen by the stages after this one."""
        targets: dict[str, list[Deed]] = {}
        for deed in deeds:
            if deed.target:
                targets.setdefault(deed.target, []).append(deed)
            else:
                self.made.done.append(deed)
                self.made.stands.setdefault(deed.rule, []).append(deed.guard)
        for target, rivals in targets.items():
            self.made.rivals[self.stage, target] = rivals
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


def _rank(kind: Any, value: Value) -> tuple[bool, Any]:
    if isinstance(kind, Choice):
        return (True, kind.options.index(str(value))) if value in kind.options else (False, 0)
    return (value is not None, value if value is not None else 0)
