"""Who may ask: keys, scopes, rates."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ruleflow.project.project import Project
from ruleflow.service import access
from ruleflow.service.app import make_app
from ruleflow.service.calls import Call
from ruleflow.store import keys
from ruleflow.store.errors import StoreError
from ruleflow.store.instants import microseconds
from ruleflow.store.opening import Store, open_store, sqlite_url
from tests.unit.service.serving import HERE, Serving, example, problem_of, serving

ASKED = {"event": "ticket.created", "facts": {}}


@pytest.fixture(scope="module")
def project() -> Project:
    return example("first-steps")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "ruleflow.db"))
    yield opened
    opened.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are read again with every request."""
    monkeypatch.setattr(access, "REFRESH_S", -1.0)
    monkeypatch.setattr(access, "STALE_S", -1.0)


def with_key(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_key_is_needed_once_there_is_one(project: Project, store: Store) -> None:
    """Without a key, with a wrong one or another scheme: 401, which says how to show one; the name of the caller is logged."""
    _, secret = keys.add(store, "helpdesk", ["decide"])
    here = serving(project, store=store, base="http://rules.example")
    for headers in (
        {},
        with_key("rfk_wrong"),
        with_key(""),
        {"authorization": "Basic x"},
        {"authorization": "Bearer ä"},
    ):
        answer = here.client.post(
            "/v1/decide", json=ASKED, headers=[(k.encode(), v.encode()) for k, v in headers.items()]
        )
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="ruleflow"')
        assert problem_of(answer)
    assert here.ask("/v1/decide", ASKED, **with_key(secret)).status_code == 200
    assert [one.caller for one in here.journal.records] == ["helpdesk"]


def test_a_revoked_key_opens_nothing_after_a_silence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys are read without anybody asking, so not even the first request after it gets in."""
    monkeypatch.setattr(access, "REFRESH_S", 0.02)
    keys.add(store, "other", ["decide"])
    _, secret = keys.add(store, "helpdesk", ["decide"])

    async def refusal() -> int:
        entry = access.Access(store)
        await entry.refresh()
        call = Call({}, {b"authorization": f"Bearer {secret}".encode()}, "r", microseconds())
        assert await entry.admit(call, access.DECIDE) is None
        keys.revoke(store, "helpdesk")
        watching = asyncio.create_task(entry.keep_fresh())
        async with asyncio.timeout(20):
            while (problem := await entry.admit(call, access.DECIDE)) is None:  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)
        watching.cancel()
        return problem.status

    assert asyncio.run(refusal()) == 401


def test_behind_a_proxy_nobody_is_let_in_without_a_key(store: Store) -> None:
    """What name a caller said there tells nothing about where it is."""
    entry = access.Access(store, proxied=True)
    refused = asyncio.run(entry.check_host(Call({}, {b"host": b"localhost"}, "r", microseconds())))
    assert refused is not None
    assert refused.status == 403


def test_health_needs_no_key(project: Project, store: Store) -> None:
    """Probes, Prometheus and the description of the interface are for anybody."""
    keys.add(store, "helpdesk", ["decide"])
    here = serving(project, store=store, base="http://rules.example")
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        assert here.ask(path).status_code == 200


@pytest.mark.parametrize(
    ("scope", "decides", "explains", "looks_ahead"),
    [("decide", 200, 403, 200), ("explain", 403, 200, 200), ("admin", 200, 200, 200)],
)
def test_a_key_opens_what_its_scopes_say(
    project: Project, store: Store, scope: str, decides: int, explains: int, looks_ahead: int
) -> None:
    """403 names the scope that is lacking."""
    _, secret = keys.add(store, scope, [scope])
    here = serving(project, store=store)
    assert here.ask("/v1/decide", ASKED, **with_key(secret)).status_code == decides
    assert here.ask("/v1/explain", ASKED, **with_key(secret)).status_code == explains
    assert here.ask("/v1/projects", **with_key(secret)).status_code == explains
    assert here.ask("/v1/timeline", {"facts": {}}, **with_key(secret)).status_code == looks_ahead
    if decides == 403:
        assert "needs the scope `decide`" in problem_of(here.ask("/v1/decide", ASKED, **with_key(secret)))["detail"]


@pytest.mark.usefixtures("at_once")
def test_keys_are_rotated_and_revoked_without_a_restart(project: Project, store: Store) -> None:
    """A new key opens at once, the old one until its time is over; a revoked one opens nothing more."""
    here = serving(project, store=store)
    assert here.ask("/v1/projects").status_code == 200
    _, first = keys.add(store, "console", ["explain"])
    assert here.ask("/v1/projects").status_code == 401
    assert here.ask("/v1/projects", **with_key(first)).status_code == 200
    _, second = keys.rotate(store, "console", grace=60_000_000)
    assert [here.ask("/v1/projects", **with_key(one)).status_code for one in (first, second)] == [200, 200]
    keys.revoke(store, "console")
    keys.add(store, "other", ["explain"])
    assert [here.ask("/v1/projects", **with_key(one)).status_code for one in (first, second)] == [401, 401]


def test_an_unknown_key_has_the_keys_read_again(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who just got a key need not wait."""
    monkeypatch.setattr(access, "_UNKNOWN_S", -1.0)
    keys.add(store, "old", ["explain"])
    here = serving(project, store=store)
    assert here.ask("/v1/projects").status_code == 401
    _, secret = keys.add(store, "new", ["explain"])
    assert here.ask("/v1/projects", **with_key(secret)).status_code == 200


def test_the_end_of_the_last_key_opens_nothing(project: Project, store: Store) -> None:
    """A key that has expired is refused, and its end does not let in everybody."""
    _, secret = keys.add(store, "brief", ["explain"], expires_at=microseconds() - 1)
    here = serving(project, store=store)
    assert here.ask("/v1/projects", **with_key(secret)).status_code == 401
    assert here.ask("/v1/projects").status_code == 401


def test_nobody_is_let_in_while_keys_were_never_read(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is gone from the beginning must not open the service; one that goes later leaves the keys as they were."""

    def fail(_: Store) -> Any:
        raise StoreError("gone")

    _, secret = keys.add(store, "helpdesk", ["decide"])
    monkeypatch.setattr(access, "REFRESH_S", -1.0)
    monkeypatch.setattr(access, "STALE_S", -1.0)
    here = serving(project, store=store)
    with monkeypatch.context() as patch:
        patch.setattr(access, "all_keys", fail)
        assert here.ask("/v1/decide", ASKED, **with_key(secret)).status_code == 503
    assert here.ask("/v1/decide", ASKED, **with_key(secret)).status_code == 200
    monkeypatch.setattr(access, "all_keys", fail)
    assert here.ask("/v1/decide", ASKED, **with_key(secret)).status_code == 200
    assert here.ask("/v1/decide", ASKED).status_code == 401


def test_the_interface_takes_no_password(project: Project, store: Store) -> None:
    """A browser sends a password with what pages of other sites ask, too; so a key is taken as a token alone."""
    _, secret = keys.add(store, "anna", ["explain"])
    here = serving(project, store=store)
    basic = "Basic " + b64encode(f"anna:{secret}".encode()).decode()
    assert here.ask("/v1/projects", authorization=basic).status_code == 401
    assert here.ask("/v1/projects", **with_key(secret)).status_code == 200


def test_pages_stand_beside_the_interface(project: Project) -> None:
    """A page has the headers that all answers have, or its own in their place; elsewhere there is nothing."""
    own = {"content-security-policy": "default-src 'self'"}
    pages = [Route("/console", lambda _: PlainTextResponse("page", headers=own))]
    client = TestClient(make_app(serving(project).service, pages), base_url=HERE)
    page = client.get("/console")
    assert (page.text, page.headers["x-content-type-options"]) == ("page", "nosniff")
    assert page.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert problem_of(client.get("/nothing"))["status"] == 404


def test_a_caller_has_its_rate(project: Project, store: Store) -> None:
    """Each key has its own share, divided by the workers; 429 says how long to wait, and health is not counted."""
    secrets = [keys.add(store, name, ["decide"])[1] for name in ("one", "two")]
    here = serving(project, store=store, rate="4/hour", workers=2)
    asked = [here.ask("/v1/decide", ASKED, **with_key(secrets[0])) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert int(asked[-1].headers["retry-after"]) > 0
    assert problem_of(asked[-1])
    assert here.ask("/v1/decide", ASKED, **with_key(secrets[1])).status_code == 200
    assert here.ask("/healthz").status_code == 200


def test_without_keys_addresses_have_their_rate(project: Project) -> None:
    """The address counts where no key tells callers apart."""
    here: Serving = serving(project, rate="1/hour")
    assert [here.ask("/v1/decide", ASKED).status_code for _ in range(2)] == [200, 429]
