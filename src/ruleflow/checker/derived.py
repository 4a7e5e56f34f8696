"""What is made of other things: scores, derived segments and the pick of the contract; in which order, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from ruleflow.checker import errors
from ruleflow.checker.checked import Constant, DefinitionRead, Read
from ruleflow.checker.scope import Scope, score_read
from ruleflow.source import Span
from ruleflow.syntax.expressions import Expr, Has
from ruleflow.syntax.walk import children

SEGMENTS = "contact.segments"
CONTRACT = "contract"


def derived_order(scope: Scope) -> tuple[str, ...]:
    """The derived segments, each after those that its condition asks for; a circle is reported, and the rest stands in file order."""
    graph = _graph(scope)
    try:
        return tuple(name for name in TopologicalSorter(graph).static_order() if name in scope.model.segments)
    except CycleError as error:
        chain = tuple(reversed(error.args[1][1:]))
        scope.out.report(errors.cycle(_span(chain[0], scope), chain))
        return tuple(name for name in graph if name in scope.model.segments)


def _graph(scope: Scope) -> dict[str, list[str]]:
    """For each derived segment, each score and for the contract, what they ask for."""
    model = scope.model
    graph = {
        name: list(dict.fromkeys(_needs(segment.when, scope)))
        for name, segment in model.segments.items()
        if segment.when is not None
    }
    for score in model.scores.values():
        graph[score.path] = list(dict.fromkeys(need for expr in score.made_of for need in _needs(expr, scope)))
    asked = [contract.applies_when for contract in model.contracts.values() if contract.applies_when is not None]
    graph[CONTRACT] = list(dict.fromkeys(need for expr in asked for need in _needs(expr, scope)))
    return graph


def _needs(expr: Expr, scope: Scope) -> Iterator[str]:
    """The derived segments, the scores and the contract that an expression asks for, through definitions too."""
    if isinstance(expr, Has) and _reads(expr.left, scope) == SEGMENTS:
        named = [scope.tables.meanings.get(part.id) for part in children(expr.items) or (expr.items,)]
        known = [meaning for meaning in named if meaning is not None]  # a word that means nothing has its finding
        if all(isinstance(meaning, Constant) for meaning in known):
            yield from _derived(scope, (str(meaning.value) for meaning in known if isinstance(meaning, Constant)))
            return
    path = _reads(expr, scope)
    if path == SEGMENTS:
        yield from _derived(scope, scope.model.segments)
    elif path.partition(".")[0] == CONTRACT:
        yield CONTRACT
    elif score_read(scope.model, path) is not None:
        yield path
    meaning = scope.tables.meanings.get(expr.id)
    if isinstance(meaning, DefinitionRead) and meaning.name not in scope.open_definitions:
        yield from _needs(scope.model.definitions[meaning.name].value, scope.entering(meaning.name))
    for part in children(expr):
        yield from _needs(part, scope)


def _reads(expr: Expr, scope: Scope) -> str:
    meaning = scope.tables.meanings.get(expr.id)
    return meaning.path if isinstance(meaning, Read) else ""


def _derived(scope: Scope, names: Iterable[str]) -> Iterator[str]:
    segments = scope.model.segments
    for name in names:
        if name in segments and segments[name].when is not None:
            yield name


def _span(name: str, scope: Scope) -> Span | None:
    thing = (
        scope.model.segments.get(name)
        or score_read(scope.model, name)
        or next((contract for contract in scope.model.contracts.values() if contract.applies_when is not None), None)
    )
    return thing.span if thing else None
