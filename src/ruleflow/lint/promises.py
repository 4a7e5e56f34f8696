"""Times that run the wrong way: RF820 and RF821."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise

from ruleflow.checker.scope import fact_type
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.vocabulary import Contract, OpenTime, TargetTime
from ruleflow.types.durations import WorkingDays, duration_text
from ruleflow.types.terms import Choice


def find_slower(subject: Subject) -> Iterator[Diagnostic]:
    """Targets that grow with the priority."""
    for policy in subject.model.sla.values():
        for target in policy.targets:
            kind = fact_type(subject.model, target.by) if target.by else None
            if not isinstance(kind, Choice) or not kind.ordered:
                continue
            known = [(option, target.times[option]) for option in kind.options if option in target.times]
            for (low, low_time), (high, high_time) in pairwise(known):
                if _is_longer(high_time, low_time):
                    pair = ((high, _text(high_time)), (low, _text(low_time)))
                    yield errors.slower_when_urgent(policy.span, policy.id, target.metric.value, *pair)


def find_worse(subject: Subject) -> Iterator[Diagnostic]:
    """Contracts of a higher rating that promise a longer time for one kind of request."""
    for one, other in combinations(subject.model.contracts.values(), 2):
        if one.rating != other.rating:
            yield from _worse(*sorted((one, other), key=lambda contract: -contract.rating))


def _worse(better: Contract, other: Contract) -> Iterator[Diagnostic]:
    times = {request.request_type: request.resolve_in for request in other.requests}
    for request in better.requests:
        own, theirs = request.resolve_in, times.get(request.request_type)
        if own is not None and theirs is not None and _is_longer(own, theirs):
            pair = ((better.id, _text(own)), (other.id, _text(theirs)))
            yield errors.worse_when_rated(request.span, request.request_type, *pair)


def _is_longer(one: TargetTime, other: TargetTime) -> bool:
    """Of two times that can be compared: both open time, or both working days."""
    match one, other:
        case OpenTime(), OpenTime():
            return one.seconds > other.seconds
        case WorkingDays(), WorkingDays():
            return one.days > other.days
        case _:
            return False


def _text(time: TargetTime) -> str:
    match time:
        case OpenTime(seconds):
            return duration_text(timedelta(seconds=seconds))
        case WorkingDays(days):
            return f"{days} working day{'s' * (days != 1)}"
        case _:
            return str(time.value)
