"""`/openapi.json` says what the service does: its examples are true, and no request it allows makes the service fail."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.unit.service.examples import PLACE, asked, settled, with_a_log
from tests.unit.service.serving import Serving

EXAMPLES: dict[str, dict[str, Any]] = json.loads(PLACE.read_bytes())
MANY = int(os.environ.get("RULEFLOW_EXAMPLES", "0"))
"""How many requests are made up for each operation; 0: few, always the same."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    found = with_a_log(tmp_path_factory.mktemp("log"))
    yield found
    found.service.store.close()


@pytest.fixture(scope="module")
def document(here: Serving) -> dict[str, Any]:
    found: dict[str, Any] = here.ask("/openapi.json").json()
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_true(here: Serving, name: str) -> None:
    """Asked what an example asks, the service answers what it says. `python -m tests.unit.service.examples` makes them anew."""
    one = EXAMPLES[name]
    answer = asked(here, one)
    assert answer.status_code == one["status"]
    assert settled(answer.json()) == one["answer"]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    """Each example of a body, a parameter or an answer is valid by the schema beside it, and each JSON operation has one."""
    shown = 0
    for _, _, operation in operations(document):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for content in (*bodies, *operation["responses"].values()):
            for media in content["content"].values():
                if "example" in media:
                    validate(media["example"], media["schema"], document)
                    shown += 1
    with_answers = [one for name, one in EXAMPLES.items() if not name.endswith("Refused")]
    assert shown == len(EXAMPLES) + sum("body" in one for one in with_answers)


def validate(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> None:
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)


def test_every_route_is_described(here: Serving, document: dict[str, Any]) -> None:
    """Nothing is answered that the document does not name."""
    served = {route.path for route in here.client.app._router.routes}  # type: ignore[attr-defined]
    assert set(document["paths"]) == served
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(names) == sorted({*names})


def test_operations_say_how_to_show_a_key(document: dict[str, Any]) -> None:
    """What needs a scope says which, and that it may refuse."""
    for path, _, operation in operations(document):
        if path.startswith("/v1/"):
            assert set(operation["security"][1]["apiKey"]) <= {"decide", "explain"}
            assert {"401", "403", "429"} <= set(operation["responses"])
        else:
            assert operation["security"] == []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_requests_made_from_the_document_are_answered_as_it_says(
    here: Serving, document: dict[str, Any], mode: GenerationMode
) -> None:
    """Made-up requests, right and wrong ones, get the statuses, types, headers and bodies that the document names.

    Right ones know the project's events and facts, so that there is something to decide.
    """
    known = informed(document, here) if mode is GenerationMode.POSITIVE else document
    schema = schemathesis.openapi.from_dict(known, config=SchemathesisConfig.from_dict(CHECKS))
    schema.app = here.client.app
    asked_of = [tried(result.ok(), mode) for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(asked_of) == len(list(operations(document)))


CHECKS = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400, 404, 422]}},
    "operations": [
        {"include-name": "POST /v1/decide/batch", "checks": {"negative_data_rejection": {"enabled": False}}}
    ],
}
"""Facts that fit the schema may be wrong for a project all the same; and a wrong item does not lose the rest of a batch."""
FEW, FEWEST = 6, 2
"""Requests made up for an operation; for checks of whole projects, each of which takes a process."""


def informed(document: dict[str, Any], here: Serving) -> dict[str, Any]:
    """The document, where events and facts are such as the project knows."""
    (served,) = here.service.projects.values()
    known: dict[str, Any] = json.loads(json.dumps(document))
    words = {"type": "string", "enum": ["vip", "refund", "incident", "urgent", "kassa ei toimi", "\u0000", "👋"]}
    values = {
        "anyOf": [words, {"type": "integer"}, {"type": "number"}, {"type": "array", "items": words}, {"type": "null"}]
    }
    fields = {path.split(".")[1]: values for path in served.project.model.fields if path.startswith("ticket.")}
    group = {"type": "object", "properties": fields}
    for name in ("DecideRequest", "BatchItem", "ExplainRequest", "TimelineRequest"):
        members = known["components"]["schemas"][name]["properties"]
        members["event"] = {"type": "string", "enum": list(served.project.model.events)}
        members["facts"] = {
            "type": "object",
            "properties": {"ticket": group, "before": {"properties": {"ticket": group}}},
        }
    return known


def tried(operation: Any, mode: GenerationMode) -> str:
    """Ask an operation in many ways; its name."""

    def ask(case: Any) -> None:
        case.validate_response(case.call(headers={"host": "localhost"}))

    bounds = settings(
        max_examples=MANY or (FEWEST if operation.path == "/v1/check" else FEW),
        derandomize=not MANY,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        bounds(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing can be asked of it"
    return str(operation.label)
