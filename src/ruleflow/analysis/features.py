"""What can be said of a ticket, each as a truth with its words: out of these a region is put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruleflow.analysis.cells import UNKNOWN
from ruleflow.analysis.network import Literal
from ruleflow.analysis.space import Cells, Elements, Space, Text
from ruleflow.analysis.version import BEFORE, NOW
from ruleflow.analysis.words import negated, quoted, said
from ruleflow.plan.conditions import Atom, Equals, HasElement, IsMissing


@dataclass(frozen=True, slots=True)
class Feature:
    """A truth about one fact. `path` '' : about something that the analysis left closed. `atom` is given for tests of a text."""

    literal: Literal
    path: str
    words: str
    atom: Atom | None = None
    is_cell: bool = False
    """Whether it names a value itself where a test says as much."""

    def when(self, model: frozenset[Literal]) -> Literal:
        """The literal as it is in a solution."""
        return self.literal if self.literal in model else -self.literal

    def told(self, literal: Literal) -> str:
        """The words for a literal of this truth."""
        return self.words if literal == self.literal else negated(self.words)


def features_of(space: Space) -> dict[Literal, Feature]:
    """Every feature, by its truth; tests of facts first, cells of facts only where no test is one."""
    found: dict[Literal, Feature] = {}
    for feature in _features(space):
        found.setdefault(abs(feature.literal), feature)
    return found


def _features(space: Space) -> Iterator[Feature]:
    for path, variable in space.variables.items():
        match variable:
            case Cells():
                yield from _of_cells(path, variable)
            case Text(missing=missing, equals=equals, tests=tests):
                yield Feature(missing, path, said(IsMissing(path)), IsMissing(path))
                yield from (
                    Feature(one, path, f"{path} is {quoted(text)}", Equals(path, text)) for text, one in equals.items()
                )
                yield from (Feature(one, path, said(atom), atom) for atom, one in tests.items())
            case Elements(missing=missing, held=held, other=other):
                yield Feature(missing, path, said(IsMissing(path)))
                yield from (Feature(one, path, said(HasElement(path, name))) for name, one in held.items())
                yield Feature(other, path, f"{path} has some other element")
    for key, literal in space.network.names.items():
        yield Feature(literal, "", _closed(key))


def _of_cells(path: str, variable: Cells) -> Iterator[Feature]:
    for key, literal in variable.known.items():
        if abs(literal) != 1:
            yield Feature(literal, path, _of_key(path, key))
    for value, literal in zip(variable.values, variable.literals, strict=True):
        yield Feature(literal, path, _is(path, value), is_cell=True)


def _of_key(path: str, key: Any) -> str:
    atom = key[0]
    if isinstance(atom, str):
        return f"{path} lies within the validity of a rule"
    return said(atom)


def _is(path: str, value: Any) -> str:
    shown = path.removeprefix(BEFORE)
    subject = f"{shown} before the event" if path.startswith(BEFORE) else shown
    if path == NOW:
        return f"now is like {value:%Y-%m-%d %H:%M} UTC" if value is not None else "now is missing"
    if value == UNKNOWN:
        return f"{subject} is something that the project does not know"
    return said(IsMissing(path)).replace(path, subject) if value is None else said(Equals(subject, value))


def _closed(key: Any) -> str:
    """What a truth that was left closed stands for."""
    match key:
        case ("opaque", (expr, *_)):
            return " ".join(expr.span.text.split()) if hasattr(expr, "span") else "an expression"
        case ("rollout", rule, percent):
            return f"the ticket is in the {percent}% of rule {rule}"
        case ("due" | "once", rule, *_):
            return f"rule {rule} may fire now"
        case ("changed" | "changed within" | "changed to computed", atom, *_):
            return f"{getattr(atom, 'path', atom)} changed"
        case ("missing", str() as path):
            return said(IsMissing(path))
        case ("others", str() as path):
            return f"{path} has some other element"
        case ("of column", (atom, *_), (expr, *_)) if hasattr(expr, "span"):
            return said(atom).replace(getattr(atom, "path", ""), " ".join(expr.span.text.split()))
        case ("of computed" | "of fact", (atom, *_), *_):
            return f"{said(atom)} (as the rules before leave it)"
        case (str() as what, *_):
            return what
        case _:
            return "something computed"
