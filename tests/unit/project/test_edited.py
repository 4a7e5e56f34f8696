"""Writing several files: all of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.project.edited import ChangedMeanwhileError, write_files


def test_files_are_written_with_their_rights(tmp_path: Path) -> None:
    """Each file holds what it is to hold, and may be read by the same people as before."""
    one, other = tmp_path / "one.yaml", tmp_path / "below" / "other.yaml"
    other.parent.mkdir()
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    one.chmod(0o640)
    write_files(tmp_path, {"one.yaml": (b"1", b"11"), "below/other.yaml": (b"2", b"22")})
    assert (b"11", b"22") == (one.read_bytes(), other.read_bytes())
    assert 0o640 == one.stat().st_mode & 0o777
    assert ["below", "one.yaml"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_file_that_was_changed_meanwhile_stops_all(tmp_path: Path) -> None:
    """What somebody else has written since it was read is not lost, and no other file is written either."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_bytes(b"1")
    other.write_bytes(b"changed")
    with pytest.raises(ChangedMeanwhileError):
        write_files(tmp_path, {"one.yaml": (b"1", b"11"), "other.yaml": (b"2", b"22")})
    assert (b"1", b"changed") == (one.read_bytes(), other.read_bytes())


def test_a_file_that_cannot_be_put_in_place_takes_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk fails midway, what was written already is put back, and nothing lies around."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "other.yaml":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="No space left"):
        write_files(tmp_path, {"one.yaml": (b"1", b"11"), "other.yaml": (b"2", b"22")})
    assert (b"1", b"2") == (one.read_bytes(), other.read_bytes())
    assert ["one.yaml", "other.yaml"] == sorted(path.name for path in tmp_path.iterdir())
