"""What a request to the decision service costs, beside an endpoint that only reads and writes JSON, and zen-engine.

    python bench/service.py

All run at once, each with one worker under the same server (Starlette where it is theirs to choose, uvicorn, uvloop,
httptools); rounds alternate between them. What counts is the CPU time of all processes of a server for one request, in
user and system mode, as Linux tells it: the service's parent process, which takes the log into SQLite, included and shown
apart. The load comes from this process over loopback, so throughput on few cores says less.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pickle
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
import uvloop

import ruleflow
from bench.deciding import write
from bench.load import Load, as_many_as_can, so_many_a_second
from bench.workload import EVENT, Ticket, make_workload

ECHO, OURS, ZEN = "JSON in and out", "ruleflow", "zen-engine, table"
RULES, CONNECTIONS, RATE = 1_000, 16, 500


@dataclass(slots=True)
class Server:
    """A server that runs, and what was measured of it; CPU in microseconds for one request."""

    name: str
    process: subprocess.Popen[str]
    port: int
    is_idle: Callable[[], bool] = lambda: True
    cpu_us: list[float] = field(default_factory=list)
    parent_us: list[float] = field(default_factory=list)
    each_second: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)

    def cpu(self) -> tuple[float, float]:
        """CPU seconds of the whole tree of processes, and of the first of them."""
        own = _cpu_of(self.process.pid)
        return own + sum(map(_cpu_of, _descendants(self.process.pid))), own


def bodies_of(tickets: Sequence[Ticket]) -> list[bytes]:
    """Requests of about 1.6 KB: each ticket with an id, and a text as long as that of a mail."""
    return [
        msgspec.json.encode(
            {
                "event": EVENT,
                "facts": ticket
                | {"ticket": ticket["ticket"] | {"id": f"T-{n}", "body": " ".join([ticket["ticket"]["body"]] * 3)}},
            }
        )
        for n, ticket in enumerate(tickets)
    ]


def request_of(body: bytes) -> bytes:
    """As a client sends it."""
    head = f"POST /v1/decide HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: */*\r\nuser-agent: bench\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def turn(server: Server, requests: Sequence[bytes], seconds: float) -> None:
    """One round of one server: as many requests as it takes, then so many a second."""
    before, parent = server.cpu()
    load = await as_many_as_can(server.port, requests, seconds, CONNECTIONS)
    await _settled(server)
    after, parent_after = server.cpu()
    _need_answers(server, load)
    server.cpu_us.append((after - before) / load.answered * 1e6)
    server.parent_us.append((parent_after - parent) / load.answered * 1e6)
    server.each_second.append(load.answered / load.seconds)
    load = await so_many_a_second(server.port, requests, seconds, CONNECTIONS, RATE)
    await _settled(server)
    _need_answers(server, load)
    taken = sorted(load.latencies)
    server.p50_ms.append(taken[len(taken) // 2] * 1e3)
    server.p99_ms.append(taken[len(taken) * 99 // 100] * 1e3)


def _need_answers(server: Server, load: Load) -> None:
    assert load.answered, f"{server.name} does not answer"
    assert not load.failed, f"{server.name}: {load.failed} of {load.answered} requests failed"


async def _settled(server: Server) -> None:
    """Wait until what a server does after it has answered is done, too."""
    await asyncio.sleep(0.3)
    end = time.monotonic() + 30
    while not server.is_idle() and time.monotonic() < end:  # noqa: ASYNC110 - another process is asked
        await asyncio.sleep(0.1)


def _cpu_of(pid: int) -> float:
    """CPU seconds of a process: of its threads, to the nanosecond; what `stat` tells is sampled a hundred times a second."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text("ascii").split()[0]) for one in threads) / 1e9


def _descendants(pid: int) -> list[int]:
    found = [
        int(one) for place in Path(f"/proc/{pid}/task").glob("*/children") for one in place.read_text("ascii").split()
    ]
    return found + [deeper for one in found for deeper in _descendants(one)]


def started(folder: Path) -> list[Server]:
    """All servers; their bodies answered as they should be."""
    return [_endpoint(ECHO, "echo", folder), _service(folder), _endpoint(ZEN, "zen", folder)]


def _endpoint(name: str, module: str, folder: Path) -> Server:
    process = _run(["-m", "bench.endpoints", module, str(folder)])
    return Server(name, process, int(_line(process)))


def _service(folder: Path) -> Server:
    process = _run(["-m", "ruleflow", "serve", str(folder / "project"), "--workers", "1", "--port", "0"])
    while not (line := _line(process)).startswith("http://"):
        pass
    status = folder / "project" / ".ruleflow" / "status.json"

    def is_idle() -> bool:
        return json.loads(status.read_bytes())["undrained_bytes"] == 0

    return Server(OURS, process, int(line.split()[0].rpartition(":")[2]), is_idle)


def _run(arguments: Sequence[str]) -> subprocess.Popen[str]:
    search = os.pathsep.join([sys.path[0], os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": search}
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a server did not start"
    return line


def prepare(folder: Path) -> tuple[list[bytes], list[tuple[str, ...]]]:
    """Write down what the servers read; the bodies of requests, and the rules that match each."""
    workload = make_workload(RULES)
    write(workload, folder / "project")
    (folder / "rules.pickle").write_bytes(pickle.dumps(workload.rules))
    project = ruleflow.load(folder / "project")
    bodies = bodies_of(workload.tickets)
    decisions = [project.decide(EVENT, msgspec.json.decode(body)["facts"]) for body in bodies]
    (folder / "decisions.jsonl").write_bytes(b"\n".join(one.to_json() for one in decisions))
    return bodies, [one.matched for one in decisions]


async def _compare(server: Server, bodies: Sequence[bytes], expected: Sequence[tuple[str, ...]]) -> None:
    """See that a server names the rules that it should."""
    for body, wanted in zip(bodies, expected, strict=True):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request_of(body).replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1))
        answer = (await reader.read()).partition(b"\r\n\r\n")[2]
        writer.close()
        found = msgspec.json.decode(answer)["matched"]
        assert set(wanted) == set(found), f"{server.name} finds {found} where {wanted} match"


async def measure(rounds: int, seconds: float) -> tuple[list[Server], Mapping[str, float]]:
    """Servers with what was measured of each; the bytes of the bodies."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "project").mkdir()
        bodies, expected = prepare(folder)
        servers = started(folder)
        try:
            for server in servers:
                if server.name != ECHO:
                    await _compare(server, bodies, expected)
                await as_many_as_can(server.port, [request_of(one) for one in bodies], 1.0, CONNECTIONS)
                await _settled(server)
            for number in range(rounds):
                print(f"round {number + 1} of {rounds}", file=sys.stderr)
                for server in servers:
                    await turn(server, [request_of(one) for one in bodies], seconds)
        finally:
            for server in servers:
                server.process.terminate()
                server.process.wait()
        answers = (folder / "decisions.jsonl").read_bytes().splitlines()
    return servers, {"request": sum(map(len, bodies)) / len(bodies), "decision": sum(map(len, answers)) / len(answers)}


def record(servers: Sequence[Server], sizes: Mapping[str, float]) -> dict[str, Any]:
    """The medians as JSON."""
    floor = median(next(one.cpu_us for one in servers if one.name == ECHO))
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rules": RULES,
        "bytes": {name: round(size) for name, size in sizes.items()},
        "rate": RATE,
        "servers": {
            one.name: {
                "cpu_us": round(median(one.cpu_us), 1),
                "of_it_parent_us": round(median(one.parent_us), 1) if one.name == OURS else 0,
                "to_json_alone": round(median(one.cpu_us) / floor, 2),
                "requests_per_second": round(median(one.each_second)),
                "p50_ms": round(median(one.p50_ms), 2),
                "p99_ms": round(median(one.p99_ms), 2),
            }
            for one in servers
        },
    }


def show(found: Mapping[str, Any]) -> None:
    """A table: a line for each server."""
    sizes = found["bytes"]
    print(f"{found['rules']:,} rules, requests of {sizes['request']:,} bytes, decisions of {sizes['decision']:,}")
    rate = found["rate"]
    print(
        f"{'':<20}{'CPU µs':>10}{'parent':>10}{'to JSON':>10}{'req/s':>10}{f'p50 @{rate}/s':>14}{f'p99 @{rate}/s':>14}"
    )
    for name, row in found["servers"].items():
        print(
            f"{name:<20}{row['cpu_us']:>10.1f}{row['of_it_parent_us']:>10.1f}{row['to_json_alone']:>9.2f}x"
            f"{row['requests_per_second']:>10,}{row['p50_ms']:>11.2f} ms{row['p99_ms']:>11.2f} ms"
        )


def draw(found: Mapping[str, Any], place: Path) -> None:
    """Bars of CPU time for one request as SVG; the part of the parent process in a lighter colour."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "ruleflow", "svg.fonttype": "none", "font.size": 10})
    rows = list(found["servers"].items())[::-1]
    figure, axes = plt.subplots(figsize=(8, 2.4))
    for at, (name, row) in enumerate(rows):
        own = row["cpu_us"] - row["of_it_parent_us"]
        axes.barh(at, own, color="#d1242f" if name == OURS else "#57606a", height=0.6)
        axes.barh(at, row["of_it_parent_us"], left=own, color="#ff8182", height=0.6)
        axes.text(row["cpu_us"], at, f"  {row['cpu_us']:.0f} µs, {row['to_json_alone']:.1f}x", va="center")
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_xlim(0, 1.25 * max(row["cpu_us"] for _, row in rows))
    axes.set_xlabel("CPU time of one request; light: the parent process, which stores the log")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(place, metadata={"Date": None, "Creator": None}, facecolor="white")
    plt.close(figure)


def main() -> None:
    """Measure, print, write down."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--rounds", type=int, default=9)
    reading.add_argument("--seconds", type=float, default=3.0, help="of each kind of load in a round")
    reading.add_argument("--json", type=Path, help="write the medians to a file")
    reading.add_argument("--plot", type=Path, help="draw them as SVG")
    asked = reading.parse_args()
    found = record(*uvloop.run(measure(asked.rounds, asked.seconds)))
    show(found)
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if asked.plot is not None:
        draw(found, asked.plot)


if __name__ == "__main__":
    main()
