"""What the page on the language shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.model.rules import DEFAULT_STAGES
from ruleflow.model.standard_actions import STANDARD_ACTIONS
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.types.functions import FUNCTIONS
from tests.projects import findings

PAGE = (Path(__file__).parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
EXPRESSIONS = [
    line for block in re.findall(r"^```expr\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]
VOCABULARY = """
segments: [vip, partner]
calendars: {office: {hours: {mon-fri: ['09:00-17:00']}}}
contracts: {tills: {title: Tills}}
teams: [desk]
contract_folders: []
fields: {contact.birthday: {type: date}}
""".replace("contract_folders: []\n", "")


def errors(folder: Path, when: str) -> list[str]:
    """What `check` says about a condition, unused things aside."""
    folders = "contracts: {tills: {title: Tills, folders: {retail: {title: Retail}}}}\n"
    text = VOCABULARY.replace("contracts: {tills: {title: Tills}}\n", folders)
    rule = f"rules:\n  - id: r\n    stage: classify\n    when: |\n      {when}\n    then: [{{stop: true}}]\n"
    return [one.message for one in findings(folder, text + rule)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_example_is_right(tmp_path: Path, expression: str) -> None:
    """Every expression on the page passes the checker."""
    assert [] == errors(tmp_path, expression)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_listed_with_a_right_example(tmp_path: Path, name: str) -> None:
    """Each function stands in the table with its summary, and its example passes the checker."""
    function = FUNCTIONS[name]
    assert f"| `{function.signature}` | {function.summary} | `{function.example}` |" in PAGE
    assert [] == errors(tmp_path, function.example)


def test_every_action_event_and_stage_is_named() -> None:
    """Whatever a rule may say stands on the page."""
    events = standard_vocabulary().events
    names = [*STANDARD_ACTIONS, *events, *(stage.id for stage in DEFAULT_STAGES)]
    assert [] == [name for name in names if name not in PAGE]
