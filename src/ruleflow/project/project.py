"""A loaded project: what a helpdesk calls for every ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.engine.decision import Decision
from ruleflow.engine.door import Door, make_door
from ruleflow.engine.evaluate import evaluate
from ruleflow.engine.facts import FactProblem, Facts
from ruleflow.model.model import Model
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from ruleflow.project.errors import FactsError, ProjectError, UnknownRuleError
from ruleflow.project.opening import open_checked
from ruleflow.resources import without_collection
from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from ruleflow.engine.explain import Explanation
    from ruleflow.timeline.timeline import Timeline

_LAST = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
"""The years in which every zone can count."""

RawFacts = Mapping[str, Any]
"""Facts as JSON has them: `{"ticket": {…}, "contact": {…}, "company": {…}, "event": {…}, "before": {…}}`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What `decide_many` gives in place of a decision for facts that were refused."""

    problems: tuple[FactProblem, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON: `{"problems": [{"pointer": …, "code": …, "message": …}]}`."""
        return {"problems": [problem.to_dict() for problem in self.problems]}


@dataclass(frozen=True, slots=True)
class Project:
    """A checked and compiled project. It never changes, so any number of threads may use it at once."""

    name: str
    digest: str
    warnings: tuple[Diagnostic, ...]
    model: Model
    plan: Plan
    door: Door

    def decide(self, event: str, facts: RawFacts, *, now: datetime | None = None, strict: bool = False) -> Decision:
        """Decide one event. A pure function of the project, the event, the facts and `now`.

        `now` must be aware; None is the clock of this machine. `strict` refuses segments, contracts and options that
        the project does not know, instead of keeping them with a warning. Raises `FactsError` with every fault.
        """
        return evaluate(self.plan, event, self._admit(event, facts, strict=strict), instant(now), self.digest)

    def decide_many(
        self, event: str, facts: Iterable[RawFacts], *, now: datetime | None = None, strict: bool = False
    ) -> Iterator[Decision | Refusal]:
        """Decide many facts, one answer each, in order, as they come. Facts that are refused give a `Refusal`; the rest goes on."""
        at = instant(now)
        for raw in facts:
            read = self.door.read(event, raw, strict=strict)
            yield evaluate(self.plan, event, read, at, self.digest) if isinstance(read, Facts) else Refusal(read)

    def explain(
        self, event: str, facts: RawFacts, *, rule: str | None = None, now: datetime | None = None, strict: bool = False
    ) -> Explanation:
        """Why a rule acted or did not (`rule` None: what every stage did). Raises `FactsError`, or `UnknownRuleError`."""
        from ruleflow.engine.explain import explain

        if rule is not None and all(rule != known.id for known in self.model.rules):
            raise UnknownRuleError(_unknown_rule(rule, self.model))
        return explain(self.plan, event, self._admit(event, facts, strict=strict), instant(now), self.digest, rule)

    def timeline(
        self,
        facts: RawFacts,
        *,
        event: str = "",
        now: datetime | None = None,
        until: datetime | None = None,
        strict: bool = False,
    ) -> Timeline:
        """What will happen to a ticket between `now` and `until` (30 days on) if nobody touches it.

        `event` happens first; '' : nothing but time. What rules do on the way is carried out. Raises `FactsError`.
        """
        from ruleflow.timeline.carry import happened, paths_named
        from ruleflow.timeline.timeline import AHEAD, look_ahead

        at = instant(now)
        end = min(at + AHEAD, _LAST) if until is None else instant(until)
        admitted = self._admit(event or "timer", facts, strict=strict)
        if event:
            named = tuple(paths_named(facts))
            admitted = happened(event, admitted, named, None, at, self.plan.service_levels.tracked)
        return look_ahead(self.plan, event, admitted, at, self.digest, end)

    def _admit(self, event: str, facts: RawFacts, *, strict: bool) -> Facts:
        read = self.door.read(event, facts, strict=strict)
        if not isinstance(read, Facts):
            raise FactsError(read)
        return read


def load(path: str | PathLike[str]) -> Project:
    """Load a project from its folder. Raises `ProjectError` with all findings when it has errors."""
    out = Collector()
    with without_collection():
        loaded = open_checked(Path(fspath(path)), out)
        if loaded is None or out.has_errors:
            raise ProjectError(out.sorted())
        model = loaded.checked.model
        return Project(
            model.name,
            loaded.digest,
            out.sorted(),
            model,
            compile_plan(loaded.checked, loaded.conditions),
            make_door(model),
        )


def check(path: str | PathLike[str]) -> list[Diagnostic]:
    """All findings about a project, by file and place; empty when there is nothing to say."""
    from ruleflow.project.loading import load_checked

    out = Collector()
    load_checked(Path(fspath(path)), out)
    return list(out.sorted())


def instant(now: object) -> datetime:
    """An instant that a caller gave, in UTC; None is the clock of this machine. Raises `ValueError` for one without a zone."""
    if now is None:
        return datetime.now(UTC)
    if not isinstance(now, datetime) or now.tzinfo is None:
        example = "datetime(2026, 3, 1, 18, 0, tzinfo=ZoneInfo('Europe/Helsinki'))"
        raise ValueError(f"`now` is a datetime with a time zone: {example}")
    if not FIRST_YEAR <= now.year <= LAST_YEAR or not FIRST_YEAR <= now.astimezone(UTC).year <= LAST_YEAR:
        raise ValueError(f"`now` lies between the years {FIRST_YEAR} and {LAST_YEAR}")
    return now.astimezone(UTC)


def _unknown_rule(rule: str, model: Model) -> str:
    from ruleflow.diagnostics.suggest import nearest

    near = nearest(rule, [known.id for known in model.rules])
    return f"`{rule}` is not a rule of this project" + (f"; did you mean `{near}`?" if near else "")
