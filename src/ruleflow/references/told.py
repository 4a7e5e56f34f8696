"""The words about names and their changes."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.model.model import Model
from ruleflow.model.scores import SCORE
from ruleflow.references.defined import known_ids
from ruleflow.references.names import Kind, Name, Use

_REMEMBERING = frozenset(
    {
        Kind.SEGMENT, Kind.CONTRACT, Kind.TEAM, Kind.AGENT, Kind.SKILL, Kind.CALENDAR, Kind.SLA, Kind.TEMPLATE,
        Kind.FOLDER, Kind.VIEW, Kind.SCORE,
    }
)  # fmt: skip
"""Kinds of things that keep old ids: all but views and scores have them valid in facts."""


def remembers(name: Name, model: Model) -> bool:
    """Whether `was` may stand by a thing; parts of records and their options have none."""
    if name.kind is Kind.FIELD:
        return name.id in model.fields
    if name.kind is Kind.OPTION:
        return name.owner in model.fields
    return name.kind in _REMEMBERING


def rivals(new: Name) -> tuple[Name, ...]:
    """What would stand in its place: a rule and a table must not be called the same."""
    acting = (Kind.RULE, Kind.TABLE)
    return tuple(Name(kind, new.id) for kind in acting) if new.kind in acting else (new,)


def taken_ids(new: Name, model: Model) -> frozenset[str]:
    """Ids that a thing of that kind may not take."""
    return frozenset(known_ids(new.kind, model))


def not_here(name: Name) -> str:
    """The project has no definition of it."""
    return f"this project does not define the {name}; what is standard keeps its name"


def elsewhere(name: Name) -> str:
    """Only the last part of a path may change."""
    if name.is_inside:
        return f"{_article(name.kind.value)} stays one of `{name.owner}`"
    return f"facts come in groups, so a field stays in its own: the new name begins with `{name.owner}.`"


def no_id(new: Name) -> str:
    """It has not the form of a name."""
    if new.kind is Kind.ROW:
        return f"`{new.written}` is no id of a row: write letters, digits, `_`, `-` and `.`, a letter or digit first"
    if new.kind in {Kind.FIELD, Kind.EVENT}:
        return f"`{new.id}` is no name: write small Latin letters, digits and `_`, parts joined by dots"
    return f"`{new.id}` is no id: write small Latin letters, digits and `_`, a letter first"


def taken(new: Name, definition: Use | None) -> str:
    """Something has the name."""
    if definition is None:
        return f"there is a standard {new} already"
    place = definition.span.first
    return f"there is {_article(new)} already, at {definition.span.source.name}:{place.line}:{place.column}"


def named_elsewhere(name: Name, droppable: int) -> str:
    """Something names it; some of it only in lists that have other items."""
    lists = f"; --with-lists takes it out of a list in {droppable:,} of these places" if droppable else ""
    return f"the {name} is named elsewhere{lists}"


def _article(name: Name | str) -> str:
    text = str(name)
    return f"{'an' if text[0] in 'aeiouS' else 'a'} {text}"


def aftermath(name: Name, new: Name, model: Model) -> tuple[str, ...]:
    """What whoever renames should know of facts, logs and other programs."""
    old, now = name.written, new.written
    if name.kind is Kind.FIELD:
        return (f"facts must bring `{new.id}` from now on; what still comes as `{name.id}` is not read",)
    if name.kind is Kind.OPTION and name.owner.startswith(SCORE):
        return ()
    if name.kind is Kind.OPTION and not remembers(name, model):
        return (f"facts that still say `{old}` match nothing: an option of a part of a record remembers no old name",)
    if name.kind in {Kind.RULE, Kind.TABLE}:
        return tuple(_of_rule(name, model))
    return {
        Kind.EVENT: (f"whoever sends `{old}` must send `{now}` from now on; the old event is refused",),
        Kind.ACTION: (f"whoever carries out decisions gets `{now}` from now on",),
        Kind.ROW: (f"decisions that are in the log stand under `{name.id}`",),
        Kind.VIEW: (f"whoever lists `{old}` must call it `{now}` from now on",),
        Kind.DEFINITION: (),
        Kind.SCORE: (),
        Kind.STAGE: (),
        Kind.PROPERTY: (),
    }.get(name.kind, (f"facts may say `{old}` or `{now}`; decisions say `{now}`",))


def _of_rule(name: Name, model: Model) -> Iterator[str]:
    acting = (*model.rules, *(table.rule for table in model.tables))
    rule = next((one for one in acting if one.id == name.id), None)
    yield f"decisions that are in the log stand under `{name.id}`"
    if rule is not None and (rule.after is not None or rule.once is not None):
        yield f"keys of what has fired begin with `{name.id}`: it may fire once more for the same ticket"
    if rule is not None and rule.rollout is not None:
        yield "its rollout draws tickets by its name: from now on it acts on others"


def loose_ends(name: Name, model: Model) -> Iterator[str]:
    """Quoted texts of templates that may mean a thing, where nobody can tell: `{% assign groups = contact.segments %}`."""
    if name.kind in {Kind.VIEW, Kind.SCORE} or (name.kind is not Kind.OPTION and name.kind not in _REMEMBERING):
        return
    for template in model.templates.values():
        for variant in template.variants:
            for quoted in variant.quoted:
                if not quoted.path and quoted.text == name.written:
                    first = quoted.span.first
                    place = f"{quoted.span.source.name}:{first.line}:{first.column}"
                    yield f"the text '{quoted.text}' at {place} stays; see whether the {name} is meant"
