"""Taking an entry of a mapping or an item of a list out of a file, with its line where it has lines of its own."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass

from ruleflow.model.access import inner
from ruleflow.references.edits import Edit
from ruleflow.references.written import is_flow
from ruleflow.source import Source, Span
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Step:
    """An entry or item on the way from a document to something in it: the `at`-th part of `holder`."""

    holder: Mapping | Sequence
    at: int

    @property
    def parts(self) -> tuple[Span, ...]:
        """The stretches of all parts of the holder."""
        if isinstance(self.holder, Mapping):
            return tuple(_whole(entry) for entry in self.holder.entries)
        return tuple(item.span for item in self.holder.items)


def _whole(entry: Entry) -> Span:
    return entry.key.span.to(entry.value.span)


def way_to(root: Node, span: Span) -> tuple[Step, ...]:
    """The steps to the scalar whose text begins where a stretch does, outermost first; empty where there is none."""
    todo: list[tuple[Node, tuple[Step, ...]]] = [(root, ())]
    while todo:
        node, way = todo.pop()
        if isinstance(node, Scalar):
            if inner(node).start == span.start and way:
                return way
        elif isinstance(node, Mapping):
            for at, entry in enumerate(node.entries):
                if inner(entry.key).start == span.start:
                    return (*way, Step(node, at))
                todo.append((entry.value, (*way, Step(node, at))))
        else:
            todo += [(item, (*way, Step(node, at))) for at, item in enumerate(node.items)]
    return ()


def thing_at(way: Several[Step], span: Span) -> Several[Step]:
    """The way to a thing as a whole: where its name is the value of its key `id`, the mapping around that."""
    last = way[-1] if way else None
    if last is not None and isinstance(last.holder, Mapping):
        entry = last.holder.entries[last.at]
        if entry.key.text == "id" and inner(entry.key).start != span.start:
            return way[:-1]
    return way


def erased(way: Several[Step]) -> Edit | None:
    """The edit that takes out the last part of a way, with whatever would be empty without it; None where it has no line of its own."""
    steps = list(way)
    while len(steps) > 1 and len(steps[-1].parts) == 1:
        steps.pop()
    if not steps:
        return None
    step = steps[-1]
    parts = step.parts
    return without(parts, step.at) if is_flow(step.holder) else _lines(step, parts[step.at])


def without(parts: Several[Span], at: int) -> Edit:
    """The edit that takes one of several parts between commas out, with a comma."""
    part = parts[at]
    if at + 1 < len(parts):
        return Edit(part.source.name, part.start, parts[at + 1].start, "")
    return Edit(part.source.name, parts[at - 1].end if at else part.start, part.end, "")


def _lines(step: Step, part: Span) -> Edit | None:
    source, start = part.source, part.start
    if isinstance(step.holder, Sequence):
        start = source.text.rfind("-", 0, part.start)
    line_start = source.text.rfind("\n", 0, start) + 1
    if source.text[line_start:start].strip():
        return None
    return Edit(source.name, line_start, _line_end(source, part), "")


def _line_end(source: Source, part: Span) -> int:
    """Where the line after the last one of a part begins."""
    last = part.end - 1 if source.text[part.end - 1 : part.end] == "\n" else part.end
    end = source.text.find("\n", last)
    return len(source.text) if end < 0 else end + 1
