"""Every operator and function stands on the page on expressions, and gives there what it gives."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from ruleflow.resources import read_resource
from ruleflow.syntax.parse_tree import Branch, parse_tree
from ruleflow.types.functions import FUNCTIONS
from tests.pages import DOCS
from tests.projects import decide, loaded

PAGE = (DOCS / "expressions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (?:`(.+?)`|–) \| (?:`(.+?)`|(\w+)) \|$", PAGE, re.MULTILINE)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Helsinki"))
ROOT = "ruleflow: 1\ntimezone: Europe/Helsinki\n"
VOCABULARY = """
segments: [vip, partner]
calendars: {office: {hours: {mon-fri: ['09:00-17:00']}}}
contracts: {tills: {title: Tills, folders: {retail: {title: Retail, folders: {shops: {title: Shops}}}}}}
fields: {contact.birthday: {type: date}}
"""
CONDITIONS = {"yes": "{}", "no": "{}", "nothing": "({}) is missing"}
PUNCTUATION = {"COMMA", "LPAR", "RPAR", "LSQB", "RSQB", "WHITE_SPACE"}
"""No operators: what they are part of is shown."""


@pytest.mark.parametrize(("expression", "facts", "value", "word"), ROWS)
def test_an_example_gives_what_stands_beside_it(
    tmp_path: Path, expression: str, facts: str, value: str, word: str
) -> None:
    """The expression is asked of the facts; its value is the one of the page."""
    condition = CONDITIONS[word].format(expression) if word else f"({expression}) is {value}"
    rule = f"rules:\n  - id: r\n    stage: classify\n    when: |\n      {condition}\n    then: [{{stop: true}}]\n"
    project = loaded(tmp_path, VOCABULARY + rule, root=ROOT)
    decision = decide(project, "ticket.updated", NOON, **yaml.safe_load(facts or "{}"))
    assert ([] if word == "no" else ["r"]) == decision["matched"]


def within(branch: Branch) -> set[str]:
    """The names of the rules and terminals of the grammar in a tree."""
    return {branch.rule, *branch.words}.union(*map(within, branch.below))


def test_every_operator_has_an_example() -> None:
    """Whatever the grammar can make of a text, the page makes of some example."""
    grammar = read_resource("grammar", "expression.lark")
    terminals = set(re.findall(r"^([A-Z_]+)(?:\.\d)?:", grammar, re.MULTILINE)) - PUNCTUATION
    names = terminals | set(re.findall(r"-> (\w+)", grammar)) | {"list", "call", "quantified", "aggregated"}
    values = [value for *_, value, _ in ROWS if value]
    shown = set[str]().union(*(within(parse_tree(text)) for text in [*(row[0] for row in ROWS), *values]))
    assert {"WORKING_DAYS", "working_days"} == names - shown  # read everywhere, of use in promises only
    assert len(names) > 80


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example(name: str) -> None:
    """It is called in the first column of some row."""
    assert [row[0] for row in ROWS if re.match(rf"{name}\(", row[0])]


def test_every_row_is_read() -> None:
    """No row of a table of examples escapes the tests."""
    tables = re.findall(r"^\| expression \| facts \| value \|\n\| --- .*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert len(ROWS) == sum(len(table.splitlines()) for table in tables)
