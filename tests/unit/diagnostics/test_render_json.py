from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.diagnostic import Diagnostic, Fix, Related
from ruleflow.diagnostics.render_json import render_json
from ruleflow.source import Source, Span
from tests.unit.diagnostics.findings import OPTION, ROUTING, URGNT, WHOLE, at


def test_document() -> None:
    """The document has its version, counts and every finding with places in lines, columns and offsets."""
    place = {
        "file": "rules/routing.yaml",
        "start": {"line": 3, "column": 37, "offset": 61},
        "end": {"line": 3, "column": 42, "offset": 66},
    }
    head = {
        "file": "rules/routing.yaml",
        "start": {"line": 1, "column": 1, "offset": 0},
        "end": {"line": 1, "column": 6, "offset": 5},
    }
    finding = replace(
        URGNT,
        related=(Related(at(ROUTING, "rules"), "the list"),),
        fixes=(Fix("write `urgent`", at(ROUTING, "urgnt"), "urgent"),),
    )
    expected = {
        "version": 1,
        "counts": {"errors": 1, "warnings": 1, "files": 1, "notes": 0, "silenced": 0},
        "findings": [
            {
                "code": "RF403",
                "slug": "unknown-option",
                "severity": "error",
                "message": "`urgnt` is not an option of `ticket.priority`",
                "place": place,
                "within": "condition of rule `vip_first`",
                "help": ["did you mean `urgent`?"],
                "related": [{"message": "the list", "place": head}],
                "fixes": [{"title": "write `urgent`", "safe": False, "place": place, "replacement": "urgent"}],
            },
            {
                "code": "RF502",
                "slug": "unused-definition",
                "severity": "warning",
                "message": "nothing uses `vip`",
                "place": None,
                "within": "",
                "help": [],
                "related": [],
                "fixes": [],
            },
        ],
        "silenced": [],
    }
    assert expected == json.loads(render_json([finding, WHOLE]))


def test_no_findings() -> None:
    """No findings are a document with an empty list."""
    counts = {"errors": 0, "warnings": 0, "files": 0, "notes": 0, "silenced": 0}
    expected = {"version": 1, "counts": counts, "findings": [], "silenced": []}
    assert expected == json.loads(render_json([]))


def test_what_is_silenced_stands_apart() -> None:
    """A finding that is silenced is no finding; it stands in a list of its own, with the reason."""
    found = json.loads(render_json([URGNT, replace(WHOLE, silenced="it is a trial")]))
    assert ["RF403"] == [one["code"] for one in found["findings"]]
    assert [("RF502", "it is a trial")] == [(one["code"], one["because"]) for one in found["silenced"]]
    assert {"errors": 1, "warnings": 0, "files": 1, "notes": 0, "silenced": 1} == found["counts"]


def test_scripts_stay_readable() -> None:
    """Letters of every script stand as they are; what hides or cannot be encoded is escaped."""
    text = render_json([replace(WHOLE, message="срочно عاجل 🚑 \u202e \ud800 \x9b \x1b")])
    assert '"message": "срочно عاجل 🚑 \\u202e \\ud800 \\u009b \\u001b"' in text


def test_folder() -> None:
    """The folder is put before the names of files."""
    assert '"file": "support/rules/routing.yaml"' in render_json([URGNT], folder="support")


@given(st.text(st.characters(exclude_categories=[])), st.integers(-5, 50), st.integers(-5, 50))
def test_any_text_comes_back(text: str, start: int, end: int) -> None:
    """Any text can be encoded and read back, and offsets lie inside it."""
    finding = Diagnostic(OPTION, text, Span(Source("a.yaml", text), start, end))
    back = json.loads(render_json([finding]).encode())["findings"][0]
    assert text == back["message"]
    assert 0 <= back["place"]["start"]["offset"] <= back["place"]["end"]["offset"] <= len(text)
