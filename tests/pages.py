"""Pages of the documentation, for tests that hold them to what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
_FENCE = re.compile(r"^(`{3,})(\w*)[ ]?([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code with its language and what stands after it, and the prose between it and the block before it."""

    language: str
    mark: str
    text: str
    before: str


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of code of a page, in order."""
    text, at = page.read_text(encoding="utf-8"), 0
    for fence in _FENCE.finditer(text):
        yield Block(fence[2], fence[3], fence[4], text[at : fence.start()])
        at = fence.end()
