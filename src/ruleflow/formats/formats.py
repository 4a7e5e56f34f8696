"""The formats that a text field may have, as data: what each is called, and how a value is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ruleflow.formats import contacts, identities, moments, words
from ruleflow.formats.numbers import read_decimal, read_integer

Check = Callable[[str], str | None]
"""Why a text does not have the format, in an admin's words and without the text; None when it has."""


@dataclass(frozen=True, slots=True)
class FormatProblem:
    """Why a text does not have a format; never says the text, which may be a secret."""

    message: str


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format. `secret`: values are only ever shown masked. `order` is the order of a date, '' for anything else."""

    name: str
    _check: Check = field(compare=False, repr=False)
    secret: bool = False
    order: str = ""

    def check(self, text: str) -> FormatProblem | None:
        """What is wrong with a text, or None."""
        found = self._check(text)
        return None if found is None else FormatProblem(found)


def _integer(text: str) -> str | None:
    return None if read_integer(text) is not None else "needs a whole number such as `-5`, `0` or `12`"


def _decimal(text: str) -> str | None:
    return None if read_decimal(text) is not None else "needs a number such as `2,25` or `2.25`"


_PLAIN = (
    TextFormat("integer", _integer),
    TextFormat("decimal", _decimal),
    TextFormat("alphanumeric", words.alphanumeric),
    TextFormat("alphanumeric_spaces", words.alphanumeric_spaces),
    TextFormat("url", contacts.url),
    TextFormat("ip", contacts.ip),
    TextFormat("email", contacts.email),
    TextFormat("phone_us", contacts.phone_us),
    TextFormat("phone_international", contacts.phone_international),
    TextFormat("payment_card", identities.payment_card, secret=True),
    TextFormat("ssn_us", identities.ssn_us, secret=True),
    TextFormat("time", moments.time_of_day),
)

FORMATS: Mapping[str, TextFormat] = {one.name: one for one in _PLAIN}
"""Every format without a parameter, by name; `date` has one and is made by `date_format`."""

DATE_ORDERS = tuple(moments.ORDERS)
"""The orders of a date, as written in a project."""


def date_format(order: str) -> TextFormat | None:
    """The format `date` in an order such as `DD-MM-YYYY`; None for an order that there is not."""
    check = moments.date_check(order)
    return None if check is None else TextFormat("date", check, order=order)


def format_named(name: str, order: str = DATE_ORDERS[0]) -> TextFormat | None:
    """The format of a name; None where there is none."""
    return date_format(order) if name == "date" else FORMATS.get(name)
