"""What keeps rules in order: an owner, a title, a test. RF813 to RF815."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.rules import Rule
from ruleflow.testing.run import run_tests

MOST_TOLD = 10
"""Rules that are told one by one; of more the first, with the number of the others."""
FEWEST_RULES = 4
"""Rules of which most do something, before the others are asked to do so, too."""


def find_without_owner(subject: Subject) -> Iterator[Diagnostic]:
    """Rules without an owner where more than half have one."""
    yield from _others(subject, lambda rule: rule.owner, errors.no_owner)


def find_without_title(subject: Subject) -> Iterator[Diagnostic]:
    """Rules without a title where more than half have one."""
    yield from _others(subject, lambda rule: rule.title, errors.no_title)


def _others(
    subject: Subject, has: Callable[[Rule], str], tell: Callable[[Rule, str, int], Diagnostic]
) -> Iterator[Diagnostic]:
    rules = subject.model.rules
    having = sum(bool(has(rule)) for rule in rules)
    if len(rules) >= FEWEST_RULES and having * 2 > len(rules):
        share = f"{having} of {len(rules)}"
        yield from _few([rule for rule in rules if not has(rule)], lambda rule, more: tell(rule, share, more))


def _few(rules: Sequence[Rule], tell: Callable[[Rule, int], Diagnostic]) -> Iterator[Diagnostic]:
    """A finding for each of some rules, or one for many. The number is of those that it stands for beside its own."""
    if len(rules) > MOST_TOLD:
        yield tell(rules[0], len(rules) - 1)
    else:
        yield from (tell(rule, 0) for rule in rules)


def find_untested(subject: Subject) -> Iterator[Diagnostic]:
    """Rules that no test of the project sees fire; nothing of a project without tests. Runs the tests."""
    if not subject.model.tests:
        return
    never = set(run_tests(subject.project).never_fired)
    rules = [rule for rule in subject.model.rules if rule.enabled and rule.id in never]
    yield from _few(rules, errors.never_tested)
