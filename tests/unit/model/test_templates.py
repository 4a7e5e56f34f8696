"""Message templates: files, headers, variants."""

from __future__ import annotations

import pytest

from ruleflow.model.vocabulary import BodyFormat, Template
from ruleflow.types.terms import Kind
from tests.unit.model.projects import Read, read

WELCOME = """---
subject: 'Привет, {{ contact.first_name | default: "друг" }}'
locale: ru
segment: vip
---
Спасибо, {{ contact.last_name }}!
"""


def files(**texts: str) -> dict[str, bytes]:
    """Template files by name, with their ending."""
    return {name.replace("__", "."): text.encode() for name, text in texts.items()}


def template(section: str, attachments: dict[str, bytes]) -> Template:
    """The template `a` of a project without findings."""
    found = read(f"templates: {{a: {section}}}\n", attachments)
    assert () == found.found, found.messages
    return found.model.templates["a"]


def wrong(section: str, attachments: dict[str, bytes]) -> Read:
    """A project with one finding."""
    found = read(f"templates: {{a: {section}}}\n", attachments)
    assert 1 == len(found.found), found.messages
    return found


def test_a_template() -> None:
    """Subject, locale and segment stand in the header, the body below it."""
    found = template("{file: welcome.md, title: Welcome}", files(welcome__md=WELCOME))
    (variant,) = found.variants
    assert ("Welcome", "welcome.md", "ru", "vip", BodyFormat.MARKDOWN) == (
        found.title, variant.file, variant.locale, variant.segment, variant.format,
    )  # fmt: skip
    assert 'Привет, {{ contact.first_name | default: "друг" }}' == variant.subject.text
    assert "Спасибо, {{ contact.last_name }}!\n" == variant.body.text


def test_placeholders_have_their_places() -> None:
    """The checker learns what is read, where, and whether there is a fallback."""
    (variant,) = template("welcome.md", files(welcome__md=WELCOME)).variants
    assert [
        ("contact.first_name", "contact.first_name", 2, True),
        ("contact.last_name", "contact.last_name", 6, False),
    ] == [(use.path, use.span.text, use.span.first.line, use.has_fallback) for use in variant.placeholders]


def test_the_segment_of_a_variant_is_noted() -> None:
    """The checker learns of the segment, in the template's file."""
    (use,) = read("templates: {a: welcome.md}\n", files(welcome__md=WELCOME)).model.references
    assert ((Kind.SEGMENT,), "vip", "welcome.md", 4) == (use.kinds, use.id, use.span.source.name, use.span.first.line)


def test_variants() -> None:
    """`files:` lists variants; each says in its header for whom it is."""
    found = template("{files: [x.txt, y.txt]}", files(x__txt="plain", y__txt="---\nlocale: fi\n---\nHei"))
    assert [("", "plain"), ("fi", "Hei")] == [(variant.locale, variant.body.text) for variant in found.variants]


@pytest.mark.parametrize(
    ("name", "header", "wanted"),
    [
        ("a.md", "", BodyFormat.MARKDOWN),
        ("a.html", "", BodyFormat.HTML),
        ("a.html.liquid", "", BodyFormat.HTML),
        ("a.txt", "", BodyFormat.TEXT),
        ("a", "", BodyFormat.TEXT),
        ("a.txt", "---\nformat: html\n---\n", BodyFormat.HTML),
        ("a.md", "---\n---\n", BodyFormat.MARKDOWN),
    ],
)
def test_the_format_of_the_body(name: str, header: str, wanted: BodyFormat) -> None:
    """The ending of the file says it, unless the header does."""
    assert wanted is template(name, {name: f"{header}text".encode()}).variants[0].format


@pytest.mark.parametrize(
    ("content", "code", "place", "line"),
    [
        (b"---\nsubject: a\n", "RF136", "---", 1),
        (b"---\nsubjekt: a\n---\nb", "RF111", "subjekt", 2),
        (b"---\nformat: word\n---\nb", "RF116", "word", 2),
        (b"---\n- a\n---\nb", "RF110", "- a", 2),
        (b"---\nsubject: 'a {% if %}'\n---\nb", "RF137", None, 2),
        (b"---\nsubject: a\n---\nHello\n{% for %}\n", "RF137", None, 5),
        (b"{{ contact.name | nofilter }}", "RF137", "nofilter", 1),
    ],
)
def test_wrong_templates(content: bytes, code: str, place: str | None, line: int) -> None:
    """A mistake in a template is told at its place in the template's file."""
    found = wrong("a.txt", {"a.txt": content}).found[0]
    assert found.span is not None
    assert (code, "a.txt", line) == (found.code.number, found.span.source.name, found.span.first.line)
    assert place in {None, found.span.text}
    assert "template `a`" == found.within


def test_a_file_that_is_not_there() -> None:
    """The name of the file is underlined."""
    found = wrong("{file: templates/нет.md}", {})
    assert (["RF135"], ["templates/нет.md"]) == (found.codes, found.places)


def test_a_file_that_is_not_text() -> None:
    """A file that is not UTF-8 is refused as any other."""
    assert "UTF-8" in wrong("a.txt", {"a.txt": b"\xff\xfe"}).messages[0]


@pytest.mark.parametrize(
    ("header", "readers"),
    [("", "everyone"), ("---\nlocale: fi\nsegment: vip\n---\n", "the locale `fi` and the segment `vip`")],
)
def test_two_variants_for_the_same_readers(header: str, readers: str) -> None:
    """It would be chance which of the two is sent."""
    found = read("templates: {a: {files: [x.txt, y.txt]}}\n", {"x.txt": header.encode(), "y.txt": header.encode()})
    assert [f"two variants of `a` are for {readers}"] == found.messages
    assert ["y.txt"] == found.places
