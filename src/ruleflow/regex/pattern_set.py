"""Many patterns in one pass over a text, by RE2's sets.

RE2 gives up silently where its automaton has no room for even a few states, so the room grows with the patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ruleflow.regex.regex import Regex

Search = Callable[[str], Iterable[int]]
"""The places of the patterns that a text contains, in no order."""

ROOM = 64 * 1024 * 1024
ROOM_OF_A_CHARACTER = 2_048
FEW = 8
"""So many patterns are tried one by one."""


def literal_set(texts: Sequence[str]) -> Search:
    """Which of some texts, as they are, another one contains."""
    return _search_of([_escaped(text) for text in texts])


def regex_set(regexes: Sequence[Regex]) -> Search:
    """Which of some patterns a text matches somewhere. Those that ask for word edges are tried one by one."""
    if len(regexes) <= FEW:
        return lambda text: [place for place, one in enumerate(regexes) if one.search(text)]
    alone = [(place, one) for place, one in enumerate(regexes) if one.asks_for_edges]
    together = [(place, one) for place, one in enumerate(regexes) if not one.asks_for_edges]
    search = _search_of([f"(?{'i' if one.ignore_case else '-i'}:{one.translated})" for _, one in together])

    def both(text: str) -> list[int]:
        found = [together[at][0] for at in search(text)] if together else []
        return found + [place for place, one in alone if one.search(text)]

    return both


def _escaped(text: str) -> str:
    """A text as a pattern. A NUL is written out: RE2's own escaping is not `re`'s."""
    return "".join(
        f"\\{one}" if re.match(r"[!-/:-@\[-`{-~]", one) else f"\\x{{{ord(one):X}}}" if one < " " else one
        for one in text
    )


def _search_of(patterns: Sequence[str]) -> Search:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = ROOM + ROOM_OF_A_CHARACTER * sum(map(len, patterns))
    made: Any = re2.Set.SearchSet(options)
    for pattern in patterns:
        made.Add(pattern)
    made.Compile()
    match = made.Match
    return lambda text: match(text) or ()
