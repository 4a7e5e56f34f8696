"""What the page of a code is called and must hold; the pages themselves are resources of kind `codes`."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruleflow.diagnostics.diagnostic import Code

SECTIONS = ("What it means", "An example", "What to do")
BLOCKS = {"An example": ("yaml wrong", "text"), "What to do": ("yaml right",)}
_FENCE = "```"


@dataclass(slots=True)
class _Section:
    heading: str
    words: int = 0
    blocks: list[str] = field(default_factory=list)


def page_name(code: Code) -> str:
    """The file name of the page of a code: `RF403.md`."""
    return f"{code.number}.md"


def page_title(code: Code) -> str:
    """The first line that the page must have: `# RF403 unknown-option: the title`."""
    return f"# {code}: {code.title}"


def page_defects(code: Code, page: str) -> tuple[str, ...]:
    """What a page lacks, in words for its author; empty when it is whole. The template is `docs/codes/README.md`."""
    sections = _sections(page)
    title = page_title(code)
    defects = [] if page.startswith(f"{title}\n") else [f"the first line is not `{title}`"]
    if tuple(section.heading for section in sections) != SECTIONS:
        defects.append(f"the sections are not `{'`, `'.join(SECTIONS)}`, each once and in this order")
    for section in sections:
        missing = [kind for kind in BLOCKS.get(section.heading, ()) if kind not in section.blocks]
        defects += [f"`{section.heading}` has no block marked `{kind}`" for kind in missing]
        defects += [f"`{section.heading}` says nothing"] * (not section.words)
    return tuple(defects)


def _sections(page: str) -> list[_Section]:
    """The sections of the second level; what looks like a heading inside a fenced block is none."""
    sections = [_Section("")]
    fenced = False
    for line in page.splitlines():
        if line.startswith(_FENCE):
            fenced = not fenced
            sections[-1].blocks += [line.removeprefix(_FENCE).strip()] * fenced
        elif line.startswith("## ") and not fenced:
            sections.append(_Section(line.removeprefix("## ").strip()))
        else:
            sections[-1].words += len(line.split())
    return sections[1:]
