"""The forms in which a review leaves the program, by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from ruleflow.review.comparison import Comparison
from ruleflow.review.report.html import render_html
from ruleflow.review.report.json_v1 import render_json
from ruleflow.review.report.markdown import render_markdown
from ruleflow.review.report.sarif import render_sarif
from ruleflow.review.report.text import render_text


class Renderer(Protocol):
    """A review to text that ends with a line break. `folder` is put before the names of files."""

    def __call__(self, review: Comparison, *, folder: str = "") -> str: ...


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {
        "text": render_text,
        "json": render_json,
        "markdown": render_markdown,
        "sarif": render_sarif,
        "html": render_html,
    }
)
