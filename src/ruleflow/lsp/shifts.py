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

    def forth(self, offset: int) -> int:
        """Where a place of the old text is in the new one; one inside what has changed is where the change begins."""
        if offset <= self.before:
            return offset
        return offset + self.new - self.old if offset >= self.old - self.behind else self.before

    def back(self, offset: int) -> int:
        """Where a place of the new text was in the old one."""
        return Shift(self.before, self.behind, self.new, self.old).forth(offset)

    def is_kept(self, span: Span) -> bool:
        """Whether a stretch of the old text lies apart from the change."""
        return span.end <= self.before or span.start >= self.old - self.behind


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
    if not shift.is_kept(span):
        return None

    def there(place: Span) -> Span:
        return Span(source, shift.forth(place.start), shift.forth(place.end))

    own = tuple(fix for fix in finding.fixes if fix.span.source.name == source.name)
    fixes = tuple(replace(fix, span=there(fix.span)) for fix in own if shift.is_kept(fix.span))
    return replace(finding, span=there(span), fixes=fixes if len(own) == len(finding.fixes) == len(fixes) else ())
