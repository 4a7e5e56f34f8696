"""What a worker has in hand: the projects as they are served now, the store, the journal, and how the service fares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from ruleflow.project.project import Project
from ruleflow.service.settings import Settings
from ruleflow.store.records import Record


@dataclass(frozen=True, slots=True)
class Served:
    """A project as it is served now. `source` tells people where it comes from; `loaded_at` is in microseconds, UTC.

    `files` are the project's own files by name, as they were when it was loaded.
    """

    project: Project
    source: str
    loaded_at: int
    files: Mapping[str, bytes]


class Refused(msgspec.Struct, frozen=True):
    """A change that was not taken over: its findings, as `check --format json` tells them, and as text."""

    at: int
    findings: tuple[dict[str, Any], ...]
    text: str


class ProjectStatus(msgspec.Struct, frozen=True):
    """How a project is served. `refused`: the newest state of its source, where that has errors."""

    name: str
    source: str
    digest: str
    loaded_at: int
    refused: Refused | None = None


class Status(msgspec.Struct, frozen=True):
    """How the service fares, as its parent process last said. `store_error` '' : the store answers."""

    at: int = 0
    projects: tuple[ProjectStatus, ...] = ()
    store_error: str = ""
    undrained_bytes: int = 0
    workers: int = 0
    stopping: bool = False


class Journal(Protocol):
    """Where a decision is written before it is answered."""

    def append(self, record: Record) -> bool:
        """Write a record; False where there is no room, or the disk refuses. Returns once a kill can lose nothing of it."""
        ...

    def has_room(self) -> bool:
        """Whether records can be written, as far as is known."""
        ...


@dataclass(slots=True)
class Service:
    """What the routes of a worker answer from. `projects` is replaced as a whole when a project is swapped.

    `store` is a `ruleflow.store.opening.Store`, `status` reads what the parent published.
    """

    settings: Settings
    projects: Mapping[str, Served]
    journal: Journal
    store: Any
    status: Callable[[], Status]
    find: Callable[[str], Record | None] = lambda _: None
    shed: int = field(default=0)
