"""The clients against a service that really runs: the answers of the library, whatever is stopped, killed or changed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import ruleflow
from tests.clients import opened
from tests.projects import NOON
from tests.service.running import EXAMPLE, REPOSITORY, Running, running, ticket

WRONG = {"ticket": {"id": 5}}
PAGE = (REPOSITORY / "docs" / "client.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("asked") / "support"
    shutil.copytree(EXAMPLE, place)
    return place


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    with running(str(folder), "--workers", "2") as found:
        yield found


@pytest.fixture(scope="module", params=["library", "sync", "async"])
def project(request: pytest.FixtureRequest, service: Running, folder: Path) -> Iterator[Any]:
    """What is asked: the library, or the service by either client."""
    with ExitStack() as stack:
        if request.param == "library":
            yield ruleflow.load(folder)
        else:
            yield stack.enter_context(opened(request.param, service.url))


@pytest.fixture(scope="module")
def library(folder: Path) -> ruleflow.Project:
    return ruleflow.load(folder)


def test_a_decision_is_the_same(project: Any, library: ruleflow.Project) -> None:
    """Whoever decides, it is the same value, and the same bytes."""
    found = project.decide("ticket.created", ticket(1), now=NOON)
    expected = library.decide("ticket.created", ticket(1), now=NOON)
    assert isinstance(found, ruleflow.Decision)
    assert (expected, expected.to_json(), expected.to_dict()) == (found, found.to_json(), found.to_dict())


@pytest.mark.parametrize(
    ("event", "facts", "strict"),
    [
        ("ticket.created", WRONG, False),
        ("ticket.created", {"ticket": {"id": 5, "subject": ["x"]}, "contact": {"email": "nobody"}}, False),
        ("ticket.created", {"contact": {"segments": ["unheard-of"]}}, True),
        ("nothing.happened", ticket(1), False),
        ("ticket.created", 7, False),
    ],
)
def test_a_refusal_is_the_same(project: Any, library: ruleflow.Project, event: str, facts: Any, strict: bool) -> None:
    """The same error with the same problems, each with the same pointer."""
    with pytest.raises(ruleflow.FactsError) as expected:
        library.decide(event, facts, now=NOON, strict=strict)
    with pytest.raises(ruleflow.FactsError) as found:
        project.decide(event, facts, now=NOON, strict=strict)
    assert expected.value.problems == found.value.problems


def test_many_are_the_same(project: Any, library: ruleflow.Project) -> None:
    """An answer to each, in order, refusals in their places."""
    asked = [ticket(1), WRONG, *map(ticket, range(2, 500)), {"ticket": {"subject": "half of a pair: \ud800"}}]
    expected = list(library.decide_many("ticket.created", asked, now=NOON))
    assert expected == list(project.decide_many("ticket.created", asked, now=NOON))


def test_reasons_are_the_same(project: Any, library: ruleflow.Project) -> None:
    """Of one rule, and of all; a rule that is not there is the same error."""
    for rule in ("outage_is_urgent", None):
        expected = library.explain("ticket.created", ticket(1), rule=rule, now=NOON)
        found = project.explain("ticket.created", ticket(1), rule=rule, now=NOON)
        assert (expected, expected.to_text()) == (found, found.to_text())
    with pytest.raises(ruleflow.UnknownRuleError, match="did you mean `outage_is_urgent`"):
        project.explain("ticket.created", ticket(1), rule="outage_is_urgnt", now=NOON)


def test_the_future_is_the_same(project: Any, library: ruleflow.Project) -> None:
    """With an event that happens first, and without one."""
    for event in ("ticket.created", ""):
        expected = library.timeline(ticket(1), event=event, now=NOON)
        assert expected.to_dict() == project.timeline(ticket(1), event=event, now=NOON).to_dict()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_rest_of_the_service(kind: str, service: Running, library: ruleflow.Project) -> None:
    """What is served, what is wrong with it, what was decided: all can be asked for."""
    with opened(kind, service.url) as client:
        assert client.healthy()
        assert library.digest == client.project()["digest"]
        assert 0 == client.check()["counts"]["errors"]
        wrong = client.check({"ruleflow.yaml": "ruleflow: 1\nproject: [\n"})
        assert wrong["counts"]["errors"] > 0
        made = client.decide("ticket.created", ticket(77), now=NOON)
        found = client.decision(made.decision_id)
        assert (made, ticket(77), NOON) == (found.decision, found.facts, found.at)
        with pytest.raises(ruleflow.ServiceError, match="404"):
            client.decide("ticket.created", ticket(1), project="unheard-of")


def test_the_page_on_the_client_is_true(service: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """Its examples run one after another, and print what it shows."""
    names: dict[str, object] = {}
    for example in EXAMPLES:
        exec(example.replace("http://127.0.0.1:8080", service.url), names)  # noqa: S102 - the examples of the page
    assert [*"".join(SHOWN).splitlines(), "3", "later: 0"] == capsys.readouterr().out.splitlines()


def test_every_decision_of_a_ticket_is_found(service: Running) -> None:
    """The log is read to its end, more than a page of it."""
    count = 450
    with ruleflow.Client(service.url) as client:
        asked = ({"ticket": {"id": "T-same", "subject": f"{number}"}} for number in range(count))
        made = [
            one.decision_id for one in client.decide_many("ticket.created", asked) if isinstance(one, ruleflow.Decision)
        ]
        found: list[str] = []
        for _ in range(200):
            found = [one.decision_id for one in client.decisions(ticket="T-same")]
            if len(found) == count:
                break
            threading.Event().wait(0.05)
    assert sorted(made) == sorted(found)


def test_a_killed_worker_costs_nobody_an_answer(service: Running, library: ruleflow.Project) -> None:
    """While a worker is killed many threads ask with one client, and each gets the answer to its own ticket."""
    with ruleflow.Client(service.url, timeout=60, attempts=50) as client, ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(client.decide, "ticket.created", ticket(at), now=NOON) for at in range(400)]
        asked[50].result()
        os.kill(service.workers()[0], signal.SIGKILL)
        found = [one.result() for one in asked]
    assert [library.decide("ticket.created", ticket(at), now=NOON) for at in range(400)] == found


def test_a_change_is_one_version_or_the_other(service: Running, folder: Path, library: ruleflow.Project) -> None:
    """While the project changes each decision is wholly that of the version which it names, and both are seen."""
    rules = folder / "ruleflow.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("Urgent: ", "Very urgent: "), encoding="utf-8")
    changed = ruleflow.load(folder)
    rules.write_text(text, encoding="utf-8")
    versions = {library.digest: library, changed.digest: changed}
    seen: dict[str, int] = {}

    def tickets() -> Iterator[Any]:
        for number in range(20_000):
            if len(seen) == 2:
                return
            if number == 100:
                rules.write_text(text.replace("Urgent: ", "Very urgent: "), encoding="utf-8")
            yield ticket(number)

    try:
        with ruleflow.Client(service.url) as client:
            for number, one in enumerate(client.decide_many("ticket.created", tickets(), now=NOON, chunk=10)):
                assert isinstance(one, ruleflow.Decision)
                digest = one.project["digest"]
                seen[digest] = seen.get(digest, 0) + 1
                assert versions[digest].decide("ticket.created", ticket(number), now=NOON) == one
    finally:
        rules.write_text(text, encoding="utf-8")
    assert set(versions) == set(seen)


def test_a_restart_loses_no_answer(folder: Path, tmp_path: Path, library: ruleflow.Project) -> None:
    """The service ends and starts again in the middle of many: all answers come, in order, and they are right."""
    count = 600
    arguments = (str(folder), "--workers", "1", "--state", str(tmp_path / "state"))
    with running(*arguments) as first, ExitStack() as stack:
        port = int(first.url.rpartition(":")[2])
        began = threading.Event()

        def restart() -> None:
            began.wait()
            stack.enter_context(running(*arguments, port=port))

        again = threading.Thread(target=restart)
        again.start()

        def tickets() -> Iterator[Any]:
            for number in range(count):
                if number == count // 2:
                    first.process.send_signal(signal.SIGTERM)
                    first.process.wait(30)
                    began.set()
                yield ticket(number)

        try:
            with ruleflow.Client(first.url, timeout=120, attempts=200) as client:
                found = list(client.decide_many("ticket.created", tickets(), now=NOON, chunk=20))
        finally:
            began.set()
            again.join()
    assert list(library.decide_many("ticket.created", map(ticket, range(count)), now=NOON)) == found


def test_a_key_is_shown_and_asked_for(folder: Path, tmp_path: Path) -> None:
    """With the right key a client is let in; with another, or one that may do something else, it is told so."""
    from ruleflow.store import keys
    from ruleflow.store.opening import open_store, sqlite_url

    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    store = open_store(sqlite_url(state / "ruleflow.db"))
    try:
        _, secret = keys.add(store, "helpdesk", ("decide",), None)
    finally:
        store.close()
    with running(str(folder), "--workers", "1", "--state", str(state)) as service:
        with ruleflow.Client(service.url, api_key=secret) as client:
            assert client.decide("ticket.created", ticket(1)).matched
            with pytest.raises(ruleflow.UnauthorizedError) as caught:
                client.project()
            assert 403 == caught.value.status
        with ruleflow.Client(service.url, api_key="rfk_other") as client:
            with pytest.raises(ruleflow.UnauthorizedError) as caught:
                client.decide("ticket.created", ticket(1))
            assert 401 == caught.value.status
