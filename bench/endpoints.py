"""The endpoints beside which the service is measured, under the same server: `python -m bench.endpoints NAME FOLDER`.

`echo` decodes a request and encodes a decision that it has ready, of the same size; `zen` asks a decision table of
zen-engine, and encodes the ids of the rules. The first line on standard output is the port.
"""

from __future__ import annotations

import pickle
import socket
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.engines import zen
from bench.workload import Rule

Answer = Callable[[Any], Any]


def echo(folder: Path) -> Answer:
    """Decisions in turn, whatever was asked."""
    ready = cycle([msgspec.json.decode(line) for line in (folder / "decisions.jsonl").read_bytes().splitlines()])
    return lambda _: next(ready)


def table(folder: Path) -> Answer:
    """The rules that match, by zen-engine."""
    rules: tuple[Rule, ...] = pickle.loads((folder / "rules.pickle").read_bytes())
    built = zen.translate_table(rules)()
    return lambda asked: {"event": asked["event"], "matched": built.match(asked["facts"])}


def main(name: str, folder: str) -> None:
    """Serve until killed."""
    answer = {"echo": echo, "zen": table}[name](Path(folder))
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode

    async def decide(request: Request) -> Response:
        return Response(encode(answer(decode(await request.body()))), media_type="application/json")

    app = Starlette(routes=[Route("/v1/decide", decide, methods=["POST"])])
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
