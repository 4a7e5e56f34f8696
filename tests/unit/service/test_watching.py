"""Sources that go away, come back, change while they are read, or meet a full disk."""

from __future__ import annotations

import shutil
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ruleflow.model.rules import Rule
from ruleflow.project.last_changes import Change
from ruleflow.service import projects as watching
from ruleflow.service.parent import CannotServeError, prepare_state
from ruleflow.service.projects import Projects
from ruleflow.service.sources import FolderSource, Refusal, SourceError
from tests.service.running import EXAMPLE


@dataclass
class Source:
    """A folder that may be away. `edits`: texts that are written into it, one after each time it is read."""

    folder: Path
    pause: float = 0.0
    away: bool = False
    edits: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return str(self.folder)

    @property
    def kept_as(self) -> str:
        return self.shown

    def look(self) -> Hashable:
        if self.away:
            raise SourceError("it is away")
        return FolderSource(self.folder).look()

    def read(self) -> bytes | Refusal:
        found = FolderSource(self.folder).read()
        if self.edits:
            edit(self.folder, self.edits.pop(0))
        return found

    def changes(self, rules: Iterable[Rule]) -> Mapping[str, Change]:
        return FolderSource(self.folder).changes(rules)


def edit(folder: Path, text: str) -> None:
    with (folder / "ruleflow.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "support"
    shutil.copytree(EXAMPLE, folder)
    return Source(folder)


def test_a_source_that_comes_back_as_it_was_is_sound_again(tmp_path: Path, source: Source) -> None:
    """While it is away that is told; afterwards nothing is, though nothing in it has changed."""
    projects = Projects([source], tmp_path)
    assert [] == projects.open()
    source.away = True
    assert projects.renew() is False
    assert "it is away" in str(projects.statuses()[0].refused)
    source.away = False
    assert projects.renew() is False
    assert projects.statuses()[0].refused is None


def test_a_change_that_met_a_full_disk_is_taken_over_when_there_is_room(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, though the source has not changed since."""
    projects = Projects([source], tmp_path)
    projects.open()
    before = projects.orders()
    edit(source.folder, "# a change\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "_write", full)
        assert projects.renew() is False
        assert before == projects.orders()
        assert "No space left" in str(projects.statuses()[0].refused)
    assert projects.renew() is True
    assert before != projects.orders()
    assert projects.statuses()[0].refused is None


def test_what_is_written_while_it_is_read_is_read_again(tmp_path: Path, source: Source) -> None:
    """What is served is a state that the folder had before and after it was read."""
    source.edits = ["# one\n", "# two\n"]
    projects = Projects([source], tmp_path)
    projects.open()
    (bundle, _) = projects.bundles()["first_steps"]
    assert bundle.files["ruleflow.yaml"].endswith(b"# one\n# two\n")


def test_a_state_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """In words, with the way out."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(
        CannotServeError, match=r"cannot keep its files in .* Not a directory; name another folder with --state"
    ):
        prepare_state(tmp_path / "file" / "state")
