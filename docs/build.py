"""The documentation as a static site in `build/site`; `pip install --group docs` installs what it takes.

Pages link to each other as files of the repository, so that they can be read there, too. The site gathers them from several
folders, with `docs/` on top, and the links follow.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDERS = ("docs", "rules-examples", "bench", "grammar", "deploy", "editors")
MOVED = {
    PurePosixPath("README.md"): PurePosixPath("about.md"),
    PurePosixPath("CHANGELOG.md"): PurePosixPath("changelog.md"),
    PurePosixPath("docs/codes"): PurePosixPath("codes/index.md"),
    PurePosixPath("docs/codes/README.md"): PurePosixPath("codes/writing.md"),
}
CODE = re.compile(r"(^[ ]*(`{3,}).*?^[ ]*\2[ ]*$|(`+)(?!`).+?(?<!`)\3(?!`))", re.MULTILINE | re.DOTALL)
INFO = re.compile(r"^([ ]*`{3,}\w+) .*$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def prose(text: str) -> Iterator[tuple[str, bool]]:
    """A page in pieces, and whether each is prose; code has no links."""
    at = 0
    for code in CODE.finditer(text):
        yield text[at : code.start()], True
        yield code[0], False
        at = code.end()
    yield text[at:], True


def page_of(place: PurePosixPath, repository: Path = REPOSITORY) -> PurePosixPath:
    """Where a file or folder of the repository stands among the pages of the site; a folder by its README."""
    if place in MOVED:
        return MOVED[place]
    if (repository / place).is_dir():
        place /= "README.md"
    return place.relative_to("docs") if place.is_relative_to("docs") else place


def target_of(page: PurePosixPath, link: str) -> PurePosixPath:
    """The file of the repository that a link of a page means."""
    return PurePosixPath(os.path.normpath(page.parent / link))


def as_page(page: PurePosixPath, text: str) -> str:
    """A page as it stands on the site: links lead to where their targets went, blocks of code say their language alone."""
    here = page_of(page).parent

    def moved(link: re.Match[str]) -> str:
        target = page_of(target_of(page, link[1]))
        return f"]({PurePosixPath(os.path.relpath(target, here))}{link[2] or ''})"

    return "".join(LINK.sub(moved, piece) if is_prose else INFO.sub(r"\1", piece) for piece, is_prose in prose(text))


def list_of_codes(folder: Path) -> str:
    """The page that lists the findings, each by the title of its page."""
    titles = [page.read_text(encoding="utf-8").partition("\n")[0] for page in sorted(folder.glob("RF*.md"))]
    lines = [f"- [{title[2:7]}]({title[2:7]}.md) {title[8:]}\n" for title in titles]
    return f"# Codes\n\nWhat `ruleflow check` may find. `ruleflow explain RF403` prints the page of a code.\n\n{''.join(lines)}"


def gather(target: Path, repository: Path = REPOSITORY) -> None:
    """Write the pages of the site, and the files that they show, into a new folder."""
    places = [Path("README.md"), Path("CHANGELOG.md")]
    places += [place.relative_to(repository) for name in FOLDERS for place in (repository / name).rglob("*")]
    for place in places:
        source, page = repository / place, PurePosixPath(place.as_posix())
        if source.is_dir() or place.suffix in {".py", ".pyc", ".json", ".js"} or "node_modules" in place.parts:
            continue
        written = target / page_of(page, repository)
        written.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".md" and "templates" not in place.parts:
            written.write_text(as_page(page, source.read_text(encoding="utf-8")), encoding="utf-8")
        elif place.suffix != ".md":
            shutil.copyfile(source, written)
    (target / "codes" / "index.md").write_text(list_of_codes(repository / "docs" / "codes"), encoding="utf-8")


def main() -> int:
    """Build the site anew; a broken link is an error."""
    shutil.rmtree(REPOSITORY / "build" / "pages", ignore_errors=True)
    gather(REPOSITORY / "build" / "pages")
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=REPOSITORY, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
