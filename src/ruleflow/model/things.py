"""Segments, teams, agents, skills and contracts with their folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ruleflow.model import errors
from ruleflow.model.access import entries, inner, number_of, scalar, text, value
from ruleflow.model.policies import read_target_time
from ruleflow.model.reading import Reading, optional_condition, refer_key, reference_list
from ruleflow.model.sections import Thing, common, named, report_shared_names
from ruleflow.model.vocabulary import Agent, Contract, Folder, Request, Segment, Skill, Team
from ruleflow.syntax.nodes import Node, Scalar
from ruleflow.types.terms import Kind

REQUEST_TYPE = "ticket.request_type"
PRIORITY = "ticket.priority"


def read_segments(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Segment]:
    """All segments, assigned and derived."""
    found = {thing.id: _read_segment(thing, reading) for thing in named(nodes, "segment", reading.out)}
    report_shared_names(found.values(), "segment", reading.out)
    return found


def _read_segment(thing: Thing, reading: Reading) -> Segment:
    with reading.out.inside(f"segment `{thing.id}`"):
        when = optional_condition(value(thing.body, "when"), reading)
    return Segment(
        *common(thing), color=text(thing.body, "color"), background=text(thing.body, "background"), when=when
    )


def read_teams(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Team]:
    """All teams."""
    found = {
        thing.id: Team(
            *common(thing), calendar=refer_key(thing.body, "calendar", (Kind.CALENDAR,), reading, f"team `{thing.id}`")
        )
        for thing in named(nodes, "team", reading.out)
    }
    report_shared_names(found.values(), "team", reading.out)
    return found


def read_agents(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Agent]:
    """All agents."""
    found = {thing.id: _read_agent(thing, reading) for thing in named(nodes, "agent", reading.out)}
    report_shared_names(found.values(), "agent", reading.out)
    return found


def _read_agent(thing: Thing, reading: Reading) -> Agent:
    within = f"agent `{thing.id}`"
    return Agent(
        *common(thing),
        email=text(thing.body, "email"),
        teams=reference_list(value(thing.body, "teams"), (Kind.TEAM,), reading, within),
        skills=reference_list(value(thing.body, "skills"), (Kind.SKILL,), reading, within),
    )


def read_skills(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Skill]:
    """All skills."""
    found = {thing.id: Skill(*common(thing)) for thing in named(nodes, "skill", reading.out)}
    report_shared_names(found.values(), "skill", reading.out)
    return found


def read_contracts(
    nodes: Iterable[Node], teams: Mapping[str, Team], agents: Mapping[str, Agent], reading: Reading
) -> Mapping[str, Contract]:
    """All contracts. `teams` and `agents` tell which of the two an owner is."""
    found = {thing.id: _read_contract(thing, teams, agents, reading) for thing in named(nodes, "contract", reading.out)}
    report_shared_names(found.values(), "contract", reading.out)
    return found


def _read_contract(thing: Thing, teams: Mapping[str, Team], agents: Mapping[str, Agent], reading: Reading) -> Contract:
    body, within = thing.body, f"contract `{thing.id}`"
    team, agent = _read_owner(value(body, "owner"), teams, agents, reading, within)
    with reading.out.inside(within):
        applies_when = optional_condition(value(body, "applies_when"), reading)
    return Contract(
        *common(thing),
        owner_team=team,
        owner_agent=agent,
        tag=text(body, "tag"),
        color=text(body, "color"),
        calendar=refer_key(body, "calendar", (Kind.CALENDAR,), reading, within),
        regulation=refer_key(body, "regulation", (Kind.SLA,), reading, within),
        rating=number_of(scalar(body, "rating")) or 0,
        folders=tuple(_read_folders(value(body, "folders"), thing.id, "", reading)),
        requests=tuple(_read_requests(value(body, "requests"), reading, within)),
        applies_when=applies_when,
    )


def _read_owner(
    node: Node | None, teams: Mapping[str, Team], agents: Mapping[str, Agent], reading: Reading, within: str
) -> tuple[str, str]:
    """The ids of the team and of the agent, each '' where it is not the owner."""
    if not isinstance(node, Scalar):
        return (
            refer_key(node, "team", (Kind.TEAM,), reading, within),
            refer_key(node, "agent", (Kind.AGENT,), reading, within),
        )
    if node.text in teams and node.text in agents:
        reading.out.report(errors.owner_is_both(inner(node), node.text))
        return node.text, ""
    reading.refer((Kind.TEAM, Kind.AGENT), node, within)
    return (node.text if node.text in teams else "", node.text if node.text in agents else "")


def _read_folders(node: Node | None, contract: str, parent: str, reading: Reading) -> Iterator[Folder]:
    for thing in named([node] if node is not None else [], "folder", reading.out):
        yield Folder(*common(thing), contract=contract, parent=parent)
        yield from _read_folders(value(thing.body, "folders"), contract, thing.id, reading)


def all_folders(contracts: Mapping[str, Contract], reading: Reading) -> Mapping[str, Folder]:
    """The folders of all contracts by id, which is one for the whole project."""
    found: dict[str, Folder] = {}
    for contract in contracts.values():
        for folder in contract.folders:
            first = found.setdefault(folder.id, folder)
            if first is not folder and folder.span is not None:
                reading.out.report(errors.defined_twice(folder.span, "folder", folder.id, first.span))
    report_shared_names(found.values(), "folder", reading.out)
    return found


def _read_requests(node: Node | None, reading: Reading, within: str) -> Iterator[Request]:
    for entry in entries(node):
        target = scalar(entry.value, "resolve_in")
        yield Request(
            reading.choose(REQUEST_TYPE, entry.key, within),
            title=text(entry.value, "title"),
            priority=reading.choose(PRIORITY, scalar(entry.value, "priority"), within),
            resolve_in=read_target_time(target.text) if target is not None else None,
            span=inner(entry.key),
        )
