"""Makes the examples in `/openapi.json` anew: `python -m tests.unit.service.examples`, from the root of the repository.

Each is a request and what the service truly answers to it, but for ids, instants and times that differ each time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruleflow.service import openapi
from ruleflow.store.log import append
from ruleflow.store.opening import open_store, sqlite_url
from tests.unit.service.serving import Serving, example, serving

PLACE = Path(openapi.__file__).parent / "examples.json"
NOW = "2026-03-02T12:10:00+02:00"
FACTS = {
    "ticket": {"id": "T-1001", "request_type": "incident", "subject": "The shop is down since noon"},
    "contact": {"first_name": "Maija", "segments": ["vip"]},
}
REFUND = {"ticket": {"id": "T-1002", "request_type": "refund"}}
WRONG = {"ticket": {"id": "T-1003", "subject": 3}}
DECIDE = {"event": "ticket.created", "facts": FACTS, "now": NOW}
RULES = "rules:\n  - id: vip\n    stage: prioritise\n    when: contact.segment has vip\n    then: [{set: {ticket.priority: high}}]\n"

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "decide": {"url": "/v1/decide", "body": DECIDE},
    "decideRefused": {"url": "/v1/decide", "body": {"event": "ticket.creatd", "facts": WRONG}},
    "decideBatch": {
        "url": "/v1/decide/batch",
        "body": {
            "event": "ticket.created",
            "now": NOW,
            "items": [{"id": "first", "facts": REFUND}, {"id": "second", "facts": WRONG}],
        },
    },
    "explain": {"url": "/v1/explain", "body": {**DECIDE, "rule": "refunds_to_billing"}},
    "timeline": {"url": "/v1/timeline", "body": {"facts": FACTS, "now": NOW, "until": "2026-03-09T12:00:00+02:00"}},
    "check": {"url": "/v1/check", "body": {"files": {"ruleflow.yaml": "ruleflow: 1\n", "rules/vip.yaml": RULES}}},
    "listProjects": {"url": "/v1/projects"},
    "getProject": {"url": "/v1/project", "query": {"project": "first_steps"}},
    "searchDecisions": {"url": "/v1/decisions", "query": {"ticket": "T-1001", "limit": "1"}},
    "getDecision": {"url": "/v1/decisions/{decision_id}"},
    "healthz": {"url": "/healthz"},
    "readyz": {"url": "/readyz"},
}
CHANGING: Mapping[str, Any] = {
    "request_id": "5d1c2a9be4f07a6b3c8d1e2f",
    "received_at": "2026-03-02T10:10:00.123456+00:00",
    "latency_us": 95,
}
"""What differs each time, with what is shown in its place."""


def settled(value: Any) -> Any:
    """An answer with what differs each time replaced."""
    if isinstance(value, dict):
        return {name: CHANGING[name] if name in CHANGING else settled(one) for name, one in value.items()}
    return [settled(one) for one in value] if isinstance(value, list) else value


def asked(here: Serving, request: Mapping[str, Any]) -> Any:
    """The answer of a service to a request of an example."""
    url = request["url"]
    for name, value in request.get("path", {}).items():
        url = url.replace(f"{{{name}}}", value)
    if "body" in request:
        return here.ask(url, request["body"])
    return here.client.get(url, params=request.get("query", {}))


def with_a_log(folder: Path) -> Serving:
    """The service of the examples, which has decided once."""
    here = serving(example("first-steps"), store=open_store(sqlite_url(folder / "ruleflow.db")))
    here.ask("/v1/decide", DECIDE)
    append(here.service.store, here.journal.records)
    return here


def made(here: Serving) -> dict[str, Any]:
    """All examples."""
    found: dict[str, Any] = {}
    for name, request in REQUESTS.items():
        path = {"path": {"decision_id": here.journal.records[0].decision_id}} if "{" in request["url"] else {}
        whole = {**request, **path}
        answer = asked(here, whole)
        found[name] = {**whole, "status": answer.status_code, "answer": settled(answer.json())}
    return found


def main() -> None:
    """Write the examples."""
    with TemporaryDirectory() as name:
        here = with_a_log(Path(name))
        PLACE.write_text(json.dumps(made(here), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        here.service.store.close()


if __name__ == "__main__":
    main()
