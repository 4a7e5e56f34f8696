"""A service in this process: projects, a store, and a journal that is a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from ruleflow.project.project import Project, load
from ruleflow.service.app import make_app
from ruleflow.service.settings import Settings
from ruleflow.service.state import ProjectStatus, Served, Service, Status
from ruleflow.store.records import Record

EXAMPLES = Path(__file__).resolve().parents[3] / "rules-examples"
HERE = "http://localhost"


@dataclass(slots=True)
class Kept:
    """A journal in memory. `room` is how many records it still takes, None: any number."""

    records: list[Record] = field(default_factory=list)
    room: int | None = None

    def append(self, record: Record) -> bool:
        if self.room is not None:
            if self.room == 0:
                return False
            self.room -= 1
        self.records.append(record)
        return True

    def has_room(self) -> bool:
        return self.room != 0

    def find(self, decision_id: str) -> Record | None:
        return next((one for one in reversed(self.records) if one.decision_id == decision_id), None)


@dataclass(slots=True)
class Serving:
    """A service with its parts at hand."""

    service: Service
    journal: Kept
    client: TestClient

    def ask(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON, or GET where there is no body; `x_request_id` stands for the header `X-Request-Id`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.get(path, headers=named)
        return self.client.post(path, json=body, headers=named)

    def send(self, content: Any, path: str = "/v1/decide", **headers: str) -> Any:
        """POST bytes as they are."""
        named = {"content-type": "application/json", **{key.replace("_", "-"): one for key, one in headers.items()}}
        return self.client.post(path, content=content, headers=named)


def example(name: str) -> Project:
    """A project of `rules-examples`."""
    return load(EXAMPLES / name)


def serving(*projects: Project, store: Any = None, base: str = HERE, **settings: Any) -> Serving:
    """A service of some projects; without a store there are no keys, and no log to search."""
    told = Settings(Path("state"), "", **settings)
    served = {one.name: Served(one, f"rules/{one.name}", 1_770_000_000_000_000, {}) for one in projects}
    statuses = tuple(ProjectStatus(name, one.source, one.project.digest, one.loaded_at) for name, one in served.items())
    journal = Kept()
    service = Service(told, served, journal, store, lambda: Status(projects=statuses, workers=1), journal.find)
    return Serving(service, journal, client_of(make_app(service), base))


def client_of(app: Any, base: str = HERE) -> TestClient:
    """Asks an application in this process; a defect of it is an answer, as it is to callers."""
    return TestClient(app, base_url=base, raise_server_exceptions=False)


def problem_of(answer: Any) -> Mapping[str, Any]:
    """The problem of an answer, which is one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: Mapping[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["request_id"] == answer.headers["x-request-id"]
    return found


def faults_of(answer: Any) -> list[tuple[str, str]]:
    """Where an answer finds faults, and of what kind."""
    return [(one["pointer"] or one.get("parameter", ""), one["code"]) for one in problem_of(answer)["problems"]]
