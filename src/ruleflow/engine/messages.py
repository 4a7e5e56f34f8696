"""Messages: which wording of a template, and its text with the facts put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruleflow.formats.masking import masked
from ruleflow.model.model import Model
from ruleflow.model.scores import SCORE
from ruleflow.model.vocabulary import BodyFormat, Template, TemplateVariant
from ruleflow.plan.snapshot import BudgetError, Snapshot
from ruleflow.templates.liquid_text import LiquidProblem, LiquidText, render
from ruleflow.types.terms import secrets_in
from ruleflow.types.values import Value

LOCALES = ("ticket.language", "contact.language")
"""Where the language of a message is looked for, in this order."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent. `subject` and `body` are None where they could not be written; `problem` says why."""

    template: str
    to: str
    subject: str | None
    body: str | None
    format: str
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "template": self.template,
            "to": self.to,
            "subject": self.subject,
            "body": self.body,
            "format": self.format,
        }


def write_message(template: Template, to: str, seen: Snapshot, model: Model) -> Message:
    """A message in the wording that fits the contact best."""
    variant = variant_for(template, seen)
    if variant is None:
        return Message(
            template.id,
            to,
            None,
            None,
            BodyFormat.TEXT.value,
            f"the template `{template.id}` has no wording for this contact",
        )
    facts = liquid_facts(seen, model, [use.path for use in variant.placeholders])
    subject = _rendered(variant.subject, facts, html=False)
    body = _rendered(variant.body, facts, html=variant.format is BodyFormat.HTML)
    problem = next((one.message for one in (subject, body) if isinstance(one, LiquidProblem)), "")
    return Message(
        template.id,
        to,
        None if isinstance(subject, LiquidProblem) else " ".join(subject.split()),
        None if isinstance(body, LiquidProblem) else body,
        variant.format.value,
        f"`{variant.file}`: {problem}" if problem else "",
    )


def _rendered(text: LiquidText, facts: Mapping[str, object], *, html: bool) -> str | LiquidProblem:
    return render(text, facts, html=html)


def variant_for(template: Template, seen: Snapshot) -> TemplateVariant | None:
    """The wording for a contact, most specific first: its segment and language, its segment, its language, everyone's."""
    segments: Any = seen["contact.segments"] or ()
    locale = next((str(found) for path in LOCALES if (found := seen[path]) is not None), "")
    fitting = [
        one for one in template.variants if (not one.segment or one.segment in segments) and _speaks(one.locale, locale)
    ]
    return max(fitting, key=lambda one: (bool(one.segment), len(one.locale)), default=None)


def _speaks(variant: str, locale: str) -> bool:
    """Whether a wording is for everyone, or for this locale: `fi` serves `fi-FI`."""
    wanted, has = variant.lower().replace("_", "-"), locale.lower().replace("_", "-")
    return not wanted or has == wanted or has.startswith(f"{wanted}-")


def liquid_facts(seen: Snapshot, model: Model, named: Iterable[str]) -> dict[str, Any]:
    """The facts as Liquid reads them: nested, instants in the project's zone, secrets masked, `now` for the instant.

    Of scores, which may take a while to compute, only those that are `named`.
    """
    facts: dict[str, Any] = {"now": seen.now.astimezone(model.zone)}
    contract = (known for known in seen.derive if known.startswith("contract"))
    scores = dict.fromkeys(path for path in named if path.startswith(SCORE))
    for path in (*model.fields, *contract, *scores):
        try:
            value = seen[path]
        except BudgetError:
            continue
        if value is not None:
            declared = model.fields.get(path)
            secret = declared is not None and declared.secret
            hidden = frozenset() if declared is None else secrets_in(declared.type)
            _put(facts, path, _plain(value, model, hidden, secret=secret))
    return facts


def _put(facts: dict[str, Any], path: str, value: Any) -> None:
    """Set a value under a dotted path. `contract` itself is an id; its parts win over it."""
    *groups, name = path.split(".")
    place = facts
    for group in groups:
        if not isinstance(place.get(group), dict):
            place[group] = {}
        place = place[group]
    if not isinstance(place.get(name), dict):
        place[name] = value


def _plain(value: Value, model: Model, hidden: frozenset[str], *, secret: bool) -> Any:
    """A value as Liquid reads it; `hidden` names the parts of its records that are secrets."""
    match value:
        case frozenset():
            return sorted((_plain(one, model, hidden, secret=secret) for one in value), key=str)
        case tuple():
            return [_plain(one, model, hidden, secret=secret) for one in value]
        case Mapping():
            return {key: _plain(one, model, hidden, secret=secret or key in hidden) for key, one in value.items()}
        case None:
            return None
        case _ if secret:
            return masked(value)
        case datetime():
            return value.astimezone(model.zone)
        case _:
            return value
