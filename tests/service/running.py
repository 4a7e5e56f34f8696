"""A service that really runs, for tests: `ruleflow serve` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "rules-examples" / "first-steps"


@dataclass
class Running:
    """A service, its address, and what it has said."""

    process: subprocess.Popen[str]
    url: str = ""
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)

    def post(self, path: str, content: Any, **options: Any) -> httpx2.Response:
        return httpx2.post(f"{self.url}{path}", json=content, timeout=30, **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", timeout=30, **options)

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = [Path(one) for one in children.parent.parent.glob("*/children")]
        return [int(pid) for one in found for pid in one.read_text().split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the service; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def running(*arguments: str, environment: Mapping[str, str] | None = None, port: int = 0) -> Iterator[Running]:
    """Start a service on a port, 0: one that is free, and end it if the test has not."""
    found = Running(
        subprocess.Popen(
            [sys.executable, "-m", "ruleflow", "serve", *arguments, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
        )
    )
    threads = [
        threading.Thread(target=_collect, args=(found.process.stderr, found.err), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        found.url = _url(found)
        yield found
    finally:
        if found.process.poll() is None:
            found.process.terminate()
            try:
                found.process.wait(30)
            except subprocess.TimeoutExpired:
                found.process.kill()
                found.process.wait()
        for thread in threads:
            thread.join(5)
        for stream in (found.process.stdout, found.process.stderr):
            if stream is not None:
                stream.close()


def _url(found: Running) -> str:
    assert found.process.stdout is not None
    for line in found.process.stdout:
        found.out.append(line)
        if line.startswith("http://"):
            return line.split()[0]
    raise AssertionError(f"the service did not start:\n{''.join(found.out)}\n{''.join(found.err)}")


def _collect(stream: Any, lines: list[str]) -> None:
    lines.extend(stream)


def ticket(number: int) -> Mapping[str, Any]:
    """The facts of a ticket, each another one."""
    return {"ticket": {"id": f"T-{number}", "subject": f"the shop is down {number}", "request_type": "incident"}}


def ids(answers: Sequence[httpx2.Response]) -> list[str]:
    """The ids of the decisions that were answered."""
    return [one.json()["decision_id"] for one in answers if one.status_code == 200]
