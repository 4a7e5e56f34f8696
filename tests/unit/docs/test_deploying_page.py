"""The page on running the service, and the files in `deploy/`, name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ruleflow.cli.serve import command
from ruleflow.service.app import operations_of
from ruleflow.service.metrics import Metrics
from tests.unit.service.serving import example, serving

REPOSITORY = Path(__file__).parents[3]
PAGE = REPOSITORY / "docs" / "deploying.md"
FILES = [PAGE, *sorted((REPOSITORY / "deploy").iterdir())]
OPTIONS = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
VARIABLES = {f"RULEFLOW_{option[2:].replace('-', '_').upper()}" for option in OPTIONS}
FROM_FILES = {"RULEFLOW_DATABASE_FILE", "RULEFLOW_WEBHOOK_SECRET_FILE", "RULEFLOW_WEBHOOK_SECRET"}
OF_COMPOSE = {"RULEFLOW_PROJECT"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_variable_is_an_option(file: Path) -> None:
    """A variable that is named is one that the service reads."""
    named = set(re.findall(r"RULEFLOW_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8")))
    assert set() == named - VARIABLES - FROM_FILES - OF_COMPOSE


def test_each_option_of_the_unit_is_one() -> None:
    """systemd starts the service with options that it has."""  # noqa: D403 - its name
    unit = (REPOSITORY / "deploy" / "ruleflow.service").read_text(encoding="utf-8")
    (started,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert set() == set(re.findall(r"--[a-z-]+", started)) - OPTIONS


def test_each_metric_and_address_is_there() -> None:
    """An alarm on a metric that nobody counts would never go off."""
    page = PAGE.read_text(encoding="utf-8")
    here = serving(example("first-steps"))
    here.ask("/v1/decide", {"event": "ticket.created", "facts": {}})
    here.ask("/v1/decide", {"event": "ticket.created", "facts": {"ticket": 1}})
    counted = here.ask("/metrics").text
    named = set(re.findall(r"\bruleflow_[a-z_]+", page)) - {"ruleflow_restored"}
    assert set() == {name for name in named if name not in counted}
    paths = {one.path for one in operations_of(here.service, Metrics(here.service))}
    assert {"/healthz", "/readyz", "/metrics"} <= paths
    pattern = re.search(r"location ~ (\S+) \{", (REPOSITORY / "deploy" / "nginx.conf").read_text(encoding="utf-8"))
    assert pattern is not None
    repeated = {path for path in paths if re.search(pattern[1], path)}
    assert {"/v1/decide", "/v1/explain", "/v1/timeline", "/v1/check"} == repeated
