"""What the root file `ruleflow.yaml` says about the project as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ruleflow.calendar.zones import zone, zone_names
from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors
from ruleflow.model.access import inner, items, scalar, text, texts, value
from ruleflow.model.rules import DEFAULT_STAGES, Hit, Stage
from ruleflow.syntax.nodes import Node, Scalar, Sequence

ROOT_FILE = "ruleflow.yaml"
LANGUAGE = "1"
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Root:
    """The head of a project."""

    name: str = "project"
    title: str = ""
    zone: ZoneInfo = UTC
    stages: tuple[Stage, ...] = DEFAULT_STAGES


def read_root(node: Node | None, out: Collector) -> Root:
    """The head of a project; what is not said, or cannot be read, has its default."""
    _report_language(scalar(node, "ruleflow"), out)
    project = value(node, "project")
    name = project.text if isinstance(project, Scalar) else text(project, "name")
    return Root(
        name or "project", text(project, "title"), _read_zone(scalar(node, "timezone"), out), _read_stages(node, out)
    )


def read_ignored(node: Node | None) -> tuple[str, ...]:
    """The folders that `ignore:` of the root file lists, as written."""
    return tuple(folder.text for folder in texts(node, "ignore"))


def _report_language(version: Scalar | None, out: Collector) -> None:
    if version is not None and version.text != LANGUAGE:
        out.report(errors.wrong_language(version.span, version.text))


def _read_zone(name: Scalar | None, out: Collector) -> ZoneInfo:
    if name is None:
        return UTC
    found = zone(name.text)
    if found is None:
        out.report(errors.unknown_zone(inner(name), name.text, zone_names()))
    return found or UTC


def _read_stages(node: Node | None, out: Collector) -> tuple[Stage, ...]:
    written = value(node, "stages")
    if not isinstance(written, Sequence):
        return DEFAULT_STAGES
    if not written.items:
        out.report(errors.empty_list(written.span, "`stages`"))
        return DEFAULT_STAGES
    found: dict[str, Stage] = {}
    for stage in _stages(written):
        first = found.setdefault(stage.id, stage)
        if first is not stage and stage.span is not None:
            out.report(errors.defined_twice(stage.span, "stage", stage.id, first.span))
    return tuple(found.values())


def _stages(written: Sequence) -> Iterator[Stage]:
    for item in items(written):
        name = item if isinstance(item, Scalar) else scalar(item, "id")
        if name is not None and not name.is_null:
            hit = Hit.FIRST if text(item, "hit") == Hit.FIRST.value else Hit.ALL
            yield Stage(name.text, hit, inner(name))
