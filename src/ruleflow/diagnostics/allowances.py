"""Comments by which an author says that a finding is meant: `# ruleflow: allow RF803 because …`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.diagnostic import Code, Diagnostic
from ruleflow.source import Span


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a comment silences: findings of a code that begin in a stretch of its file. `place` None: in any file."""

    code: Code
    reason: str
    place: Span | None
    span: Span
    """The code in the comment."""

    def covers(self, finding: Diagnostic) -> bool:
        """Whether it speaks of a finding. One about the whole project is silenced for the project only."""
        if finding.code is not self.code:
            return False
        if self.place is None or finding.span is None:
            return self.place is None
        return (
            self.place.source.name == finding.span.source.name
            and self.place.start <= finding.span.start <= self.place.end
        )


def silenced(
    findings: Sequence[Diagnostic], allowances: Sequence[Allowance], looked_for: Callable[[Code], bool]
) -> Iterator[Diagnostic]:
    """The findings, of which those that are meant say so; and each allowance of a code that was `looked_for` and not found."""
    used: set[Allowance] = set()
    for finding in findings:
        own = [one for one in allowances if one.covers(finding)]
        used.update(own)
        yield replace(finding, silenced=own[0].reason) if own else finding
    yield from (_silences_nothing(one) for one in allowances if one not in used and looked_for(one.code))


def standing(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that nobody has silenced."""
    return tuple(finding for finding in findings if not finding.silenced)


def _silences_nothing(allowance: Allowance) -> Diagnostic:
    where = "in the project" if allowance.place is None else "where it speaks of"
    message = f"this comment silences nothing: there is no {allowance.code.number} {where}"
    help_ = "remove it, or put it at the end of the line of the finding, or on the line above"
    return Diagnostic(codes.SILENCES_NOTHING, message, allowance.span, help=(help_,))
