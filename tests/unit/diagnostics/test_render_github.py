from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.render_github import render_github
from ruleflow.source import Source, Span
from tests.unit.diagnostics.findings import OPTION, URGNT, WHOLE, spanning


def test_commands() -> None:
    """Each finding is one command with its place; the headline is followed by what holds it and the help."""
    expected = (
        "::error file=support/rules/routing.yaml,line=3,endLine=3,col=37,endColumn=42,title=RF403 unknown-option::"
        "`urgnt` is not an option of `ticket.priority`%0Ain: condition of rule `vip_first`"
        "%0Ahelp: did you mean `urgent`?\n"
        "::warning title=RF502 unused-definition::nothing uses `vip`\n"
    )
    assert expected == render_github([URGNT, WHOLE], folder="support")


def test_no_findings() -> None:
    """No findings give no commands."""
    assert render_github([]) == ""


def test_several_lines() -> None:
    """A stretch of several lines has no columns, since they count within one line only."""
    assert "::error file=rules/a.yaml,line=1,endLine=2,title=" in render_github([spanning("a\nb", 0, 3)])


def test_escapes() -> None:
    """What separates parts of a command is escaped: in a message per cent and line breaks, in a name `:` and `,` too."""
    finding = replace(spanning("x", 0, 1, "a,b:c%.yaml"), message="100% sure: a, b\r\nc\x1b")
    expected = (
        "::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=1,endColumn=2,title=RF403 unknown-option::"
        "100%25 sure: a, b%0D%0Ac␛\n"
    )
    assert expected == render_github([finding])


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_one_line(text: str) -> None:
    """Whatever the text, a finding is one line that can be encoded."""
    line = render_github([Diagnostic(OPTION, text, Span(Source(text, text), 0, len(text)), text, (text,))])
    assert len(line.encode().splitlines()) == 1
    assert line.count("::error ") >= 1
