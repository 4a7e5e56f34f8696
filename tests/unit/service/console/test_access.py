"""Who may see the console, and what a page may do."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from ruleflow.service.app import make_app
from ruleflow.service.console import gate
from ruleflow.service.console.routes import console_routes
from ruleflow.service.state import Status
from ruleflow.store import deliveries, keys
from ruleflow.store.errors import StoreError
from tests.consoles import Console

RULES = "/console/p/desk/rules"


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are read for every request, so that no test waits."""
    monkeypatch.setattr(gate, "FRESH_S", -1.0)


def sign_in(browser: TestClient, secret: str, to: str = "/console/login") -> str:
    """Sign in; the address that follows."""
    return browser.post(to, data={"key": secret}).headers["location"]


def test_without_keys_it_is_open(browser: TestClient) -> None:
    """Where no key is set everybody whom the service lets in sees the console."""
    assert 200 == browser.get(RULES).status_code


def test_the_address_without_a_slash_leads_in(browser: TestClient) -> None:
    """By a path, not by a name of the host, which a proxy may know otherwise."""
    assert "/console/" == browser.get("/console").headers["location"]


def test_with_a_key_set_strangers_are_asked_for_one(console: Console, browser: TestClient) -> None:
    """Every page leads to the door, which tells nothing of what is served; static files are for all."""
    keys.add(console.store, "admin", {"admin"})
    for path in ("/", "/service", "/p/desk/rules", "/p/desk/try", "/p/desk/decisions/x", "/nothing"):
        answer = browser.get(f"/console{path}")
        assert (303, True) == (answer.status_code, answer.headers["location"].startswith("/console/login?next="))
    door = browser.get("/console/login")
    assert 200 == door.status_code
    assert "desk" not in door.text
    assert 200 == browser.get("/console/static/console.css").status_code
    assert "/console/login" == browser.post("/console/p/desk/try", data={"event": "x"}).headers["location"]


def test_a_key_opens_a_session(console: Console, browser: TestClient) -> None:
    """Signing in sets a cookie that scripts cannot read and other sites do not send, and goes where one wanted to."""
    _, secret = keys.add(console.store, "reader", {"explain"})
    answer = browser.post("/console/login?next=/console/p/desk/checks", data={"key": f" {secret}\n"})
    assert (303, "/console/p/desk/checks") == (answer.status_code, answer.headers["location"])
    cookie = answer.headers["set-cookie"]
    assert secret not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert 200 == browser.get(RULES).status_code


def test_over_https_the_cookie_stays_there(console: Console) -> None:
    """A cookie that was set over https is never sent without it."""
    _, secret = keys.add(console.store, "reader", {"explain"})
    browser = console.browser
    browser.base_url = "https://localhost"
    assert "Secure" in browser.post("/console/login", data={"key": secret}).headers["set-cookie"]


@pytest.mark.parametrize("scopes", [{"decide"}, set[str]()])
def test_a_key_of_another_scope_opens_nothing(console: Console, browser: TestClient, scopes: set[str]) -> None:
    """A key that may only decide does not sign in."""
    _, secret = keys.add(console.store, "machine", scopes)
    answer = browser.post("/console/login", data={"key": secret})
    assert (403, None) == (answer.status_code, answer.headers.get("set-cookie"))


@pytest.mark.parametrize("key", ["", "rfk_wrong", "\ud800", "x" * 10_000])
def test_a_wrong_key_opens_nothing(console: Console, browser: TestClient, key: str) -> None:
    """Whatever is typed, the door stays shut and says so."""
    keys.add(console.store, "admin", {"admin"})
    answer = browser.post("/console/login", content=b"key=" + key.encode("utf-8", "surrogatepass"))
    assert 403 == answer.status_code
    assert "does not open the console" in answer.text


def test_a_revoked_key_ends_its_sessions(console: Console, browser: TestClient) -> None:
    """Who signed in with it is a stranger from then on, also after the last key is gone: only revoked ones are no keys."""
    keys.add(console.store, "other", {"admin"})
    _, secret = keys.add(console.store, "reader", {"explain"})
    sign_in(browser, secret)
    assert 200 == browser.get(RULES).status_code
    keys.revoke(console.store, "reader")
    assert 303 == browser.get(RULES).status_code


def test_a_key_that_ran_out_ends_its_sessions(
    console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An end of a key is the end of its sessions, and opens the console to nobody."""
    key, secret = keys.add(console.store, "reader", {"explain"})
    sign_in(browser, secret)
    gone = keys.ApiKey(key.id, key.name, key.scopes, 0, 1, None, key.secret_hash)
    monkeypatch.setattr(gate, "all_keys", lambda _: (gone,))
    assert 303 == browser.get(RULES).status_code


def test_signing_out_takes_the_cookie_away(console: Console, browser: TestClient) -> None:
    """After signing out one is a stranger."""
    _, secret = keys.add(console.store, "reader", {"explain"})
    sign_in(browser, secret)
    assert "/console/" == browser.get("/console/logout").headers["location"]
    assert 200 == browser.get(RULES).status_code
    assert "/console/login" == browser.post("/console/logout", data={"sign": "out"}).headers["location"]
    assert 303 == browser.get(RULES).status_code


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/elsewhere",
        "/console/\\evil",
        "/console//evil.example",
        "javascript:1",
    ],
)
def test_signing_in_leads_nowhere_else(console: Console, browser: TestClient, wanted: str) -> None:
    """An address that is not of the console is not followed."""
    _, secret = keys.add(console.store, "reader", {"explain"})
    answer = browser.post("/console/login", params={"next": wanted}, data={"key": secret})
    assert "/console/" == answer.headers["location"]


def test_keys_that_were_read_last_hold_while_the_store_is_away(
    console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is in stays in; a console that never could read the keys lets nobody in, and says why."""
    _, secret = keys.add(console.store, "reader", {"explain"})
    sign_in(browser, secret)

    def broken(_: object) -> object:
        raise StoreError("the database is away")

    monkeypatch.setattr(gate, "all_keys", broken)
    assert 200 == browser.get(RULES).status_code
    answer = console.browser.get(RULES)
    assert 503 == answer.status_code
    assert "the database is away" in answer.text


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, 403),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_forms_of_other_sites_are_refused(browser: TestClient, headers: dict[str, str], expected: int) -> None:
    """Only a page of the console may send its forms."""
    answer = browser.post("/console/p/desk/try", data={"event": "ticket.created"}, headers=headers)
    assert expected == answer.status_code


def test_nothing_but_our_own_files_runs(browser: TestClient) -> None:
    """Every page says that no script, style or picture may come from elsewhere or stand in it, and none does."""
    answer = browser.get(RULES)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-store" == answer.headers["cache-control"]
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert " onclick" not in answer.text


def test_a_form_that_is_too_large_is_refused(console: Console, browser: TestClient) -> None:
    """The limit of the service's bodies is that of forms."""
    answer = browser.post("/console/p/desk/try", content=b"x" * (console.service.settings.body_limit + 1))
    assert 413 == answer.status_code


def test_a_form_of_countless_fields_is_an_empty_one(browser: TestClient) -> None:
    """Nobody's memory is filled with names."""
    answer = browser.post("/console/p/desk/try", content=b"&".join(b"a=1" for _ in range(30_000)))
    assert 200 == answer.status_code
    assert 'id="result"' not in answer.text


def test_what_is_neither_read_nor_sent_is_refused(browser: TestClient) -> None:
    """A page is read, or a form is sent to it."""
    assert 405 == browser.request("DELETE", RULES).status_code
    assert 200 == browser.head(RULES).status_code


def test_the_language_of_choice_is_kept(browser: TestClient) -> None:
    """A language that was chosen by hand is remembered; else it is the browser's."""
    assert '<html lang="fi">' in browser.get(RULES, headers={"accept-language": "fi"}).text
    assert '<html lang="ru">' in browser.get(f"{RULES}?lang=ru").text
    assert '<html lang="ru">' in browser.get(RULES, headers={"accept-language": "fi"}).text


def test_only_an_admin_has_deliveries_tried_again(console: Console, browser: TestClient) -> None:
    """A reader sees what was given up, without a button; the form of an admin puts it back in the queue."""
    with console.store.writing() as connection:
        deliveries.add(connection, [deliveries.NewDelivery("d1", "desk", "T-1", "x", b"{}", 1)])
    claimed = deliveries.claim(console.store, 2, owner="me", lease=10, limit=1)
    deliveries.settle(console.store, [deliveries.Sent(claimed[0], deliveries.DEAD, 0, "refused <b>")])
    _, reader = keys.add(console.store, "reader", {"explain"})
    _, admin = keys.add(console.store, "admin", {"admin"})
    sign_in(browser, reader)
    page = browser.get("/console/service").text
    assert "refused &lt;b&gt;" in page
    assert 'value="d1"' not in page
    assert 403 == browser.post("/console/service", data={"retry": "d1"}).status_code
    assert 1 == deliveries.counts(console.store)[deliveries.DEAD]
    sign_in(browser, admin)
    assert 'value="d1"' in browser.get("/console/service").text
    assert 303 == browser.post("/console/service", data={"retry": "d1"}).status_code
    assert 1 == deliveries.counts(console.store)[deliveries.WAITING]


def test_all_that_waits_is_tried_again(console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """All deliveries that were given up, and the timers that wait for a hand; a store that is away is told by the page."""
    asked: list[object] = []
    monkeypatch.setattr("ruleflow.store.deliveries.retry", lambda _, __, wanted: asked.append(wanted))
    monkeypatch.setattr("ruleflow.store.due.retry", lambda _: asked.append("timers"))
    monkeypatch.setattr("ruleflow.store.due.parked", lambda _: 2)
    monkeypatch.setattr(console.service, "settings", msgspec.structs.replace(console.service.settings, timers=True))
    page = browser.get("/console/service").text
    assert "2 tickets wait for a hand" in page
    for wanted in ("all", "timers", "d1"):
        assert 303 == browser.post("/console/service", data={"retry": wanted}).status_code
    assert ["", "timers", "d1"] == asked

    def broken(*_: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr("ruleflow.store.due.retry", broken)
    assert 303 == browser.post("/console/service", data={"retry": "timers"}).status_code


def test_the_service_leaves_the_console_to_its_own_door(console: Console, tmp_path: Path) -> None:
    """In the whole application a stranger is sent to the console's door, not asked for a header; other hosts see nothing."""
    app = make_app(console.service, console_routes(console.service))
    console.status = Status(workers=1)
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
        assert 200 == browser.get(RULES).status_code
        assert 403 == browser.get(RULES, headers={"host": "evil.example"}).status_code
        keys.add(console.store, "admin", {"admin"})
    app = make_app(console.service, console_routes(console.service))
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as browser:
        assert browser.get(RULES).headers["location"].startswith("/console/login")
        assert 401 == browser.get("/v1/project").status_code
        assert 404 == browser.get("/elsewhere").status_code
