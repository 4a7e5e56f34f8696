"""What the actions of a rule do to any ticket: each action once for each value that its arguments may have together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

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
from ruleflow.analysis.version import Version
from ruleflow.checker.checked import Constant, Read
from ruleflow.plan.actions import PlannedAction, PlannedArgument
from ruleflow.plan.acts import DENIED, ROUTE, known_things
from ruleflow.plan.conditions import IsMissing
from ruleflow.plan.evaluator import SEGMENTS
from ruleflow.plan.planned import PlannedRule
from ruleflow.plan.snapshot import NOTHING as _NO_FACTS
from ruleflow.syntax.expressions import Expr, Items
from ruleflow.syntax.text_template import TextParts
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
class Actions:
    """The actions of the rules of a version, as the stage at hand sees the facts."""

    version: Version

    def deeds(self, planned: PlannedRule, fires: Literal) -> tuple[list[Deed], Literal]:
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


def _is_name(value: Value) -> bool:
    return value is None or isinstance(value, str | bool)
