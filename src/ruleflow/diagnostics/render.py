"""The forms in which findings leave the program, by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.diagnostics.render_github import render_github
from ruleflow.diagnostics.render_json import render_json
from ruleflow.diagnostics.render_sarif import render_sarif
from ruleflow.diagnostics.render_text import render_text


class Renderer(Protocol):
    """Findings to text that ends with a line break. `folder` is put before the names of files."""

    def __call__(self, diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str: ...


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {"text": render_text, "json": render_json, "sarif": render_sarif, "github": render_github}
)
