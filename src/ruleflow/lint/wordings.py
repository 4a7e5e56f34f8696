"""Messages that lack a language: RF822."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.diagnostics.diagnostic import Diagnostic
from ruleflow.lint import errors
from ruleflow.lint.subject import Subject
from ruleflow.model.vocabulary import Template
from ruleflow.types.terms import Choice


def find_no_wording(subject: Subject) -> Iterator[Diagnostic]:
    """Messages in several languages that lack one of those that other messages have, or that clients may have."""
    templates = [one for one in subject.model.templates.values() if locales(one)]
    field = subject.model.fields.get("contact.language")
    spoken = set(field.type.options) if field is not None and isinstance(field.type, Choice) else set()
    for template in templates:
        others = {locale: one.id for one in templates if one is not template for locale in locales(one)}
        wanted = sorted({*others, *(one for one in spoken if not _has_plain(template))})
        missing = [locale for locale in wanted if not _covers(locales(template), locale)]
        if missing:
            by = dict.fromkeys(f"{others[one]}" if one in others else "contact.language" for one in missing)
            yield errors.no_wording(template.span, template.id, missing, by)


def locales(template: Template) -> set[str]:
    """The languages that a message is written for."""
    return {variant.locale for variant in template.variants if variant.locale}


def _has_plain(template: Template) -> bool:
    """Whether it has a wording for whoever speaks another language."""
    return any(not variant.locale for variant in template.variants)


def _covers(own: set[str], locale: str) -> bool:
    """Whether some wording serves a language: `fi` serves `fi-FI`."""
    return locale in own or locale.split("-", maxsplit=1)[0] in own
