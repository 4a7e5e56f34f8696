"""What each engine file offers, and the rows of the comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bench.workload import Rule, Ticket


class Built(Protocol):
    """An engine that has its rules."""

    def form(self, ticket: Ticket) -> Any:
        """A ticket in the form that the engine takes; made once, outside the clock."""

    def match(self, form: Any) -> list[str]:
        """The ids of all rules that match, in order."""

    first: Callable[[Any], str] | None
    """The id of the first rule that matches; None for an engine that has no such thing."""


class Translation(Protocol):
    """The rules as the engine reads them, written down outside the clock."""

    def __call__(self) -> Built:
        """Have the engine read the rules. This is timed, until the first ticket is answered."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A row of the comparison: `bench.engines.<module>.<translate>` turns rules into a translation.

    For an engine on Node, `translate` gives JSON for `bench/node/serve.mjs` instead, and `node` names the builder there.
    """

    name: str
    package: str
    module: str
    translate: str = "translate"
    node: str = ""


Translate = Callable[[tuple[Rule, ...]], Any]

ENGINES = (
    Engine("ruleflow", "ruleflow", "ruleflow"),
    Engine("ruleflow, whole decision", "ruleflow", "ruleflow", "translate_whole"),
    Engine("CLIPS", "clipspy", "clips"),
    Engine("zen-engine, table", "zen-engine", "zen", "translate_table"),
    Engine("zen-engine, expressions", "zen-engine", "zen", "translate_expressions"),
    Engine("CEL, Rust", "common-expression-language", "cel", "translate_rust"),
    Engine("CEL, C++", "cel-expr-python", "cel", "translate_cpp"),
    Engine("Cedar", "cedarpy", "cedar"),
    Engine("rule-engine", "rule-engine", "rule_engine"),
    Engine("JSONLogic, Node", "json-logic-js", "json_logic", node="jsonLogic"),
    Engine("json-rules-engine, Node", "json-rules-engine", "json_rules", node="jsonRules"),
    Engine("zen-engine table, Node", "@gorules/zen-engine", "zen", "table_content", node="zen"),
)
