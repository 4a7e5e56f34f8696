"""What a caller is told when a request fails: problem details for HTTP APIs (RFC 9457), with every fault of the input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from ruleflow.diagnostics import codes
from ruleflow.engine.canonical import canonical_json
from ruleflow.engine.facts import FactProblem

MEDIA_TYPE = b"application/problem+json"
_TYPES = "urn:ruleflow:problem:"


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault of a request. `pointer` is the JSON pointer of the value in the body, '' for the body as a whole.

    `parameter` is the name where it is a parameter of the address, or a header, that is wrong.
    """

    pointer: str
    code: str
    message: str
    help: str = ""
    parameter: str = ""


class ProblemDocument(msgspec.Struct, frozen=True):
    """A problem as it is answered. `type` says what kind it is, for programs; `about:blank`: the status says it all."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    problems: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not answered. `kind` '' : the status says it all. `headers` go with the answer."""

    status: int
    detail: str
    kind: str = ""
    title: str = ""
    faults: tuple[Fault, ...] = ()
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def document(self, request_id: str) -> ProblemDocument:
        """What is answered."""
        return ProblemDocument(
            f"{_TYPES}{self.kind}" if self.kind else "about:blank",
            self.title or HTTPStatus(self.status).phrase,
            self.status,
            self.detail,
            request_id,
            self.faults,
        )

    def to_json(self, request_id: str) -> bytes:
        """The document as JSON."""
        return canonical_json(self.document(request_id))


def unreadable(detail: str, line: int = 0, column: int = 0) -> Problem:
    """The body is no JSON document."""
    place = f" (line {line}, column {column})" if line else ""
    fault = Fault("", "unreadable", f"{detail}{place}")
    return Problem(400, f"{detail}{place}", "unreadable", "The body cannot be read", (fault,))


def wrong_request(faults: Sequence[Fault], status: int = 422) -> Problem:
    """The body is JSON, and its members are not what they should be."""
    return Problem(
        status, _count(faults, "the request"), "wrong-request", "The request is not understood", tuple(faults)
    )


def facts_refused(problems: Iterable[FactProblem], at: str = "") -> Problem:
    """Nothing was decided, for the facts are wrong. `at` is the pointer of the object that holds `facts`."""
    faults = fact_faults(problems, at)
    return Problem(422, _count(faults, "the facts"), "facts-refused", "The facts were refused", faults)


def fact_faults(problems: Iterable[FactProblem], at: str = "") -> tuple[Fault, ...]:
    """The problems of facts, each at its place in the body of the request."""
    unknown_event = codes.UNKNOWN_EVENT_IN_FACTS.number
    return tuple(
        Fault(
            f"{at}/event" if one.code == unknown_event else f"{at}/facts{one.pointer}",
            one.code,
            one.message,
            one.help,
        )
        for one in problems
    )


def unavailable(detail: str, kind: str, retry_after_s: int = 1) -> Problem:
    """Nothing was done, and it may be asked again."""
    return Problem(503, detail, kind, headers=((b"retry-after", str(retry_after_s).encode()),))


def _count(faults: Sequence[Fault], what: str) -> str:
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{what}: {first.parameter or first.pointer or 'as a whole'}: {first.message}{more}"
