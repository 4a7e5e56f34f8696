"""The Liquid that messages are written in: no files, no clock, no endless loops, no texts without end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache, wraps
from typing import Any

MAX_OUTPUT = 256 * 1024
"""Bytes that one rendering may write, and characters that a filter may make."""
MAX_LOOPS = 10_000
_FILES = ("include", "render", "extends", "block")


@lru_cache(maxsize=1024)
def compiled(text: str, *, html: bool) -> Any:
    """A template of Liquid, made once for each text."""
    return _environment(html=html).from_string(text)


@cache
def filters_of() -> tuple[str, ...]:
    """The names of all filters."""
    return tuple(sorted(_environment(html=False).filters))


def knows_filter(name: str) -> bool:
    """Whether there is a filter of that name."""
    return name in _environment(html=False).filters


@cache
def _environment(*, html: bool) -> Any:
    from liquid import Environment

    class Bounded(Environment):
        context_depth_limit = 20
        loop_iteration_limit = MAX_LOOPS
        output_stream_limit = MAX_OUTPUT
        local_namespace_limit = 4 * MAX_OUTPUT

    made = Bounded(autoescape=html, extra=False)
    for name in _FILES:
        made.tags.pop(name, None)
    for name, filter_ in list(made.filters.items()):
        made.filters[name] = _bounded(filter_)
    made.filters["date"] = _date
    return made


def _bounded(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, refusing to make a text or a number that is too large, before it is made."""
    from liquid.exceptions import OutputStreamLimitError

    @wraps(filter_)
    def bounded(value: Any, *args: Any, **options: Any) -> Any:
        sizes = [_size(one) for one in (value, *args)]
        if sum(sizes) > MAX_OUTPUT or _product(sizes) > MAX_OUTPUT * 64:
            raise OutputStreamLimitError("a filter is given too much", token=None)
        made = filter_(value, *args, **options)
        if _size(made) > MAX_OUTPUT:
            raise OutputStreamLimitError("a filter makes too much", token=None)
        return made

    return bounded


def _size(value: Any) -> int:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    if isinstance(value, int):
        return 0 if abs(value) < 10**40 else MAX_OUTPUT + 1
    return 0


def _product(sizes: list[int]) -> int:
    """How large a text might get when each character of one is replaced by another."""
    total = 1
    for size in sizes:
        total *= max(1, size)
    return total


def _date(value: Any, format_: Any = "%Y-%m-%d %H:%M", **_options: Any) -> Any:
    """Write a date in a format; a text is read as an ISO date, anything else stays. Never reads the clock."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, date) or len(str(format_)) > 200:
        return value
    return value.strftime(str(format_))
