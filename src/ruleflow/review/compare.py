"""What was edited between two versions of a project: everything that differs, matched and told by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ruleflow.checker.checked import Checked
from ruleflow.model.model import Model
from ruleflow.model.rules import Rule, Stage
from ruleflow.model.tables import Table
from ruleflow.model.tests import EventTest
from ruleflow.model.vocabulary import Contract, Definition
from ruleflow.review.actions import action_changes
from ruleflow.review.edits import (
    Added,
    Change,
    Edit,
    Edited,
    Kind,
    Moved,
    MovedToStage,
    Plain,
    Removed,
    Renamed,
    Reworded,
    Subject,
    ValueChanged,
)
from ruleflow.review.expressions import expression_text
from ruleflow.review.matching import Match, Matches, Names, match
from ruleflow.review.meanings import mean_the_same
from ruleflow.review.order import moves, name_of
from ruleflow.review.parts import part_changes
from ruleflow.review.settings import Setting, settings_of
from ruleflow.review.tables import table_changes
from ruleflow.syntax.expressions import And, Expr
from ruleflow.types.terms import Simple

_PLAIN = (bool, int, str, tuple)
_NAMES = frozenset({"id", "name", "path", "standard"})
_OF_RULES = frozenset({"id", "position", "stage", "actions"})


@dataclass(frozen=True, slots=True)
class _Versions:
    """The two versions, for what takes more than two things to tell. `stages` maps renamed ones to their new ids."""

    old: Checked
    new: Checked
    stages: Mapping[str, str]


def edits_of(old: Checked, new: Checked) -> tuple[Edit, ...]:
    """Every difference between two checked projects without errors; none where they differ only in how they are written.

    What is gone comes at the end of its kind. Cost grows with what differs, but for one look at everything.
    """
    before, after = old.model, new.model
    both = _Versions(old, new, _renamed_stages(before, after))
    found = [*_project(before, after), *_stages(before, after, both)]
    for kind, things in _KINDS.items():
        found += _things(kind, things(before), things(after), both)
    found += _ordered(Kind.CONTRACT, _KINDS[Kind.CONTRACT], both)
    found += _rules(before.rules, after.rules, both)
    found += _tables(before.tables, after.tables, both)
    views = _things(Kind.VIEW, tuple(before.views.values()), tuple(after.views.values()), both)
    promises = _things(Kind.PROMISE, before.properties, after.properties, both)
    tests = _things(Kind.TEST, _told_apart(before.tests), _told_apart(after.tests), both)
    return (*_joined(found), *views, *promises, *tests)


_KINDS: Mapping[Kind, Callable[[Model], Sequence[Any]]] = {
    Kind.EVENT: lambda model: _own(model.events),
    Kind.FIELD: lambda model: _own(model.fields),
    Kind.SEGMENT: lambda model: tuple(model.segments.values()),
    Kind.SCORE: lambda model: tuple(model.scores.values()),
    Kind.CALENDAR: lambda model: tuple(model.calendars.values()),
    Kind.SLA: lambda model: tuple(model.sla.values()),
    Kind.CONTRACT: lambda model: tuple(model.contracts.values()),
    Kind.TEAM: lambda model: tuple(model.teams.values()),
    Kind.AGENT: lambda model: tuple(model.agents.values()),
    Kind.SKILL: lambda model: tuple(model.skills.values()),
    Kind.TEMPLATE: lambda model: tuple(model.templates.values()),
    Kind.ACTION: lambda model: _own(model.actions),
    Kind.DEFINITION: lambda model: tuple(model.definitions.values()),
}


def _own(things: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the project itself defines."""
    return tuple(one for one in things.values() if not one.standard)


def _told_apart(tests: Sequence[EventTest]) -> tuple[EventTest, ...]:
    """The tests, where several have one name with a number behind it."""
    seen: Counter[str] = Counter()
    found = []
    for test in tests:
        seen[test.name] += 1
        found.append(test if seen[test.name] == 1 else replace(test, name=f"{test.name} ({seen[test.name]})"))
    return tuple(found)


def _says(thing: Any) -> frozenset[Hashable]:
    """What a thing is known by when its name has changed; other kinds are known by their names alone."""
    match thing:
        case Rule():
            said = [("then", action) for action in thing.actions]
            asked = thing.when.operands if isinstance(thing.when, And) else (thing.when,)
            return frozenset([*said, *(("when", part) for part in asked), *(("title", one) for one in _title(thing))])
        case Definition():
            return frozenset({thing.value})
        case EventTest():
            return frozenset(settings_of(thing, frozenset({"name"})).items())
        case _:
            return frozenset()


def _title(rule: Rule) -> tuple[str, ...]:
    return (rule.title,) if rule.title else ()


_BY_NAME: Names[Any] = Names(name_of, lambda thing: getattr(thing, "was", ()), _says)


def _subject(kind: Kind, thing: Any) -> Subject:
    stage = thing.stage if isinstance(thing, Rule) else thing.rule.stage if isinstance(thing, Table) else ""
    return Subject(kind, name_of(thing), getattr(thing, "title", ""), stage, thing.span)


def _things(kind: Kind, old: Sequence[Any], new: Sequence[Any], both: _Versions) -> Iterator[Edit]:
    matched = match(old, new, _BY_NAME)
    for pair in matched.both:
        if pair.old != pair.new:
            yield from _edited(kind, pair, tuple(_changes(kind, pair.old, pair.new, both)))
    yield from (Added(_subject(kind, one)) for one in matched.fresh)
    yield from (Removed(_subject(kind, one)) for one in matched.gone)


def _edited(kind: Kind, pair: Match[Any], changes: tuple[Change, ...]) -> Iterator[Edit]:
    if changes:
        yield Edited(_subject(kind, pair.old), _subject(kind, pair.new), changes, pair.likeness)


def _changes(kind: Kind, old: Any, new: Any, both: _Versions) -> Iterator[Change]:
    before, after = name_of(old), name_of(new)
    if before != after:
        yield Renamed(before, after)
    skipped = _OF_RULES if kind is Kind.RULE else _NAMES
    said, says = settings_of(old, skipped), settings_of(new, skipped)
    for key in dict.fromkeys([*said, *says]):
        if _differ(said.get(key), says.get(key)) and not (key == "was" and before != after):
            yield from _setting_changes(key, said.get(key), says.get(key), both)


def _setting_changes(key: str, old: Setting, new: Setting, both: _Versions) -> Iterator[Change]:
    before, after = _expression(old), _expression(new)
    if before is not None and after is not None and mean_the_same(before, both.old, after, both.new):
        yield Reworded(key, expression_text(before), expression_text(after))
    elif _is_condition(before, both.old) and _is_condition(after, both.new) and (before or after):
        yield from part_changes(key, before, after)
    else:
        yield ValueChanged(key, _shown(old), _shown(new))


def _shown(setting: Setting) -> Plain:
    return setting if setting is None or isinstance(setting, _PLAIN) else expression_text(setting)


def _expression(setting: Setting) -> Expr | None:
    return None if setting is None or isinstance(setting, _PLAIN) else setting


def _differ(old: Setting, new: Setting) -> bool:
    """`true` is not 1, though Python takes them for equal."""
    return type(old) is not type(new) or old != new


def _is_condition(expr: Expr | None, checked: Checked) -> bool:
    """Whether it is true or false; nothing at all may stand for one."""
    return expr is None or checked.types.get(expr.id) is Simple.BOOLEAN


def _rules(old: Sequence[Rule], new: Sequence[Rule], both: _Versions) -> Iterator[Edit]:
    matched = match(old, new, _BY_NAME)
    stays = {pair.new.id: pair for pair in matched.both if _stays(pair.old, pair.new, both)}
    elsewhere = _elsewhere(matched, both)
    for pair in matched.both:
        changes = list(_rule_changes(pair, both)) if pair.old != pair.new or pair.new.id not in stays else []
        if pair.new.id in elsewhere:
            changes.append(elsewhere[pair.new.id])
        yield from _edited(Kind.RULE, pair, tuple(changes))
    yield from (Added(_subject(Kind.RULE, one)) for one in matched.fresh)
    yield from (Removed(_subject(Kind.RULE, one)) for one in matched.gone)


def _stays(old: Rule, new: Rule, both: _Versions) -> bool:
    """Whether a rule runs in the stage that it ran in."""
    return both.stages.get(old.stage, old.stage) == new.stage


def _elsewhere(rules: Matches[Rule], both: _Versions) -> dict[str, Moved]:
    """The rules and tables that stand elsewhere in their stage."""
    tables = match(both.old.model.tables, both.new.model.tables, _BY_NAME)
    pairs = [(pair.old, pair.new) for pair in rules.both]
    pairs += [(pair.old.rule, pair.new.rule) for pair in tables.both]
    pairs = sorted((pair for pair in pairs if _stays(*pair, both)), key=lambda pair: pair[1].position)
    return moves(pairs, both.old.model.deciders, both.new.model.deciders, lambda rule: rule.stage)


def _tables(old: Sequence[Table], new: Sequence[Table], both: _Versions) -> Iterator[Edit]:
    matched = match(old, new, _BY_NAME)
    rules = match(both.old.model.rules, both.new.model.rules, _BY_NAME)
    elsewhere = _elsewhere(rules, both) if old and new else {}
    for pair in matched.both:
        changes = list(_table_changes(pair, both)) if pair.old != pair.new else []
        if pair.new.id in elsewhere:
            changes.append(elsewhere[pair.new.id])
        yield from _edited(Kind.TABLE, pair, tuple(changes))
    yield from (Added(_subject(Kind.TABLE, one)) for one in matched.fresh)
    yield from (Removed(_subject(Kind.TABLE, one)) for one in matched.gone)


def _table_changes(pair: Match[Table], both: _Versions) -> Iterator[Change]:
    old, new = pair.old.rule, pair.new.rule
    yield from _rule_changes(Match(old, new), both)
    yield from table_changes(pair.old, pair.new)


def _rule_changes(pair: Match[Rule], both: _Versions) -> Iterator[Change]:
    old, new = pair.old, pair.new
    changes = list(_changes(Kind.RULE, old, new, both))
    yield from (change for change in changes if isinstance(change, Renamed))
    if both.stages.get(old.stage, old.stage) != new.stage:
        yield MovedToStage(old.stage, new.stage)
    yield from (change for change in changes if not isinstance(change, Renamed))
    yield from action_changes(old.actions, new.actions)


def _ordered(kind: Kind, things: Callable[[Model], Sequence[Any]], both: _Versions) -> Iterator[Edit]:
    """Contracts of one rating apply in the order in which they are written."""
    old, new = things(both.old.model), things(both.new.model)
    pairs = [(pair.old, pair.new) for pair in match(old, new, _BY_NAME).both if pair.old.rating == pair.new.rating]
    found = moves(pairs, old, new, _rating)
    for before, after in pairs:
        if name_of(after) in found:
            yield Edited(_subject(kind, before), _subject(kind, after), (found[name_of(after)],))


def _rating(contract: Contract) -> Hashable:
    return contract.rating


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits, with those of one thing put together."""
    found: dict[tuple[Any, ...], Edit] = {}
    for edit in edits:
        key: tuple[Any, ...] = (
            (edit.after.kind, edit.after.id)
            if isinstance(edit, Edited)
            else (edit.subject.kind, edit.subject.id, type(edit))
        )
        first = found.get(key)
        if isinstance(first, Edited) and isinstance(edit, Edited):
            edit = Edited(first.before, first.after, (*first.changes, *edit.changes), first.likeness)  # noqa: PLW2901
        found[key] = edit
    return iter(found.values())


def _project(old: Model, new: Model) -> Iterator[Edit]:
    keys: tuple[tuple[str, str | tuple[str, ...], str | tuple[str, ...]], ...] = (
        ("name", old.name, new.name),
        ("title", old.title, new.title),
        ("timezone", old.zone.key, new.zone.key),
        ("assume", tuple(one.text for one in old.assumptions), tuple(one.text for one in new.assumptions)),
    )
    changes = tuple(ValueChanged(key, before or None, after or None) for key, before, after in keys if before != after)
    if changes:
        yield Edited(Subject(Kind.PROJECT, old.name, old.title), Subject(Kind.PROJECT, new.name, new.title), changes)


def _renamed_stages(old: Model, new: Model) -> Mapping[str, str]:
    """Stages that are gone to those that are new and have most of their rules."""
    gone = [one.id for one in old.stages if one.id not in {stage.id for stage in new.stages}]
    fresh = {one.id for one in new.stages} - {stage.id for stage in old.stages}
    if not gone or not fresh:
        return {}
    now = {rule.id: rule.stage for rule in new.deciders}
    found: dict[str, str] = {}
    for stage in gone:
        rules = [now.get(rule.id, "") for rule in old.deciders if rule.stage == stage]
        best = max(sorted(fresh - set(found.values())), key=rules.count, default="")
        if best and 2 * rules.count(best) > len(rules):
            found[stage] = best
    return found


def _stages(old: Model, new: Model, both: _Versions) -> Iterator[Edit]:
    names: Names[Stage] = Names(
        lambda stage: stage.id,
        lambda stage: (before for before, after in both.stages.items() if after == stage.id),
        lambda _: frozenset(),
    )
    matched = match(old.stages, new.stages, names)
    elsewhere = moves([(pair.old, pair.new) for pair in matched.both], old.stages, new.stages, lambda _: "")
    for pair in matched.both:
        changes = list(_changes(Kind.STAGE, pair.old, pair.new, both)) if pair.old != pair.new else []
        changes += [elsewhere[pair.new.id]] if pair.new.id in elsewhere else []
        yield from _edited(Kind.STAGE, pair, tuple(changes))
    yield from (Added(_subject(Kind.STAGE, one)) for one in matched.fresh)
    yield from (Removed(_subject(Kind.STAGE, one)) for one in matched.gone)
