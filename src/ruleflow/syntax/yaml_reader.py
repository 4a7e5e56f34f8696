"""YAML 1.2 as located nodes, from PyYAML's stream of events.

We compose the tree ourselves: that gives exact places, finds keys that stand twice, and stops at nesting that would
exhaust the stack. Scalars stay text; the key above decides what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruleflow.diagnostics import codes
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.source import Source, Span
from ruleflow.syntax import errors, yaml_errors
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Style
from ruleflow.syntax.yaml_errors import MAX_DEPTH

MOST_HIDDEN = 20
"""Hidden characters reported for a file; one is enough to act on."""

# Line breaks that no editor shows, controls, and what reorders or hides text: a review bypass each.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]"
    "|\\r(?!\\n)"
)
_STYLES = {"'": Style.SINGLE, '"': Style.DOUBLE, "|": Style.LITERAL, ">": Style.FOLDED}


def read_yaml(source: Source, out: Collector) -> Node | None:
    """The document of a file; None where it is empty, or so broken that there is nothing to give (with a finding)."""
    text = _without_hidden(source, out)
    composer = _Composer(source, Collector())
    failure: Diagnostic | None = None
    stopped = False
    try:
        stopped = any(not composer.take(event) for event in _events(text))
    except _yaml_error() as error:
        failure = yaml_errors.not_yaml(source, error)
    for finding in _without_echoes(composer.out.sorted(), failure):
        out.report(finding)
    if failure is not None and text == source.text:
        out.report(failure)
    return None if stopped or failure is not None else composer.root


def hides(text: str) -> bool:
    """Whether a text has characters that may not stand in a file as they are."""
    return _HIDDEN.search(text) is not None


def _without_echoes(findings: tuple[Diagnostic, ...], failure: Diagnostic | None) -> Iterator[Diagnostic]:
    """The findings, less those that only say again why the file is no YAML: of the same line, or keys that are brackets."""
    line = failure.span.first.line if failure is not None and failure.span is not None else 0
    for finding in findings:
        is_echo = finding.span is not None and finding.span.first.line == line
        if not is_echo and not (failure is not None and finding.code is codes.COMPLEX_KEY):
            yield finding


def _without_hidden(source: Source, out: Collector) -> str:
    """The text with each hidden character reported and taken for a space, so that reading goes on."""
    for at, found in enumerate(_HIDDEN.finditer(source.text)):
        if at == MOST_HIDDEN:
            break
        out.report(errors.hidden_character(Span(source, found.start(), found.end())))
    return _HIDDEN.sub(" ", source.text)


def _events(text: str) -> Iterator[Any]:
    import yaml

    # libyaml's parser where PyYAML was built with it; the events are the same, ten times sooner.
    loader: Any = getattr(yaml, "CLoader", yaml.Loader)
    events: Iterator[Any] = yaml.parse(text, Loader=loader)
    return events


def _yaml_error() -> type[Exception]:
    import yaml

    return yaml.YAMLError


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    start: int
    is_mapping: bool
    is_flow: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None
    wants_key: bool = True

    @property
    def last_end(self) -> int:
        """Where the last item or entry ends; the comments after it belong to nobody."""
        last = [item.span.end for item in self.items[-1:]]
        last += [end for entry in self.entries[-1:] for end in (entry.key.span.end, entry.value.span.end)]
        return max(last, default=self.start)


@dataclass(slots=True)
class _Composer:
    """Builds nodes out of events, without recursion."""

    source: Source
    out: Collector
    open: list[_Open] = field(default_factory=list)
    root: Node | None = None
    documents: int = 0

    def take(self, event: Any) -> bool:
        """Use an event; False when there is no point in going on."""
        match type(event).__name__:
            case "DocumentStartEvent":
                return self._document(event)
            case "AliasEvent":
                self.out.report(errors.anchor(self._span(event), "alias"))
                self._add(Scalar("", Style.PLAIN, self._span(event)))
            case "ScalarEvent":
                self._properties(event)
                is_lost = self._is_cut(event) or bool(event.tag and not event.value)
                self._add(None if is_lost else self._scalar(event))
            case "SequenceStartEvent" | "MappingStartEvent" as kind:
                self._properties(event)
                return self._start(event, is_mapping=kind.startswith("Mapping"))
            case "SequenceEndEvent" | "MappingEndEvent":
                self._end(event)
        return True

    def _document(self, event: Any) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.out.report(errors.several_documents(self._span(event)))
        return self.documents == 1

    def _properties(self, event: Any) -> None:
        """Report an anchor or a tag; the node itself is read as if there were none."""
        at = event.start_mark.index
        if event.anchor:
            self.out.report(errors.anchor(Span(self.source, at, at + len(event.anchor) + 1), "anchor"))
        if event.tag:
            written = re.compile(r"!\S*").search(self.source.text, at)
            end = written.end() if written is not None else at + 1
            self.out.report(errors.tag(Span(self.source, written.start() if written is not None else at, end)))

    def _scalar(self, event: Any) -> Scalar:
        return Scalar(event.value, _STYLES.get(event.style or "", Style.PLAIN), self._span(event))

    def _is_cut(self, event: Any) -> bool:
        """Whether a plain value ends inside an open quote, cut off by what YAML takes for a comment; reported here."""
        span, text = self._span(event), self.source.text
        if event.style or not re.compile(" +#").match(text, span.end):
            return False
        value = span.text
        if value.count("'") % 2 == 0 and value.count('"') % 2 == 0:
            return False
        line_end = text.find("\n", span.end)
        self.out.report(
            errors.cut_by_comment(Span(self.source, span.end + 1, line_end if line_end >= 0 else len(text)))
        )
        return True

    def _start(self, event: Any, *, is_mapping: bool) -> bool:
        if len(self.open) >= MAX_DEPTH:
            self.out.report(errors.too_deep(self._span(event), MAX_DEPTH))
            return False
        self.open.append(_Open(event.start_mark.index, is_mapping, bool(event.flow_style)))
        return True

    def _end(self, event: Any) -> None:
        done = self.open.pop()
        span = Span(self.source, done.start, event.end_mark.index if done.is_flow else done.last_end)
        self._add(Mapping(tuple(done.entries), span) if done.is_mapping else Sequence(tuple(done.items), span))

    def _add(self, node: Node | None) -> None:
        """Put a node where it belongs; None: it is lost, and a finding says why."""
        if not self.open:
            self.root = None if isinstance(node, Scalar) and node.is_null else node
            return
        parent = self.open[-1]
        if not parent.is_mapping:
            parent.items += () if node is None else (node,)
        elif parent.wants_key:
            parent.key, parent.wants_key = self._key(node), False
        else:
            self._add_entry(parent, node)
            parent.wants_key = True

    def _key(self, node: Node | None) -> Scalar | None:
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.out.report(errors.complex_key(node.span))
            return None
        if node.text == "<<" and node.style is Style.PLAIN:
            self.out.report(errors.anchor(node.span, "merge key"))
            return None
        return node

    def _add_entry(self, parent: _Open, value: Node | None) -> None:
        key = parent.key
        if key is None or value is None:
            return
        if key.text in parent.keys:
            self.out.report(errors.duplicate_key(key.span, key.text, parent.keys[key.text].span))
            return
        parent.keys[key.text] = key
        parent.entries.append(Entry(key, value))

    def _span(self, event: Any) -> Span:
        return Span(self.source, event.start_mark.index, event.end_mark.index)
