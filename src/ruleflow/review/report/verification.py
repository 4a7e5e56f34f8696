"""What became of the promises of a project: as text, JSON, annotations of GitHub, and Markdown for a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap

from ruleflow.analysis.verdicts import Counterexample, Held, PromiseVerdict, Proof, Verification
from ruleflow.diagnostics.cells import visible
from ruleflow.diagnostics.json_text import json_line, json_text
from ruleflow.diagnostics.render_github import escape_property, escape_text
from ruleflow.review.report.markdown import BAR, plain

WIDTH = 100
HEADS = {Proof.PROVED: "PROVED", Proof.FAILS: "FAILS", Proof.UNKNOWN: "UNKNOWN"}
MARK = "<!-- ruleflow verify -->"
"""Begins every comment, so that the next one can take its place."""
_SYMBOLS = {Proof.PROVED: "✅", Proof.FAILS: "❌", Proof.UNKNOWN: "❔"}


def render_text(found: Verification, folder: str = "") -> str:
    """Each promise, those that fail with a ticket; then on what the answers rest. For a terminal of 100 columns."""
    lines = [line for one in found.promises for line in _promise(one, folder)]
    lines += ["", summary(found), *scope_lines(found)] if found.promises else [summary(found)]
    return "\n".join(visible(line) for line in lines) + "\n"


def summary(found: Verification) -> str:
    """`2 proved, 1 fails, 0 unknown`."""
    if not found.promises:
        return "the project promises nothing: there are no `properties:`"
    counted = {proof: sum(one.proof is proof for one in found.promises) for proof in Proof}
    return f"{counted[Proof.PROVED]} proved, {counted[Proof.FAILS]} fail, {counted[Proof.UNKNOWN]} unknown"


def scope_lines(found: Verification) -> Iterator[str]:
    """On what the answers rest."""
    yield from (f"assumed: {one}" for one in found.scope.assumptions)
    yield f"solver: {', '.join(found.scope.solvers)}"
    yield from (f"note: {one}" for one in found.scope.notes)


def _promise(one: PromiseVerdict, folder: str) -> Iterator[str]:
    head, place = f"{HEADS[one.proof]:<8}{_name(one)}", _place(one, folder)
    yield f"{head:<{WIDTH - len(place) - 1}} {place}".rstrip() if len(head) + len(place) < WIDTH else head
    for text in _reasons(one):
        yield from _wrapped(text)


def _name(one: PromiseVerdict) -> str:
    return f"{one.id}: {one.title}" if one.title else one.id


def _place(one: PromiseVerdict, folder: str) -> str:
    file, line = one.place
    return f"{folder}/{file}:{line}" if folder and file else f"{file}:{line}" if file else ""


def _reasons(one: PromiseVerdict) -> Iterator[str]:
    """What there is to say of a promise beside its name, a text for each line."""
    if one.is_vacuous:
        yield "there is no ticket that it is about, so that it promises nothing"
    for held in one.events:
        yield from _of_event(held)


def _of_event(held: Held) -> Iterator[str]:
    if held.proof is Proof.UNKNOWN:
        yield f"on {held.event} it is not known: {held.reason}"
    if held.counterexample is not None:
        yield f"on {held.event}: {held.counterexample.why}"
        yield from _ticket_lines(held.counterexample)


def _ticket_lines(found: Counterexample) -> Iterator[str]:
    if found.region:
        yield f"always when: {' and '.join(found.region)}"
    heads = ("ticket", "and the ticket")
    for head, ticket in zip(heads, found.tickets, strict=False):
        yield f"{head} at {ticket.now}: {json_line(dict(ticket.facts))}"
    yield f"rules that matched: {', '.join(found.matched) or 'none'}"


def _wrapped(text: str) -> list[str]:
    indent = " " * 8
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def render_json(found: Verification, folder: str = "") -> str:  # noqa: ARG001 - places in JSON are those in the project
    """As JSON, version 1."""
    return json_text(found.to_dict())


def render_github(found: Verification, folder: str = "") -> str:
    """A line for each promise that is not proved, shown beside where it is written: an error where it fails."""
    return "".join(_command(one, folder) for one in found.promises if one.proof is not Proof.PROVED or one.is_vacuous)


def _command(one: PromiseVerdict, folder: str) -> str:
    file, line = one.place
    at = {"file": f"{folder}/{file}" if folder else file, "line": str(line)} if file else {}
    properties = {**at, "title": f"{HEADS[one.proof]} {one.id}"}
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    kind = "error" if one.proof is Proof.FAILS else "warning"
    message = "\n".join((_name(one), *_reasons(one)))
    return f"::{kind} {listed}::{escape_text(message)}\n"


def render_markdown(found: Verification, folder: str = "") -> str:
    """A table of the promises, then the tickets that break them."""
    symbol = next(
        (_SYMBOLS[one] for one in (Proof.FAILS, Proof.UNKNOWN) if one in {each.proof for each in found.promises}), "✅"
    )
    lines = [
        MARK,
        f"### {symbol} ruleflow: {plain(summary(found))}",
        "",
        "| | promise | where |",
        "| --- | --- | --- |",
    ]
    for one in found.promises:
        cells = (f"{_SYMBOLS[one.proof]} {HEADS[one.proof].lower()}", plain(_name(one)), plain(_place(one, folder)))
        lines.append(f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |")
    for one in found.promises:
        told = [f"- {plain(text)}" for text in _reasons(one)]
        lines += ["", f"**{plain(one.id)}**", "", *told] if told else []
    lines += ["", *(f"<sub>{plain(line)}</sub><br>" for line in scope_lines(found))] if found.promises else []
    return "\n".join(lines) + "\n"


FORMATS: Mapping[str, Callable[[Verification, str], str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "markdown": render_markdown,
}
