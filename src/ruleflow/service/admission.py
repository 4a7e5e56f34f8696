"""What a request asks of which project: the parts that deciding, explaining and looking ahead share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ruleflow.diagnostics.suggest import listing, nearest
from ruleflow.service.problems import Fault, Problem, wrong_request
from ruleflow.service.state import Served
from ruleflow.store.instants import moment_of
from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR, instant_of


def served_of(projects: Mapping[str, Served], name: str | None, pointer: str = "/project") -> Served | Problem:
    """The project that a request names; the only one where it names none. `pointer` '' : a parameter of the address names it."""
    parameter = "" if pointer else "project"
    if name is None:
        if len(projects) == 1:
            return next(iter(projects.values()))
        if projects:
            fault = Fault(
                pointer, "absent", "several projects are served: name one", f"known: {listing(projects)}", parameter
            )
            return wrong_request([fault], 422 if pointer else 400)
        return Problem(503, "no project is served yet", "no-project", headers=((b"retry-after", b"1"),))
    found = projects.get(name)
    if found is not None:
        return found
    near = nearest(name, projects)
    help_ = f"did you mean `{near}`?" if near else f"known: {listing(projects)}"
    fault = Fault(pointer, "unknown-project", f"`{name[:80]}` is not served here", help_, parameter)
    return Problem(404, fault.message, "unknown-project", "There is no such project", (fault,))


def instant_at(text: str | None, received_at: int, pointer: str = "/now") -> datetime | Fault:
    """The instant that a request names; without one, that at which it came (in microseconds)."""
    if text is None:
        return moment_of(received_at)
    found = instant_of(text, UTC)
    if found is None:
        wanted = f"write it like 2026-03-01T18:00:00+03:00, of the years {FIRST_YEAR} to {LAST_YEAR}"
        return Fault(pointer, "wrong-instant", f"`{text[:40]}` is not an instant", wanted)
    if datetime.fromisoformat(text).tzinfo is None:
        return Fault(
            pointer, "wrong-instant", f"`{text[:40]}` has no time zone", "write one like 2026-03-01T18:00+03:00"
        )
    return found


def iso_of(at: int) -> str:
    """An instant in microseconds as text, in UTC."""
    return moment_of(at).isoformat()
