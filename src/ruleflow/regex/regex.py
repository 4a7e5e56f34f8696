"""Regular expressions that cannot hang: RE2's, with words of every script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruleflow.regex.translate import RegexProblem, Translated, mark, translate

MAX_PATTERN = 1_000
"""Characters of a pattern."""

__all__ = ["Regex", "RegexProblem", "compile_regex"]


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled pattern. Equal to another of the same pattern and case."""

    pattern: str
    ignore_case: bool
    _translated: Translated = field(compare=False, repr=False)

    @property
    def asks_for_edges(self) -> bool:
        """Whether it asks for word edges, which texts beyond ASCII must be marked for."""
        return bool(self._translated.marked)

    @property
    def translated(self) -> str:
        """The pattern in RE2's words, for texts without marks."""
        return self._translated.plain

    def search(self, text: str) -> bool:
        """Whether the pattern matches somewhere in the text. Time grows with the text, never faster."""
        if self._translated.marked and not text.isascii():
            return _compiled(self._translated.marked, self.ignore_case).search(mark(text)) is not None
        return _compiled(self._translated.plain, self.ignore_case).search(text) is not None

    def fullmatch(self, text: str) -> bool:
        """Whether the pattern matches the text as a whole."""
        if self._translated.marked and not text.isascii():
            return _compiled(self._translated.marked, self.ignore_case).fullmatch(mark(text)) is not None
        return _compiled(self._translated.plain, self.ignore_case).fullmatch(text) is not None


def compile_regex(pattern: str, *, ignore_case: bool = False) -> Regex | RegexProblem:
    """A pattern ready to match, or why it cannot be used. `ignore_case` folds letter by letter, so `ß` is not `ss`."""
    if len(pattern) > MAX_PATTERN:
        return RegexProblem(
            MAX_PATTERN,
            len(pattern),
            f"the pattern is longer than {MAX_PATTERN:,} characters",
            "use several conditions",
        )
    if any(0xD800 <= ord(one) <= 0xDFFF for one in pattern):
        return RegexProblem(0, len(pattern), "the pattern is not valid Unicode", "type the character itself")
    translated = translate(pattern)
    if isinstance(translated, RegexProblem):
        return translated
    for text in filter(None, (translated.plain, translated.marked)):
        problem = _problem_of(text, pattern, ignore_case=ignore_case)
        if problem is not None:
            return problem
    return Regex(pattern, ignore_case, translated)


@lru_cache(maxsize=4096)
def _compiled(text: str, ignore_case: bool) -> Any:  # noqa: FBT001 - a key of the cache
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return re2.compile(text, options=options)


def _problem_of(text: str, pattern: str, *, ignore_case: bool) -> RegexProblem | None:
    import re2

    try:
        _compiled(text, ignore_case)
    except re2.error as error:
        words = error.args[0]
        return _explained(words.decode() if isinstance(words, bytes) else str(words), pattern)
    return None


_WORDS = (
    ("missing )", "`(` is opened and never closed", r"add a `)`; a bracket itself is written `\(`"),
    ("unexpected )", "`)` closes nothing", r"remove it; a bracket itself is written `\)`"),
    (
        "missing argument to repetition",
        "there is nothing to repeat here",
        r"put something before it; the sign itself is written with a `\` before it",
    ),
    (
        "no argument for repetition",
        "there is nothing to repeat here",
        r"put something before it; the sign itself is written with a `\` before it",
    ),
    ("bad repetition operator", "two repetitions stand side by side", "keep one of them"),
    ("invalid repetition size", "something is repeated more than 1,000 times", "use `*` or `+`"),
    (
        "invalid character class range",
        "a range inside brackets runs backwards or has no such class",
        "write the smaller character first, `a-z`; a `-` itself stands last",
    ),
    (
        "invalid character class",
        "a class inside brackets is not known",
        r"classes are `\d`, `\w`, `\s`, `[:alpha:]`, `\p{Greek}`",
    ),
    ("missing ]", "`[` is opened and never closed", r"add a `]`; a bracket itself is written `\[`"),
    ("pattern too large", "the pattern is too large", "repeat fewer things fewer times"),
    ("invalid escape", "an escape is not known", r"a backslash itself is written `\\`"),
    ("trailing \\", "a backslash stands at the end", r"a backslash itself is written `\\`"),
    ("invalid named capture", "a group has a name that cannot be", "write `(?:…)`: names of groups have no use here"),
    ("nested", "repetitions are nested too deeply", "repeat fewer things fewer times"),
)


def _explained(error: str, pattern: str) -> RegexProblem:
    """RE2's complaint in an admin's words, at its place where RE2 names the part."""
    part = error.partition(": ")[2]
    start = pattern.find(part) if part else -1
    start, end = (start, start + len(part)) if start >= 0 else (0, len(pattern))
    for sign, message, help_ in _WORDS:
        if sign in error:
            return RegexProblem(start, end, message, help_)
    return RegexProblem(start, end, f"the pattern cannot be read: {re.sub(r'[^ -~]', '?', error)}", "")
