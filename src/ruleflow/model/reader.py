"""From the nodes of a project's files to its model: every section of every file, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors
from ruleflow.model.actions import read_action_types
from ruleflow.model.calendars import read_calendars
from ruleflow.model.definitions import read_definitions
from ruleflow.model.events import read_events
from ruleflow.model.fields import read_fields, report_nested, with_history_parts, with_ticket_types
from ruleflow.model.model import Model
from ruleflow.model.policies import read_policies
from ruleflow.model.properties_reader import read_assumptions, read_properties
from ruleflow.model.reading import Attachments, Reading
from ruleflow.model.root import ROOT_FILE, read_root
from ruleflow.model.rules import ActionType
from ruleflow.model.rules_reader import read_rules, rule_nodes
from ruleflow.model.scores_reader import read_scores
from ruleflow.model.shape_check import check_shape
from ruleflow.model.standard_vocabulary import standard_vocabulary
from ruleflow.model.structure_files import file_shape
from ruleflow.model.structure_vocabulary import SECTIONS
from ruleflow.model.tables_reader import read_tables
from ruleflow.model.templates import read_templates
from ruleflow.model.tests_reader import read_tests
from ruleflow.model.things import all_folders, read_agents, read_contracts, read_segments, read_skills, read_teams
from ruleflow.model.views_reader import read_views
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar
from ruleflow.syntax.parse_tree import Parse, parse_tree


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A YAML file of a project. `node` None: it could not be read as YAML, and a finding says why, or it is empty."""

    source: Source
    node: Node | None


def build_model(
    files: tuple[ProjectFile, ...],
    attachments: Attachments,
    out: Collector,
    ids: Iterator[NodeId],
    parse: Parse = parse_tree,
) -> Model:
    """The model of a project. Files come in the order in which they are read (lexical by path); names are not resolved.

    Whatever is wrong goes to `out`, all of it in one run; what could be read is in the model.
    """
    root = _root_node(files, out)
    head = read_root(root, out)
    reading = Reading(out, ids, head.zone, attachments, parse=parse)
    nodes = tuple(file.node for file in files if isinstance(file.node, MappingNode))
    sections = {name: _sections(nodes, name) for name in SECTIONS}
    types = read_action_types(sections["actions"], reading)
    _check_files(files, types, out)

    standard = standard_vocabulary()
    fields = with_history_parts(with_ticket_types(standard.fields | dict(read_fields(sections["fields"], reading))))
    report_nested(fields, out)
    teams, agents = read_teams(sections["teams"], reading), read_agents(sections["agents"], reading)
    contracts = read_contracts(sections["contracts"], teams, agents, reading)
    segments = read_segments(sections["segments"], reading)
    scores = read_scores(sections["scores"], reading)
    calendars = read_calendars(sections["calendars"], reading)
    sla = read_policies(sections["sla"], fields, reading)
    skills = read_skills(sections["skills"], reading)
    templates = read_templates(sections["templates"], reading)
    definitions = read_definitions(sections["definitions"], reading)
    written = rule_nodes(nodes)
    rules = read_rules((one for one in written if not one.is_table), types, fields, reading)
    tables = read_tables((one for one in written if one.is_table), rules, types, fields, reading)
    views = read_views(_sections(nodes, "views"), reading)
    properties = read_properties(_sections(nodes, "properties"), reading)
    assumptions = read_assumptions(_sections(nodes, "assume"), reading)
    tests = read_tests(nodes, reading)
    return Model(
        name=head.name,
        title=head.title,
        zone=head.zone,
        stages=head.stages,
        fields=fields,
        segments=segments,
        contracts=contracts,
        folders=all_folders(contracts, reading),
        calendars=calendars,
        sla=sla,
        teams=teams,
        agents=agents,
        skills=skills,
        templates=templates,
        actions=types,
        events=standard.events | dict(read_events(sections["events"], reading)),
        definitions=definitions,
        rules=rules,
        tables=tables,
        tests=tests,
        views=views,
        properties=properties,
        assumptions=assumptions,
        scores=scores,
        references=tuple(reading.references),
        options=tuple(reading.options),
    )


def _sections(nodes: tuple[MappingNode, ...], name: str) -> tuple[Node, ...]:
    return tuple(entry.value for node in nodes for entry in node if entry.key.text == name)


def _root_node(files: tuple[ProjectFile, ...], out: Collector) -> Node | None:
    root = next((file for file in files if file.source.name == ROOT_FILE), None)
    if root is None:
        out.report(errors.no_root_file())
        return None
    return root.node


def _check_files(files: tuple[ProjectFile, ...], types: Mapping[str, ActionType], out: Collector) -> None:
    shapes = {root: file_shape(types.values(), root=root) for root in (True, False)}
    for file in files:
        is_root = file.source.name == ROOT_FILE
        if file.node is None or (isinstance(file.node, Scalar) and file.node.is_null):
            if is_root and _is_empty(file.source.text):
                out.report(errors.empty_file(file.source))
        else:
            check_shape(file.node, shapes[is_root], errors.THE_FILE, out)


def _is_empty(text: str) -> bool:
    """Whether a file holds nothing but blank lines and comments."""
    return all(line.strip() in {"", "---"} or line.lstrip().startswith("#") for line in text.splitlines())
