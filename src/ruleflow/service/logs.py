"""What the service says of itself, on standard error: lines for people, or JSON lines for machines.

Texts of tickets and values of facts never go there; ids, digests, names and counts do.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from ruleflow.service.settings import Settings


def say_as(settings: Settings, role: str) -> None:
    """Set up the lines of this process; `role` stands on each of them. uvicorn's own complaints come as ours do."""
    level = getattr(logging, settings.log_level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, *_last(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(role=role)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_without_record, *_last(settings)])
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def log() -> Any:
    """Where to say something: `log().info("what happened", project="support")`."""
    return structlog.get_logger()


def _last(settings: Settings) -> list[Any]:
    if settings.log_format == "json":
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _without_record(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, name, event)
