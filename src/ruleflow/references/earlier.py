"""The edits that make a thing remember an old name: `was: [vip]`, added in the way in which its file is written."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.access import texts
from ruleflow.references.edits import Edit, insert, put
from ruleflow.references.names import Kind, Name
from ruleflow.references.written import Spot, indent_at, is_flow, line_break, word
from ruleflow.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Style

_SHORT = {Kind.FIELD: "type", Kind.TEMPLATE: "file"}
"""What a thing is whose body is one word; of all others that is the title."""


def remember(spot: Spot, name: Name, old: str, new: str) -> Iterator[Edit]:
    """The edits by which the thing defined at `spot` remembers `old`; where it bore `new` before, that one makes room for it."""
    if spot.entry is not None and not spot.is_key and isinstance(spot.around, Mapping):
        yield from _in_mapping(spot.around, old, new)  # an option with an id of its own
    elif isinstance(spot.around, Sequence):
        yield from (_as_option(spot.scalar, old) if name.kind is Kind.OPTION else _as_mapping(spot.around, spot, old))
    elif spot.entry is not None:
        yield from _in_entry(spot.entry, spot.around, _SHORT.get(name.kind, "title"), old, new)


def _in_mapping(body: Mapping, old: str, new: str) -> Iterator[Edit]:
    written = body.get("was")
    if written is None:
        yield _as_entry(body, f"was: [{word(old)}]")
        return
    again = next((item for item in texts(body, "was") if item.text == new), None)
    if again is not None:
        yield put(again.span, word(old))
    elif isinstance(written, Sequence) and written.items:
        yield from _in_list(written, old)
    elif isinstance(written, Scalar) and not written.is_null:
        yield insert(written.span.source, written.span.start, "[")
        yield insert(written.span.source, written.span.end, f", {word(old)}]")
    else:
        yield put(written.span, f"{'' if written.span.text else ' '}[{word(old)}]")


def _as_entry(body: Mapping, said: str) -> Edit:
    """One entry more: the last in brackets, the first of a block, whose end is hard to see."""
    source, last = body.span.source, body.entries[-1].value.span
    if is_flow(body) and last.text:
        return insert(source, last.end, f", {said}")
    start = body.entries[0].key.span.start
    between = ", " if is_flow(body) else line_break(source) + indent_at(source, start)
    return insert(source, start, said + between)


def _in_list(written: Sequence, old: str) -> Iterator[Edit]:
    source, last = written.span.source, written.items[-1].span
    if is_flow(written):
        yield insert(source, last.end, f", {word(old)}")
    else:
        lead, end = line_break(source) + indent_at(source, written.span.start), source.text.find("\n", last.end)
        stop = len(source.text) if end < 0 else end - (source.text[end - 1] == "\r")
        yield insert(source, stop, f"{lead}- {word(old)}")  # behind the comment of the last item


def _in_entry(entry: Entry, around: Node, short: str, old: str, new: str) -> Iterator[Edit]:
    """Of a thing that is a key: into its body, or its one word becomes a body."""
    body, source, after_key = entry.value, entry.key.span.source, entry.key.span.end
    said = f"was: [{word(old)}]"
    if isinstance(body, Mapping) and body.entries:
        yield from _in_mapping(body, old, new)
    elif isinstance(body, Scalar) and body.is_null and not body.span.text:
        colon = source.text.find(":", after_key, body.span.start)
        yield insert(source, after_key if colon < 0 else colon + 1, f"{':' if colon < 0 else ''} {{{said}}}")
    elif isinstance(body, Mapping) or (isinstance(body, Scalar) and body.is_null):
        yield put(body.span, f"{{{said}}}")
    elif is_flow(around) or not _needs_lines(body):
        yield insert(source, body.span.start, f"{{{short}: ")
        yield insert(source, body.span.end, f", {said}}}")
    else:
        lead = line_break(source) + indent_at(source, entry.key.span.start) + "  "
        yield Edit(source.name, _colon(entry) + 1, body.span.start, f"{lead}{said}{lead}{short}: ")


def _colon(entry: Entry) -> int:
    return entry.key.span.source.text.index(":", entry.key.span.end)


def _needs_lines(body: Node) -> bool:
    """Whether a word cannot stand in brackets as it is: a block, or plain text with signs that mean something there."""
    if not isinstance(body, Scalar) or "\n" in body.span.text:
        return True
    return body.style is Style.PLAIN and any(sign in body.span.text for sign in ",[]{}")


def _as_option(option: Scalar, old: str) -> Iterator[Edit]:
    yield insert(option.span.source, option.span.start, "{id: ")
    yield insert(option.span.source, option.span.end, f", was: [{word(old)}]}}")


def _as_mapping(names: Sequence, spot: Spot, old: str) -> Iterator[Edit]:
    """A list of names becomes a mapping: `[desk, other]` becomes `{desk, front: {was: [other]}}`."""
    source = names.span.source
    if is_flow(names):
        yield Edit(source.name, names.span.start, names.span.start + 1, "{")
        yield Edit(source.name, names.span.end - 1, names.span.end, "}")
    for item in names.items:
        dash = source.text.rfind("-", names.span.start, item.span.start)
        if not is_flow(names):
            yield Edit(source.name, dash, item.span.start, "")
        if item is spot.scalar:
            yield insert(source, item.span.end, f": {{was: [{word(old)}]}}")
        elif not is_flow(names):
            yield insert(source, item.span.end, ":")
