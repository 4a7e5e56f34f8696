"""Small projects as texts, read into a model with what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model.model import Model
from ruleflow.model.reader import ProjectFile, build_model
from ruleflow.source import Source
from ruleflow.syntax.expressions import NodeId
from ruleflow.syntax.yaml_reader import read_yaml


@dataclass(frozen=True, slots=True)
class Read:
    """A model and the findings of its reading."""

    model: Model
    found: tuple[Diagnostic, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, in order of place."""
        return [one.code.number for one in self.found]

    @property
    def messages(self) -> list[str]:
        """The headlines of the findings, in order of place."""
        return [one.message for one in self.found]

    @property
    def places(self) -> list[str]:
        """What each finding underlines."""
        return ["" if one.span is None else one.span.text for one in self.found]


def read_files(files: dict[str, str], attachments: dict[str, bytes] | None = None) -> Read:
    """Read the files of a project, by name."""
    out = Collector()
    parsed = [
        ProjectFile(source, read_yaml(source, out)) for source in (Source(name, text) for name, text in files.items())
    ]
    model = build_model(tuple(parsed), (attachments or {}).get, out, map(NodeId, count()))
    return Read(model, out.sorted())


def read(text: str, attachments: dict[str, bytes] | None = None) -> Read:
    """Read a project of one file; its first line, `ruleflow: 1`, is added."""
    return read_files({"ruleflow.yaml": f"ruleflow: 1\n{text}"}, attachments)


def one(text: str) -> Diagnostic:
    """The only finding of a project of one file."""
    found = read(text).found
    assert len(found) == 1, [str(each.code) + " " + each.message for each in found]
    return found[0]
