"""What is told of the service: a change that was refused, the store, the keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ruleflow.service.console import overview
from ruleflow.service.state import Refused, Served, Status
from ruleflow.store import keys
from ruleflow.store.errors import StoreError
from tests.consoles import Console, make_console, microseconds, replace_status
from tests.projects import NOON, loaded


def test_a_refused_change_is_told_on_every_page(console: Console, browser: TestClient) -> None:
    """With the way to what is wrong with it, and what is served instead since when."""
    console.refuse(refused=Refused(microseconds(NOON), (), "error[RF101]: <oops> here\n"))
    for path in ("rules", "try", "decisions", "checks", "rules/vip_first"):
        assert "A change of desk was refused." in browser.get(f"/console/p/desk/{path}").text
    assert "A change of desk was refused." in browser.get("/console/service").text
    page = browser.get("/console/p/desk/checks").text
    assert "error[RF101]: &lt;oops&gt; here" in page
    assert console.project.digest[:19] in page
    assert "2 Mar 2026, 14:00:00" in page


def test_a_store_that_is_away_is_told_on_every_page(
    console: Console, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the words of the store, and that tickets are decided all the same."""
    console.status = replace_status(console.status, store_error="no <host>")
    page = browser.get("/console/p/desk/rules").text
    assert "The database does not answer." in page
    assert "no &lt;host&gt;" in page

    def broken(_: object) -> object:
        raise StoreError("away")

    monkeypatch.setattr(overview, "all_keys", broken)
    monkeypatch.setattr("ruleflow.store.due.pending", lambda *_, **__: broken(None))
    assert "Something needs attention" in browser.get("/console/service").text


def test_the_service_is_told(console: Console, browser: TestClient) -> None:
    """Workers, store and projects; of keys their names and scopes, and nothing of their secrets."""
    key, secret = keys.add(console.store, "wiki<b>", {"explain", "admin"})
    keys.revoke(console.store, "wiki<b>")
    page = browser.get("/console/service").text
    assert "All is well." in page
    assert "wiki&lt;b&gt;" in page
    assert "revoked" in page
    assert secret not in page
    assert key.secret_hash not in page


def test_a_parent_that_is_silent_is_told(console: Console, browser: TestClient) -> None:
    """A status that nobody renews says that something is wrong."""
    console.status = Status(at=1)
    assert "last heard of" in browser.get("/console/service").text


def test_one_goes_from_project_to_project(tmp_path: Path) -> None:
    """Several projects have a switch that stays on the page; the start is the first project's rules."""
    console = make_console(tmp_path)
    other = loaded(tmp_path / "other", "teams: {a: {}}", root="ruleflow: 1\nproject: other\n")
    console.service.projects = {**console.service.projects, "other": Served(other, "elsewhere", 0, {})}
    browser = console.browser
    assert "/console/p/desk/rules" == browser.get("/console/").headers["location"]
    page = browser.get("/console/p/desk/decisions").text
    assert 'href="/console/p/other/decisions"' in page
    assert 'href="/console/p/desk/decisions" aria-current="true"' in page
    console.service.projects = {}
    assert "/console/service" == browser.get("/console/").headers["location"]
    assert 200 == browser.get("/console/service").status_code
    console.store.close()


def test_behind_a_proxy_links_lead_through_it(console: Console) -> None:
    """The path under which a proxy shows the service stands before every link."""
    from starlette.applications import Starlette

    from ruleflow.service.console.routes import console_routes

    app = Starlette(routes=console_routes(console.service))
    with TestClient(app, base_url="http://localhost", root_path="/desk", follow_redirects=False) as browser:
        page = browser.get("/desk/console/p/desk/rules").text
    assert 'href="/desk/console/static/console.css"' in page
    assert 'href="/console/' not in page
