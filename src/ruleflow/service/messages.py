"""The messages of the service: what a request holds and what is answered. `/openapi.json` is made from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from ruleflow.service.problems import Fault

Facts = Annotated[
    dict[str, Any],
    Meta(description="The facts, as JSON: `ticket`, `contact`, `company`, `event`; under `before` what has changed."),
]
Event = Annotated[str, Meta(description="What happened, for instance `ticket.created`.")]
Instant = Annotated[
    str,
    Meta(
        description="An instant with its offset, such as `2026-03-01T18:00:00+03:00`.",
        extra_json_schema={"format": "date-time"},
    ),
]
OwnInstant = Annotated[str, Meta(description="An instant with the offset that the project's zone had then.")]
Now = Annotated[Instant, Meta(description="The instant to decide for; left out: when the request came.")]
ProjectName = Annotated[
    str, Meta(description="The name of a served project; may be left out where only one is served.", max_length=256)
]
Strict = Annotated[
    bool, Meta(description="Refuse segments, contracts and options that the project does not know; else a warning.")
]
JsonObject = Annotated[Raw, Meta(extra_json_schema={"type": "object"})]
DecisionBody = Annotated[Raw, Meta(extra_json_schema={"$ref": "#/components/schemas/Decision"})]
Count = Annotated[int, Meta(ge=0)]


class DecideRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event to decide."""

    event: Event
    facts: Facts
    now: Now | None = None
    strict: Strict = False
    project: ProjectName | None = None


class BatchItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event of several. `id` is given back with the answer; what is left out is that of the whole batch."""

    facts: Facts
    id: Annotated[str, Meta(max_length=256)] | None = None
    event: Event | None = None
    now: Now | None = None


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several events to decide; `event` and `now` are for items that do not say so themselves."""

    items: Annotated[
        list[Any],
        Meta(description="What to decide.", extra_json_schema={"items": {"$ref": "#/components/schemas/BatchItem"}}),
    ]
    event: Event | None = None
    now: Now | None = None
    strict: Strict = False
    project: ProjectName | None = None


class ItemProblem(msgspec.Struct, frozen=True):
    """Why an item was not decided. Pointers are those of the whole body: `/items/3/facts/ticket/priority`."""

    type: str
    title: str
    status: int
    detail: str
    problems: tuple[Fault, ...] = ()


class BatchAnswer(msgspec.Struct, frozen=True):
    """What came of an item: a decision, or a problem. `index` counts from 0."""

    index: Count
    id: str | UnsetType = UNSET
    decision: DecisionBody | UnsetType = UNSET
    problem: ItemProblem | UnsetType = UNSET


class BatchResponse(msgspec.Struct, frozen=True):
    """An answer to each item, in order."""

    decided: Count
    failed: Count
    answers: list[BatchAnswer]


class ExplainRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to explain: one rule, or (`rule` left out) what every stage did. `nearest`: also what would have made the rule act."""

    event: Event
    facts: Facts
    rule: Annotated[str, Meta(description="The id of a rule.")] | None = None
    now: Now | None = None
    strict: Strict = False
    project: ProjectName | None = None
    nearest: Annotated[
        bool, Meta(description="Also the least that would have made the rule act; takes up to some seconds.")
    ] = False


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why: of one rule (`rule`, and `nearest` where that was asked for), or of every stage."""

    version: int
    decision_id: str
    event: str
    at: OwnInstant
    contract: dict[str, Any] | None
    rule: dict[str, Any] | UnsetType = UNSET
    nearest: dict[str, Any] | UnsetType = UNSET
    stages: tuple[dict[str, Any], ...] | UnsetType = UNSET
    ended_by: str | UnsetType | None = UNSET


class Future(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens to a ticket until an instant, the clocks as they stand then, and what comes `next` after that."""

    version: int
    project: dict[str, str]
    event: str
    at: OwnInstant
    until: OwnInstant
    steps: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    next: dict[str, Any] | None


class TimelineRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket to look ahead for. `event` happens first; left out: nothing but time. `until` left out: 30 days."""

    facts: Facts
    event: Event | None = None
    now: Now | None = None
    until: Instant | None = None
    strict: Strict = False
    project: ProjectName | None = None


class CheckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A project to check, as files by their paths; without files the project that is served."""

    files: (
        Annotated[
            dict[str, str],
            Meta(description="Texts by path: `ruleflow.yaml`, `rules/route.yaml`, `templates/hello.md`."),
        ]
        | None
    ) = None
    project: ProjectName | None = None


class Counts(msgspec.Struct, frozen=True):
    """How many findings there are."""

    errors: Count
    warnings: Count
    files: Count
    notes: Count = 0
    silenced: Count = 0


Findings = Annotated[
    tuple[dict[str, Any], ...],
    Meta(
        description="Each with `code`, `severity`, `message`, `place`, `help`, as `ruleflow check --format json` has it."
    ),
]


class CheckResponse(msgspec.Struct, frozen=True):
    """What is to be said of a project. `refused`: of the newest state of a served project's source, where that has errors.

    `silenced` is told of a project that was sent: what comments in its files silence, each with `because`.
    """

    version: int
    counts: Counts
    findings: Findings
    refused: RefusedChange | None = None
    silenced: Findings = ()


class RefusedChange(msgspec.Struct, frozen=True):
    """The newest state of a project's source, which has errors and so is not served."""

    at: Instant
    text: str
    findings: Findings


class StageInfo(msgspec.Struct, frozen=True):
    """A stage. `hit`: whether `all` matching rules act, or only the `first`."""

    id: str
    hit: str


class RuleInfo(msgspec.Struct, frozen=True):
    """A rule as it is written. `on` empty: any event. `line` counts from 1."""

    id: str
    title: str
    stage: str
    on: tuple[str, ...]
    owner: str
    note: str
    labels: tuple[str, ...]
    mode: str
    enabled: bool
    timed: bool
    file: str | None
    line: int | None


class FieldInfo(msgspec.Struct, frozen=True):
    """A fact that may be sent. `type` is in words; `options` and `unit` are empty where there are none."""

    path: str
    title: str
    type: str
    options: tuple[str, ...]
    required: bool
    secret: bool
    standard: bool
    unit: str


class EventInfo(msgspec.Struct, frozen=True):
    """An event that may be decided."""

    name: str
    title: str


class ProjectSummary(msgspec.Struct, frozen=True):
    """A served project. `refused`: its source has changed since, and the change has errors."""

    name: str
    title: str
    digest: str
    source: str
    loaded_at: Instant
    rules: Count
    refused: bool


class ProjectList(msgspec.Struct, frozen=True):
    """The served projects."""

    projects: tuple[ProjectSummary, ...]


class ProjectInfo(msgspec.Struct, frozen=True):
    """A served project with what may be sent to it."""

    name: str
    title: str
    digest: str
    source: str
    loaded_at: Instant
    timezone: str
    stages: tuple[StageInfo, ...]
    events: tuple[EventInfo, ...]
    rules: tuple[RuleInfo, ...]
    fields: tuple[FieldInfo, ...]
    refused: RefusedChange | None


class ProjectQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which project."""

    project: ProjectName = ""


class DecisionQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look for; all that is given must hold. Nothing is null here: in an address that would be a text."""

    project: Annotated[str, Meta(description="The name of a project.", max_length=256)] = ""
    rule: Annotated[str, Meta(description="The id of a rule that acted, or would have in shadow.", max_length=256)] = ""
    event: Annotated[str, Meta(description="The event decided.", max_length=256)] = ""
    ticket: Annotated[str, Meta(description="The id of a ticket.", max_length=256)] = ""
    caller: Annotated[str, Meta(description="The name of an API key.", max_length=256)] = ""
    text: Annotated[
        str, Meta(description="How the id of a ticket, a decision or a request begins.", max_length=256)
    ] = ""
    since: Annotated[Instant, Meta(description="Asked for at this instant, or later.")] | UnsetType = UNSET
    until: Annotated[Instant, Meta(description="Asked for before this instant.")] | UnsetType = UNSET
    before: Annotated[int, Meta(description="`next` of the page before.", ge=0, le=2**63 - 1)] | UnsetType = UNSET
    limit: Annotated[int, Meta(description="How many at most.", ge=1, le=500)] = 50


class LoggedSummary(msgspec.Struct, frozen=True):
    """A logged decision. `at` is the instant decided for, `received_at` that of the request; `caller` names an API key."""

    decision_id: str
    project: str
    digest: str
    event: str
    ticket_id: str
    at: Instant
    received_at: Instant
    latency_us: Count
    caller: str
    request_id: str
    matched: tuple[str, ...]
    shadow: tuple[str, ...]


class LoggedPage(msgspec.Struct, frozen=True):
    """Logged decisions, the newest first. `next` goes into `before` for the next page; null: this is the last."""

    decisions: tuple[LoggedSummary, ...]
    next: int | None


class LoggedDecision(msgspec.Struct, frozen=True):
    """A logged decision with the facts it was made of. `masked` points to facts that are secrets, and shown masked."""

    decision_id: str
    project: str
    digest: str
    event: str
    ticket_id: str
    at: Instant
    received_at: Instant
    latency_us: Count
    caller: str
    request_id: str
    matched: tuple[str, ...]
    shadow: tuple[str, ...]
    masked: tuple[str, ...]
    facts: JsonObject
    decision: DecisionBody


class Health(msgspec.Struct, frozen=True):
    """How the service fares: `ok`, or `unready` for these reasons. `notes` are worth knowing and keep nobody waiting."""

    status: str
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
