"""The journal: what was answered is found again, whatever happened meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleflow.service.journal import FileJournal, find_in_journals, journal_files, read_portion, writer_of
from ruleflow.store.records import Record


def record(number: int, decision: bytes = b"{}") -> Record:
    return Record(
        project="support",
        digest="sha256:1",
        decision_id=f"{number:032x}",
        event="ticket.created",
        ticket_id=f"T-{number}",
        at=number,
        received_at=number,
        latency_us=90,
        caller="",
        request_id="",
        facts=b"{}",
        decision=decision,
        masked=(),
        matched=("vip",),
        shadow=(),
    )


def everything(folder: Path) -> list[str]:
    """The ids in all files, read portion by portion."""
    found: list[str] = []
    for file in journal_files(folder):
        offset = 0
        while (portion := read_portion(file, offset, most=100)).records:
            found += [one.decision_id for one in portion.records]
            offset = portion.offset
    return found


def test_what_was_written_is_read_in_order(tmp_path: Path) -> None:
    """Records come back in order, over as many files as they took."""
    journal = FileJournal(tmp_path, "1-1", room=40_000)
    written = [record(number, b"x" * 500) for number in range(30)]
    assert [True] * 30 == [journal.append(one) for one in written]
    journal.close()
    assert [one.decision_id for one in written] == everything(tmp_path)
    assert len(journal_files(tmp_path)) > 1
    assert {"1-1"} == {writer_of(file) for file in journal_files(tmp_path)}


def test_without_room_nothing_is_written(tmp_path: Path) -> None:
    """A journal that is full takes nothing more, and takes it again once the keeper has removed a file."""
    journal = FileJournal(tmp_path, "1-1", room=10_000)
    number = 0
    while journal.append(record(number, b"x" * 900)):
        number += 1
    assert 8 <= number <= 11
    assert number == len(everything(tmp_path))
    journal_files(tmp_path)[0].unlink()
    assert journal.append(record(number, b"x" * 900))
    journal.close()


def test_a_disk_that_refuses_leaves_no_part_of_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written of a record that did not fit on the disk is taken back."""
    journal = FileJournal(tmp_path, "1-1", room=1_000_000)
    assert journal.append(record(1))
    write = os.write

    def full(file: int, content: bytes) -> int:
        if len(content) > 20:
            return write(file, content[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert not journal.append(record(2))
    monkeypatch.undo()
    assert journal.append(record(3))
    journal.close()
    assert [f"{1:032x}", f"{3:032x}"] == everything(tmp_path)


@given(kept=st.integers(0, 400))
def test_a_frame_cut_short_hides_none_before_it(tmp_path_factory: pytest.TempPathFactory, kept: int) -> None:
    """However much of the last bytes is missing, all records before are read, and nothing else is."""
    folder = tmp_path_factory.mktemp("journal")
    journal = FileJournal(folder, "1-1", room=1_000_000)
    for number in range(3):
        journal.append(record(number))
    journal.close()
    file = journal_files(folder)[0]
    raw = file.read_bytes()
    size = len(raw) // 3
    file.write_bytes(raw[: min(kept, len(raw))])
    assert min(kept, len(raw)) // size == len(everything(folder))


def test_a_record_that_was_altered_is_told_and_those_after_it_are_read(tmp_path: Path) -> None:
    """A checksum that does not fit is noticed; the next record begins where the broken one ends."""
    journal = FileJournal(tmp_path, "1-1", room=1_000_000)
    for number in range(3):
        journal.append(record(number))
    journal.close()
    file = journal_files(tmp_path)[0]
    raw = bytearray(file.read_bytes())
    size = len(raw) // 3
    raw[size + 30] ^= 1
    file.write_bytes(raw)
    first = read_portion(file, 0)
    assert ([f"{0:032x}"], 2 * size) == ([one.decision_id for one in first.records], first.broken_end)
    assert [f"{2:032x}"] == [one.decision_id for one in read_portion(file, first.broken_end).records]


def test_a_decision_is_found_before_the_store_has_it(tmp_path: Path) -> None:
    """The newest record with an id is found in whatever file it is."""
    journal = FileJournal(tmp_path, "1-1", room=1_000_000)
    journal.append(record(1))
    journal.append(record(2))
    journal.close()
    assert record(2) == find_in_journals(tmp_path, f"{2:032x}")
    assert find_in_journals(tmp_path, f"{9:032x}") is None


def test_a_process_that_is_killed_loses_nothing_it_was_told_is_written(tmp_path: Path) -> None:
    """Every number that the process said it had written is there after it was killed."""
    program = """
import sys
from pathlib import Path
from ruleflow.service.journal import FileJournal
from tests.unit.service.test_journal import record
journal = FileJournal(Path(sys.argv[1]), "1-1", room=1_000_000_000)
number = 0
while journal.append(record(number, b"x" * 3000)):
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
    number += 1
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parents[3])])}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(500)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    last = int([line for line in said if line.endswith(b"\n")][-1])
    assert [f"{number:032x}" for number in range(last + 1)] == everything(tmp_path)[: last + 1]


def test_rooms_are_bounded_by_bytes(tmp_path: Path) -> None:
    """A record larger than the room is refused at once."""
    journal = FileJournal(tmp_path, "1-1", room=1_000)
    assert not journal.append(record(1, b"x" * 2_000))
    journal.close()


@pytest.mark.parametrize("most", [1, 7, 100, 10_000])
def test_portions_of_any_size_give_the_same_records(tmp_path: Path, most: int) -> None:
    """How much is read at once makes no difference."""
    journal = FileJournal(tmp_path, "1-1", room=1_000_000)
    for number in range(5):
        journal.append(record(number, b"x" * 100 * number))
    journal.close()
    file, offset, found = journal_files(tmp_path)[0], 0, []
    while offset < file.stat().st_size:
        portion = read_portion(file, offset, most=max(8, most))
        found += [one.decision_id for one in portion.records]
        offset = portion.offset
    assert [f"{number:032x}" for number in range(5)] == found


def test_it_says_whether_there_is_room_again(tmp_path: Path) -> None:
    """After a record was refused, until what waits has been taken."""
    journal = FileJournal(tmp_path, "1-1", room=10_000)
    assert journal.has_room()
    while journal.append(record(1, b"x" * 1_000)):
        pass
    assert not journal.has_room()
    for file in journal_files(tmp_path)[:-1]:
        file.unlink()
    assert journal.has_room()
    journal.close()
