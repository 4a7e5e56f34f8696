from __future__ import annotations

import pytest

from ruleflow.diagnostics.pages import page_defects, page_name, page_title
from tests.unit.diagnostics.findings import OPTION

PAGE = """\
# RF403 unknown-option: A word that is not an option of the field

## What it means

Заявка ждёт.

## An example

```yaml wrong
## no heading
when: ticket.priority is urgnt
```

```text
error[RF403 unknown-option]: …
```

Some words.

## What to do

```yaml right
when: ticket.priority is urgent
```
"""


def test_names() -> None:
    """A page is named after the number of its code and titled with number, slug and title."""
    assert page_name(OPTION) == "RF403.md"
    assert page_title(OPTION) == "# RF403 unknown-option: A word that is not an option of the field"


def test_whole_page() -> None:
    """A page with all parts lacks nothing."""
    assert page_defects(OPTION, PAGE) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("unknown-option:", "option:", f"the first line is not `{page_title(OPTION)}`", id="title"),
        pytest.param(
            "## What it means",
            "## Meaning",
            "the sections are not `What it means`, `An example`, `What to do`, each once and in this order",
            id="section",
        ),
        pytest.param("yaml wrong", "yaml", "`An example` has no block marked `yaml wrong`", id="block"),
        pytest.param("```yaml right", "```yaml wrong", "`What to do` has no block marked `yaml right`", id="mended"),
        pytest.param("Заявка ждёт.", "", "`What it means` says nothing", id="nothing said"),
    ],
)
def test_defects(old: str, new: str, expected: str) -> None:
    """What a page lacks is named."""
    assert (expected,) == page_defects(OPTION, PAGE.replace(old, new))


def test_section_twice() -> None:
    """A section that stands twice is a defect."""
    assert len(page_defects(OPTION, PAGE + "\n## What to do\n\nAgain.\n\n```yaml right\n```\n")) == 1
