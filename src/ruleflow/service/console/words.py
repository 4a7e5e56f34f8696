"""The texts of the console, in the languages it speaks; plurals, numbers and instants as each of them writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

Text = str | Mapping[str, str]
"""A text; or one for each of the language's forms of plural, by its name in CLDR: `one`, `few`, `many`, `other`."""

LANGUAGES: Mapping[str, str] = {"en": "English", "ru": "Русский", "fi": "Suomi"}
_LOCALES = {"en": "en_GB", "ru": "ru", "fi": "fi"}
_FOLDER = Path(__file__).parent / "words"
_LONGEST_HEADER = 500


@dataclass(frozen=True)
class Words:
    """A language. An unknown key is a `KeyError`: it is a mistake of ours."""

    language: str
    texts: Mapping[str, Text] = field(repr=False)

    @cached_property
    def locale(self) -> Locale:
        """What CLDR knows of the language."""
        return Locale.parse(_LOCALES[self.language])

    def text(self, key: str, **values: object) -> str:
        """The text of a key, its `{names}` filled in."""
        found = self.texts[key]
        if not isinstance(found, str):
            raise TypeError(f"{key} is counted")
        return found.format(**values) if values else found

    def known(self, key: str, otherwise: str) -> str:
        """The text of a key that may not be there: a word of a project, a reason that is new."""
        found = self.texts.get(key, otherwise)
        return found if isinstance(found, str) else otherwise

    def count(self, key: str, number: int, **values: object) -> str:
        """The text of a key in the plural of a number, which stands at `{n}`."""
        found = self.texts[key]
        if isinstance(found, str):
            raise TypeError(f"{key} is not counted")
        form = self.locale.plural_form(number)
        return found.get(form, found["other"]).format(n=self.number(number), **values)

    def number(self, number: float) -> str:
        """A number with the language's signs."""
        return str(format_decimal(number, locale=self.locale))

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """An instant in a zone, to the second."""
        return str(format_datetime(at.astimezone(zone), "medium", locale=self.locale))

    def day(self, at: datetime, zone: ZoneInfo) -> str:
        """The day of an instant in a zone."""
        return str(format_datetime(at.astimezone(zone), "d MMM y", locale=self.locale))


@cache
def words_in(language: str) -> Words:
    """The words of one of `LANGUAGES`."""
    raw = (_FOLDER / f"{language}.json").read_bytes()
    return Words(language, msgspec.json.decode(raw, type=dict[str, str | dict[str, str]]))


def chosen(*wishes: str, accepted: str = "") -> str:
    """The language of the first wish that we speak, else of the `Accept-Language` header, else English."""
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    ranked = sorted(_ranges(accepted[:_LONGEST_HEADER]), key=lambda one: -one[1])
    return next((tag for tag, weight in ranked if weight > 0 and tag in LANGUAGES), "en")


def _ranges(header: str) -> list[tuple[str, float]]:
    """The languages of an `Accept-Language` header with their weights; what cannot be read weighs nothing."""
    found = []
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        digits = weight.strip().removeprefix("q=") or "1"
        try:
            found.append((tag.strip().partition("-")[0].lower(), float(digits)))
        except ValueError:
            continue
    return found
