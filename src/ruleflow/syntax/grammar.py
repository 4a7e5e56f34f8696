"""The parser that Lark makes of `grammar/expression.lark`; made once a process, and only when an expression is read."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ruleflow.resources import own_cache_folder, read_resource

if TYPE_CHECKING:
    from lark import Lark


@cache
def expression_parser() -> Lark:
    """The LALR parser of expressions. `lexer="basic"` keeps words such as `or` reserved everywhere."""
    from lark import Lark
    from lark import __version__ as version

    text = read_resource("grammar", "expression.lark")
    place = _cache_place(sha256(f"{version}\0{text}".encode()).hexdigest())
    return Lark(
        text,
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(place) if place is not None else False,
    )


def _cache_place(key: str) -> Path | None:
    """A file of our own for the parser's tables, which Lark reads with pickle; None where the folder is not ours alone."""
    folder = own_cache_folder()
    return None if folder is None else folder / f"grammar-{key[:24]}.lark"
