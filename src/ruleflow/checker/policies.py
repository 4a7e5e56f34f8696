"""What clocks are made of: conditions that must not ask for the time, warnings that can come, tickets that can be solved."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.checker import errors
from ruleflow.checker.checked import DefinitionRead, Now, Read
from ruleflow.checker.scope import Scope
from ruleflow.model.vocabulary import Metric, OpenTime, SlaPolicy, Target
from ruleflow.syntax.expressions import Call, Expr
from ruleflow.syntax.walk import walk
from ruleflow.types.terms import Choice

_ASK_NOW = frozenset({"elapsed", "age", "days_until", "days_since"})
_STATUS = "ticket.status"
_SOLVED = frozenset({"solved", "closed"})


def check_policies(scope: Scope) -> None:
    """Report what would make clocks go wrong."""
    for what, condition, may_ask_now in _conditions(scope):
        with scope.out.inside(what):
            guilty = next(asking_the_clock(condition, scope, may_ask_now=may_ask_now), None)
            if guilty is not None:
                scope.out.report(errors.asks_the_clock(guilty.span, may_ask_now=may_ask_now))
    for policy in scope.model.sla.values():
        with scope.out.inside(f"SLA policy `{policy.id}`"):
            _check_warnings(policy, scope)
            _check_solved(policy, scope)


def _conditions(scope: Scope) -> Iterator[tuple[str, Expr, bool]]:
    """The conditions on which clocks depend, and whether they may ask for the time: those of policies may not."""
    model = scope.model
    found = (
        *((f"SLA policy `{one.id}`", one.pause_when, False) for one in model.sla.values()),
        *((f"SLA policy `{one.id}`", one.solved_when, False) for one in model.sla.values()),
        *((f"contract `{one.id}`", one.applies_when, True) for one in model.contracts.values()),
        *((f"segment `{one.id}`", one.when, True) for one in model.segments.values()),
    )
    yield from ((what, condition, may) for what, condition, may in found if condition is not None)


def asking_the_clock(expr: Expr, scope: Scope, inside: tuple[str, ...] = (), *, may_ask_now: bool) -> Iterator[Expr]:
    """The parts of an expression, through definitions too, that ask for a clock of the ticket, or for the time."""
    for node in walk(expr):
        match scope.tables.meanings.get(node.id):
            case Now() if not may_ask_now:
                yield node
            case Read(path) if path.startswith("sla."):
                yield node
            case DefinitionRead(name) if name not in inside:
                body = scope.model.definitions[name].value
                if any(True for _ in asking_the_clock(body, scope, (*inside, name), may_ask_now=may_ask_now)):
                    yield node
            case _ if isinstance(node, Call) and node.function in _ASK_NOW and not may_ask_now:
                yield node


def _check_warnings(policy: SlaPolicy, scope: Scope) -> None:
    """Report a warning that is at least as long before as the whole target."""
    for target in policy.targets:
        for warning in target.warn_at:
            if isinstance(warning, OpenTime) and _is_longer(warning, target) and policy.span is not None:
                scope.out.report(errors.late_warning(policy.span, target.metric.value, warning))


def _is_longer(warning: OpenTime, target: Target) -> bool:
    """Whether no time of the target leaves room for the warning."""
    times = [time for time in target.times.values() if isinstance(time, OpenTime)]
    return bool(times) and len(times) == len(target.times) and all(time.seconds <= warning.seconds for time in times)


def _check_solved(policy: SlaPolicy, scope: Scope) -> None:
    """Report a time to resolve where no status of the project says that a ticket is solved."""
    status = scope.model.fields.get(_STATUS)
    options = status.type.options if status is not None and isinstance(status.type, Choice) else ()
    resolves = any(target.metric is Metric.RESOLUTION for target in policy.targets)
    if resolves and policy.solved_when is None and not _SOLVED & set(options) and policy.span is not None:
        scope.out.report(errors.never_solved(policy.span, options))
