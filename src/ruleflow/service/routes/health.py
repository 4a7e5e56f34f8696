"""`/healthz`: this process answers. `/readyz`: it decides, and what it decides is kept. `/metrics`: what it counted."""

from __future__ import annotations

import msgspec

from ruleflow.service.calls import Answer, Call, in_thread
from ruleflow.service.messages import Health
from ruleflow.service.metrics import MEDIA_TYPE, Metrics
from ruleflow.service.operations import Operation
from ruleflow.service.problems import Problem
from ruleflow.service.settings import WhenFull
from ruleflow.service.state import Service, Status

READYZ = "/readyz"


def operations(service: Service, metrics: Metrics) -> list[Operation]:
    """The operations of this module."""

    async def healthz(_: Call) -> Answer | Problem:
        return Answer(msgspec.json.encode(Health("ok")))

    async def readyz(_: Call) -> Answer | Problem:
        status = service.status()
        reasons = tuple(_reasons(service, status))
        notes = tuple(
            f"{one.name or one.source}: the newest state of {one.source} has errors and is not served"
            for one in status.projects
            if one.refused is not None
        )
        found = Health("unready" if reasons else "ok", reasons, notes)
        return Answer(msgspec.json.encode(found), 503 if reasons else 200)

    async def counted(_: Call) -> Answer | Problem:
        return Answer(await in_thread(metrics.text), media_type=MEDIA_TYPE)

    return [
        Operation("GET", "/healthz", "healthz", "Whether the process answers", healthz, gives=Health),
        Operation(
            "GET",
            READYZ,
            "readyz",
            "Whether tickets should be sent here",
            readyz,
            "503 with reasons where a project is not served, or where decisions can no longer be kept.",
            gives=Health,
            also={503: Health},
        ),
        Operation(
            "GET",
            "/metrics",
            "metrics",
            "Counts for Prometheus",
            counted,
            media_type=MEDIA_TYPE.decode(),
        ),
    ]


def _reasons(service: Service, status: Status) -> list[str]:
    """Why nothing should be sent here."""
    found = [f"{one.name or one.source} is not served" for one in status.projects if one.name not in service.projects]
    if not service.projects:
        found.append("no project is served yet")
    if status.stopping:
        found.append("the service is stopping")
    if service.settings.when_full is WhenFull.BLOCK and not service.journal.has_room():
        store = f"the store does not answer ({status.store_error}), and " if status.store_error else ""
        found.append(f"{store}there is no more room to log decisions")
    return found
