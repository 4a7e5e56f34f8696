"""Places of a text after somebody has typed in it: what stands before and behind the change is found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Source, Span


@dataclass(frozen=True, slots=True)
class Shift:
    """From one text to another: `before` characters at the start and `behind` at the end are the same."""

    before: int
    behind: int
    old: int
    new: int

    def forth(self, span: Span, source: Source) -> Span | None:
        """Where a stretch of the old text is in the new one, which is `source`; None where it touches the change."""
        if span.end <= self.before:
            return Span(source, span.start, span.end)
        if span.start < self.old - self.behind:
            return None
        grown = self.new - self.old
        return Span(source, span.start + grown, span.end + grown)

    def back(self, offset: int) -> int:
        """Where a place of the new text was in the old one; one inside what has changed is where the change begins."""
        if offset < self.before:
            return offset
        return offset + self.old - self.new if offset >= self.new - self.behind else self.before


def shift_between(old: str, new: str) -> Shift:
    """What two texts have in common at their ends."""
    most = min(len(old), len(new))
    before = _longest(most, lambda size: old[:size] == new[:size])
    behind = _longest(most - before, lambda size: not size or old[-size:] == new[-size:])
    return Shift(before, behind, len(old), len(new))


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The largest size up to `most` for which something holds that holds for every smaller one."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if holds(middle) else (least, middle - 1)
    return least


def moved(finding: Diagnostic, source: Source) -> Diagnostic | None:
    """A finding about an earlier text of a file, in the text as it is now; None where it lies in what has changed."""
    span = finding.span
    if span is None or span.source.text == source.text:
        return finding
    shift = shift_between(span.source.text, source.text)
    place = shift.forth(span, source)
    if place is None:
        return None
    edits = [(fix, shift.forth(fix.span, source)) for fix in finding.fixes if fix.span.source.name == source.name]
    fixes = tuple(replace(fix, span=there) for fix, there in edits if there is not None)
    return replace(finding, span=place, fixes=fixes if len(fixes) == len(finding.fixes) else ())
