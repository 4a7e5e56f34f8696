"""A review in every form."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ruleflow.analysis.verdicts import Meaning, Scope
from ruleflow.diagnostics.cells import columns
from ruleflow.review.report.html import render_html
from ruleflow.review.report.json_v1 import render_json
from ruleflow.review.report.markdown import LONGEST, MARK, render_markdown
from ruleflow.review.report.render import FORMATS
from ruleflow.review.report.sarif import render_sarif
from ruleflow.review.report.text import WIDTH, render_text
from ruleflow.review.review import Review
from tests.unit.review.sample import MEANING, SCRIPT, made_review

TEXT = """\
main → the working tree: 2 edits; tickets are decided differently in 2 outcomes

What was edited
  ~ rule big_money (Much money is urgent), stage prioritise             support/rules/example.yaml:7
      ~ when: ticket.amount > 500 → 250
  ~ rule rest, stage route                                             support/rules/example.yaml:13
      ~ then: route team: desk → vip_desk

What it means for tickets
  on ticket.created
    ticket.priority: 2 changes, complete
      nothing → high   (no rule → big_money)
        always when: 250 < ticket.amount <= 500 and contact.segments has none of [vip]
        ticket at 2026-03-02T12:00:00+00:00: {"ticket": {"amount": 251}}
      urgent → high   (outage → big_money)
        for instance when: ticket.subject contains 'down'
        ticket at 2026-03-02T12:00:00+00:00: {"ticket": {"amount": 251, "subject":
          "<script>alert('שלום')</script> | `x` *y*"}}
    route: 1 change, perhaps more (at most 1 was looked for)
      team desk → team <script>alert('שלום')</script> | `x` *y*   (by rest)
        ticket at 2026-03-02T12:00:00+00:00: {"ticket": {}}
    notify: unknown: the budget was used up
    ticket.tags, denied: proved unchanged

solver: CaDiCaL 1.9.5
assumed: a ticket has an amount
note: instants from 2026-01-01 to 2028-01-01
"""


@pytest.fixture
def made(tmp_path: Path) -> Review:
    """A review with everything in it."""
    return made_review(tmp_path)


@pytest.fixture
def unproved(tmp_path: Path) -> Review:
    """A review where there is no prover."""
    return made_review(tmp_path, meaning=None)


def test_text(made: Review) -> None:
    """Edits, then outcomes with their tickets, in 100 columns."""
    text = render_text(made, folder="support")
    assert TEXT == text
    assert max(columns(line) for line in text.splitlines()) <= WIDTH


def test_without_a_prover_every_form_says_how_to_get_it(unproved: Review) -> None:
    """The edits are there all the same; SARIF has them as notes."""
    for name, render in FORMATS.items():
        text = render(unproved)
        assert "big_money" in text or r"big\_money" in text
        if name != "sarif":
            assert "ruleflow[prove]" in text.replace("\\", "").replace("\n  ", " ")
    assert {"note"} == {one["level"] for one in results(unproved)}


def test_json_has_everything(made: Review) -> None:
    """A version, edits with their places, outcomes with their tickets; the API gives the same."""
    found = json.loads(render_json(made))
    assert found == json.loads(json.dumps(made.to_dict()))
    assert (1, "changed") == (found["version"], found["state"])
    first = found["edits"][0]
    assert ("edited", True, None) == (first["edit"], first["can_matter"], first["likeness"])
    assert {"file": "rules/example.yaml", "line": 7, "column": 5} == first["new"]["place"]
    change = {"change": "part_changed", "key": "when", "within": []}
    change |= {"before": "ticket.amount > 500", "after": "ticket.amount > 250", "shown": "ticket.amount > 500 → 250"}
    assert [change] == first["changes"]
    verdicts = found["meaning"]["verdicts"]
    assert ["changed", "changed", "unknown", "unchanged", "unchanged"] == [one["state"] for one in verdicts]
    assert {"ticket": {"amount": 251}} == verdicts[0]["changes"][0]["witness"]["facts"]


def results(review: Review) -> list[dict[str, Any]]:
    """The results of the SARIF log."""
    log = json.loads(render_sarif(review, folder="support"))
    assert "2.1.0" == log["version"]
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def test_sarif_puts_a_change_at_the_rule_that_is_responsible(made: Review) -> None:
    """Where that rule stands in the new version; an unknown outcome stands at the project."""
    places = [one["locations"][0]["physicalLocation"] for one in results(made)]
    assert [
        ("support/rules/example.yaml", 7),
        ("support/rules/example.yaml", 7),
        ("support/rules/example.yaml", 13),
        ("support/ruleflow.yaml", 1),
        ("support/ruleflow.yaml", 1),
    ] == [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places]
    kinds = ["behaviour-changed"] * 3 + ["behaviour-unknown"] * 2
    assert kinds == [one["ruleId"] for one in results(made)]


def test_markdown_is_a_comment(made: Review) -> None:
    """It begins with its mark, has a row for each outcome, and text of others stays text."""
    text = render_markdown(made, folder="support")
    assert text.startswith(f"{MARK}\n### ⚠️ ruleflow: 2 edits")
    rows = [line for line in text.splitlines() if line.startswith("| ticket.created")]
    assert "| ticket.created | `ticket.priority` | `nothing` → `high`<br>`urgent` → `high` |" == rows[0]
    assert "``team <script>alert('שלום')</script> \\| `x` *y*``" in rows[1]
    assert text.count("<details") == text.count("</details>") == 3


def test_a_long_comment_is_cut_at_a_section(made: Review) -> None:
    """Code hosts refuse longer ones."""
    verdict = MEANING.verdicts[0]
    many = Meaning((verdict,) * 400, Scope(()))
    text = render_markdown(Review(made.old, made.new, made.edits, many))
    assert len(text) <= LONGEST + 200
    assert text.rstrip().endswith("shows all of it.")
    assert text.count("<details") == text.count("</details>")


class _Page(HTMLParser):
    """Gathers elements, and what is open at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "path", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_and_runs_nothing(made: Review) -> None:
    """No scripts, no addresses, every element closed; an author's text is text; pictures say what they show."""
    page = _Page()
    page.feed(render_html(made, folder="support"))
    assert [] == page.open
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert [] == [
        name for _, attributes in page.tags for name in attributes if name in {"src", "href"} or name[:2] == "on"
    ]
    assert SCRIPT in page.text
    labels = [attributes["aria-label"] for tag, attributes in page.tags if tag == "svg"]
    assert "ticket.priority: nothing becomes high; urgent becomes high" == labels[0]
    assert "prefers-color-scheme: dark" in page.text
    assert not re.search(r"https?://|url\(", page.text)


def test_nothing_was_edited(made: Review) -> None:
    """Every form says so."""
    same = Review(made.old, made.old, (), Meaning((), Scope(())))
    assert "main → main: nothing was edited\n" == render_text(same)
    assert "✅ ruleflow: nothing was edited" in render_markdown(same)
    assert "unchanged" == json.loads(render_json(same))["state"]
    assert [] == results(same)
    assert "nothing was edited" in render_html(same)


def test_what_would_reorder_text_is_shown(made: Review) -> None:
    """A name with a bidirectional control cannot hide what stands behind it."""
    from dataclasses import replace

    place = replace(made.new.place, name="a\u202eb")
    odd = Review(made.old, replace(made.new, place=place), made.edits, made.meaning)
    for render in (render_text, render_markdown, render_html):
        assert "\u202e" not in render(odd)
