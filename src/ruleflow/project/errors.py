"""What the library raises. A mistake of an author or a caller is one of these; anything else is a defect of ours."""

from __future__ import annotations

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.render_text import render_text, summary
from ruleflow.engine.facts import FactProblem


class RuleflowError(Exception):
    """Every error of this library."""


class ProjectError(RuleflowError):
    """A project with errors; nothing is decided with it. `diagnostics` has all findings, warnings too."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{summary(diagnostics)}\n{render_text(diagnostics, limit=5)}")
        self.diagnostics = diagnostics


class FactsError(RuleflowError):
    """Facts that were refused; nothing was decided. `problems` has every fault with its JSON pointer."""

    def __init__(self, problems: tuple[FactProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.pointer or 'the facts'}: {problem.message}" for problem in problems))
        self.problems = problems


class UnknownRuleError(RuleflowError):
    """An explanation was asked for a rule that the project does not have."""


class UnknownViewError(RuleflowError):
    """A view was asked for that the project does not have."""


class RevisionError(RuleflowError):
    """No git, no repository, or no such revision."""


class BundleError(RuleflowError):
    """A bundle that cannot be made, read or trusted."""
