"""Traces for OpenTelemetry: a span for each sampled request, where the environment names a place to send them to.

Everything is set by the variables that OpenTelemetry defines: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER,
OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME and the rest. Nothing is imported, and nothing costs, where they are not set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any

import structlog

from ruleflow.service.calls import Call, Receive, Scope, Send
from ruleflow.service.logs import log
from ruleflow.service.request_log import header_of
from ruleflow.service.state import Service

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PATIENCE_S = 3.0


def exporter_of(environment: Mapping[str, str]) -> str:
    """Where spans go: `otlp`, `console`, or '' for nowhere."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ""
    named = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if named in {"", "otlp"}:
        return "otlp" if named or any(environment.get(name) for name in _ENDPOINTS) else ""
    if named == "console":
        return named
    if named != "none":
        log().warning("OTEL_TRACES_EXPORTER knows otlp, console and none; there are no traces", found=named[:40])
    return ""


def provider_of(environment: Mapping[str, str]) -> TracerProvider | None:
    """What makes spans as the environment asks for; None where it asks for none, or what it takes is not installed."""
    name = exporter_of(environment)
    if not name:
        return None
    try:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = _exporter(name)
    except ImportError:
        log().warning("the environment asks for traces; they need: pip install 'ruleflow[otel]'")
        return None
    provider = TracerProvider(resource=_resource(environment), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _resource(environment: Mapping[str, str]) -> Any:
    """What the spans are said to come from: as the environment names it, else `ruleflow`."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource

    named = "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "") or environment.get("OTEL_SERVICE_NAME")
    return Resource.create({} if named else {SERVICE_NAME: "ruleflow"})


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        import sys

        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        # A worker's standard output is for its parent.
        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def end(provider: TracerProvider) -> None:
    """Send what has not been sent; a collector that does not answer holds nothing up for long."""
    sending = Thread(target=provider.shutdown, daemon=True)
    sending.start()
    sending.join(_PATIENCE_S)


class Traced:
    """An application whose requests are spans."""

    def __init__(self, app: Any, service: Service, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._app, self._service = app, service
        self._tracer = provider.get_tracer("ruleflow")
        self._extract: Callable[[Mapping[str, str]], Any] = TraceContextTextMapPropagator().extract
        self._kind = SpanKind.SERVER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        span = self._tracer.start_span(
            scope["method"],
            context=self._extract(_trace_headers(scope)),
            kind=self._kind,
            attributes={"http.request.method": scope["method"], "url.scheme": scope["scheme"]},  # for samplers
            record_exception=False,
            set_status_on_exception=False,
        )
        start: Any = None

        async def send_on(event: Any) -> None:
            nonlocal start
            if event["type"] == "http.response.start":
                start = event
            await send(event)

        with structlog.contextvars.bound_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}"):
            try:
                await self._app(scope, receive, send_on)
            finally:
                if span.is_recording():
                    self._tell(span, scope, start)
                span.end()

    def _tell(self, span: Any, scope: Scope, start: Any) -> None:
        from opentelemetry.trace import StatusCode

        call: Call = scope["ruleflow.call"]
        digest = header_of(start, b"ruleflow-digest")
        told = {
            "http.route": call.route,
            "ruleflow.request_id": call.request_id,
            "ruleflow.digest": digest,
            "ruleflow.project": self._project(digest),
            "ruleflow.decision_id": header_of(start, b"ruleflow-decision-id"),
        }
        span.set_attributes({name: value for name, value in told.items() if value})
        if call.route:
            span.update_name(f"{scope['method']} {call.route}")
        status = 0 if start is None else start["status"]
        if status:
            span.set_attribute("http.response.status_code", status)
        if status >= 500 or not status:
            span.set_attribute("error.type", str(status) if status else "disconnected")
            span.set_status(StatusCode.ERROR)

    def _project(self, digest: str) -> str:
        """The name of the project that is served with this digest."""
        return next((name for name, one in self._service.projects.items() if one.project.digest == digest), "")


def _trace_headers(scope: Scope) -> dict[str, str]:
    return {
        name.decode(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in {b"traceparent", b"tracestate"}
    }
