"""Pages as HTML. Everything that is shown is escaped, unless it was made to be HTML by us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ruleflow.diagnostics.json_text import json_line, json_text
from ruleflow.service.console.asked import Asked, Shown
from ruleflow.service.console.decided import act_of
from ruleflow.service.console.words import LANGUAGES
from ruleflow.service.state import Refused

NAVIGATION = ("rules", "try", "decisions", "checks", "service")
_ABOUT_A_PROJECT = frozenset({"rules", "try", "decisions", "checks"})


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["tojson_text"] = _short_json
    made.filters["as_act"] = act_of
    return made


def _short_json(value: Any) -> str:
    """A value in a sentence: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json_line(value)


def render(asked: Asked, shown: Shown) -> str:
    """The HTML of a page."""
    return _environment().get_template(shown.template).render({**_common(asked, shown), **shown.values})


def _common(asked: Asked, shown: Shown) -> Mapping[str, Any]:
    """What every page has: words, links, the frame around it."""
    words = asked.words
    status = asked.status
    # Strangers are not told what is served here.
    shows_projects = shown.page != "login"
    return {
        "t": words.text,
        "n": words.count,
        "known": words.known,
        "number": words.number,
        "moment": lambda at: _moment(asked, at),
        "day": lambda at: words.day(_instant(at), asked.zone),
        "json": json_text,
        "link": asked.link,
        "here": asked.here,
        "language": words.language,
        "languages": [(code, name, _in_language(asked, code)) for code, name in LANGUAGES.items()],
        "title": shown.title,
        "page": shown.page,
        "navigation": [(name, _address(asked, name)) for name in NAVIGATION if name == "service" or asked.project_name],
        "project_name": asked.project_name if shows_projects else "",
        "projects": [
            (name, asked.link("p", name, _page_kept(shown))) for name in asked.service.projects if shows_projects
        ],
        "refused": _refused(asked),
        "store_error": status.store_error,
        "signed_in": asked.signed_in,
        "may_change": asked.may_change,
    }


def _address(asked: Asked, name: str) -> str:
    return asked.here(name) if name in _ABOUT_A_PROJECT else asked.link(name)


def _page_kept(shown: Shown) -> str:
    """The page on which another project opens."""
    return shown.page if shown.page in _ABOUT_A_PROJECT else "rules"


def _in_language(asked: Asked, code: str) -> str:
    kept = [(name, value) for name, values in asked.query.items() if name != "lang" for value in values]
    return f"{asked.path}?{urlencode([*kept, ('lang', code)])}"


def _refused(asked: Asked) -> tuple[str, Refused] | None:
    """The first project of which a change was refused; this page's project before others."""
    found = [(one.name, one.refused) for one in asked.status.projects if one.refused is not None]
    return next((one for one in found if one[0] == asked.project_name), found[0] if found else None)


def _moment(asked: Asked, at: int | str | datetime) -> Markup:
    """An instant for people, with its exact form for programs."""
    instant = _instant(at)
    return Markup('<time datetime="{}">{}</time>').format(
        instant.astimezone(asked.zone).isoformat(), asked.words.moment(instant, asked.zone)
    )


def _instant(at: int | str | datetime) -> datetime:
    """An instant given in microseconds, as a decision writes it, or as it is."""
    if isinstance(at, datetime):
        return at
    return datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at / 1_000_000, UTC)
