"""Bins written into the files of a project: the numbers change, comments and everything around them stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ruleflow.diagnostics.collector import Collector
from ruleflow.model.access import entries, inner, value
from ruleflow.model.scores import Result
from ruleflow.plan.scores import number_text
from ruleflow.project.folder import Folder, RawFile
from ruleflow.segmentation.bounds import Step
from ruleflow.segmentation.errors import FitError
from ruleflow.source import Source, Span, spliced
from ruleflow.syntax.decode import decode
from ruleflow.syntax.nodes import Entry, Scalar
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.yaml_reader import read_yaml

_MARK = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file and the text in its place."""

    span: Span
    text: str


def with_bins(folder: Folder, found: Mapping[str, Sequence[Step]]) -> Folder:
    """The folder with the bins of some scores, by id. Raises `FitError` for a score that no file has."""
    left = dict(found)
    files = []
    for file in folder.files:
        source = decode(file.name, file.content, Collector())
        edits = [] if source is None else list(_edits(source, left))
        files.append(
            file if source is None or not edits else RawFile(file.name, _encoded(file, _applied(source, edits)))
        )
    if left:
        raise FitError(f"`{next(iter(left))}` is in no file of the project")
    return replace(folder, files=tuple(files))


def _encoded(file: RawFile, text: str) -> bytes:
    return (_MARK if file.content.startswith(_MARK) else b"") + text.encode()


def _applied(source: Source, edits: Sequence[Edit]) -> str:
    return spliced(source.text, ((edit.span.start, edit.span.end, edit.text) for edit in edits))


def _edits(source: Source, left: dict[str, Sequence[Step]]) -> Iterator[Edit]:
    """The edits of a file; scores that it has are taken from `left`."""
    node = read_yaml(source, Collector())
    for thing in entries(value(node, "scores")):
        steps = left.pop(thing.key.text, None)
        if steps is not None and isinstance(thing.value, MappingNode):
            yield from _of_score(thing.value, steps)


def _of_score(body: MappingNode, steps: Sequence[Step]) -> Iterator[Edit]:
    bins = body.get("bins")
    if not isinstance(bins, MappingNode):
        yield _inserted(body, steps)
    elif _keeps_shape(bins, steps):
        for entry, step in zip(bins, steps, strict=True):
            if entry.key.text != step.key:
                yield Edit(inner(entry.key), step.key)
    else:
        yield _replaced(bins, steps)


def _keeps_shape(bins: MappingNode, steps: Sequence[Step]) -> bool:
    """Whether only bounds differ, so that each bin stays on its line."""
    written = [(_test(entry.key.text), entry.value.text if isinstance(entry.value, Scalar) else "") for entry in bins]
    return written == [(_test(step.key), _result(step.result)) for step in steps]


def _test(key: str) -> str:
    return key.lstrip().rstrip("0123456789. -")


def _result(result: Result) -> str:
    return result if isinstance(result, str) else number_text(result)


def _inserted(body: MappingNode, steps: Sequence[Step]) -> Edit:
    """`bins` before `fit`, where there were none."""
    fit = next(entry for entry in body if entry.key.text == "fit")
    place = Span(fit.key.span.source, fit.key.span.start, fit.key.span.start)
    if _is_flow(body):
        return Edit(place, f"bins: {_flow(steps)}, ")
    indent = " " * (place.first.column - 1)
    lines = [f"bins:{_newline(place.source)}", *(f"{indent}  {line}{_newline(place.source)}" for line in _lines(steps))]
    return Edit(place, f"{''.join(lines)}{indent}")


def _replaced(bins: MappingNode, steps: Sequence[Step]) -> Edit:
    """Other bins in the place of those there were. Comments of bins that are still there stay behind them."""
    source = bins.span.source
    if _is_flow(bins):
        return Edit(bins.span, _flow(steps))
    first, last = bins.entries[0], bins.entries[-1]
    indent = " " * (first.key.span.first.column - 1)
    comments = {entry.value.text: _comment(entry) for entry in bins if isinstance(entry.value, Scalar)}
    kept = [comments.pop(_result(step.result), "") for step in steps]
    between = _comment_lines(Span(source, first.key.span.start, last.value.span.end))
    lines = [*between, *(f"{line}{comment}" for line, comment in zip(_lines(steps), kept, strict=True))]
    end = last.value.span.end + len(_comment(last))
    return Edit(Span(source, first.key.span.start, end), f"{_newline(source)}{indent}".join(lines))


def _comment(entry: Entry) -> str:
    """The comment behind a value, with the space before it; '' where there is none."""
    span = entry.value.span
    rest = span.source.text[span.end :].partition("\n")[0].removesuffix("\r")
    return rest if rest.strip().startswith("#") else ""


def _comment_lines(span: Span) -> list[str]:
    return [line.strip() for line in span.text.splitlines() if line.strip().startswith("#")]


def _is_flow(node: MappingNode) -> bool:
    return node.span.text.startswith("{")


def _newline(source: Source) -> str:
    return "\r\n" if "\r\n" in source.text else "\n"


def _lines(steps: Sequence[Step]) -> list[str]:
    return [f"{_key(step.key)}: {_written(step.result)}" for step in steps]


def _flow(steps: Sequence[Step]) -> str:
    return "{" + ", ".join(_lines(steps)) + "}"


def _key(key: str) -> str:
    """The key of a bin; one with `>` is quoted, for YAML takes that for the beginning of a folded text."""
    return f"'{key}'" if key.startswith(">") else key


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_WORDS_OF_YAML = frozenset({"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})


def _written(result: Result) -> str:
    """A result as YAML reads it back: names that could be taken for something else stand in quotes."""
    if not isinstance(result, str):
        return number_text(result)
    is_plain = bool(result) and set(result) <= _PLAIN and not result[0].isdigit() and result not in _WORDS_OF_YAML
    return result if is_plain else "'" + result.replace("'", "''") + "'"
