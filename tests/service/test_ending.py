"""A service that starts, reads again and ends as systemd, containers and proxies want it; and what it says meanwhile."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2

from tests.service.running import EXAMPLE, Running, running, ticket

PLANTED = "hunter2-secret"
ASKED = {"event": "ticket.created", "facts": ticket(1)}


def heard_by(place: Path) -> tuple[socket.socket, list[str]]:
    """A socket as systemd opens it, and what is told there."""
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(place))
    told: list[str] = []

    def listen() -> None:
        while True:
            text = heard.recv(4096).decode()
            if not text:
                return
            told.append(text)

    threading.Thread(target=listen, daemon=True).start()
    return heard, told


def until(holds: object, seconds: float = 20) -> None:
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def first_words(told: list[str]) -> list[str]:
    return [one.partition("\n")[0] for one in told if not one.startswith("WATCHDOG")]


def test_it_drains_before_it_ends_and_says_nothing_secret(tmp_path: Path) -> None:
    """After SIGTERM it is not ready, decides on for a while, closes each connection, and ends; systemd is told of all."""
    heard, told = heard_by(tmp_path / "notify")
    with (
        heard,
        running(
            *(str(EXAMPLE), "--workers", "1", "--state", str(tmp_path / "state"), "--drain", "30"),
            *("--log-requests", "--log-format", "json", "--log-level", "debug"),
            environment={"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"},
        ) as service,
    ):
        answer = service.post("/v1/decide", {"event": "ticket.created", "facts": {"ticket": {"subject": PLANTED}}})
        service.get(f"/{PLANTED}", headers={"authorization": f"Bearer {PLANTED}"})
        assert "connection" not in service.post("/v1/decide", ASKED).headers
        with socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2]))) as rude:
            rude.sendall(f"{PLANTED}\r\n\r\n".encode())
            assert rude.recv(100).startswith(b"HTTP/1.1 400")
        service.process.send_signal(signal.SIGHUP)
        until(lambda: first_words(told) == ["READY=1", "RELOADING=1", "READY=1"])
        service.process.send_signal(signal.SIGTERM)
        until(lambda: service.get("/readyz").status_code == 503)
        until(lambda: "connection" in service.post("/v1/decide", ASKED).headers)
        last = service.post("/v1/decide", ASKED)
        assert (200, "close") == (last.status_code, last.headers["connection"])
        assert service.process.poll() is None
        # A second signal ends the wait.
        assert 0 == service.stop()
        until(lambda: first_words(told)[-1] == "STOPPING=1")
        assert any(one.startswith("WATCHDOG=1") for one in told)
        heard.shutdown(socket.SHUT_RDWR)
    said = [json.loads(line) for line in service.err]
    events = [line["event"] for line in said]
    assert {"serving", "all sources are read again", "ended", "request"} <= set(events)
    assert answer.headers["x-request-id"] in {line.get("request_id") for line in said}
    assert "a request failed" not in events
    assert PLANTED not in "".join(service.err)


def ask_until_refused(service: Running, others: list[str]) -> None:
    """Ask over new connections until there is no service any more; what was answered otherwise."""
    while True:
        try:
            answer = service.post("/v1/decide", ASKED)
            if answer.status_code != 200:
                others.append(str(answer.status_code))
        except httpx2.ConnectError:
            return
        except httpx2.HTTPError as error:
            others.append(repr(error))


def test_no_connection_is_broken_when_it_ends(tmp_path: Path) -> None:
    """Whoever gets a connection gets an answer; afterwards connections are refused, so that a proxy asks elsewhere."""
    others: list[str] = []
    with running(str(EXAMPLE), "--workers", "2", "--state", str(tmp_path / "state")) as service:
        threads = [threading.Thread(target=ask_until_refused, args=(service, others)) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert 0 == service.stop()
        for thread in threads:
            thread.join()
    assert [] == others


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    """The URL may stand in a file; neither it nor the password in it is shown when it does not work."""
    import os
    import subprocess
    import sys

    place = tmp_path / "database"
    place.write_text(f"postgresql://ruleflow:{PLANTED}@127.0.0.1:1/ruleflow\n", encoding="utf-8")
    options = ["--state", str(tmp_path), "--port", "0", "--log-level", "debug"]
    ended = subprocess.run(
        [sys.executable, "-m", "ruleflow", "serve", str(EXAMPLE), *options],
        env={**os.environ, "RULEFLOW_DATABASE_FILE": str(place)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 2 == ended.returncode
    assert "127.0.0.1:1/ruleflow cannot be reached" in ended.stderr
    assert PLANTED not in ended.stdout + ended.stderr


def test_a_service_that_nobody_listens_to_goes_on_and_ends(tmp_path: Path) -> None:
    """What it says is lost when the pipe is closed at once; it decides, and a signal ends it."""
    shutil.copytree(EXAMPLE, tmp_path / "support")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "ruleflow",
        "serve",
        str(tmp_path / "support"),
        "--workers",
        "1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()
        url = f"http://127.0.0.1:{port}"
        until(lambda: _is_up(url))
        answer = httpx2.post(f"{url}/v1/decide", json={"event": "ticket.created", "facts": ticket(1)}, timeout=30)
        assert 200 == answer.status_code
        process.terminate()
        process.wait(30)


def _is_up(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False
