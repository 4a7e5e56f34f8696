"""Which of many tests a text passes: `contains` and `matches` by one pass over the text, affixes by their lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ruleflow.plan.closures import regex
from ruleflow.plan.conditions import RegexMatch, TextMatch
from ruleflow.regex.pattern_set import literal_set, regex_set
from ruleflow.syntax.expressions import TextTest
from ruleflow.types.text import contains_word

Hits = Callable[[str], Iterable[int]]
"""The places of the tests that a text passes."""

FEW = 24
"""So many texts are sought one by one faster than by one pass."""


def hits_of(tests: Sequence[TextMatch | RegexMatch]) -> Callable[[str, str], Iterator[int]]:
    """What tells of a text, as it is and folded, the places of the tests that it passes."""
    folded = [(place, one) for place, one in enumerate(tests) if isinstance(one, TextMatch) and not one.exact]
    exact = [(place, one) for place, one in enumerate(tests) if isinstance(one, TextMatch) and one.exact]
    regexes = [(place, one) for place, one in enumerate(tests) if isinstance(one, RegexMatch)]
    of_folded = [*_text_hits(folded)]
    of_exact = [*_text_hits(exact), *_regex_hits(regexes)]

    def hits(text: str, folded_text: str) -> Iterator[int]:
        for own in of_folded:
            yield from own(folded_text)
        for own in of_exact:
            yield from own(text)

    return hits


def _text_hits(tests: Sequence[tuple[int, TextMatch]]) -> Iterator[Hits]:
    """The searches for some tests that all look at the text folded, or all at the text as it is."""
    by_test: dict[TextTest, dict[str, int]] = {}
    for place, one in tests:
        by_test.setdefault(one.test, {})[one.pattern] = place
    for test, places in by_test.items():
        match test:
            case TextTest.STARTS_WITH:
                yield _affixes(places, lambda text, length: text[:length])
            case TextTest.ENDS_WITH:
                yield _affixes(places, lambda text, length: text[len(text) - length :] if length <= len(text) else text)
            case TextTest.CONTAINS_WORD:
                yield _words(places)
            case _:
                yield _contained(places)


def _affixes(places: dict[str, int], cut: Callable[[str, int], str]) -> Hits:
    """Prefixes or suffixes: one look for each length that there is."""
    lengths = sorted({len(pattern) for pattern in places})
    return lambda text: [
        places[part] for length in lengths if len(part := cut(text, length)) == length and part in places
    ]


def _contained(places: dict[str, int]) -> Hits:
    if len(places) <= FEW:
        return lambda text: [place for pattern, place in places.items() if pattern in text]
    search, order = literal_set(tuple(places)), tuple(places.values())
    return lambda text: [order[at] for at in search(text)]


def _words(places: dict[str, int]) -> Hits:
    """Words: sought as parts of the text, then looked at more closely."""
    contained, patterns = _contained(places), {place: pattern for pattern, place in places.items()}
    return lambda text: [place for place in contained(text) if contains_word(text, patterns[place])]


def _regex_hits(tests: Sequence[tuple[int, RegexMatch]]) -> Iterator[Hits]:
    if not tests:
        return
    compiled = [regex(one.pattern, exact=one.exact) for _, one in tests]
    search, order = regex_set(compiled), tuple(place for place, _ in tests)
    yield lambda text: [order[at] for at in search(text)]
