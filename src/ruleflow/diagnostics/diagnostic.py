"""What a phase has to say to the author of the rules: data, put into words by the phase, drawn by a renderer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ruleflow.source import Span


class Severity(Enum):
    """How grave a finding is: with an error nothing is decided; a warning is probably a mistake, a note is about style."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding. `number` is never reused; `slug` is its name for people."""

    number: str
    slug: str
    severity: Severity
    title: str

    def __str__(self) -> str:
        return f"{self.number} {self.slug}"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to the finding, with what it is: `first defined here`."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A text edit that mends the finding. `safe`: the meaning of the rules stays what the author wrote."""

    title: str
    span: Span
    replacement: str
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` is one clause that is true on its own; user text stands in backticks.
    `span` is None when the finding is about the project as a whole.
    `within` says what holds the place (``condition of rule `vip_first` ``); empty: nothing to add.
    `help` lines name the next step.
    """

    code: Code
    message: str
    span: Span | None
    within: str = ""
    help: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = field(default=(), compare=False)
    silenced: str = ""
    """The reason that a comment in the files gives for not minding it; '' : it stands."""

    @property
    def severity(self) -> Severity:
        """The severity of its code."""
        return self.code.severity

    @property
    def is_error(self) -> bool:
        """Whether it keeps the project from deciding."""
        return self.code.severity is Severity.ERROR
