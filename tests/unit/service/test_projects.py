"""What is served of the sources, from one start to the next."""

from __future__ import annotations

from pathlib import Path

from ruleflow.project.signing import key_pair, sign
from ruleflow.service.projects import Projects
from ruleflow.service.sources import BundleSource, FolderSource
from tests.projects import write_project

RULE = "rules:\n  - {id: one, stage: route, on: ticket.created, then: [{add_tags: [a]}]}\n"


def test_a_bundle_of_a_key_that_is_taken_away_is_not_gone_on_with(tmp_path: Path) -> None:
    """A start with a broken file goes on with what was served before, but only while the same keys are trusted."""
    folder = write_project(tmp_path / "desk", {"rules.yaml": RULE, "ruleflow.yaml": "ruleflow: 1\nproject: desk\n"})
    content = FolderSource(folder).read()
    assert isinstance(content, bytes)
    (private, public), (_, other) = key_pair(), key_pair()
    file = tmp_path / "desk.rfb"
    file.write_bytes(sign(content, private))

    def served(*trusted: bytes) -> list[str]:
        projects = Projects([BundleSource(file, trusted)], tmp_path)
        projects.open()
        return [one.name for one in projects.statuses() if one.digest]

    assert served(public) == ["desk"]
    assert served(other) == []
    assert served(public) == ["desk"]
    file.write_bytes(b"cut short")
    assert served(public) == ["desk"]
    assert served(public, other) == []
