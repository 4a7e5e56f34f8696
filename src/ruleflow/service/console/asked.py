"""A request as pages see it, and what they answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from ruleflow.service.console.words import Words
from ruleflow.service.state import Served, Service, Status


class AbsentError(Exception):
    """There is no such project, rule, file or decision. The argument names what was looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `base` is where the console lies (`/console`), `names` are the parts of the path.

    A name may stand several times in `query` and `form`. `now` is aware. `signed_in`: somebody can sign out.
    """

    service: Service
    base: str
    path: str
    words: Words
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signed_in: bool = False
    may_change: bool = True

    @property
    def served(self) -> Served:
        """The project that the path names. Raises `AbsentError`."""
        name = self.names.get("project", "")
        found = self.service.projects.get(name)
        if found is None:
            raise AbsentError(name)
        return found

    @property
    def project_name(self) -> str:
        """The project that the page is about; the first one for a page about none. '' : none is served."""
        name = self.names.get("project", "")
        return name if name in self.service.projects else next(iter(self.service.projects), "")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which instants are shown."""
        found = self.service.projects.get(self.project_name)
        return ZoneInfo("UTC") if found is None else found.project.model.zone

    @property
    def status(self) -> Status:
        """How the service fares."""
        found: Status = self.service.status()
        return found

    def asked_for(self, name: str, otherwise: str = "") -> str:
        """The last value of a name in the query, without white space around it."""
        return (self.query.get(name) or (otherwise,))[-1].strip()

    def sent(self, name: str, otherwise: str = "") -> str:
        """The last value of a name in the form, as it was sent."""
        return (self.form.get(name) or (otherwise,))[-1]

    def link(self, *parts: str, **query: object) -> str:
        """An address in the console: each part quoted, what is empty left out of the query."""
        path = "/".join((self.base, *(quote(part, safe="") for part in parts)))
        asked = urlencode([(key.rstrip("_"), str(value)) for key, value in query.items() if value not in {None, ""}])
        return f"{path}?{asked}" if asked else path

    def here(self, page: str, *parts: str, **query: object) -> str:
        """An address of a page about this project."""
        return self.link("p", self.project_name, page, *parts, **query)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, its title, what it shows; `page` is the place in the navigation it belongs to."""

    template: str
    title: str
    page: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """Another page is to be looked at. `session` is the cookie of the session: None leaves it, '' takes it away."""

    to: str
    session: str | None = None


Page: TypeAlias = Callable[[Asked], Shown | Moved]
