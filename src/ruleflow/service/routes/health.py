"""`/healthz`: this process answers. `/readyz`: it decides, and what it decides is kept."""

from __future__ import annotations

import msgspec

from ruleflow.service.calls import Answer, Call
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem
from ruleflow.service.settings import WhenFull
from ruleflow.service.state import Service, Status


class Health(msgspec.Struct, frozen=True):
    """How the service fares: `ok`, or `unready` for these reasons. `notes` are worth knowing and keep nobody waiting."""

    status: str
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def operations(service: Service) -> list[Operation]:
    """The operations of this module."""

    async def healthz(_: Call) -> Answer | Problem:
        return Answer(msgspec.json.encode(Health("ok")))

    async def readyz(_: Call) -> Answer | Problem:
        status: Status = service.status()
        reasons = tuple(_reasons(service, status))
        notes = tuple(
            f"{one.name}: the newest state of {one.source} has errors and is not served"
            for one in status.projects
            if one.refused is not None
        )
        found = Health("unready" if reasons else "ok", reasons, notes)
        return Answer(msgspec.json.encode(found), 503 if reasons else 200)

    return [Operation("GET", "/healthz", healthz), Operation("GET", "/readyz", readyz)]


def _reasons(service: Service, status: Status) -> list[str]:
    """Why nothing should be sent here."""
    found = [f"{one.name} is not served yet" for one in status.projects if one.name not in service.projects]
    if not service.projects:
        found.append("no project is served yet")
    if status.stopping:
        found.append("the service is stopping")
    settings = service.settings
    is_full = status.undrained_bytes >= settings.log_room and settings.when_full is WhenFull.BLOCK
    if status.store_error and is_full:
        found.append(f"the store does not answer ({status.store_error}), and there is no more room to log decisions")
    return found
