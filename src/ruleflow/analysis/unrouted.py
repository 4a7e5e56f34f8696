"""Tickets that are created and that nobody gets, in a project whose rules route tickets as they are created.

Other events come to tickets that have somebody already. A ticket that is denied, or at which a rule says `stop`, is left alone
on purpose; one that a rule has made is the business of that rule.
"""

from __future__ import annotations

from ruleflow.analysis import warnings
from ruleflow.analysis.made import Outcomes
from ruleflow.analysis.network import FALSE, Literal
from ruleflow.analysis.outcomes import Decided
from ruleflow.analysis.promises import CAUSED_BY
from ruleflow.analysis.rows import rules_of
from ruleflow.analysis.solver import Solver
from ruleflow.analysis.terms import NOTHING, when_equal
from ruleflow.analysis.version import Version
from ruleflow.analysis.witnesses import Witnesses
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.rules import Mode, Rule
from ruleflow.plan.acts import DENIED, ROUTE
from ruleflow.plan.conditions import IsMissing

EVENT = "ticket.created"
ASSIGNED = ("ticket.team", "ticket.agent")


def find_unrouted(version: Version, made: Outcomes, solver: Solver) -> Diagnostic | None:
    """A ticket that nobody gets, told at the last rule that routes; None on other events, and where none was found."""
    last = _last_that_routes(version) if version.event == EVENT else None
    wanted = FALSE if last is None else _unrouted(version, made)
    if last is None or wanted == FALSE:
        return None
    witness = Witnesses(version, solver).find(wanted, _has_nobody)
    return None if witness is None else warnings.unrouted(last, version.event, witness.text)


def _last_that_routes(version: Version) -> Rule | None:
    planned = (
        one.rule
        for stage in version.plan.stages
        if version.event in stage.events
        for one in rules_of(stage.events[version.event])
        if one.rule.mode is not Mode.SHADOW
    )
    return next(iter([rule for rule in planned if any(one.type == ROUTE for one in rule.actions)][::-1]), None)


def _unrouted(version: Version, made: Outcomes) -> Literal:
    """When nobody has a ticket at the end, though no rule has ended the decision."""
    nobody = (version.truth(IsMissing(path)) for path in ASSIGNED)
    stopped = version.network.any_of(made.acts.get("stop", ()))
    allowed = when_equal(version.network, made.single[DENIED], NOTHING)
    return version.network.all_of((*nobody, allowed, -stopped, version.given_missing(CAUSED_BY)))


def _has_nobody(decided: Decided) -> bool:
    run = decided.evaluated.run
    return not run.ended_by and all(run.final[path] is None for path in (*ASSIGNED, CAUSED_BY))
