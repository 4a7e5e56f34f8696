"""All checks there are: each looks at a project and yields what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint.endless import find_for_ever, find_hears_itself
from ruleflow.lint.labels import find_lone_labels
from ruleflow.lint.leftovers import find_forgotten, find_over, find_switched_off, find_written_again
from ruleflow.lint.negations import find_double, find_either
from ruleflow.lint.parts import find_parts
from ruleflow.lint.promises import find_slower, find_worse
from ruleflow.lint.proved import find_proved_parts
from ruleflow.lint.repeated import find_repeated
from ruleflow.lint.subject import Subject
from ruleflow.lint.texts import find_case_minded, find_decomposed, find_values_as_text, find_wrong_case
from ruleflow.lint.unused import find_unused
from ruleflow.lint.upkeep import find_untested, find_without_owner, find_without_title
from ruleflow.lint.wordings import find_no_wording

Check = Callable[[Subject], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    find_parts,
    find_either,
    find_double,
    find_repeated,
    find_case_minded,
    find_wrong_case,
    find_decomposed,
    find_values_as_text,
    find_for_ever,
    find_hears_itself,
    find_written_again,
    find_without_owner,
    find_without_title,
    find_untested,
    find_over,
    find_forgotten,
    find_switched_off,
    find_lone_labels,
    find_slower,
    find_worse,
    find_no_wording,
    find_unused,
)
PROVING: tuple[Check, ...] = (find_proved_parts,)
"""Those that take the solver."""
