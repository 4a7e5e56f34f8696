"""Projects of files, and folders with what is not saved yet."""

from __future__ import annotations

from pathlib import Path

from ruleflow.lsp.folders import in_memory, overlaid, project_of_file
from ruleflow.project.folder import Folder, RawFile


def test_a_file_belongs_to_the_nearest_project(tmp_path: Path) -> None:
    """A project may lie inside another one."""
    inner = tmp_path / "drafts" / "own"
    (inner / "rules").mkdir(parents=True)
    for folder in (tmp_path, inner):
        (folder / "ruleflow.yaml").write_text("ruleflow: 1\n", encoding="utf-8")
    found = [project_of_file(tmp_path / name) for name in ("a.yaml", "drafts/b.yaml", "drafts/own/rules/c.yaml")]
    assert [tmp_path, tmp_path, inner] == found


def test_a_root_file_need_not_be_saved(tmp_path: Path) -> None:
    """A new project begins in the editor."""
    root = tmp_path / "ruleflow.yaml"
    assert (None, tmp_path) == (
        project_of_file(tmp_path / "a.yaml"),
        project_of_file(tmp_path / "a.yaml", frozenset({root})),
    )


def test_what_the_editor_has_counts(tmp_path: Path) -> None:
    """In place of files on disk, beside them, and for files that the project names; the root file comes first."""
    (tmp_path / "a.md").write_bytes(b"on disk")
    (tmp_path / "b.md").write_bytes(b"on disk")
    folder = Folder(tmp_path, (RawFile("ruleflow.yaml", b"1"), RawFile("b.yaml", b"1")))
    found = overlaid(folder, {"b.yaml": b"2", "a.yaml": b"2", "a.md": b"typed"})
    files = [(file.name, file.content) for file in found.files]
    assert [("ruleflow.yaml", b"1"), ("a.yaml", b"2"), ("b.yaml", b"2")] == files
    assert (b"typed", b"on disk", None) == tuple(found.attachment(name) for name in ("a.md", "b.md", "c.md"))


def test_a_folder_in_memory_has_what_it_names(tmp_path: Path) -> None:
    """And nothing else."""
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "b.md").write_bytes(b"b")
    found = in_memory(Folder(tmp_path, ()), ["a.md", "gone.md"])
    assert (b"a", None, None) == tuple(found.attachment(name) for name in ("a.md", "b.md", "gone.md"))
