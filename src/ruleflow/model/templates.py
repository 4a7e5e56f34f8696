"""Message templates: Liquid files with a YAML header, in variants by locale and segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.model import errors
from ruleflow.model.access import inner, scalar, text, texts
from ruleflow.model.reading import Reading, refer_key
from ruleflow.model.sections import Thing, common, named, report_shared_names
from ruleflow.model.shape_check import check_shape
from ruleflow.model.structure_vocabulary import TEMPLATE_HEADER
from ruleflow.model.vocabulary import BodyFormat, PlaceholderUse, QuotedUse, Template, TemplateVariant
from ruleflow.source import Source, Span
from ruleflow.syntax.decode import decode
from ruleflow.syntax.fragment import fragment_of
from ruleflow.syntax.nodes import Node, Scalar
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.templates.liquid_text import LiquidProblem, LiquidText, parse_liquid
from ruleflow.templates.template_file import TemplateParts, split_template
from ruleflow.types.terms import Kind

_ENDINGS = {
    ".md": BodyFormat.MARKDOWN,
    ".markdown": BodyFormat.MARKDOWN,
    ".html": BodyFormat.HTML,
    ".htm": BodyFormat.HTML,
}
_NO_TEXT = LiquidText("")

Place = Callable[[int, int], Span]
"""Where characters of a Liquid text stand in their file."""

Liquid = tuple[LiquidText, tuple[PlaceholderUse, ...], tuple[QuotedUse, ...]]
"""A Liquid text, what it reads, and what it holds against what it reads."""


def read_templates(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Template]:
    """All templates; their files come from the attachments."""
    found = {thing.id: _read_template(thing, reading) for thing in named(nodes, "template", reading.out)}
    report_shared_names(found.values(), "template", reading.out)
    return found


def _read_template(thing: Thing, reading: Reading) -> Template:
    with reading.out.inside(f"template `{thing.id}`"):
        variants = tuple(_read_variants(thing, reading))
    if isinstance(thing.body, Scalar):
        return Template(thing.id, span=thing.span, variants=variants)
    return Template(*common(thing), variants=variants)


def _read_variants(thing: Thing, reading: Reading) -> Iterator[TemplateVariant]:
    first: dict[tuple[str, str], TemplateVariant] = {}
    for file in _files(thing):
        variant = _read_file(thing, file, reading)
        if variant is None:
            continue
        other = first.setdefault((variant.locale, variant.segment), variant)
        if other is not variant:
            reading.out.report(errors.same_variant(inner(file), thing.id, _readers_of(variant), other.file))
        yield variant


def _files(thing: Thing) -> tuple[Scalar, ...]:
    if isinstance(thing.body, Scalar):
        return (thing.body,)
    return (*texts(thing.body, "file"), *texts(thing.body, "files"))


def _readers_of(variant: TemplateVariant) -> str:
    said = [f"the locale `{variant.locale}`"] * bool(variant.locale) + [f"the segment `{variant.segment}`"] * bool(
        variant.segment
    )
    return " and ".join(said) or "everyone"


def _read_file(thing: Thing, file: Scalar, reading: Reading) -> TemplateVariant | None:
    content = reading.attachments(file.text)
    if content is None:
        reading.out.report(errors.file_missing(inner(file), file.text))
        return None
    source = decode(file.text, content, reading.out)
    if source is None:
        return None
    parts = split_template(source.text)
    if parts is None:
        reading.out.report(errors.open_header(Span(source, 0, 3)))
        return None
    return _read_parts(thing, source, parts, reading)


def _read_parts(thing: Thing, source: Source, parts: TemplateParts, reading: Reading) -> TemplateVariant:
    header = _read_header(source, parts, reading)
    subject, in_subject, quoted_in_subject = _read_subject(scalar(header, "subject"), reading)
    body_text = source.text[parts.body_start :]
    body, in_body, quoted_in_body = _read_liquid(
        body_text, lambda start, end: Span(source, parts.body_start + start, parts.body_start + end), reading
    )
    return TemplateVariant(
        source.name,
        subject,
        body,
        locale=text(header, "locale"),
        segment=refer_key(header, "segment", (Kind.SEGMENT,), reading, f"template `{thing.id}`"),
        format=_body_format(text(header, "format"), source.name),
        placeholders=(*in_subject, *in_body),
        quoted=(*quoted_in_subject, *quoted_in_body),
    )


def _read_header(source: Source, parts: TemplateParts, reading: Reading) -> Node | None:
    """The header as YAML: read with the first `---` line before it, so that its places are those of the file."""
    if parts.header_start == parts.header_end:
        return None
    header = read_yaml(Source(source.name, source.text[: parts.header_end]), reading.out)
    if header is not None:
        check_shape(header, TEMPLATE_HEADER, "the header of a template", reading.out)
    return header


def _read_subject(subject: Scalar | None, reading: Reading) -> Liquid:
    if subject is None:
        return _NO_TEXT, (), ()
    return _read_liquid(subject.text, fragment_of(subject).span, reading)


def _read_liquid(liquid: str, place: Place, reading: Reading) -> Liquid:
    found = parse_liquid(liquid)
    if isinstance(found, LiquidProblem):
        reading.out.report(_not_liquid(found, place))
        return _NO_TEXT, (), ()
    return (
        found,
        tuple(PlaceholderUse(one.path, place(one.start, one.end), one.has_fallback) for one in found.placeholders),
        tuple(QuotedUse(one.path, one.text, place(one.start, one.end)) for one in found.quoted),
    )


def _not_liquid(problem: LiquidProblem, place: Place) -> Diagnostic:
    return errors.bad_template(errors.first_line(place(problem.start, problem.end)), problem.message, problem.help)


def _body_format(written: str, file: str) -> BodyFormat:
    """The format that the header says, else the one that the ending of the file says (`welcome.html.liquid` is HTML)."""
    chosen = next((one for one in BodyFormat if one.value == written), None)
    return chosen or _ENDINGS.get(PurePosixPath(file.removesuffix(".liquid")).suffix.lower(), BodyFormat.TEXT)
