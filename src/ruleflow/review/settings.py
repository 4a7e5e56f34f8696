"""Everything that a thing of a project says, as settings by key: what two versions of it are compared by.

Goes through the fields of the model's dataclasses, so a field that is added to them is compared without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, get_args
from zoneinfo import ZoneInfo

from ruleflow.calendar.calendar import Calendar
from ruleflow.calendar.hours import DAY, WEEKDAYS, Stretch
from ruleflow.calendar.parts import EPOCH_DAY
from ruleflow.formats.formats import TextFormat
from ruleflow.model.rules import Parameter
from ruleflow.model.scores import Bin, Class, Term
from ruleflow.model.tests import Case
from ruleflow.model.views import Column, SortKey
from ruleflow.model.vocabulary import Folder, OpenTime, Request, Target, TemplateVariant
from ruleflow.regex.regex import Regex
from ruleflow.review.edits import Plain
from ruleflow.review.expressions import expression_text
from ruleflow.syntax.expressions import Expr
from ruleflow.templates.liquid_text import LiquidText
from ruleflow.types.durations import CalendarDays, WorkingDays, duration_text
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Simple, Type

Setting: TypeAlias = Plain | Expr
Settings: TypeAlias = Mapping[str, Setting]

_EXPRESSIONS = get_args(Expr)
_TYPES = (Simple, Choice, Reference, SetOf, ListOf, Record)


def settings_of(thing: Any, without: frozenset[str] = frozenset()) -> Settings:
    """What a dataclass of the model says, less some fields. What is not set is left out; a list stays one setting."""
    return dict(_parts("", thing, without))


def _parts(head: str, thing: Any, without: frozenset[str]) -> Iterator[tuple[str, Setting]]:
    for one in fields(thing):
        if one.compare and one.name not in without:
            # What a target promises stands in the target itself.
            place = head.removesuffix(".") if isinstance(thing, Target) and one.name == "times" else f"{head}{one.name}"
            yield from _setting(place, getattr(thing, one.name))


def _setting(key: str, value: Any) -> Iterator[tuple[str, Setting]]:
    """A value under a key: one setting, or several below it."""
    match value:
        case None | "" | ():
            return
        case frozenset():
            yield key, tuple(sorted(plain_text(one) for one in value))
        case Calendar():
            yield from _calendar(key, value)
        case LiquidText():
            yield key, value.text
        case TextFormat():
            yield key, f"{value.name} {value.order}".strip()
        case Regex():
            yield key, value.pattern
        case OpenTime() | CalendarDays() | WorkingDays():
            yield key, plain_text(value)
        case Mapping():
            for name, one in value.items():
                place = f"{key}.{name}" if name else key
                # A test that gives or expects nothing says something.
                yield from list(_setting(place, one)) or [(place, plain_text(one) or "''")]
        case _ if isinstance(value, _EXPRESSIONS):
            yield key, value
        case _ if isinstance(value, _TYPES):
            yield from _type(key, value)
        case _ if isinstance(value, Sequence) and not isinstance(value, str):
            yield from _list(key, value)
        case _ if is_dataclass(value):
            yield from _parts(f"{key}.", value, frozenset())
        case _:
            yield key, _plain(value)


def _list(key: str, values: Sequence[Any]) -> Iterator[tuple[str, Setting]]:
    named = [_named(one, at) for at, one in enumerate(values)]
    if not any(named):
        yield key, tuple(plain_text(one) for one in values)
        return
    for one, found in zip(values, named, strict=True):
        name, without = found or ("", frozenset())
        said = list(_parts(f"{key}.{name}." if name else f"{key}.", one, without))
        # A thing that says nothing but its name is there all the same.
        yield from said or [(f"{key}.{name}", True)]


def _named(value: Any, at: int) -> tuple[str, frozenset[str]] | None:
    """What an item of a list is known by, and the fields that say so; None for a plain value."""
    match value:
        case Folder():
            return value.id, frozenset({"id", "contract"})
        case Request():
            return value.request_type, frozenset({"request_type"})
        case Target():
            return value.metric.value, frozenset({"metric"})
        case TemplateVariant():
            return " ".join(part for part in (value.locale, value.segment) if part), frozenset(
                {"locale", "segment", "placeholders"}
            )
        case Parameter():
            return value.name, frozenset({"name"})
        case Case():
            return value.name or (str(at + 1) if at else ""), frozenset({"name"})
        case _:
            return None


def _type(key: str, kind: Type) -> Iterator[tuple[str, Setting]]:
    match kind:
        case Simple():
            yield key, kind.value
        case Choice():
            yield key, "ordered choice" if kind.ordered else "choice"
            yield "options" if key == "type" else f"{key}.options", kind.options
        case Reference():
            yield key, " or ".join(one.value for one in kind.kinds)
        case SetOf() | ListOf():
            yield key, "set" if isinstance(kind, SetOf) else "list"
            yield from _type("of" if key == "type" else f"{key}.of", kind.of)
        case Record():
            yield key, "record"
            for name, part in kind.parts:
                yield from _type(f"{key}.{name}", part)
            yield from _setting(f"{key}.secrets", tuple(sorted(kind.secrets)))


def _calendar(key: str, calendar: Calendar) -> Iterator[tuple[str, Setting]]:
    parts, head = calendar.parts, key.removesuffix("calendar")
    yield f"{head}timezone", parts.timezone
    for day, stretches in zip(WEEKDAYS, parts.week, strict=True):
        yield from _setting(f"{head}hours.{day}", _hours(stretches))
    yield from _setting(f"{head}holidays.dates", tuple(day.isoformat() for day in sorted(parts.closed)))
    yield from _setting(
        f"{head}holidays", tuple(f"{country} {region}".strip() for country, region in sorted(parts.countries))
    )
    for date_, stretches in parts.exceptions:
        yield f"{head}exceptions.{date_.isoformat()}", _hours(stretches) or "closed"
    yield from _setting(f"{head}breaks", tuple(f"{_wall(start)} to {_wall(end)}" for start, end in parts.breaks))


def _hours(stretches: tuple[Stretch, ...]) -> tuple[str, ...]:
    return tuple(f"{_clock(start)}-{_clock(end if end <= DAY else end - DAY)}" for start, end in stretches)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")


def _wall(seconds: int) -> str:
    days, rest = divmod(seconds, DAY)
    return f"{date.fromordinal(days + EPOCH_DAY).isoformat()} {_clock(rest)}"


def _plain(value: Any) -> Plain:
    return value if isinstance(value, bool | int | str) else plain_text(value)


def plain_text(value: Any) -> str:
    """A value as one writes it in a project."""
    match value:
        case SortKey() | Column():
            return value.text
        case Bin(test, bound, result):
            place = "else" if test is None or bound is None else f"{test.value} {expression_text(bound)}"
            return f"{place}: {plain_text(result)}"
        case Term(part, weight):
            return f"{plain_text(weight)} × {expression_text(part)}"
        case Class(result, when):
            return f"{result}: {'else' if when is None else expression_text(when)}"
        case _ if isinstance(value, _EXPRESSIONS):
            return expression_text(value)
        case OpenTime(seconds):
            return duration_text(timedelta(seconds=seconds))
        case WorkingDays(days):
            return f"{days} working day{'' if days == 1 else 's'}"
        case CalendarDays(days):
            return f"{days} day{'' if days == 1 else 's'}"
        case timedelta():
            return duration_text(value)
        case bool():
            return str(value).lower()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case Enum():
            return str(value.value)
        case ZoneInfo():
            return value.key
        case Mapping():
            return "{" + ", ".join(f"{key}: {plain_text(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return f"[{', '.join(plain_text(one) for one in value)}]"
        case None:
            return "null"
        case _:
            return str(value)
