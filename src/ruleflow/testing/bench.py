"""Trying mutants: whether a test fails with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ruleflow.engine.stages import run_stages
from ruleflow.model.rules import Rule
from ruleflow.plan.closures import Truth
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.patch import condition_of
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.project.project import Project
from ruleflow.testing.cases import run_test
from ruleflow.testing.conditions import Owner, OwnerKind
from ruleflow.testing.mutants import Mutant, Mutants


@dataclass(slots=True)
class Bench:
    """Tries the mutants of one project. Those of the thing changed last are kept, and what the rules of each test see."""

    project: Project
    _mutants: Mutants = field(init=False)
    _rules: Mapping[str, Rule] = field(init=False)
    _last: tuple[Owner, tuple[Mutant, ...]] | None = None
    _seen: dict[int, Mapping[str, tuple[Snapshot, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._mutants = Mutants(self.project.plan.checked)
        self._rules = {rule.id: rule for rule in self.project.model.rules}

    def notices(self, owner: Owner, number: int, tests: Iterable[int]) -> bool:
        """Whether one of some tests fails with a mutant of an owner; the tests after it are not run."""
        if self._last is None or self._last[0] != owner:
            self._last = (owner, self._mutants.of(owner))
        mutant = self._last[1][number]
        able = self._able(mutant, tests)
        if not able:
            return False
        changed = replace(self.project, plan=mutant.plan(self.project.plan), model=mutant.checked.model)
        return any(not one.passed for test in able for one in run_test(changed, self.project.model.tests[test]))

    def _able(self, mutant: Mutant, tests: Iterable[int]) -> list[int]:
        """The tests whose decisions may differ.

        Of a rule those in which its condition comes out otherwise, or, where only its actions differ, holds. A time rule
        also has a say in timers, which look ahead.
        """
        rule = self._rules.get(mutant.owner.id)
        if mutant.owner.kind is not OwnerKind.RULE or rule is None or rule.after is not None:
            return list(tests)
        before = self._truth(self.project.plan.evaluator, rule)
        after = None
        if mutant.rule is not None and mutant.rule.actions == rule.actions:
            after = self._truth(Evaluator(mutant.checked, self.project.plan.evaluator.around), mutant.rule)
        return [test for test in tests if any(_differs(seen, before, after) for seen in self._stage(test, rule.stage))]

    def _truth(self, evaluator: Evaluator, rule: Rule) -> Truth:
        return evaluator.compile(condition_of(rule, evaluator.checked))

    def _stage(self, test: int, stage: str) -> tuple[Snapshot, ...]:
        """What the rules of a stage see in a test."""
        if test not in self._seen:
            self._seen[test] = self._snapshots(test)
        return self._seen[test].get(stage, ())

    def _snapshots(self, test: int) -> Mapping[str, tuple[Snapshot, ...]]:
        found: dict[str, dict[int, Snapshot]] = {}
        for result in run_test(self.project, self.project.model.tests[test]):
            for asked in result.asked:
                run = run_stages(self.project.plan, asked.event, asked.facts, asked.now, in_full=True)
                for stage in run.stages:
                    own = found.setdefault(stage.stage.id, {})
                    own.update((id(one.seen), one.seen) for one in stage.rules)
        return {stage: tuple(several.values()) for stage, several in found.items()}


def _differs(seen: Snapshot, before: Truth, after: Truth | None) -> bool:
    """Whether two conditions come out differently; `after` None: whether the one holds."""
    try:
        return before(seen) is not (False if after is None else after(seen))
    except BudgetError:
        return True
