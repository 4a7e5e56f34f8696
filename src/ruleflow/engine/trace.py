"""Why a condition holds or does not: each part with its truth and the values it saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruleflow.checker.checked import Checked, DefinitionRead, Now, Read
from ruleflow.checker.scope import OUTCOME
from ruleflow.engine.canonical import plain
from ruleflow.engine.score_trace import ScoreTeller
from ruleflow.formats.masking import masked, redact
from ruleflow.plan.evaluator import Evaluator
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.syntax.expressions import And, Expr, Not, Or, Quantified, Word
from ruleflow.syntax.walk import walk

MAX_SHOWN = 500
"""Characters of a text that an explanation shows."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that a part looked at, as JSON; secrets masked, long texts cut. `value` None: it is missing."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition. `kind` is `and`, `or`, `not`, `definition` or `test`.

    `decides`: the whole is as it is because of this part. `note` says more, for instance what was missing.
    """

    text: str
    kind: str
    holds: bool
    parts: tuple[Part, ...] = ()
    seen: tuple[Seen, ...] = ()
    note: str = ""
    decides: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON; what is empty is left out."""
        found: dict[str, Any] = {"text": self.text, "kind": self.kind, "holds": self.holds}
        if self.decides:
            found["decides"] = True
        if self.seen:
            found["seen"] = [{"fact": one.path, "value": one.value} for one in self.seen]
        if self.note:
            found["note"] = self.note
        if self.parts:
            found["parts"] = [part.to_dict() for part in self.parts]
        return found


def trace(expr: Expr, facts: Snapshot, checked: Checked, evaluator: Evaluator) -> Part:
    """The parts of a condition, each evaluated with the closures that decide."""
    return Tracer(facts, checked, evaluator).part(expr, decides=True)


@dataclass(frozen=True, slots=True)
class Tracer:
    """Looks at the parts of conditions, for some facts."""

    facts: Snapshot
    checked: Checked
    evaluator: Evaluator

    def part(self, expr: Expr, *, decides: bool) -> Part:
        """A part with what is below it; `decides`: the whole is as it is because of it."""
        holds = self.holds(expr)
        match expr:
            case And() | Or():
                kind = "and" if isinstance(expr, And) else "or"
                return Part(_text(expr), kind, holds, self._operands(expr, holds=holds, decides=decides))
            case Not():
                return Part(_text(expr), "not", holds, (self.part(expr.operand, decides=decides),))
            case Word() if isinstance(meaning := self.checked.meanings.get(expr.id), DefinitionRead):
                body = self.checked.model.definitions[meaning.name].value
                return Part(_text(expr), "definition", holds, (self.part(body, decides=decides),))
            case _:
                return self._test(expr, holds=holds, decides=decides)

    def holds(self, expr: Expr) -> bool:
        """Whether a part holds; one that meets a value that is too large does not."""
        try:
            return self.evaluator.truth_of(expr)(self.facts)
        except BudgetError:
            return False

    def _operands(self, expr: And | Or, *, holds: bool, decides: bool) -> tuple[Part, ...]:
        """The operands; of an `and` that fails the first failing one decides, of an `or` that holds the first holding one."""
        single = holds is isinstance(expr, Or)
        truths = [self.holds(operand) for operand in expr.operands]
        first = truths.index(holds) if single else -1
        return tuple(
            self.part(operand, decides=decides and (not single or at == first))
            for at, operand in enumerate(expr.operands)
        )

    def _test(self, expr: Expr, *, holds: bool, decides: bool) -> Part:
        seen = tuple(self.seen(expr))
        missing = [one.path for one in seen if one.value is None]
        note = self._counted(expr) if isinstance(expr, Quantified) else ""
        if not note:
            note = "; ".join(ScoreTeller(self.facts, self.checked, self.evaluator).of(expr))
        if not note and missing and not holds:
            note = f"because {' and '.join(f'`{path}`' for path in missing)} {'is' if len(missing) == 1 else 'are'} missing"
        return Part(_text(expr), "test", holds, seen=seen, note=note, decides=decides)

    def seen(self, expr: Expr) -> Iterator[Seen]:
        """The facts that an expression looks at."""
        paths: dict[str, None] = {}
        for node in walk(expr):
            match self.checked.meanings.get(node.id):
                case Read(path):
                    paths.setdefault(path)
                case Now():
                    paths.setdefault("now")
                case DefinitionRead(name):
                    paths.update((one.path, None) for one in self.seen(self.checked.model.definitions[name].value))
        yield from (Seen(path, self.value(path)) for path in paths)

    def value(self, path: str) -> Any:
        """A fact as JSON; a list of records by their number, a secret masked."""
        try:
            value = self.facts.now if path == "now" else self.facts[path]
        except BudgetError as error:
            return f"({error.message})"
        declared = self.checked.model.fields.get(path.removeprefix(OUTCOME))
        if declared is not None and declared.secret and value is not None:
            return masked(value)
        if isinstance(value, tuple) and value and isinstance(value[0], dict):
            return f"{len(value)} record{'' if len(value) == 1 else 's'}"
        return self.plain(value)

    def plain(self, value: Any) -> Any:
        """A value as JSON, a long text cut."""
        return shortened(value) if isinstance(value, str) else plain(value, self.checked.model.zone)

    def _counted(self, expr: Quantified) -> str:
        """For how many records of a list the condition of a quantifier holds."""
        if expr.condition is None:
            return ""
        records, inner = self.evaluator.value_of(expr.records), self.evaluator.truth_of(expr.condition)
        held, outer, total = 0, self.facts.item, 0
        try:
            for item in records(self.facts) or ():
                self.facts.item = item
                total, held = total + 1, held + inner(self.facts)
        except BudgetError:
            return ""
        finally:
            self.facts.item = outer
        return f"`where` holds for {held} of {total}"


def shortened(text: str) -> str:
    """The beginning of a text; what looks like a card or social security number in it stands masked."""
    return redact(text[:MAX_SHOWN]) + ("…" if len(text) > MAX_SHOWN else "")


def _text(expr: Expr) -> str:
    """The part as written, on one line."""
    return " ".join(expr.span.text.split())
