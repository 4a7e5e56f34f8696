"""What the service says of itself, on standard error: lines for people, or JSON lines for machines.

Texts of tickets and values of facts never go there; ids, digests, names and counts do. So an error that nobody foresaw is
told by its type and by where it arose, not by its message, which may quote what it failed on.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Any, TextIO

import structlog

from ruleflow.service.settings import Settings


def say_as(settings: Settings, role: str) -> None:
    """Set up the lines of this process; `role` stands on each of them. Other libraries' complaints come as ours do."""
    level = getattr(logging, settings.log_level.upper())

    def with_role(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {**event, "role": role}

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        with_role,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_place_of_error,
    ]
    structlog.configure(
        processors=[*shared, *_last(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(_Lasting(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_first_words, *shared], processors=[_without_record, *_last(settings)]
        )
    )
    # What libraries say below a warning tells developers of them what they work on: our requests.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.raiseExceptions = False
    sys.excepthook = _say_end
    threading.excepthook = _say_end_of_thread


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Lasting:
    """A stream that nobody may read any more: then what is said is lost, and nothing else."""

    stream: TextIO

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self.stream.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self.stream.flush()


def log() -> Any:
    """Where to say something: `log().info("what happened", project="support")`."""
    return structlog.get_logger()


def _last(settings: Settings) -> list[Any]:
    if settings.log_format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _with_place_of_error(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn an exception into its type and the lines of code that it went through."""
    error = event.pop("exc_info", None)
    if error:
        found = (
            error if isinstance(error, BaseException) else (error if isinstance(error, tuple) else sys.exc_info())[1]
        )
        if found is not None:
            event["exception"] = place_of(found)
    return event


def place_of(error: BaseException) -> str:
    """The types of an error and of those behind it, each with where it arose; never their messages."""
    told: list[str] = []
    behind: BaseException | None = error
    seen: set[int] = set()
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        kind = type(behind)
        stack = "".join(StackSummary.extract(walk_tb(behind.__traceback__)).format())
        told.append(f"{kind.__module__}.{kind.__qualname__}\n{stack}".rstrip())
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return "\nafter ".join(told)


def _first_words(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What another library says, in one line; asyncio goes on to show the very objects that it works with."""
    text = str(event["event"]).partition("\n")[0]
    if event["_record"].name == "asyncio":
        text = text.partition("(")[0].partition("<")[0].rstrip()
    return {**event, "event": text, "logger": event["_record"].name}


def _without_record(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, name, event)


def _say_end(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log().critical("this process ends by a defect", exc_info=error)


def _say_end_of_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        log().critical("a thread ends by a defect", thread=told.thread and told.thread.name, exc_info=told.exc_value)
