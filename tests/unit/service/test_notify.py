"""What systemd is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruleflow.service.notify import Systemd


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(str(tmp_path / "notify"))
        found.setblocking(False)
        yield found


def test_each_step_is_told_as_systemd_reads_it(heard: socket.socket, tmp_path: Path) -> None:
    """Ready, reloading, ready again, stopping; a name with a line break stays in its line."""
    told = Systemd({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    told.ready("support\nREADY=0")
    assert b"READY=1\nSTATUS=support READY=0" == heard.recv(1000)
    told.reloading()
    assert heard.recv(1000).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    told.stopping("answering")
    assert b"STOPPING=1\nSTATUS=answering" == heard.recv(1000)


def test_an_abstract_address_is_understood() -> None:
    """An address that begins with @ names a socket that lies in no folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0ruleflow-test-notify")
        Systemd({"NOTIFY_SOCKET": "@ruleflow-test-notify"}).stopping("now")
        assert b"STOPPING=1\nSTATUS=now" == heard.recv(1000)


def test_the_watchdog_is_fed_well_before_its_time(heard: socket.socket, tmp_path: Path) -> None:
    """Of many calls in a row only the first is told; without a watchdog none is."""
    place = str(tmp_path / "notify")
    told = Systemd({"NOTIFY_SOCKET": place, "WATCHDOG_USEC": "30000000"})
    for _ in range(5):
        told.alive()
    assert b"WATCHDOG=1" == heard.recv(1000)
    Systemd({"NOTIFY_SOCKET": place}).alive()
    with pytest.raises(BlockingIOError):
        heard.recv(1000)


def test_children_inherit_no_socket_and_a_dead_one_hurts_nobody(tmp_path: Path) -> None:
    """The variables are gone afterwards; where nobody listens nothing is raised."""
    environment = {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "1", "PATH": "/bin"}
    told = Systemd(environment)
    told.ready("support")
    told.alive()
    assert {"PATH": "/bin"} == environment
    Systemd({}).ready("support")
