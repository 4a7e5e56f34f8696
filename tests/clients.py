"""Both clients of the service as one: an `AsyncClient` with its loop looks like a `Client`, so that one test tries both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ruleflow.client.async_client import AsyncClient
from ruleflow.client.client import Client


class Awaited:
    """An `AsyncClient` whose calls are awaited on a loop of its own; what it iterates is a list."""

    def __init__(self, client: AsyncClient, runner: asyncio.Runner) -> None:
        self.client, self.runner = client, runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            return self.runner.run(_awaited(getattr(self.client, name), arguments, options))

        return call

    def __repr__(self) -> str:
        return repr(self.client)


async def _awaited(method: Callable[..., Any], arguments: Any, options: Any) -> Any:
    found = method(*arguments, **options)
    if isinstance(found, AsyncIterator):
        return [one async for one in found]
    return await found if inspect.isawaitable(found) else found


@contextmanager
def opened(kind: str, *arguments: Any, **options: Any) -> Iterator[Any]:
    """A client, `sync` or `async`."""
    if kind == "sync":
        with Client(*arguments, **options) as client:
            yield client
        return
    with asyncio.Runner() as runner:
        awaited = Awaited(AsyncClient(*arguments, **options), runner)
        try:
            yield awaited
        finally:
            awaited.close()
