"""Reading one value of the facts by its type.

A reader gets the value as JSON has it and gives the value as decisions have it. What is wrong goes to `log`, at a
JSON pointer, and the value then reads as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from sys import intern
from typing import cast
from zoneinfo import ZoneInfo

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code
from ruleflow.diagnostics.suggest import listing, nearest
from ruleflow.engine.facts import FactProblem, FactWarning
from ruleflow.formats.masking import mask
from ruleflow.formats.numbers import read_decimal
from ruleflow.model.model import Model
from ruleflow.model.vocabulary import Field
from ruleflow.types.literals import FIRST_YEAR, LAST_YEAR, date_of, duration_of, instant_of, time_of
from ruleflow.types.terms import Choice, ListOf, Record, Reference, SetOf, Simple, Type, describe, secrets_in
from ruleflow.types.values import MAX_DIGITS, Value, plain_number

MAX_TEXT = 100_000
"""Characters of a text that rules still look at."""
MAX_ITEMS = 10_000
"""Items of a list that rules still look at."""


OF_TICKETS = frozenset({"contact.tickets", "ticket.history"})
"""Lists of records whose parts are called as the fields of a ticket."""


class OverBudgetError(Exception):
    """A value is too large to be looked at."""


@dataclass(slots=True)
class Log:
    """What was found while reading one set of facts. `strict`: what is unknown is a problem, not a warning."""

    strict: bool = False
    problems: list[FactProblem] = field(default_factory=list)
    warnings: list[FactWarning] = field(default_factory=list)

    def refuse(self, pointer: str, code: Code, message: str, help_: str = "") -> None:
        """Note a fault."""
        self.problems.append(FactProblem(pointer, code.number, message, help_))

    def unknown(self, pointer: str, message: str, help_: str) -> None:
        """Note something that the project does not know (yet)."""
        if self.strict:
            self.refuse(pointer, codes.UNKNOWN_IN_FACTS, message, help_)
        else:
            self.warnings.append(FactWarning(pointer, codes.UNKNOWN_IN_FACTS.number, message))


Reader = Callable[[object, str, Log], Value]
"""Reads a value that is not null: (value, its pointer, the log)."""


def reader_of(kind: Type, model: Model, declared: Field | None = None, *, secret: bool = False) -> Reader:
    """The reader of a type; `declared` adds the format and the bounds of a field, `secret` is that of a part of one."""
    secret = secret or (declared is not None and declared.secret)
    match kind:
        case Simple.BOOLEAN:
            return _boolean_reader(secret=secret)
        case Simple.INTEGER | Simple.DECIMAL:
            return _number_reader(kind, declared, secret=secret)
        case Simple.TEXT:
            return _text_reader(declared, secret=secret)
        case Simple.DATETIME:
            return _datetime_reader(model.zone, secret=secret)
        case Simple.DATE:
            return _written_reader(_is_date, date_of, "a date such as `2026-03-01`", secret=secret)
        case Simple.TIME:
            return _written_reader(_is_time, time_of, "a time of day such as `18:00`", secret=secret)
        case Simple.DURATION:
            return _written_reader(_is_duration, duration_of, "a duration such as `1h30m`", secret=secret)
        case Choice():
            return _choice_reader(kind, declared, secret=secret)
        case Reference():
            return _reference_reader(kind, model, secret=secret)
        case SetOf() | ListOf():
            return _collection_reader(kind, model, declared, secret=secret)
        case Record():
            return _record_reader(kind, model, _own_fields(kind, model, declared), secret=secret)
        case _:
            return _unreadable


def _wrong(value: object, pointer: str, wanted: str, log: Log, help_: str = "", *, secret: bool = False) -> None:
    log.refuse(pointer, codes.WRONG_FACT, f"needs {wanted}; found {_shown(value, secret=secret)}", help_)


def _shown(value: object, *, secret: bool = False) -> str:
    """A value in a message: short, and masked where it is a secret."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false" if secret else f"`{str(value).lower()}`"
        case str() if secret:
            return f"the text `{mask(value)}`"
        case str():
            return f"the text `{value[:40]}{'…' if len(value) > 40 else ''}`"
        case int() | float() | Decimal() if secret:
            return "a number"
        case int() | float() | Decimal():
            return _shown_number(value)
        case Mapping():
            return "an object"
        case list() | tuple() | set() | frozenset():
            return "a list"
        case _:
            return f"a value of type {type(value).__name__}"


def _shown_number(value: float | Decimal) -> str:
    if str(value).lower().lstrip("+-").startswith(("inf", "nan", "snan")):
        return "something that is no number"
    return "a number with too many digits" if _is_huge(value) else f"the number `{str(value)[:40]}`"


_TOO_MANY_DIGITS = 10**MAX_DIGITS


def _is_huge(value: float | Decimal) -> bool:
    if isinstance(value, int):
        return not -_TOO_MANY_DIGITS < value < _TOO_MANY_DIGITS
    if isinstance(value, Decimal):
        return not value.is_finite() or len(value.as_tuple().digits) > MAX_DIGITS or abs(value.adjusted()) > MAX_DIGITS
    return not isfinite(value)


def _boolean_reader(*, secret: bool) -> Reader:
    def read(value: object, pointer: str, log: Log) -> Value:
        if isinstance(value, bool):
            return value
        if value != "":
            _wrong(value, pointer, "true or false", log, secret=secret)
        return None

    return read


def _number_reader(kind: Simple, declared: Field | None, *, secret: bool) -> Reader:
    wanted = "a whole number" if kind is Simple.INTEGER else "a number"
    low = declared.minimum if declared is not None else None
    high = declared.maximum if declared is not None else None

    def read(value: object, pointer: str, log: Log) -> Value:
        number = _number(value)
        if value == "":
            return None
        if number is None or (kind is Simple.INTEGER and not isinstance(number, int)):
            _wrong(value, pointer, wanted, log, secret=secret)
            return None
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = (
                f"at least {low}" if high is None else f"at most {high}" if low is None else f"from {low} to {high}"
            )
            shown = "the number" if secret else f"`{number}`"
            log.refuse(pointer, codes.OUT_OF_RANGE, f"{shown} is out of range: it must be {bounds}")
            return None
        return number

    return read


def _number(value: object) -> int | Decimal | None:
    """A number as JSON or a form has it; None where it is none, or has too many digits."""
    match value:
        case bool():
            return None
        case int():
            return None if _is_huge(value) else value
        case float():
            return None if _is_huge(value) else _exact(Decimal(repr(value)))
        case Decimal():
            return _exact(value)
        case str():
            found = read_decimal(value)
            return None if found is None else _exact(found)
        case _:
            return None


def _exact(value: Decimal) -> int | Decimal | None:
    return None if _is_huge(value) else plain_number(value)


def _text_reader(declared: Field | None, *, secret: bool) -> Reader:
    pattern = declared.pattern if declared is not None else None
    form = declared.format if declared is not None else None

    def read(value: object, pointer: str, log: Log) -> Value:
        if not isinstance(value, str):
            help_ = f'write it in quotes: "{value}"' if isinstance(value, int) and not secret else ""
            _wrong(value, pointer, "a text", log, help_, secret=secret)
            return None
        if len(value) > MAX_TEXT:
            raise OverBudgetError(f"the text has {len(value):,} characters; rules look at no more than {MAX_TEXT:,}")
        if not value.isascii() and not _is_unicode(value):
            log.refuse(
                pointer, codes.WRONG_FACT, "the text is not valid Unicode: half of a surrogate pair stands alone"
            )
            return None
        if value and form is not None and (problem := form.check(value)) is not None:
            log.refuse(pointer, codes.WRONG_FORMAT, f"{_shown(value, secret=secret)}: {problem.message}")
            return None
        if value and pattern is not None and not pattern.fullmatch(value):
            log.refuse(
                pointer, codes.WRONG_FORMAT, f"{_shown(value, secret=secret)} does not match `{pattern.pattern}`"
            )
            return None
        return value

    return read


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _datetime_reader(zone: ZoneInfo, *, secret: bool) -> Reader:
    def read(value: object, pointer: str, log: Log) -> Value:
        if isinstance(value, datetime):
            value = value.isoformat()
        found = instant_of(value, zone) if isinstance(value, str) else None
        if found is None and value != "":
            wanted = f"a date with time such as `2026-03-01T18:00:00+03:00`, of the years {FIRST_YEAR} to {LAST_YEAR}"
            _wrong(value, pointer, wanted, log, secret=secret)
        return found

    return read


def _written_reader(
    is_one: Callable[[object], bool], read_text: Callable[[str], Value], wanted: str, *, secret: bool
) -> Reader:
    """Reads what JSON writes as a text, and takes the value itself from a program."""

    def read(value: object, pointer: str, log: Log) -> Value:
        if is_one(value):
            return cast("Value", value)
        found = read_text(value) if isinstance(value, str) else None
        if found is None and value != "":
            _wrong(value, pointer, wanted, log, secret=secret)
        return found

    return read


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_time(value: object) -> bool:
    return isinstance(value, time)


def _is_duration(value: object) -> bool:
    return isinstance(value, timedelta)


def options_of(kind: Choice, declared: Field | None) -> Mapping[str, str]:
    """The options by the names that facts may call them."""
    own = {option: intern(option) for option in kind.options}
    external = {} if declared is None else declared.external_options
    return {**{name: intern(option) for name, option in external.items()}, **own}


def _choice_reader(kind: Choice, declared: Field | None, *, secret: bool) -> Reader:
    options = options_of(kind, declared)

    def read(value: object, pointer: str, log: Log) -> Value:
        name = _name(value)
        if name is None:
            _wrong(value, pointer, describe(kind), log, secret=secret)
            return None
        if name == "":
            return None
        found = options.get(name)
        if found is None:
            shown, meant = _unknown(name, kind.options, secret=secret)
            log.unknown(pointer, f"{shown} is not an option", meant)
            return name[:MAX_TEXT]
        return found

    return read


def _name(value: object) -> str | None:
    """The name by which facts call an option or a thing: a text, or a number that the helpdesk uses for it."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and not _is_huge(value) else None


def _unknown(name: str, known: tuple[str, ...], *, secret: bool) -> tuple[str, str]:
    """How a name that nobody knows is shown, and what may have been meant: of a secret only what is known anyhow."""
    if secret:
        return f"`{mask(name[:80])}`", f"known: {listing(known)}"
    return f"`{name[:80]}`", _meant(name, known)


def _meant(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else f"known: {listing(known)}"


def ids_of(kind: Reference, model: Model) -> Mapping[str, str]:
    """The ids of things by the names that facts may call them."""
    ids: dict[str, str] = {}
    for one in reversed(kind.kinds):
        things = model.things(one)
        ids |= {old: thing.id for thing in things.values() for old in thing.was}
        ids |= {thing.external_id: thing.id for thing in things.values() if thing.external_id}
        ids |= {name: intern(name) for name in things}
    return ids


def _reference_reader(kind: Reference, model: Model, *, secret: bool) -> Reader:
    ids = ids_of(kind, model)
    known = tuple(ids)

    def read(value: object, pointer: str, log: Log) -> Value:
        name = _name(value)
        if name is None:
            _wrong(value, pointer, f"the id of {describe(kind)}", log, secret=secret)
            return None
        if name == "":
            return None
        found = ids.get(name)
        if found is None:
            shown, meant = _unknown(name, known, secret=secret)
            log.unknown(pointer, f"{shown} is not {describe(kind)} of this project", meant)
            return name[:MAX_TEXT]
        return found

    return read


def _collection_reader(kind: SetOf | ListOf, model: Model, declared: Field | None, *, secret: bool) -> Reader:
    item = reader_of(kind.of, model, declared, secret=secret)
    if declared is not None and declared.path == "ticket.history" and isinstance(kind.of, Record):
        item = _history_reader(item, frozenset(name for name, _ in kind.of.parts))
    whole: Callable[[list[Value]], Value] = frozenset if isinstance(kind, SetOf) else tuple

    def read(value: object, pointer: str, log: Log) -> Value:
        if isinstance(value, set | frozenset):
            value = sorted(value, key=repr)
        if not isinstance(value, list | tuple):
            help_ = "write it in brackets, also when it is only one"
            _wrong(value, pointer, describe(kind), log, help_, secret=secret or bool(secrets_in(kind)))
            return None
        if len(value) > MAX_ITEMS:
            raise OverBudgetError(f"the list has {len(value):,} items; rules look at no more than {MAX_ITEMS:,}")
        found = [item(one, f"{pointer}/{at}", log) for at, one in enumerate(value) if one is not None]
        return whole([one for one in found if one is not None])

    return read


def _own_fields(kind: Record, model: Model, declared: Field | None) -> Mapping[str, Field]:
    """The fields whose values the parts of a record of tickets are, so that both are read alike."""
    if declared is None or declared.path not in OF_TICKETS:
        return {}
    found = ((name, model.fields.get(f"ticket.{name}")) for name, _ in kind.parts)
    return {name: own for name, own in found if own is not None and own.type == kind.part(name)}


def _record_reader(kind: Record, model: Model, fields: Mapping[str, Field], *, secret: bool) -> Reader:
    hidden = secret or bool(secrets_in(kind))
    parts = {
        name: reader_of(part, model, fields.get(name), secret=secret or name in kind.secrets)
        for name, part in kind.parts
    }

    def read(value: object, pointer: str, log: Log) -> Value:
        if not isinstance(value, Mapping):
            _wrong(value, pointer, "an object", log, secret=hidden)
            return None
        found = {
            name: part(value[name], f"{pointer}/{name}", log)
            for name, part in parts.items()
            if value.get(name) is not None
        }
        return {name: one for name, one in found.items() if one is not None}

    return read


EVENTS_IN_HISTORY: Mapping[str, Mapping[str, str]] = {
    "ticket.created": {"event": "created"},
    "ticket.replied": {"event": "replied"},
    "message.received": {"event": "replied", "by": "contact"},
    "ticket.updated": {"event": "changed"},
    "ticket.reopened": {"event": "changed"},
    "ticket.closed": {"event": "changed"},
}
"""The standard events that may stand in a history, with what they are there."""


def _history_reader(entry: Reader, names: frozenset[str]) -> Reader:
    """Reads an entry of a ticket's history: it must have its instant, and `''` says that a field has no value any more."""

    def read(value: object, pointer: str, log: Log) -> Value:
        if isinstance(value, Mapping):
            event = value.get("event")
            value = {**value, **(EVENTS_IN_HISTORY.get(event, {}) if isinstance(event, str) else {})}
            if not value.get("at"):
                log.refuse(f"{pointer}/at", codes.REQUIRED_FACT, "an entry of `ticket.history` needs its instant, `at`")
        found = entry(value, pointer, log)
        if not (isinstance(value, Mapping) and isinstance(found, dict)):
            return found
        return found | {name: None for name in names - found.keys() if value.get(name) == ""}

    return read


def _unreadable(value: object, pointer: str, log: Log) -> Value:
    _wrong(value, pointer, "nothing: this type does not come with the facts", log)
    return None
