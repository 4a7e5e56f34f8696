"""A project as it is loaded, by checking it or from what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ruleflow.checker.checked import Checked
from ruleflow.plan.conditions import Condition


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked project and its digest: of every file that it is made of, and of the zones and holidays it counts with.

    `attachments` are the files that it names, besides the YAML ones, each with the digest of its content.
    """

    checked: Checked
    digest: str
    attachments: Mapping[str, str]
    conditions: Mapping[str, Condition]
    """The canonical condition of each rule, by id; none for a project with errors."""
