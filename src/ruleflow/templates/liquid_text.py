"""Liquid texts: what they read, and their rendering within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruleflow.templates.environment import MAX_LOOPS, compiled, filters_of, knows_filter
from ruleflow.templates.regions import Region, long_range, regions_of

MAX_TEXT = 100_000
"""Characters of a template."""


@dataclass(frozen=True, slots=True)
class LiquidProblem:
    """What is wrong with a template, or with rendering it; `[start, end)` is the place in its text."""

    start: int
    end: int
    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A fact that a template reads: `contact.first_name`, in a loop `contact.tickets[].subject`.

    `has_fallback`: a `default` filter stands behind it, or an `{% if %}` that asks for it stands around it.
    """

    path: str
    start: int
    end: int
    has_fallback: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted text that a template holds against a fact, or gives to its filters; `path` '' : against something else.

    `[start, end)` is inside the quotes.
    """

    path: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LiquidText:
    """A template that was read without a problem. It never changes; many threads may render it at once."""

    text: str
    placeholders: tuple[Placeholder, ...] = field(compare=False, default=())
    quoted: tuple[Quoted, ...] = field(compare=False, default=())


def parse_liquid(text: str) -> LiquidText | LiquidProblem:
    """Read a Liquid text. Only a text with braces needs Liquid at all."""
    if "{{" not in text and "{%" not in text:
        return LiquidText(text)
    if len(text) > MAX_TEXT:
        return LiquidProblem(MAX_TEXT, len(text), f"the template is longer than {MAX_TEXT:,} characters", "split it")
    too_long = long_range(text)
    if too_long is not None:
        return LiquidProblem(
            *too_long,
            f"a range here goes from a number to a number at most {MAX_LOOPS:,} further on",
            "write both numbers out, `(1..10)`, or loop over a list of facts",
        )
    from liquid.exceptions import LiquidError

    try:
        template = compiled(text, html=False)
        analysis = template.analyze(include_partials=False)
    except LiquidError as error:
        return _problem(error, text)
    except RecursionError:
        return LiquidProblem(
            0, min(2, len(text)), "the template is nested too deeply", "use fewer blocks inside each other"
        )
    unknown = _unknown_filter(analysis)
    if unknown is not None:
        return unknown
    placeholders = _placeholders(analysis, text)
    return LiquidText(text, placeholders, tuple(_quoted(template, {one.start: one.path for one in placeholders})))


def render(text: LiquidText, facts: Mapping[str, object], *, html: bool = False) -> str | LiquidProblem:
    """The text with the facts put in; what is missing is empty. `html` escapes values. Bounded in time and size."""
    if not text.placeholders and "{%" not in text.text and "{{" not in text.text:
        return text.text
    from liquid.exceptions import LiquidError

    try:
        return str(compiled(text.text, html=html).render(**facts))
    except LiquidError as error:
        return _problem(error, text.text)
    except (RecursionError, OverflowError, ValueError, TypeError, ArithmeticError) as error:
        return LiquidProblem(0, 0, f"the template cannot be rendered: {type(error).__name__}", "")


def _problem(error: Any, text: str) -> LiquidProblem:
    """Liquid's complaint with its place; limits have words of their own."""
    token = getattr(error, "token", None)
    start = min(max(getattr(token, "start_index", 0), 0), len(text))
    end = min(len(text), start + max(1, len(getattr(token, "value", "") or "")))
    if type(error).__name__.endswith("LimitError"):
        return LiquidProblem(
            start,
            end,
            "the template does too much: it loops too often or grows too long",
            "loop over fewer things, or write less",
        )
    if type(error).__name__ == "UnknownFilterError":
        return LiquidProblem(start, end, str(error.message), f"the filters are {', '.join(filters_of())}")
    message = str(error.message or error).split("\n")[0]
    return LiquidProblem(
        start,
        end,
        f"this is not Liquid: {message}",
        "placeholders are written `{{ contact.first_name }}`, conditions `{% if … %}…{% endif %}`",
    )


def _unknown_filter(analysis: Any) -> LiquidProblem | None:
    for name, spans in analysis.filters.items():
        if not knows_filter(name):
            start = spans[0].index
            return LiquidProblem(
                start, start + len(name), f"`{name}` is not a filter", f"the filters are {', '.join(filters_of())}"
            )
    return None


def _placeholders(analysis: Any, text: str) -> tuple[Placeholder, ...]:
    """Every read of a fact, in the order of the text; names that the template makes itself are left out."""
    regions = regions_of(text)
    found = [
        placeholder
        for variables in analysis.variables.values()
        for variable in variables
        if (placeholder := _placeholder(variable, analysis, regions, text)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.path)))


def _placeholder(variable: Any, analysis: Any, regions: tuple[Region, ...], text: str) -> Placeholder | None:
    path = ".".join(one if isinstance(one, str) else "[]" for one in variable.segments).replace(".[]", "[]")
    start = variable.span.index
    around = [region for region in regions if region.start <= start < region.end]
    for region in reversed(around):
        head, _, rest = path.partition(".")
        if region.item and head == region.item:
            path = f"{region.records}[]" + (f".{rest}" if rest else "")
    if path.split(".")[0].split("[")[0] in {"forloop", "tablerowloop", *analysis.locals}:
        return None
    end = start + len(re.match(r"[\w.\[\]\"'-]*", text[start:])[0])  # type: ignore[index]
    guarded = any(path == known or path.startswith(f"{known}.") for region in around for known in region.known)
    return Placeholder(
        path, start, max(end, start + 1), guarded or _has_default(text, start) or _is_tested(text, start)
    )


def _quoted(template: Any, paths: Mapping[int, str]) -> Iterator[Quoted]:
    """The quoted texts, with the facts that they stand against: `{% if contact.segments contains 'vip' %}`.

    `paths` are the facts by place.
    """
    from liquid import RenderContext

    context, nodes = RenderContext(template), list(template.nodes)
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children(context, include_partials=False))
        parts = list(node.expressions())
        while parts:
            part = parts.pop()
            below = list(part.children())
            parts.extend(below)
            left = getattr(part, "left", None)
            sides = below if left is None or left in below else [left, *below]
            facts = [paths[side.token.start_index] for side in sides if _is(side, "Path", paths)]
            for side in below:
                if type(side).__name__ == "StringLiteral":
                    start = side.token.start_index + 1
                    yield Quoted(facts[0] if facts else "", side.value, start, start + len(side.value))


def _is(part: Any, name: str, places: Mapping[int, str]) -> bool:
    return type(part).__name__ == name and part.token is not None and part.token.start_index in places


def _has_default(text: str, start: int) -> bool:
    """Whether the `{{ … }}` around a place has the filter `default`."""
    opened, closed = text.rfind("{{", 0, start), text.find("}}", start)
    inside = text[opened:closed] if opened >= 0 and closed >= 0 else ""
    return "}}" not in inside and re.search(r"\|\s*default\b", inside) is not None


def _is_tested(text: str, start: int) -> bool:
    """Whether a place stands in a tag such as `{% if … %}`, where nothing is written."""
    opened, closed = text.rfind("{%", 0, start), text.rfind("%}", 0, start)
    tag = re.match(r"\{%-?\s*(\w+)", text[opened:]) if opened > closed else None
    return tag is not None and tag[1] in {"if", "elsif", "unless", "case", "when", "for", "assign"}
