"""The console in a real browser: nothing is blocked, nothing comes from elsewhere, everybody can use it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from ruleflow.service.app import make_app
from ruleflow.service.console.routes import console_routes
from ruleflow.service.state import Refused
from tests.consoles import Console, make_console, microseconds
from tests.projects import NOON

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

_CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
_MORE = ["--disable-background-networking", "--disable-component-update"]
_PAGES = (
    "/p/desk/rules",
    "/p/desk/rules/vip_first",
    "/p/desk/files/rules%2Fexample.yaml",
    "/p/desk/try",
    "/p/desk/try?as=json",
    "/p/desk/decisions",
    "/p/desk/checks",
    "/service",
    "/login",
    "/nothing",
)

# What assistive programs need, and whether texts stand out from what is behind them (WCAG 2.2, 1.4.3).
_FAULTS = """() => {
  const faults = [];
  const told = (element) => element.outerHTML.slice(0, 90);
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => Number(one.tagName[1]));
  if (headings.filter((one) => one === 1).length !== 1) faults.push(`h1: ${headings}`);
  headings.forEach((one, at) => { if (at && one > headings[at - 1] + 1) faults.push(`headings skip: ${headings}`); });
  for (const one of document.querySelectorAll("input:not([type=hidden]):not([hidden]), select, textarea")) {
    if (!one.labels?.length && !one.ariaLabel) faults.push(`no label: ${told(one)}`);
  }
  for (const one of document.querySelectorAll("button, a[href], summary")) {
    if (!one.textContent.trim() && !one.ariaLabel) faults.push(`no name: ${told(one)}`);
  }
  for (const one of document.querySelectorAll("thead th")) if (!one.scope) faults.push(`no scope: ${told(one)}`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  if (new Set(ids).size !== ids.length) faults.push(`twice: ${ids.filter((one, at) => ids.indexOf(one) !== at)}`);
  if (!document.documentElement.lang || !document.title) faults.push("no language or title");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((one) => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour && numbers(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("script, option, svg, .unseen, .unseen-button")) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(style.color), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${told(element)}`);
  }
  return [...new Set(faults)];
}"""


@dataclass
class Site:
    """A console at an address."""

    console: Console
    url: str


@dataclass
class Watched:
    """A page, with what the browser complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A console with decisions, and a change that was refused."""
    console = make_console(tmp_path_factory.mktemp("console"))
    for hour in range(3):
        console.log("ticket.created", NOON + timedelta(hours=hour), "", ticket={"id": f"T-{hour}", "priority": "high"})
    console.refuse(refused=Refused(microseconds(NOON), (), "error[RF101 not-yaml]: here\n"))
    app: Any = make_app(console.service, console_routes(console.service))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        yield Site(console, f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}/console")
    finally:
        server.should_exit = True
        thread.join()
        console.store.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    if not _CHROMIUM:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=[*_QUIET, *_MORE])
        yield browser
        browser.close()


def opened(chromium: Any, **options: Any) -> Watched:
    """A fresh window whose complaints and requests are noted."""
    watched = Watched(chromium.new_context(**{"locale": "en", **options}).new_page())
    watched.page.on("console", lambda one: watched.complaints.append(f"{one.type}: {one.text}"))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    return watched


def complaints(watched: Watched) -> list[str]:
    """What a browser says, but for the status of a page that is meant to have it."""
    return [one for one in watched.complaints if "status of 404" not in one and "status of 422" not in one]


@pytest.mark.parametrize(("scheme", "width", "language"), [("light", 1280, "ru"), ("dark", 360, "fi")])
def test_every_page_is_for_everybody(site: Site, chromium: Any, scheme: str, width: int, language: str) -> None:
    """Names, headings, contrast and width are right in light and dark, wide and narrow; nothing is blocked or fetched elsewhere."""
    watched = opened(chromium, color_scheme=scheme, viewport={"width": width, "height": 800}, locale=language)
    faults = {}
    for path in _PAGES:
        watched.page.goto(f"{site.url}{path}")
        faults[path] = watched.page.evaluate(_FAULTS)
        assert language == watched.page.get_attribute("html", "lang")
    watched.page.goto(f"{site.url}/p/desk/decisions")
    with watched.page.expect_navigation():
        watched.page.click("table.list a")
    faults["a decision"] = watched.page.evaluate(_FAULTS)
    watched.page.goto(f"{site.url}/p/desk/try")
    fill(watched.page)
    faults["a trial"] = watched.page.evaluate(_FAULTS)
    assert {} == {path: found for path, found in faults.items() if found}
    assert [] == complaints(watched)
    home = site.url.removesuffix("/console")
    assert [] == [one for one in watched.asked if not one.startswith(home)]
    watched.page.context.close()


def fill(page: Any) -> None:
    """Try a ticket of a VIP."""
    page.fill("[name='facts.ticket.id']", "T-1")
    page.select_option("[name='facts.ticket.priority']", "high")
    page.check("[name='facts.contact.segments'][value=vip]")
    with page.expect_navigation():
        page.click("button.main")


def test_the_keyboard_is_enough(site: Site, chromium: Any) -> None:
    """The first stop skips the navigation, a slash leads to the search, what is typed filters and is told aloud."""
    watched = opened(chromium)
    page = watched.page
    page.goto(f"{site.url}/p/desk/rules")
    page.keyboard.press("Tab")
    assert "Skip to the content" == page.evaluate("document.activeElement.innerText")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert "main" == page.evaluate("document.activeElement.id")
    page.keyboard.press("/")
    assert "q" == page.evaluate("document.activeElement.name")
    assert "none" != page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.type("calm")
    page.wait_for_url("**q=calm")
    assert "1 rule of 7" == page.inner_text("[aria-live]")
    assert page.url.endswith("?q=calm")
    page.keyboard.type("/")
    assert "calm/" == page.input_value("[name=q]")
    assert [] == complaints(watched)
    page.context.close()


def test_a_result_is_where_one_goes_on(site: Site, chromium: Any) -> None:
    """After deciding the result has the focus; a refused ticket leads from the list of faults to the field."""
    watched = opened(chromium)
    page = watched.page
    page.goto(f"{site.url}/p/desk/try")
    fill(page)
    assert "result" == page.evaluate("document.activeElement.id")
    page.click("details.not_matched summary, details.closed summary")
    page.click("text=Ticket id")
    page.click("fieldset.group summary >> nth=0")
    page.fill("[name='facts.ticket.reopened_count']", "many")
    with page.expect_navigation():
        page.click("button.main")
    assert "result" == page.evaluate("document.activeElement.id")
    page.click("[role=alert] a")
    assert page.is_visible("[id='p-ticket.reopened_count']")
    assert [] == complaints(watched)
    page.context.close()


def test_without_scripts_all_of_it_works(site: Site, chromium: Any) -> None:
    """Filtering, trying and looking into a decision need no script."""
    watched = opened(chromium, java_script_enabled=False)
    page = watched.page
    page.goto(f"{site.url}/p/desk/rules")
    page.fill("[name=q]", "calm")
    page.click("form.filter button")
    assert 1 == page.locator("table.rules tbody tr").count()
    page.goto(f"{site.url}/p/desk/try")
    fill(page)
    assert "urgent" in page.inner_text("#result")
    page.goto(f"{site.url}/p/desk/decisions")
    page.click("table.list a >> nth=0")
    page.click("a.button")
    assert "The same would be decided." in page.inner_text("#today")
    page.context.close()
