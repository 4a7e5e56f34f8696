"""What the files of a project were parsed into, kept: where one file changes, only that one is parsed again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

from ruleflow.diagnostics.collector import Collector
from ruleflow.project.cache import read_entry, write_entry
from ruleflow.project.folder import Folder
from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from ruleflow.syntax.parse_tree import Branch, parse_tree
from ruleflow.syntax.yaml_reader import read_yaml

KIND = "parses"

Plain: TypeAlias = Any
"""A node as a list: start, end, and for a scalar its text and style, for a list its items, for a mapping its entries."""

_STYLES = tuple(Style)


@dataclass(slots=True)
class Parses:
    """Parses the YAML and the expressions of a project, or takes them as they were kept; remembers which it has used."""

    kept_nodes: dict[str, bytes] = field(default_factory=dict)
    kept_trees: dict[str, Branch] = field(default_factory=dict)
    nodes: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, Branch] = field(default_factory=dict)

    def node(self, source: Source, out: Collector) -> Node | None:
        """The document of a file, as `read_yaml` gives it. Only a file without findings is kept."""
        key = sha256(source.text.encode(errors="surrogatepass")).hexdigest()
        packed = self.kept_nodes.get(key)
        if packed is not None:
            self.nodes[key] = packed
            plain = msgspec.msgpack.decode(packed)
            return None if plain is None else _thaw(plain, source)
        findings = Collector()
        node = read_yaml(source, findings)
        for finding in findings.sorted():
            out.report(finding)
        if not len(findings):
            with suppress(UnicodeEncodeError):  # half of a character, written as an escape
                self.nodes[key] = msgspec.msgpack.encode(None if node is None else _freeze(node))
        return node

    def tree(self, text: str) -> Branch:
        """The tree of an expression, as `parse_tree` gives it."""
        found = self.kept_trees.get(text)
        if found is None:
            found = parse_tree(text)
        self.trees[text] = found
        return found

    @property
    def is_kept(self) -> bool:
        """Whether nothing was used that is not kept."""
        return self.nodes.keys() <= self.kept_nodes.keys() and self.trees.keys() <= self.kept_trees.keys()


def kept_parses(folder: Folder) -> Parses:
    """What the files of a folder were parsed into the last time."""
    found = read_entry(KIND, _key(folder))
    try:
        return Parses() if found is None else Parses(found["nodes"], msgspec.convert(found["trees"], dict[str, Branch]))
    except msgspec.ValidationError:
        return Parses()


def keep_parses(folder: Folder, parses: Parses) -> None:
    """Keep what was used this time, and nothing else."""
    if not parses.is_kept:
        write_entry(KIND, _key(folder), {"nodes": parses.nodes, "trees": parses.trees})


def _key(folder: Folder) -> str:
    return str(folder.path.resolve())


def _freeze(node: Node) -> Plain:
    place = [node.span.start, node.span.end]
    match node:
        case Scalar():
            return [*place, node.text, _STYLES.index(node.style)]
        case Sequence():
            return [*place, [_freeze(item) for item in node.items]]
        case Mapping():
            return [*place, [[_freeze(one.key), _freeze(one.value)] for one in node.entries], True]


def _thaw(plain: Plain, source: Source) -> Node:
    start, end, content, *rest = plain
    span = Span(source, start, end)
    if type(content) is str:
        return Scalar(content, _STYLES[rest[0]], span)
    if not rest:
        return Sequence(tuple([_thaw(item, source) for item in content]), span)
    return Mapping(tuple([Entry(_key_of(key, source), _thaw(value, source)) for key, value in content]), span)


def _key_of(plain: Plain, source: Source) -> Scalar:
    start, end, text, style = plain
    return Scalar(text, _STYLES[style], Span(source, start, end))
