"""Traces: a span for a request, where they are asked for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from ruleflow.service.app import make_app
from ruleflow.service.tracing import Traced, end, exporter_of, provider_of
from tests.unit.service.serving import Serving, client_of, example, serving

ASKED = {"event": "ticket.created", "facts": {"ticket": {"id": "T-1", "subject": "down", "request_type": "incident"}}}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{}"


def traced(provider: TracerProvider) -> Serving:
    here = serving(example("first-steps"))
    here.client = client_of(Traced(make_app(here.service), here.service, provider))
    return here


@pytest.fixture
def spans() -> Iterator[tuple[InMemorySpanExporter, Serving]]:
    kept, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    yield kept, traced(provider)
    provider.shutdown()


def test_a_decision_is_one_span(spans: tuple[InMemorySpanExporter, Serving]) -> None:
    """A span of the server with the conventional attributes and ours, in the trace of the caller."""
    kept, here = spans
    answer = here.ask("/v1/decide", ASKED, traceparent=PARENT.format("01"))
    (span,) = kept.get_finished_spans()
    assert ("POST /v1/decide", SpanKind.SERVER) == (span.name, span.kind)
    assert span.context is not None
    assert span.parent is not None
    assert "0af7651916cd43dd8448eb211c80319c" == f"{span.context.trace_id:032x}"
    assert "b7ad6b7169203331" == f"{span.parent.span_id:016x}"
    assert {
        "http.request.method": "POST",
        "http.route": "/v1/decide",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "ruleflow.project": next(iter(here.service.projects)),
        "ruleflow.digest": answer.headers["ruleflow-digest"],
        "ruleflow.decision_id": answer.headers["ruleflow-decision-id"],
        "ruleflow.request_id": answer.headers["x-request-id"],
    } == span.attributes


def test_failures_are_marked_and_quote_nothing(spans: tuple[InMemorySpanExporter, Serving]) -> None:
    """A status of 500 and above is an error of ours; one below is not. Addresses that are no routes are not told."""
    kept, here = spans
    here.ask("/v1/hunter2", {})
    here.service.store = None
    here.service.projects = {}
    here.ask("/v1/decide", ASKED)
    missing, failed = kept.get_finished_spans()
    assert ("POST", StatusCode.UNSET) == (missing.name, missing.status.status_code)
    assert (StatusCode.ERROR, "503") == (failed.status.status_code, (failed.attributes or {})["error.type"])
    assert () == failed.events
    assert "hunter2" not in missing.to_json()


def test_a_caller_that_samples_nothing_is_heeded(spans: tuple[InMemorySpanExporter, Serving]) -> None:
    """The decision to sample is the caller's, by the standard sampler."""
    kept, here = spans
    here.ask("/v1/decide", ASKED, traceparent=PARENT.format("00"))
    assert () == kept.get_finished_spans()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, ""),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, ""),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, ""),
    ],
)
def test_the_environment_says_where_spans_go(environment: dict[str, str], expected: str) -> None:
    """As OpenTelemetry defines its variables; without them nothing is made."""
    assert expected == exporter_of(environment)
    if not expected:
        assert provider_of(environment) is None


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The service goes on without traces, and says what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    assert provider_of({"OTEL_TRACES_EXPORTER": "otlp"}) is None
    said = capsys.readouterr()
    assert "pip install 'ruleflow[otel]'" in said.out + said.err


class Collector(BaseHTTPRequestHandler):
    """Takes what is sent over OTLP/HTTP."""

    got: list[tuple[str, ExportTraceServiceRequest]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def test_spans_reach_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not been sent is sent at the end."""
    Collector.got = []
    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        thread = threading.Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        provider = provider_of({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
        assert provider is not None
        traced(provider).ask("/v1/decide", ASKED)
        end(provider)
        collector.shutdown()
        thread.join()
    ((path, request),) = Collector.got
    (resource,) = request.resource_spans
    named = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert ("/v1/traces", "ruleflow") == (path, named["service.name"])
    assert ["POST /v1/decide"] == [one.name for scope in resource.scope_spans for one in scope.spans]
