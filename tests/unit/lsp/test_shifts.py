"""Places after somebody has typed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Diagnostic, Fix
from ruleflow.lsp.shifts import moved, shift_between
from ruleflow.source import Source, Span

TEXTS = st.text(alphabet="ab\n", max_size=30)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_is_kept_stands_at_the_place_that_is_told(head: str, old: str, new: str, tail: str) -> None:
    """Every character that lies apart from the change is found again."""
    before, after = head + old + tail, head + new + tail
    shift, source, made = shift_between(before, after), Source("a", before), Source("a", after)
    for at in range(len(before)):
        there = shift.forth(Span(source, at, at + 1), made)
        assert there is None or (there.text, at) == (before[at], shift.back(there.start))
    assert shift.before >= len(head)
    assert shift.before + shift.behind >= min(len(before), len(head) + len(tail))


def test_a_finding_moves_with_its_text() -> None:
    """With the edits that it proposes."""
    old, new = Source("a", "when: ticket.plam is x"), Source("a", "# new\nwhen: ticket.plam is x")
    finding = Diagnostic(codes.UNKNOWN_FACT, "no", Span(old, 6, 17), fixes=(Fix("write", Span(old, 6, 17), "y"),))
    there = Span(new, 12, 23)
    assert replace(finding, span=there, fixes=(Fix("write", there, "y"),)) == moved(finding, new)


def test_a_finding_of_what_was_edited_is_gone() -> None:
    """Nobody knows yet whether it still holds."""
    old, new = Source("a", "when: ticket.plam is x"), Source("a", "when: ticket.plan is x")
    assert moved(Diagnostic(codes.UNKNOWN_FACT, "no", Span(old, 6, 17)), new) is None
