from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.diagnostics.codes import CODES, _register
from ruleflow.diagnostics.pages import page_defects, page_name


@pytest.fixture(scope="module")
def pages(repository: Path) -> Path:
    """The folder of the pages."""
    return repository / "docs" / "codes"


@pytest.mark.parametrize("number", CODES)
def test_code_has_a_whole_page(number: str, pages: Path) -> None:
    """Every code has its page, and the page has all its parts."""
    code = CODES[number]
    page = pages / page_name(code)
    assert page.is_file(), f"docs/codes/{page.name} is missing"
    assert page_defects(code, page.read_text(encoding="utf-8")) == ()


def test_no_orphan_pages(pages: Path) -> None:
    """Every page belongs to a code."""
    known = {"README.md", *map(page_name, CODES.values())}
    assert set() == {page.name for page in pages.iterdir()} - known


def test_numbers_are_used_once() -> None:
    """A number that is taken cannot be registered again."""
    with pytest.raises(ValueError, match="is taken"):
        _register(next(iter(CODES.values())))


def test_slugs_are_used_once() -> None:
    """No two codes have one name for people."""
    slugs = [code.slug for code in CODES.values()]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("number", CODES)
def test_code_is_well_formed(number: str) -> None:
    """A code is `RF` and three digits, a slug of words with dashes, and a title without a full stop."""
    code = CODES[number]
    assert number == code.number
    assert re.fullmatch(r"RF\d{3}", number)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.slug)
    assert re.fullmatch(r"\S.*[^.\s]", code.title)
