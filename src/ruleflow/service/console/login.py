"""Signing in with an API key, and out."""

from __future__ import annotations

from ruleflow.service.console.asked import Asked, Moved, Page, Shown
from ruleflow.service.console.gate import Gate
from ruleflow.store.instants import microseconds


def login_page(gate: Gate) -> Page:
    """The page that asks for a key."""

    def page(asked: Asked) -> Shown | Moved:
        key = asked.sent("key").strip()
        cookie = gate.sign_in(key, microseconds()) if key else None
        if cookie is not None:
            return Moved(_next(asked), cookie)
        values = {"wrong": bool(asked.form), "next": asked.asked_for("next")}
        return Shown("login.html", asked.words.text("login.title"), "login", values, 403 if asked.form else 200)

    return page


def logout_page(asked: Asked) -> Moved:
    """Ends the session; an address that is only looked at, by a program that loads links ahead, ends nothing."""
    return Moved(asked.link("login"), "") if asked.form else Moved(f"{asked.base}/")


def _next(asked: Asked) -> str:
    """The page that was wanted, where it is one of the console."""
    wanted = asked.asked_for("next")
    inside = wanted.startswith(f"{asked.base}/") and "\\" not in wanted and "//" not in wanted
    return wanted if inside and wanted.isprintable() else f"{asked.base}/"
