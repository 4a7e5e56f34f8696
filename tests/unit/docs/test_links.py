"""Links of the pages lead somewhere, and every page can be reached."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from docs.build import LINK, gather, list_of_codes, page_of, prose, target_of
from tests.pages import DOCS

REPOSITORY = DOCS.parent
START = REPOSITORY / "docs" / "index.md"
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CHANGELOG.md",
    *(place for name in ("docs", "grammar", "bench") for place in sorted((REPOSITORY / name).rglob("*.md"))),
    *sorted((REPOSITORY / "rules-examples").rglob("README.md")),
]
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")


@cache
def words(page: Path) -> str:
    """A page without its code."""
    return "".join(piece if is_prose else "`" for piece, is_prose in prose(page.read_text(encoding="utf-8")))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page: those of its headings, as GitHub and the site make them, and those it sets itself."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = [re.sub(r"[\s]", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip()) for heading in headings]
    return frozenset([*slugs, *re.findall(r'<a id="([^"]+)">', text)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """The file of each link is there, and so is the heading that it means."""
    here = page_path(page)
    missing = [link[1] for link in LINK.finditer(words(page)) if not (REPOSITORY / target_of(here, link[1])).exists()]
    for target, anchor in ANCHOR.findall(words(page)):
        if not target.startswith(("http:", "https:")):
            place = REPOSITORY / target_of(here, target) if target else page
            missing += [f"{target}#{anchor}"] if place.suffix == ".md" and anchor not in anchors(place) else []
    assert [] == missing


def test_every_page_is_reached() -> None:
    """From the start page and the navigation one comes to every page, by links alone."""
    configuration = (REPOSITORY / "zensical.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'"([\w./-]+\.md)"', configuration))
    found = {page for page in PAGES if page_of(page_path(page)).as_posix() in named}
    assert START in found
    waiting = [*found]
    while waiting:
        page = waiting.pop()
        links = {REPOSITORY / target_of(page_path(page), link[1]) for link in LINK.finditer(words(page))}
        new = {place / "README.md" if place.is_dir() else place for place in links if place != DOCS / "codes"} - found
        found |= new
        waiting += [place for place in new if place.suffix == ".md" and place.exists()]
    codes = {DOCS / "codes" / name for name in re.findall(r"\]\((RF\d+\.md)\)", list_of_codes(DOCS / "codes"))}
    assert "codes/index.md" in named
    assert [] == sorted(set(PAGES) - found - codes)


def test_the_navigation_names_pages(tmp_path: Path) -> None:
    """Whatever stands in the navigation is gathered for the site, with the pictures of the pages."""
    gather(tmp_path)
    configuration = (REPOSITORY / "zensical.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'"([\w./-]+\.md)"', configuration))
    assert [] == sorted(name for name in named if not (tmp_path / name).is_file())
    about = (tmp_path / "about.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", about)
    assert len(pictures) >= 3
    assert [] == [picture for picture in pictures if not (tmp_path / picture).is_file()]


def page_path(page: Path) -> PurePosixPath:
    """A page as a path of the repository."""
    return PurePosixPath(page.relative_to(REPOSITORY).as_posix())
