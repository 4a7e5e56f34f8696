"""The Python API: public names, errors, many facts, many threads."""

from __future__ import annotations

import gc
import inspect
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import ruleflow
from tests.projects import NOON, loaded, write_project

PUBLIC = [
    "AsyncClient",
    "Calendar",
    "CalendarError",
    "Client",
    "Decision",
    "Diagnostic",
    "Explanation",
    "FactsError",
    "Project",
    "ProjectError",
    "RateLimitedError",
    "Refusal",
    "Review",
    "RevisionError",
    "RuleflowError",
    "ServiceError",
    "UnauthorizedError",
    "UnavailableError",
    "UnknownRuleError",
    "UnknownViewError",
    "Verification",
    "check",
    "diff",
    "load",
    "verify",
]
RULES = """
segments: [vip]
teams: [desk, vip_desk]
defaults: {on: ticket.created, stage: route}
rules:
  - {id: vip, when: contact.segments has vip, then: [{route: {team: vip_desk}}]}
  - {id: rest, then: [{route: {team: desk}}]}
"""


def test_public_names() -> None:
    """The public names are these, each documented; anything else is an AttributeError."""
    assert PUBLIC == ruleflow.__all__
    assert [] == [name for name in PUBLIC if not inspect.getdoc(getattr(ruleflow, name))]
    with pytest.raises(AttributeError, match="nothing"):
        ruleflow.nothing  # noqa: B018


def test_the_package_loads_what_is_used() -> None:
    """`import ruleflow` loads nothing else; to catch the errors of a client takes no HTTP library."""
    program = """
import sys, ruleflow
first = sorted(name for name in sys.modules if name.startswith("ruleflow") or name == "msgspec")
ruleflow.ServiceError, ruleflow.Client
print(first, "httpx2" in sys.modules)
"""
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert "['ruleflow'] False" == printed.strip()


def test_the_errors_make_a_small_tree() -> None:
    """Whatever the library raises for a mistake of others is a RuleflowError."""
    assert all(
        issubclass(error, ruleflow.RuleflowError)
        for error in (ruleflow.ProjectError, ruleflow.FactsError, ruleflow.UnknownRuleError, ruleflow.ServiceError)
    )


def test_check_and_load_tell_the_same(tmp_path: Path) -> None:
    """`check` gives findings as a list; `load` raises them when there are errors; both stay callable."""
    folder = write_project(tmp_path, {"rules/a.yaml": RULES.replace("vip_desk}}]", "nobody}}]")})
    found = ruleflow.check(folder)
    assert ["RF304"] == [one.code.number for one in found]
    with pytest.raises(ruleflow.ProjectError) as raised:
        ruleflow.load(str(folder))
    assert found == list(raised.value.diagnostics)
    assert "`nobody` is not a team" in str(raised.value)
    assert ["RF010"] == [one.code.number for one in ruleflow.check(tmp_path / "nothing")]


def test_many_facts_have_an_answer_each(tmp_path: Path) -> None:
    """`decide_many` answers one by one, in order; refused facts do not stop the rest."""
    project = loaded(tmp_path, RULES)
    facts: list[dict[str, Any]] = [{"contact": {"segments": ["vip"]}}, {"ticket": {"subject": 5}}, {}]
    vip, refused, rest = project.decide_many("ticket.created", iter(facts), now=NOON)
    assert isinstance(refused, ruleflow.Refusal)
    assert "/ticket/subject" == refused.to_dict()["problems"][0]["pointer"]
    assert isinstance(vip, ruleflow.Decision)
    assert isinstance(rest, ruleflow.Decision)
    assert ({"team": "vip_desk"}, {"team": "desk"}) == (vip.outcome["route"], rest.outcome["route"])
    assert project.decide("ticket.created", facts[0], now=NOON).to_json() == vip.to_json()


def test_many_threads_decide_alike(tmp_path: Path) -> None:
    """Any number of threads may decide with one project; each gets the bytes it would get alone."""
    project = loaded(tmp_path, RULES)
    asked = [{"contact": {"segments": ["vip"] if at % 3 else []}, "ticket": {"id": str(at)}} for at in range(200)]
    alone = [project.decide("ticket.created", facts, now=NOON).to_json() for facts in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda facts: project.decide("ticket.created", facts, now=NOON).to_json(), asked))
    assert alone == together


def test_instants_must_be_aware(tmp_path: Path) -> None:
    """A naive `now` is refused; without one the clock is asked; other zones mean the same instant."""
    project = loaded(tmp_path, RULES)
    with pytest.raises(ValueError, match="a datetime with a time zone"):
        project.decide("ticket.created", {}, now=datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point
    before = datetime.now(UTC)
    decided = datetime.fromisoformat(project.decide("ticket.created", {}).at)
    assert before <= decided <= datetime.now(UTC)


def test_unknown_rules_and_events(tmp_path: Path) -> None:
    """A rule or an event that does not exist is named, with the nearest one."""
    project = loaded(tmp_path, RULES)
    with pytest.raises(ruleflow.UnknownRuleError, match="did you mean `rest`"):
        project.explain("ticket.created", {}, rule="rset")
    with pytest.raises(ruleflow.FactsError, match=r"ticket\.creatd"):
        project.decide("ticket.creatd", {})


def test_the_digest_follows_every_file(tmp_path: Path) -> None:
    """A change of a rule or of a template changes the digest; a file that is ignored does not."""
    root = "ruleflow: 1\nignore: [drafts]\n"
    templates = "templates: {hi: {file: hi.md}}\n"
    files = {"hi.md": "Hello", "drafts/x.yaml": "nonsense: ["}
    one = loaded(tmp_path, RULES + templates, root, files).digest
    assert one == loaded(tmp_path, RULES + templates, root, {"drafts/x.yaml": "more: nonsense: ["}).digest
    other = loaded(tmp_path, RULES + templates, root, {"hi.md": "Hello!"}).digest
    assert len({one, other, loaded(tmp_path, RULES, root).digest}) == 3


def test_the_calendar_is_public() -> None:
    """`ruleflow.Calendar` takes the keys that a project uses."""
    calendar = ruleflow.Calendar.from_dict({"timezone": "Europe/Moscow", "hours": {"mon-fri": ["09:00-18:00"]}})
    assert calendar.is_open(NOON)
    with pytest.raises(ruleflow.CalendarError):
        ruleflow.Calendar.from_dict({"hours": {"someday": ["09:00-18:00"]}})


@pytest.mark.parametrize(
    ("event", "facts", "pointer"),
    [
        (None, {}, "/event"),
        ([], {}, "/event"),
        ("ticket.created", None, ""),
        ("ticket.created", "x", ""),
        ("ticket.created", {"ticket": {"subject": b"x"}}, "/ticket/subject"),
        ("ticket.created", {"ticket": {"subject": object()}}, "/ticket/subject"),
        ("ticket.created", {"ticket": {"reopened_count": float("nan")}}, "/ticket/reopened_count"),
        ("ticket.created", {"ticket": {"created_at": "0001-01-01T00:00:00+14:00"}}, "/ticket/created_at"),
        ("ticket.created", {"contact": {"emails": [{"a": 1}]}}, "/contact/emails/0"),
    ],
)
def test_whatever_a_program_gives_is_refused_in_words(tmp_path: Path, event: Any, facts: Any, pointer: str) -> None:
    """Values of any Python type are read or refused at their place; nothing else is raised."""
    project = loaded(tmp_path, RULES)
    with pytest.raises(ruleflow.FactsError) as refused:
        project.decide(event, facts, now=NOON)
    assert [pointer] == [problem.pointer for problem in refused.value.problems]


@pytest.mark.parametrize("now", ["2026-01-01", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_odd_instants_are_told(tmp_path: Path, now: Any) -> None:
    """An instant that is none, or that some zone cannot count, is a ValueError that says so."""
    with pytest.raises(ValueError, match="`now`"):
        loaded(tmp_path, RULES).decide("ticket.created", {}, now=now)


@pytest.mark.parametrize("is_on", [True, False])
def test_loading_leaves_garbage_collection_as_it_was(tmp_path: Path, *, is_on: bool) -> None:
    """On or off, also where a project has errors."""
    good = write_project(tmp_path / "good", {"rules/a.yaml": RULES})
    try:
        if not is_on:
            gc.disable()
        ruleflow.load(good)
        assert is_on == gc.isenabled()
        with pytest.raises(ruleflow.ProjectError):
            ruleflow.load(tmp_path / "none")
        assert is_on == gc.isenabled()
    finally:
        gc.enable()


QUEUE = "views: {queue: {when: ticket.status is not closed, sort: [-ticket.priority], limit: 3}}\n"


def test_a_view(tmp_path: Path) -> None:
    """Facts come filtered and in order, as many as the view says or the caller; nothing is read before somebody asks."""
    project = loaded(tmp_path, QUEUE)
    facts = [
        {"ticket": {"id": str(at), "priority": priority, "status": status}}
        for at, (priority, status) in enumerate(
            [("low", "new"), ("urgent", "open"), ("high", "closed"), (None, "new"), ("urgent", "new")]
        )
    ]
    found = project.view("queue", iter(facts), now=NOON)
    assert [facts[1], facts[4], facts[3]] == list(found)
    assert [facts[1], facts[4], facts[3], facts[0]] == list(project.view("queue", facts, now=NOON, limit=9))
    wrapped = MappingProxyType({"ticket": MappingProxyType(facts[0]["ticket"])})
    assert [facts[0]] == list(project.view("queue", [wrapped], now=NOON))
    with pytest.raises(ruleflow.UnknownViewError, match="did you mean `queue`"):
        project.view("quueue", [])


def test_a_view_of_facts_that_are_refused(tmp_path: Path) -> None:
    """They are told with their number; without somebody to tell they raise. What is too large to be looked at is told, too."""
    project = loaded(tmp_path, "views: {a: {when: ticket.subject contains 'x', sort: ticket.id}}\n")
    facts: list[Any] = [{"ticket": {"subject": "x"}}, 5, {"ticket": {"subject": "x" * 100_001}}]
    refused: list[tuple[int, list[str]]] = []
    found = project.view(
        "a", facts, on_refusal=lambda at, one: refused.append((at, [two.code for two in one.problems]))
    )
    assert facts[:1] == list(found)
    assert [(2, ["RF601"]), (3, ["RF607"])] == refused
    with pytest.raises(ruleflow.FactsError):
        list(project.view("a", facts))
