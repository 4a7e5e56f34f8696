"""From a mapping file to a mapping, checked against the project whose facts it gives."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ruleflow.calendar.zones import zone, zone_names
from ruleflow.checker.errors import unknown_event, unknown_fact, unknown_option, unknown_thing
from ruleflow.diagnostics.collector import Collector
from ruleflow.model import errors as model_errors
from ruleflow.model.access import entries, inner, is_flag, is_null, items, listed, scalar, text, texts, value
from ruleflow.model.fields import HISTORY
from ruleflow.model.model import Model
from ruleflow.model.shape_check import check_shape
from ruleflow.model.shapes import Word
from ruleflow.replay import errors
from ruleflow.replay.mapping import Column, EventRows, FileForm, Rows, Source, Take, TicketMapping
from ruleflow.replay.moments import ISO, Form, pattern_problem
from ruleflow.replay.structure import DELIMITERS, MAPPING
from ruleflow.source import Source as TextFile
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar, Sequence
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.types.literals import moment_of
from ruleflow.types.terms import Choice, Kind, ListOf, Record, Reference, SetOf, Simple, Type

EVENT = "event.name"


def read_mapping(file: TextFile, model: Model, out: Collector) -> TicketMapping:
    """The mapping in a file; what is wrong with it goes to `out`, with its place."""
    node = read_yaml(file, out)
    if node is None:
        if not out.has_errors:
            out.report(errors.empty_mapping(file))
        return TicketMapping()
    check_shape(node, MAPPING, "a mapping file", out)
    reader = _Reader(model, _zone(scalar(node, "timezone"), model.zone, out), out)
    found = TicketMapping(
        _column(scalar(node, "ticket")),
        reader.facts(value(node, "facts")),
        reader.history(value(node, "history")),
        tuple(reader.event(item) for item in listed(value(node, "events"))),
        frozenset(one.text for one in texts(node, "missing")),
        _file_form(value(node, "file"), out),
        reader.zone,
    )
    if found.ticket is None:
        _report_rows_of_no_ticket(node, found, out)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of a mapping. `zone`: of instants that say none."""

    model: Model
    zone: ZoneInfo
    out: Collector

    def facts(self, node: Node | None) -> Mapping[str, Source]:
        """The sources of facts, by path."""
        return {path: self.source(body, kind, path) for path, body, kind in self._known_facts(node)}

    def _known_facts(self, node: Node | None) -> Iterator[tuple[str, Node, Type]]:
        known = dict(fact_types(self.model))
        for entry in entries(node):
            path = entry.key.text
            if path in known:
                yield path, entry.value, known[path]
            elif "." in path:
                self.out.report(unknown_fact(inner(entry.key), path, list(known)))

    def history(self, node: Node | None) -> Mapping[str, Source]:
        """The sources of the parts of an entry of `ticket.history`."""
        field = self.model.fields.get(HISTORY)
        record = field.type.of if field is not None and isinstance(field.type, ListOf) else None
        parts = dict(record.parts) if isinstance(record, Record) else {}
        found: dict[str, Source] = {}
        for entry in entries(node):
            name = entry.key.text
            if name in parts:
                found[name] = self.source(entry.value, parts[name], f"ticket.{name}")
            else:
                self.out.report(errors.unknown_part_of_history(inner(entry.key), name, parts))
        if isinstance(node, MappingNode) and "at" not in found:
            self.out.report(errors.history_without_instant(model_errors.first_line(node.span)))
        return found

    def event(self, node: Node) -> EventRows:
        """An event with its rows."""
        event = self.source(value(node, "event"), Simple.TEXT, EVENT)
        now = self.source(value(node, "now"), Simple.DATETIME, "now")
        facts, before = self.facts(value(node, "facts")), self.facts(value(node, "before"))
        return EventRows(event, now, self._rows(value(node, "rows")), facts, before)

    def _rows(self, node: Node | None) -> Rows:
        if isinstance(node, Scalar):
            return Rows(take=_take(node.text))
        where = tuple(
            (Column(entry.key.text, inner(entry.key)), frozenset(one.text for one in items(entry.value) if isinstance(one, Scalar)))
            for entry in entries(value(node, "where"))
        )  # fmt: skip
        return Rows(
            where,
            _column(scalar(node, "increased")),
            _column(scalar(node, "changed")),
            _take(text(node, "take")),
        )

    def source(self, node: Node | None, kind: Type, path: str) -> Source:
        """Where a value of a type comes from; `path` is the field (`event.name`: the event)."""
        if node is None or isinstance(node, Sequence) or is_null(node):
            return Source(None, kind)
        if isinstance(node, Scalar):
            if path == EVENT:
                return Source(None, kind, constant=self._checked(node, kind, path))
            return Source(_column(node), kind, form=Form(ISO, self.zone), secret=self._is_secret(path))
        column, others = _column(scalar(node, "column")), node.get("other")
        self._report_idle(node, kind, column)
        table = value(node, "values")
        return Source(
            column,
            kind,
            self._checked(value(node, "constant"), kind, path),
            None if table is None else {one.key.text: self._checked(one.value, kind, path) for one in entries(table)},
            others is not None,
            self._checked(others, kind, path),
            text(node, "separator"),
            Form(self._pattern(scalar(node, "format"), kind), _zone(scalar(node, "timezone"), self.zone, self.out)),
            self._is_secret(path),
        )

    def _is_secret(self, path: str) -> bool:
        field = self.model.fields.get(path) or self.model.fields.get(path.rpartition(".")[0])
        return field is not None and field.secret

    def _pattern(self, written: Scalar | None, kind: Type) -> str:
        if written is None:
            return ISO
        if kind not in {Simple.DATETIME, Simple.DATE}:
            self.out.report(errors.format_without_moment(written.span))
        elif problem := pattern_problem(written.text):
            self.out.report(errors.bad_pattern(inner(written), written.text, problem))
            return ISO
        return written.text

    def _report_idle(self, node: MappingNode, kind: Type, column: Column | None) -> None:
        """Report keys that say nothing: of a column beside a constant, a separator of a single value."""
        for entry in node:
            name = entry.key.text
            if name != "constant" and name in MAPPING_KEYS and node.get("constant") is not None:
                self.out.report(errors.beside_constant(entry.key.span, name))
            elif name == "separator" and not isinstance(kind, (SetOf, ListOf)):
                self.out.report(errors.separator_of_one(entry.key.span))
            elif name == "other" and node.get("values") is None and column is not None:
                self.out.report(errors.others_of_nothing(entry.key.span))

    def _checked(self, node: Node | None, kind: Type, path: str) -> Any:
        """A value that is written in the mapping, as JSON; one that the project does not know is reported."""
        if node is None or is_null(node):
            return None
        if isinstance(node, MappingNode):
            return {entry.key.text: self._checked(entry.value, Simple.TEXT, "") for entry in node}
        inside = kind.of if isinstance(kind, (SetOf, ListOf)) else kind
        if isinstance(node, Sequence):
            return [self._checked(item, inside, path) for item in node.items]
        if inside is Simple.BOOLEAN and is_flag(node):
            return node.text == "true"
        if inside is Simple.DATETIME:
            at = moment_of(node.text, self.zone)
            if at is None:
                self.out.report(model_errors.not_readable(inner(node), node.text, f"`{path}`", Word.MOMENT))
            return None if at is None else at.isoformat()
        self._report_unknown(node, inside, path)
        return node.text

    def _report_unknown(self, node: Scalar, kind: Type, path: str) -> None:
        if path == EVENT and node.text not in self.model.events:
            self.out.report(unknown_event(inner(node), node.text, self.model.events))
        elif isinstance(kind, Choice):
            field = self.model.fields.get(path)
            others = field.external_options if field is not None else {}
            if node.text not in kind.options and node.text not in others:
                self.out.report(unknown_option(inner(node), node.text, kind, path))
        elif isinstance(kind, Reference) and node.text not in (known := _names(self.model, kind.kinds)):
            self.out.report(unknown_thing(inner(node), node.text, kind.kinds, known))


MAPPING_KEYS = frozenset({"column", "values", "other", "separator", "format", "timezone"})
"""The keys of a source that say something of a column."""


def fact_types(model: Model) -> Iterator[tuple[str, Type]]:
    """The fields that facts may give, and the parts of those that are records; the event is named elsewhere."""
    for path, field in model.fields.items():
        if path != EVENT:
            yield path, field.type
        if isinstance(field.type, Record):
            yield from ((f"{path}.{name}", kind) for name, kind in field.type.parts)


def _names(model: Model, kinds: tuple[Kind, ...]) -> list[str]:
    """Everything that things of these kinds may be called."""
    things = [thing for kind in kinds for thing in model.things(kind).values()]
    return [name for thing in things for name in (thing.id, thing.external_id, *thing.was) if name]


def _column(written: Scalar | None) -> Column | None:
    return None if written is None or written.is_null else Column(written.text.strip(), inner(written))


def _take(word: str) -> Take:
    return next((one for one in Take if one.value == word), Take.EACH)


def _zone(name: Scalar | None, otherwise: ZoneInfo, out: Collector) -> ZoneInfo:
    if name is None:
        return otherwise
    found = zone(name.text)
    if found is None:
        out.report(model_errors.unknown_zone(inner(name), name.text, zone_names()))
    return found or otherwise


def _file_form(node: Node | None, out: Collector) -> FileForm:
    encoding = scalar(node, "encoding")
    name = ""
    if encoding is not None:
        with suppress(LookupError, ValueError):
            codec = codecs.lookup(encoding.text)
            name = codec.name if codec._is_text_encoding else ""  # noqa: SLF001 - as `open` asks
        if not name:
            out.report(errors.unknown_encoding(inner(encoding), encoding.text))
    delimiter = text(node, "delimiter")
    return FileForm(name, "\t" if delimiter == "tab" else delimiter if delimiter in DELIMITERS else "")


def _report_rows_of_no_ticket(node: Node, found: TicketMapping, out: Collector) -> None:
    """Report what asks for the other rows of a ticket where no column says which rows are of one ticket."""
    if found.history:
        out.report(errors.no_ticket_column(_key_span(node, "history"), "`history`"))
    for written, event in zip(listed(value(node, "events")), found.events, strict=True):
        if event.rows.look_around:
            out.report(errors.no_ticket_column(_key_span(written, "rows"), "`rows`"))


def _key_span(node: Node, name: str) -> Any:
    return next(entry.key.span for entry in entries(node) if entry.key.text == name)
