"""Two versions of a small project, and a meaning made by hand, for everything that shows a review."""

from __future__ import annotations

from pathlib import Path

from ruleflow.analysis.verdicts import Change, Meaning, Scope, State, Ticket, Verdict
from ruleflow.project.revisions import Place, Version
from ruleflow.review.compare import edits_of
from ruleflow.review.comparison import NotProved
from ruleflow.review.review import Review
from tests.projects import loaded

OLD = """
fields: {ticket.amount: {type: decimal}}
segments: {vip: {title: Важные клиенты}}
teams: {desk: {}, vip_desk: {}}
defaults: {on: ticket.created}
rules:
  - id: big_money
    title: Much money is urgent
    stage: prioritise
    when: ticket.amount > 500 and contact.segments has none of [vip]
    then: [{set: {ticket.priority: high}}]
  - {id: outage, stage: prioritise, when: "ticket.subject contains 'down'", then: [{set: {ticket.priority: urgent}}]}
  - {id: rest, stage: route, then: [{route: {team: desk}}]}
"""
NEW = OLD.replace("> 500", "> 250").replace("team: desk}", "team: vip_desk}")

SCRIPT = "<script>alert('שלום')</script> | `x` *y*"
"""What an author may write and no page may run."""


def ticket(**facts: object) -> Ticket:
    """A witness."""
    return Ticket("ticket.created", "2026-03-02T12:00:00+00:00", {"ticket": dict(facts)})


MEANING = Meaning(
    (
        Verdict(
            "ticket.created",
            "ticket.priority",
            State.CHANGED,
            (
                Change(
                    None,
                    "high",
                    (),
                    ("big_money",),
                    ("250 < ticket.amount <= 500", "contact.segments has none of [vip]"),
                    region_is_proved=True,
                    witness=ticket(amount=251),
                ),
                Change(
                    "urgent",
                    "high",
                    ("outage",),
                    ("big_money",),
                    ("ticket.subject contains 'down'",),
                    region_is_proved=False,
                    witness=ticket(amount=251, subject=SCRIPT),
                ),
            ),
        ),
        Verdict(
            "ticket.created",
            "route",
            State.CHANGED,
            (Change({"team": "desk", "agent": None}, {"team": SCRIPT}, ("rest",), ("rest",), (), True, ticket()),),
            complete=False,
            reason="at most 1 was looked for",
        ),
        Verdict("ticket.created", "notify", State.UNKNOWN, reason="the budget was used up"),
        Verdict("ticket.created", "ticket.tags", State.UNCHANGED),
        Verdict("ticket.created", "denied", State.UNCHANGED),
    ),
    Scope(("CaDiCaL 1.9.5",), ("a ticket has an amount",), ("instants from 2026-01-01 to 2028-01-01",)),
)


def made_review(folder: Path, *, meaning: Meaning | None = MEANING) -> Review:
    """The review of the two versions."""
    old, new = loaded(folder / "old", OLD), loaded(folder / "new", NEW)
    return Review(
        Version(Place("main", folder / "old"), old),
        Version(Place("the working tree", Path()), new),
        edits_of(old.plan.checked, new.plan.checked),
        meaning,
        None if meaning is not None else NotProved.NO_PROVER,
    )
