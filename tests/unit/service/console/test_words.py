"""The console's languages say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.service.console import words
from ruleflow.service.console.words import LANGUAGES, Text, chosen, words_in

_PACKAGE = Path(words.__file__).parent
_MADE_UP = ("act.", "clock.", "decision.by_", "delivery.", "fate.", "field.", "group.", "metric.", "nav.", "parameter.")
_MORE_MADE_UP = ("severity.", "state.", "trace.", "try.hint_", "try.true", "try.false")
_KEY = re.compile(r"""["']([a-z_]+(?:\.[a-z_ ]+)?)["']""")


def forms(text: Text) -> Mapping[str, str]:
    return {"": text} if isinstance(text, str) else text


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name} if 'ticket":' not in text else set()


@pytest.mark.parametrize("language", ["ru", "fi"])
def test_all_languages_have_the_same_texts(language: str) -> None:
    """Each language has every text of English, no other, and counts what English counts."""
    english, other = words_in("en").texts, words_in(language).texts
    assert list(english) == list(other)
    assert [isinstance(one, str) for one in english.values()] == [isinstance(one, str) for one in other.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_text_fills_in_the_same(language: str) -> None:
    """A placeholder of English stands in every form of every language."""
    for key, text in words_in(language).texts.items():
        wanted = placeholders(forms(words_in("en").texts[key]).get("other", str(words_in("en").texts[key])))
        assert [wanted] * len(forms(text)) == [placeholders(one) for one in forms(text).values()], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_of_a_language_has_its_form(language: str) -> None:
    """What is counted has the forms that CLDR names for whole numbers, and `other`."""
    told = words_in(language)
    wanted = {told.locale.plural_form(number) for number in range(200)} | {"other"}
    counted = [text for text in told.texts.values() if not isinstance(text, str)]
    assert counted
    assert all(wanted == set(text) for text in counted)


def test_russian_and_finnish_count_as_people_do() -> None:
    """One, few and many in Russian; the partitive in Finnish; numbers with each language's signs."""
    russian = [words_in("ru").count("rules.count", number) for number in (1, 2, 5, 11, 21, 1002)]
    assert ["1 правило", "2 правила", "5 правил", "11 правил", "21 правило", "1\xa0002 правила"] == russian
    assert ["1 sääntö", "0 sääntöä", "2 sääntöä"] == [words_in("fi").count("rules.count", n) for n in (1, 0, 2)]
    assert "1,002 rules" == words_in("en").count("rules.count", 1002)


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    """The pages and the code name all texts, but for those whose names are put together; nothing else is asked for."""
    sources = "\n".join(file.read_text() for file in (*_PACKAGE.glob("*.py"), *_PACKAGE.glob("pages/*.html")))
    named = set(_KEY.findall(sources))
    unused = [
        key for key in words_in("en").texts if key not in named and not key.startswith((*_MADE_UP, *_MORE_MADE_UP))
    ]
    assert [] == unused
    asked = set(re.findall(r"""\b(?:t|n|words\.text|words\.count)\(["']([a-z_.]+)["']""", sources))
    assert asked
    assert set() == {key for key in asked if not key.endswith((".", "_"))} - words_in("en").texts.keys()


def test_standard_fields_have_names_in_every_language() -> None:
    """No field of the standard vocabulary is called in English to those who read Russian or Finnish."""
    fields = {f"field.{path}" for path in standard_vocabulary().fields} - {"field.event.name"}
    assert fields == {key for key in words_in("en").texts if key.startswith("field.")}


@pytest.mark.parametrize(
    ("wishes", "accepted", "expected"),
    [
        ((), "", "en"),
        ((), "fi-FI,fi;q=0.9,en;q=0.8", "fi"),
        ((), "de, ru;q=0.4, fi;q=0.6", "fi"),
        ((), "ru;q=0, *;q=0.1", "en"),
        ((), "ru;q=nonsense,,;;q=1,fi;q=0.1", "fi"),
        (("", "ru"), "fi", "ru"),
        (("fi", "ru"), "en", "fi"),
        (("xx", ""), "ru", "ru"),
        ((), "," * 100_000 + "ru", "en"),
    ],
)
def test_the_language_is_the_one_that_was_wished_for(wishes: tuple[str, ...], accepted: str, expected: str) -> None:
    """A choice wins over the browser's header, and the header is read however it is written."""
    assert expected == chosen(*wishes, accepted=accepted)


def test_a_mistake_in_a_key_is_not_hidden() -> None:
    """An unknown key, and a counted text that is not counted, are errors."""
    with pytest.raises(KeyError):
        words_in("en").text("no.such")
    with pytest.raises(TypeError, match="counted"):
        words_in("en").text("rules.count")
    with pytest.raises(TypeError, match="not counted"):
        words_in("en").count("rules.title", 1)
