"""What git tells of the rules that are served, kept where the workers find it: they never ask git themselves."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from time import monotonic

from ruleflow.project.last_changes import keep_changes
from ruleflow.service.logs import log
from ruleflow.service.projects import Projects

_PAUSE_S = 0.5
_AGAIN_S = 30.0
"""So long after rules were changed that are not committed yet git is asked again."""


def tell_changes(projects: Projects, state: Path, stop: Event) -> None:
    """Keep the last change of each rule for every project that is taken into service, until the end."""
    due: dict[str, float] = {}
    while not stop.wait(_PAUSE_S):
        for source, bundle in projects.sourced():
            if monotonic() < due.get(bundle.digest, 0.0):
                continue
            changes = source.changes(bundle.project.model.deciders)
            is_settled = all(change.commit for change in changes.values())
            due[bundle.digest] = float("inf") if is_settled else monotonic() + _AGAIN_S
            try:
                keep_changes(state, bundle.digest, changes)
            except OSError as error:
                log().warning("what git tells of rules cannot be kept", reason=str(error))
