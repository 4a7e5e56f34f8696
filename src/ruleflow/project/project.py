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
from ruleflow.engine.facts import Facts
from ruleflow.model.model import Model
from ruleflow.plan.compile import compile_plan
from ruleflow.plan.plan import Plan
from ruleflow.project.errors import FactsError, ProjectError, UnknownRuleError
from ruleflow.project.instants import instant
from ruleflow.project.loaded import Loaded
from ruleflow.project.opening import open_checked
from ruleflow.project.processes import cores
from ruleflow.project.questions import Answer, Question, Refusal, answer, answer_all
from ruleflow.project.workers import WORTHWHILE, answered_by_workers, batches
from ruleflow.resources import without_collection
from ruleflow.types.literals import LAST_YEAR

if TYPE_CHECKING:
    from ruleflow.engine.explain import Explanation
    from ruleflow.engine.timers import Timer
    from ruleflow.project.views import OnRefusal
    from ruleflow.timeline.timeline import Timeline

_LAST = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
"""The years in which every zone can count."""

RawFacts = Mapping[str, Any]
"""Facts as JSON has them: `{"ticket": {…}, "contact": {…}, "company": {…}, "event": {…}, "before": {…}}`."""


@dataclass(frozen=True, slots=True)
class Project:
    """A checked and compiled project. It never changes, so any number of threads may use it at once."""

    name: str
    digest: str
    warnings: tuple[Diagnostic, ...]
    model: Model
    plan: Plan
    door: Door
    folder: Path | None = None
    """Where it was loaded from, for other processes that help to decide."""

    def decide(self, event: str, facts: RawFacts, *, now: datetime | None = None, strict: bool = False) -> Decision:
        """Decide one event. A pure function of the project, the event, the facts and `now`.

        `now` must be aware; None is the clock of this machine. `strict` refuses segments, contracts and options that
        the project does not know, instead of keeping them with a warning. Raises `FactsError` with every fault.
        """
        return evaluate(self.plan, event, self._admit(event, facts, strict=strict), instant(now), self.digest)

    def decide_many(
        self,
        event: str,
        facts: Iterable[RawFacts],
        *,
        now: datetime | None = None,
        strict: bool = False,
        workers: int | None = None,
    ) -> Iterator[Decision | Refusal]:
        """Decide many facts, one answer each, in order. Facts that are refused give a `Refusal`; the rest goes on.

        `workers` is the number of processes. None: every core where `facts` is a long list; else this process alone, so
        that answers come as the facts come.
        """
        at = instant(now)
        count = _workers(facts) if workers is None else workers

        def decided(raw: RawFacts) -> Decision | Refusal:
            read = self.door.read(event, raw, strict=strict)
            return evaluate(self.plan, event, read, at, self.digest) if isinstance(read, Facts) else Refusal(read)

        if count <= 1 or self.folder is None:
            return map(decided, facts)
        from ruleflow.project.many import decided_as_lines

        def ask(lines: Iterable[bytes]) -> Iterator[Answer]:
            return self.answer_lines(lines, event=event, now=at, strict=strict, workers=count)

        return decided_as_lines(facts, ask, decided)

    def answer_lines(
        self,
        lines: Iterable[bytes],
        *,
        event: str = "",
        now: datetime | None = None,
        strict: bool = False,
        workers: int = 1,
    ) -> Iterator[Answer]:
        """Decide lines of JSON in order: each facts, or `{"event": …, "facts": …, "now": …}`, and each with its answer.

        With several `workers` lines are read ahead, in batches.
        """
        question = Question(event, instant(now), strict)
        if workers <= 1 or self.folder is None:
            return (answer(self.answer, question, line, number) for number, line in enumerate(lines, 1))

        def here(batch: tuple[int, list[bytes]]) -> list[Answer]:
            return answer_all(self.answer, question, batch[1], batch[0])

        found = answered_by_workers(self.folder, self.digest, question, batches(lines), here, workers)
        return (one for several in found for one in several)

    def answer(self, event: str, facts: RawFacts, now: datetime | None, strict: bool) -> Decision:  # noqa: FBT001 - a `Decide`
        """`decide`, as what answers lines calls it."""
        return self.decide(event, facts, now=now, strict=strict)

    def explain(
        self,
        event: str,
        facts: RawFacts,
        *,
        rule: str | None = None,
        now: datetime | None = None,
        strict: bool = False,
        nearest: bool = False,
    ) -> Explanation:
        """Why a rule acted or did not (`rule` None: what every stage did). Raises `FactsError`, or `UnknownRuleError`.

        `nearest`: also what is the least that would have made the rule act, which takes the solver of `ruleflow[prove]`.
        """
        from ruleflow.engine.explain import explain

        if rule is not None and self.model.rule(rule) is None:
            raise UnknownRuleError(unknown_rule(rule, self.model))
        at = instant(now)
        found = explain(self.plan, event, self._admit(event, facts, strict=strict), at, self.digest, rule)
        if rule is None or not nearest or not found.could_have_acted:
            return found
        from ruleflow.analysis.nearest import Situation
        from ruleflow.analysis.nearest_told import nearest_dict

        return found.with_nearest(nearest_dict(self.plan, Situation(event, facts, at), rule))

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

    def timers(self, facts: RawFacts, *, now: datetime | None = None, strict: bool = False) -> tuple[Timer, ...]:
        """The timers that a ticket has now, the next one first; nothing is decided, and `event.fired` is minded.

        What is past and not done is listed, too. Raises `FactsError`.
        """
        from ruleflow.timeline.future import timers_of

        return timers_of(self.plan, "", self._admit("timer", facts, strict=strict), instant(now))

    def view(
        self,
        name: str,
        facts: Iterable[RawFacts],
        *,
        now: datetime | None = None,
        strict: bool = False,
        limit: int | None = None,
        on_refusal: OnRefusal | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The facts that are in a view, in its order: `project.view("queue", tickets)`.

        `facts` may be more than memory holds: what does not fit is sorted on disk, in the folder that `TMPDIR` names. All
        of them are read before the first comes; those that come are equal copies. `now` is the instant of clocks, one for
        all. `limit` None: that of the view. Facts that are refused are told to `on_refusal` with their number, from 1;
        without it the first of them raises `FactsError`. Raises `UnknownViewError`.
        """
        from ruleflow.project.views import look_at, ordered_facts

        look = look_at(self.plan, self.door, name, instant(now), strict=strict)
        return ordered_facts(look, facts, look.planned.view.limit if limit is None else limit, on_refusal)

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
        return project_of(loaded, out.sorted(), Path(fspath(path)))


def project_of(loaded: Loaded, warnings: tuple[Diagnostic, ...], folder: Path | None) -> Project:
    """The project of what was loaded without errors; `folder` None: it does not lie on disk."""
    model = loaded.checked.model
    plan = compile_plan(loaded.checked, loaded.conditions)
    return Project(model.name, loaded.digest, warnings, model, plan, make_door(model), folder)


def check(path: str | PathLike[str]) -> list[Diagnostic]:
    """All findings about a project, by file and place; empty when there is nothing to say."""
    from ruleflow.diagnostics.allowances import standing
    from ruleflow.project.folder import read_folder
    from ruleflow.project.loading import check_folder
    from ruleflow.project.silencing import is_checked, with_silenced

    out = Collector()
    folder = read_folder(Path(fspath(path)), out)
    if folder is None:
        return list(out.sorted())
    check_folder(folder, out)
    return list(standing(with_silenced(folder, out.sorted(), is_checked)))


def _workers(facts: Iterable[RawFacts]) -> int:
    """Every core for a long list, one process for anything that comes as it is asked for."""
    return cores() if isinstance(facts, list | tuple) and len(facts) >= WORTHWHILE else 1


def unknown_rule(rule: str, model: Model) -> str:
    """What is said of a rule that is not there."""
    from ruleflow.diagnostics.suggest import nearest

    table, _ = model.table_of(rule.partition("/")[0])
    known = [] if table is None else list(table.row_ids())
    near = nearest(rule, known or [one.id for one in model.deciders])
    return f"`{rule}` is not a rule of this project" + (f"; did you mean `{near}`?" if near else "")
