"""What the grammar makes of the text of an expression, before it has a place in a file.

It depends on nothing but the text, so a text that stands in many rules is parsed once, and trees may be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ruleflow.syntax.grammar import expression_parser

if TYPE_CHECKING:
    from lark import Tree


class Branch(NamedTuple):
    """A rule of the grammar that matched the characters `[start, end)`. Of a terminal among `parts` only its type is kept."""

    rule: str
    start: int
    end: int
    parts: tuple[Branch | str, ...]

    @property
    def below(self) -> list[Branch]:
        """The branches among its parts."""
        return [part for part in self.parts if isinstance(part, Branch)]

    @property
    def words(self) -> list[str]:
        """The types of the terminals that stand directly in it."""
        return [part for part in self.parts if isinstance(part, str)]


Parse = Callable[[str], Branch]
"""Gives the tree of a text, or raises Lark's `UnexpectedInput`."""


@lru_cache(maxsize=16_384)
def parse_tree(text: str) -> Branch:
    """The tree of a text, parsed. Raises Lark's `UnexpectedInput`."""
    return _branch(expression_parser().parse(text))


def _branch(tree: Tree[Any]) -> Branch:
    """Lark's tree as ours, without recursion: a text of many brackets is deeper than Python's stack."""
    made: dict[int, Branch] = {}
    for node in tree.iter_subtrees():  # inner before outer
        children: list[Any] = node.children
        parts = (made[id(child)] if hasattr(child, "children") else str(child.type) for child in children)
        made[id(node)] = Branch(str(node.data), node.meta.start_pos, node.meta.end_pos, tuple(parts))
    return made[id(tree)]
