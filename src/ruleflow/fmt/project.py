"""Formatting the files of a project: each by itself, and then the project's model must be the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.fmt.expressions import Vocabulary
from ruleflow.fmt.format import Left, format_file
from ruleflow.model.model import Model
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.project.folder import Folder, RawFile
from ruleflow.project.loading import without_ignored
from ruleflow.source import Source
from ruleflow.syntax.decode import decode
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml

MISTAKES = Left("it has mistakes")


@dataclass(frozen=True, slots=True)
class Formatted:
    """What became of a file: `after` is its new text (the old one, where nothing changes), or says why it is left.

    `findings` are the mistakes for which it is left.
    """

    file: RawFile
    after: str | Left
    findings: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the file would be written."""
        return isinstance(self.after, str) and self.after.encode() != self.file.content


def format_folder(folder: Folder, wanted: Callable[[str], bool] = lambda _: True) -> tuple[Formatted, ...]:
    """The files of a project that are wanted, formatted; those that it says to ignore are left out."""
    folder = without_ignored(folder)
    out = Collector()
    files = {file.name: _read(file, out) for file in folder.files}
    model = _model(folder, files.values(), out)
    vocabulary = Vocabulary(model.actions, model.fields)
    found = [
        _formatted(file, files[file.name], vocabulary, _errors(out, file.name))
        for file in folder.files
        if wanted(file.name)
    ]
    return tuple(_proved(folder, files, model, found))


def _formatted(
    file: RawFile, read: ProjectFile | None, vocabulary: Vocabulary, errors: tuple[Diagnostic, ...]
) -> Formatted:
    if read is None or errors:
        return Formatted(file, MISTAKES, errors)
    return Formatted(file, format_file(read.source, vocabulary))


def _proved(
    folder: Folder, files: Mapping[str, ProjectFile | None], model: Model, found: list[Formatted]
) -> Iterable[Formatted]:
    """What was found, less the changes after which the project would say something else; there should be none."""
    changed = {one.file.name: _reread(one) for one in found if one.changes}
    if not changed or _model(folder, {**files, **changed}.values(), Collector()) == model:
        return found
    wrong = {
        name for name, file in changed.items() if _model(folder, {**files, name: file}.values(), Collector()) != model
    }
    unproved = Left("the meaning of the project would change", is_ours=True)
    return (replace(one, after=unproved) if one.file.name in (wrong or changed) else one for one in found)


def _read(file: RawFile, out: Collector) -> ProjectFile | None:
    source = decode(file.name, file.content, out)
    return None if source is None else ProjectFile(source, read_yaml(source, out))


def _reread(one: Formatted) -> ProjectFile:
    source = Source(one.file.name, str(one.after))
    return ProjectFile(source, read_yaml(source, Collector()))


def _model(folder: Folder, files: Iterable[ProjectFile | None], out: Collector) -> Model:
    readable = tuple(file for file in files if file is not None)
    return build_model(readable, folder.attachment, out, map(NodeId, count()))


def _errors(out: Collector, name: str) -> tuple[Diagnostic, ...]:
    return tuple(one for one in out.sorted() if one.is_error and one.span is not None and one.span.source.name == name)
