"""Logged decisions as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ruleflow.cli.aligned import aligned
from ruleflow.cli.decision_text import decision_text
from ruleflow.cli.spans import iso_of, short
from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.json_text import json_text
from ruleflow.project.fact_files import read_json

if TYPE_CHECKING:
    from ruleflow.project.project import Project
    from ruleflow.project.repeating import Repetition
    from ruleflow.store.log import Page
    from ruleflow.store.records import Logged

_HEADING = ("received (UTC)", "decision", "project", "event", "ticket", "caller", "ms", "rules")
_MOST_RULES = 3
_LONGEST = 40


def page_text(page: Page) -> str:
    """A line for each decision, and how the next page is had."""
    if not page.rows:
        return "no decisions\n"
    lines = [*aligned([_HEADING, *map(_row, page.rows)])]
    more = [] if page.before is None else ["", f"for more: --before {page.before}"]
    return "\n".join([*lines, *more]) + "\n"


def page_json(page: Page) -> str:
    """As `GET /v1/decisions` answers."""
    return json_text({"decisions": [_summary(row) for row in page.rows], "before": page.before})


def decision_json(found: Logged) -> str:
    """As `GET /v1/decisions/{decision_id}` answers."""
    whole = {"masked": found.masked, "facts": _document(found.facts), "decision": _document(found.decision)}
    return json_text({**_summary(found), **whole})


def logged_text(found: Logged, project: Project | None) -> str:
    """A decision with what it was made of; `project` says where its rules stand, None: that is not kept."""
    asked = f"{short(found.received_at)} UTC by {found.caller or 'anybody'}, request {found.request_id}"
    head = [
        ("decision", found.decision_id),
        ("project", f"{found.project} {found.digest}"),
        ("ticket", found.ticket_id or "(without an id)"),
        ("asked", f"{asked}, answered in {found.latency_us / 1000:.2f} ms"),
    ]
    masked = f", masked: {', '.join(found.masked)}" if found.masked else ""
    parts = [
        "\n".join(aligned(head)),
        decision_text(_document(found.decision)).rstrip("\n"),
        "\n".join(["rules", *(f"  {line}" for line in _rules(found, project))]),
        f"facts{visible(masked)}\n{json_text(_document(found.facts))}".rstrip("\n"),
    ]
    return "\n\n".join(parts) + "\n"


def repetition_text(found: Logged, came: Repetition, differences: Sequence[str]) -> str:
    """Whether deciding again came to the same, and if not, what is otherwise."""
    return "\n".join(visible(line) for line in _told(found, came, differences)) + "\n"


def repetition_json(found: Logged, came: Repetition, differences: Sequence[str]) -> str:
    """The same as JSON; `made_with` is what this machine has in other versions than the one that decided."""
    return json_text(
        {
            "decision_id": found.decision_id,
            "digest": found.digest,
            "same": came.same,
            "masked": found.masked,
            "left_out": came.left_out,
            "refused": came.refused or None,
            "differences": [{"pointer": one.pointer, "before": one.before, "now": one.now} for one in came.differences],
            "made_with": differences,
        }
    )


def _told(found: Logged, came: Repetition, differences: Sequence[str]) -> Iterator[str]:
    of = f"{found.project} {found.digest}"
    if came.refused:
        yield f"different: {of} refuses the facts now: {came.refused}"
    elif came.same and not found.masked:
        yield f"the same: {of} decides {found.decision_id} again, to the byte"
    elif came.same:
        yield f"the same but for the id of the decision, which depends on masked facts: {of}"
    else:
        yield f"different: {of} decides otherwise now"
        yield from (
            f"  {line}" for line in aligned([(one.pointer, one.before, "now", one.now) for one in came.differences])
        )
    if found.masked:
        yield f"masked in the log: {', '.join(found.masked)}"
    if came.left_out:
        yield f"left out, for the project does not take them masked: {', '.join(came.left_out)}"
    if differences:
        yield f"decided with {'; '.join(differences)}"


def _document(raw: bytes) -> Any:
    """What was logged as JSON; numbers with a point are Decimals."""
    return read_json(raw)


def _row(row: Logged) -> tuple[str, ...]:
    names = [*row.matched, *(f"{rule} (shadow)" for rule in row.shadow)]
    more = f" +{len(names) - _MOST_RULES}" if len(names) > _MOST_RULES else ""
    return (
        short(row.received_at),
        row.decision_id,
        row.project,
        row.event,
        _cut(row.ticket_id),
        _cut(row.caller),
        f"{row.latency_us / 1000:.2f}",
        ", ".join(names[:_MOST_RULES]) + more,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _rules(found: Logged, project: Project | None) -> list[str]:
    """The rules of a decision, each with its place in the project of then."""
    places = {} if project is None else {rule.id: rule.span for rule in project.model.rules}
    unknown = "its project is not kept" if project is None else ""
    rows = []
    for rule in (*found.matched, *found.shadow):
        span = places.get(rule)
        place = unknown if span is None else f"{span.source.name}:{span.first.line}"
        rows.append((rule, place, "in shadow" if rule in found.shadow else ""))
    return [*aligned(rows)] if rows else ["none matched"]


def _summary(found: Logged) -> dict[str, Any]:
    return {
        "decision_id": found.decision_id,
        "project": found.project,
        "digest": found.digest,
        "event": found.event,
        "ticket_id": found.ticket_id,
        "at": iso_of(found.at),
        "received_at": iso_of(found.received_at),
        "latency_us": found.latency_us,
        "caller": found.caller,
        "request_id": found.request_id,
        "matched": found.matched,
        "shadow": found.shadow,
    }
