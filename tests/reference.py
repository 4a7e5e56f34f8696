"""A slow and obvious interpreter of the language, written from its description and from nothing of the engine.

It walks the trees as they were read and decides rule by rule; every fast way of deciding must answer exactly as it does.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from hashlib import sha256
from typing import Any

from ruleflow.checker.checked import Checked, Constant, DefinitionRead, ItemRead, Now, Read
from ruleflow.engine.facts import Facts
from ruleflow.model.model import Model
from ruleflow.model.rules import Action, Hit, Mode, Rule
from ruleflow.model.scores import Score
from ruleflow.model.tables import HitPolicy, Table
from ruleflow.model.vocabulary import Resolve
from ruleflow.regex.regex import Regex, compile_regex
from ruleflow.syntax import expressions as ast
from ruleflow.syntax.text_template import TextParts
from ruleflow.types.durations import CalendarDays
from ruleflow.types.terms import Choice, ListOf, Reference, SetOf, Simple, Type
from ruleflow.types.text import contains_word, fold

EXACT = Context(prec=34)
Act = dict[str, Any]


class TooLarge(Exception):  # noqa: N818 - not an error of ours
    """A value is over the budget."""


@dataclass
class Eyes:
    """What the rules of a stage see."""

    checked: Checked
    values: dict[str, Any]
    facts: Facts
    now: datetime
    created: bool
    item: Any = None
    open_segments: tuple[str, ...] = field(default=())

    @property
    def model(self) -> Model:
        return self.checked.model

    def read(self, path: str) -> Any:
        """A fact, a part of the contract, the segments with the derived ones."""
        if path == "contact.segments":
            return self.segments()
        if path == "contract" or path.startswith("contract."):
            return self.contract(path)
        if path.startswith("score."):
            return self.score(self.model.scores[path.removeprefix("score.")])
        if path in self.facts.over_budget and path not in self.values:
            raise TooLarge(path)
        return self.values.get(path)

    def segments(self) -> Any:
        assigned = self.values.get("contact.segments")
        derived = {
            name
            for name, segment in self.model.segments.items()
            if segment.when is not None
            and name not in self.open_segments
            and Eyes(
                self.checked, self.values, self.facts, self.now, self.created, None, (*self.open_segments, name)
            ).truth(segment.when)
        }
        if assigned is None and not self.checked.derived:
            return None
        return frozenset(assigned or ()) | derived

    def score(self, score: Score) -> Any:
        """A score, computed anew each time it is read."""
        outer, self.item = self.item, None
        try:
            found = self.class_of(score) if score.classes else self.number_of(score)
        finally:
            self.item = outer
        return score.missing if found is None else found

    def class_of(self, score: Score) -> Any:
        for one in score.classes:
            if one.when is None or self.truth(one.when):
                return one.result
        return None

    def number_of(self, score: Score) -> Any:
        if score.join:
            texts = [self.value(part) for part in score.join]
            return (
                None
                if None in texts
                else "".join(format(one, "f") if isinstance(one, Decimal) else str(one) for one in texts)
            )
        if score.value is not None:
            number = self.value(score.value)
        else:
            number = 0
            for term in score.sum:
                is_condition = self.checked.types[term.value.id] is Simple.BOOLEAN
                part = int(self.truth(term.value)) if is_condition else self.value(term.value)
                part = self.arithmetic("*", term.weight, part)
                number = self.arithmetic("+", number, part)
        if not score.bins or number is None:
            return None if score.fit is not None and not score.bins else number
        for one in score.bins:
            if one.test is None or one.bound is None:
                return one.result
            bound = self.value(one.bound)
            tests = {"<": number < bound, "<=": number <= bound, ">": number > bound, ">=": number >= bound}
            if tests[one.test.value]:
                return one.result
        return None

    def contract(self, path: str) -> Any:
        named = self.values.get("ticket.contract")
        held = [named] if named is not None else list(self.values.get("contact.contracts") or ())
        order = sorted(self.model.contracts.values(), key=lambda one: one.rating, reverse=True)
        outer = Eyes(self.checked, self.values, self.facts, self.now, self.created, None, self.open_segments)
        for one in order:
            if one.id in held and (one.applies_when is None or outer.truth(one.applies_when)):
                request = [
                    request
                    for request in one.requests
                    if request.request_type == self.values.get("ticket.request_type")
                ]
                return {
                    "contract": one.id,
                    "contract.id": one.id,
                    "contract.title": one.title or one.id,
                    "contract.tag": one.tag or None,
                    "contract.color": one.color or None,
                    "contract.rating": one.rating,
                    "contract.owner": one.owner_team or one.owner_agent or None,
                    "contract.team": one.owner_team or None,
                    "contract.agent": one.owner_agent or None,
                    "contract.calendar": one.calendar or None,
                    "contract.regulation": one.regulation or None,
                    "contract.request_priority": (request[0].priority or None) if request else None,
                }[path]
        return None

    def before(self, path: str) -> Any:
        if path in self.facts.before:
            return self.facts.before[path]
        if self.created and path.startswith("ticket."):
            return None
        return self.facts.values.get(path)

    # Conditions

    def truth(self, expr: ast.Expr) -> bool:
        """Whether an expression holds."""
        match expr:
            case ast.Not():
                return not self.truth(expr.operand)
            case ast.And():
                return all(self.truth(part) for part in expr.operands)
            case ast.Or():
                return any(self.truth(part) for part in expr.operands)
            case ast.Compare():
                return self.compare(expr)
            case ast.Between():
                value = self.ranked(expr.operand, expr.operand)
                low, high = self.ranked(expr.low, expr.operand), self.ranked(expr.high, expr.operand)
                return None not in (value, low, high) and low <= value <= high
            case ast.In():
                value = self.value(expr.left)
                found = any(equal(value, one) for one in self.value(expr.items) or ())
                return found is not expr.negated
            case ast.Has():
                return self.has(expr)
            case ast.MatchText():
                return self.match(expr)
            case ast.Ask():
                return self.ask(expr) is not expr.negated
            case ast.Changed():
                return self.changed(expr)
            case ast.During():
                at, name = self.value(expr.instant), self.value(expr.calendar)
                entry = self.model.calendars.get(name) if name is not None else None
                if at is None or entry is None or entry.calendar is None:
                    return False
                return entry.calendar.is_open(at) is not expr.outside
            case ast.Quantified() if expr.quantity is not ast.Quantity.COUNT:
                held = [self.within(expr.condition, item) for item in self.value(expr.records) or ()]
                return {
                    ast.Quantity.ANY: any(held),
                    ast.Quantity.ALL: all(held),
                    ast.Quantity.NONE: not any(held),
                }[expr.quantity]
            case ast.If():
                return self.truth(expr.then if self.truth(expr.condition) else expr.otherwise)
            case _:
                return self.value(expr) is True

    def within(self, condition: ast.Expr | None, item: Any) -> bool:
        """Whether a condition holds with a record at hand."""
        if condition is None:
            return True
        outer, self.item = self.item, item
        try:
            return self.truth(condition)
        finally:
            self.item = outer

    def compare(self, expr: ast.Compare) -> bool:
        if expr.operator in {ast.Comparison.IS, ast.Comparison.IS_NOT}:
            return equal(self.value(expr.left), self.value(expr.right)) is (expr.operator is ast.Comparison.IS)
        left, right = self.ranked(expr.left, expr.left), self.ranked(expr.right, expr.left)
        if left is None or right is None:
            return False
        return bool(
            {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[expr.operator.value]
        )

    def ranked(self, expr: ast.Expr, like: ast.Expr) -> Any:
        """A value as it is compared: options by their place, unknown ones not at all."""
        value, kind = self.value(expr), self.checked.types[like.id]
        if isinstance(kind, Choice):
            return kind.options.index(value) if value in kind.options else None
        return value

    def has(self, expr: ast.Has) -> bool:
        held = self.value(expr.left) or ()
        items = self.value(expr.items)
        wanted = [items] if expr.test is ast.SetTest.HAS else list(items or ())
        found = [one is not None and one in held for one in wanted]
        match expr.test:
            case ast.SetTest.ALL:
                return all(found)
            case ast.SetTest.NONE:
                return not any(found)
            case _:
                return any(found)

    def match(self, expr: ast.MatchText) -> bool:
        text = self.value(expr.left)
        if text is None:
            return False
        for pattern in expr.patterns:
            part = self.value(pattern)
            if part is None:
                continue
            if expr.test is ast.TextTest.MATCHES:
                regex = compile_regex(part, ignore_case=not expr.exact)
                assert isinstance(regex, Regex)
                if regex.search(text):
                    return True
                continue
            whole, piece = (text, part) if expr.exact else (fold(text), fold(part))
            tests = {
                ast.TextTest.CONTAINS: piece in whole,
                ast.TextTest.STARTS_WITH: whole.startswith(piece),
                ast.TextTest.ENDS_WITH: whole.endswith(piece),
                ast.TextTest.CONTAINS_WORD: contains_word(whole, piece),
            }
            if tests[expr.test]:
                return True
        return False

    def ask(self, expr: ast.Ask) -> bool:
        value = self.value(expr.operand)
        match expr.presence:
            case ast.Presence.MISSING:
                return value is None
            case ast.Presence.PRESENT:
                return value is not None
            case ast.Presence.BLANK:
                if isinstance(value, str):
                    return not value.strip()
                return value is None or (isinstance(value, frozenset | tuple) and len(value) == 0)

    def changed(self, expr: ast.Changed) -> bool:
        meaning = self.checked.meanings[expr.operand.id]
        assert isinstance(meaning, Read)
        old = self.before(meaning.path)
        is_segments = meaning.path == "contact.segments"
        new = self.values.get(meaning.path) if is_segments else self.read(meaning.path)
        return (
            not equal(old, new)
            and (expr.before is None or equal(old, self.value(expr.before)))
            and (expr.after is None or equal(new, self.value(expr.after)))
        )

    # Values

    def value(self, expr: ast.Expr) -> Any:
        """The value of an expression; None where it is missing."""
        match expr:
            case ast.Literal() | ast.Fact() | ast.Word():
                return self.named(expr)
            case ast.Items():
                return tuple(self.value(item) for item in expr.items)
            case ast.Arithmetic():
                return self.arithmetic(expr.operator, self.value(expr.left), self.value(expr.right))
            case ast.Negate():
                operand = self.value(expr.operand)
                if isinstance(operand, CalendarDays):
                    return CalendarDays(-operand.days)
                return None if operand is None else -operand
            case ast.If():
                return self.value(expr.then if self.truth(expr.condition) else expr.otherwise)
            case ast.Fallback():
                left = self.value(expr.left)
                return self.value(expr.right) if left is None else left
            case ast.Quantified() if expr.quantity is ast.Quantity.COUNT:
                return sum(self.within(expr.condition, item) for item in self.value(expr.records) or ())
            case ast.Aggregated():
                return self.aggregate(expr)
            case ast.Call():
                return self.call(expr.function, [self.value(argument) for argument in expr.arguments])
            case _:
                return self.truth(expr)

    def named(self, expr: ast.Expr) -> Any:
        match self.checked.meanings[expr.id]:
            case Constant(value):
                return value
            case Read(path):
                return self.read(path)
            case ItemRead(""):
                return self.item
            case ItemRead(part):
                return self.item.get(part)
            case DefinitionRead(name):
                outer, self.item = self.item, None
                try:
                    return self.value(self.model.definitions[name].value)
                finally:
                    self.item = outer
            case Now():
                return self.now

    def aggregate(self, expr: ast.Aggregated) -> Any:
        found = []
        for item in self.value(expr.records) or ():
            if self.within(expr.condition, item):
                outer, self.item = self.item, item
                value = self.value(expr.value)
                self.item = outer
                if value is not None:
                    found.append(value)
        kind = self.checked.types[expr.value.id]
        if expr.aggregate is ast.Aggregate.SUM:
            if kind is Simple.DURATION:
                return sum(found, timedelta())
            return plain(sum((Decimal(one) for one in found), Decimal(0)))
        if isinstance(kind, Choice):
            found = [one for one in found if one in kind.options]
            key = kind.options.index
        else:
            key = None
        pick = min if expr.aggregate is ast.Aggregate.MIN else max
        return pick(found, key=key, default=None) if found else None

    def arithmetic(self, operator: str, left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if isinstance(left, CalendarDays):
            return CalendarDays(left.days + right.days if operator == "+" else left.days - right.days)
        if isinstance(right, CalendarDays):
            step = timedelta(days=right.days if operator == "+" else -right.days)
            if not isinstance(left, datetime):
                return left + step
            local = left.astimezone(self.model.zone)
            return (local.replace(tzinfo=None) + step).replace(tzinfo=self.model.zone, fold=local.fold).astimezone(UTC)
        if isinstance(left, datetime):
            return left + right if operator == "+" else left - right
        if isinstance(left, date):
            return CalendarDays((left - right).days)
        if isinstance(left, timedelta) or isinstance(right, timedelta):
            return self.durations(operator, left, right)
        return numbers(operator, Decimal(left), Decimal(right))

    def durations(self, operator: str, left: Any, right: Any) -> Any:
        micro = timedelta(microseconds=1)
        if operator in "+-":
            return left + right if operator == "+" else left - right
        if operator == "%":
            return left % right if right else None
        if operator == "/":
            if not right:
                return None
            if isinstance(right, timedelta):
                return plain(EXACT.divide(Decimal(left // micro), Decimal(right // micro)))
            right = EXACT.divide(Decimal(1), Decimal(right))
        if isinstance(right, timedelta):
            left, right = right, left
        return timedelta(microseconds=int(EXACT.multiply(Decimal(left // micro), Decimal(right)).to_integral_value()))

    def day(self, value: Any) -> date:
        found = value.astimezone(self.model.zone).date() if isinstance(value, datetime) else value
        assert isinstance(found, date)
        return found

    def call(self, name: str, given: list[Any]) -> Any:
        if None in given:
            return None
        first = given[0]
        match name:
            case "abs":
                return abs(first)
            case "floor" | "ceil":
                return int(Decimal(first).to_integral_value(ROUND_FLOOR if name == "floor" else ROUND_CEILING))
            case "round":
                digits = given[1] if len(given) > 1 else 0
                return plain(Decimal(first).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT))
            case "lower":
                return first.lower()
            case "upper":
                return first.upper()
            case "trim":
                return first.strip()
            case "length":
                return len(first)
            case "elapsed":
                return self.now - first
            case "hours" | "minutes":
                unit = 3600 if name == "hours" else 60
                return plain(EXACT.divide(Decimal(first // timedelta(microseconds=1)), Decimal(unit * 1_000_000)))
            case "days_since":
                return (self.day(self.now) - self.day(first)).days
            case "days_until":
                return (self.day(first) - self.day(self.now)).days
            case "age":
                today, day = self.day(self.now), self.day(first)
                return today.year - day.year - ((today.month, today.day) < (day.month, day.day))
            case "year":
                return self.day(first).year
            case "month":
                return self.day(first).month
            case "weekday":
                return ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[self.day(first).weekday()]
            case "hour":
                return first.astimezone(self.model.zone).hour
            case "date_of":
                return self.day(first)
            case "time_of":
                found: time = first.astimezone(self.model.zone).time()
                return found
            case "domain":
                return first.rpartition("@")[2].strip().lower() or None if "@" in first else None
            case "open_time":
                entry = self.model.calendars.get(given[2])
                return None if entry is None or entry.calendar is None else entry.calendar.between(first, given[1])
            case "in_folder":
                place: str | None = first
                while place and place != given[1]:
                    folder = self.model.folders.get(place)
                    place = folder.parent if folder else None
                return place == given[1]
            case _:
                raise AssertionError(f"the reference does not know `{name}`")


def equal(one: Any, other: Any) -> bool:
    """Equality: missing equals missing only; a set equals a list of the same elements."""
    if isinstance(one, frozenset) or isinstance(other, frozenset):
        return set(one or ()) == set(other or ())
    return bool(one == other)


def plain(number: Decimal) -> int | Decimal:
    """A number in its one form."""
    return int(number) if number == number.to_integral_value() and number.adjusted() < 40 else number.normalize(EXACT)


def numbers(operator: str, left: Decimal, right: Decimal) -> Any:
    """Exact numbers; a division by zero is missing."""
    if operator in "/%" and not right:
        return None
    operation = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply, "/": EXACT.divide, "%": EXACT.remainder}
    return plain(operation[operator](left, right))


ADDS = {
    "add_tags": ("ticket.tags", "tags"),
    "add_watchers": ("ticket.watchers", "watchers"),
    "add_to_segments": ("contact.segments", "segments"),
}
TAKES = {"remove_tags": ("ticket.tags", "tags"), "remove_from_segments": ("contact.segments", "segments")}


def decide(checked: Checked, event: str, facts: Facts, now: datetime) -> dict[str, Any]:
    """What can be compared of a decision: matched, shadow, the acts that stand, the fields at the end, what lost, errors."""
    model = checked.model
    values = dict(facts.values)
    matched: list[str] = []
    shadow: list[str] = []
    errors: list[tuple[str, str]] = []
    every: list[Act] = []
    for stage in model.stages:
        acts: list[Act] = []
        decided = False
        for rule in sorted([*model.rules, *(table.rule for table in model.tables)], key=lambda one: one.position):
            if rule.stage != stage.id or not rule.enabled or (rule.events and event not in rule.events):
                continue
            eyes = Eyes(checked, values, facts, now, event == "ticket.created")
            table = next((one for one in model.tables if one.rule is rule), None)
            try:
                if not is_asked(rule, eyes) or (rule.when is not None and not eyes.truth(rule.when)):
                    continue
                turns = [rule] if table is None else matching_rows(table, eyes)
            except TooLarge:
                if not (decided and stage.hit is Hit.FIRST):
                    errors.append((rule.id, "RF607"))
                continue
            taken = False
            for turn in turns:
                if taken and table is not None and table.hit is not HitPolicy.COLLECT:
                    errors += [(turn.id, "RF612")] * (table.hit is HitPolicy.UNIQUE)
                    continue
                if decided and stage.hit is Hit.FIRST:
                    continue
                try:
                    own, lacking = perform(turn, eyes)
                except TooLarge:
                    errors.append((turn.id, "RF607"))
                    continue
                taken = True
                errors += [(turn.id, "RF611")] * lacking
                if turn.mode is Mode.SHADOW:
                    shadow.append(turn.id)
                    continue
                matched.append(turn.id)
                acts += own
                decided = decided or bool(own) or not lacking
        standing = resolve(acts, model, errors)
        every += acts
        values = write(values, standing, model)
        for act in acts:
            act["stands"] = any(act is one for one in standing)
        if any(act["type"] == "deny" or (act["type"] == "stop" and act["stop"] is True) for act in standing):
            break
    return {
        "matched": matched,
        "shadow": shadow,
        "errors": errors,
        "actions": [shown(act) for act in kept(every, model)],
        "overridden": lost(every, model),
        "values": values,
    }


def matching_rows(table: Table, eyes: Eyes) -> list[Rule]:
    """The rows of a table that match, from the top down, as rules; of a table that takes the first one only that."""
    seen = [eyes.value(column.expr) for column in table.inputs]
    kinds = [eyes.checked.types[column.expr.id] for column in table.inputs]
    found = []
    for row in range(table.rows.count):
        cells = [table.rows.text(row, at) for at in range(len(seen))]
        if all(lets_through(cell, value, kind, eyes) for cell, value, kind in zip(cells, seen, kinds, strict=True)):
            found.append(table.row_rule(row))
            if table.hit is HitPolicy.FIRST:
                break
    return found


def lets_through(cell: str, value: Any, kind: Type, eyes: Eyes) -> bool:
    """Whether a value passes a cell, read as a person reads it."""
    if cell == "-":
        return True
    if cell.startswith("not "):
        return not lets_through(cell[4:], value, kind, eyes)
    if cell == "present":
        return not lets_through("missing", value, kind, eyes)
    return any(passes(part.strip(), value, kind, eyes) for part in cell.split(","))


def passes(part: str, value: Any, kind: Type, eyes: Eyes) -> bool:
    """Whether a value is, or has, or lies in what stands between two commas."""
    if part == "missing":
        return value is None or (isinstance(kind, SetOf | ListOf) and len(value) == 0)
    if isinstance(kind, SetOf | ListOf):
        return any(one == cell_value(part, kind.of, eyes) for one in value or ())
    if value is None:
        return False
    place = rank(value, kind)
    for sign, test in ((">=", "ge"), ("<=", "le"), (">", "gt"), ("<", "lt")):
        if part.startswith(sign):
            bound = rank(cell_value(part.removeprefix(sign).strip(), kind, eyes), kind)
            return place is not None and bool(getattr(operator, test)(place, bound))
    if ".." in part:
        low, high = (rank(cell_value(one.strip(), kind, eyes), kind) for one in part.split(".."))
        return place is not None and bool(low <= place <= high)
    return bool(value == cell_value(part, kind, eyes))


def cell_value(text: str, kind: Type, eyes: Eyes) -> Any:
    """A written value of a type; instants in full, for days are for other tests."""
    match kind:
        case Simple.BOOLEAN:
            return text == "true"
        case Simple.INTEGER | Simple.DECIMAL:
            return plain(Decimal(text))
        case Simple.DATE:
            return date.fromisoformat(text)
        case Simple.TIME:
            return time.fromisoformat(text)
        case Simple.DATETIME:
            return datetime.fromisoformat(text).astimezone(UTC)
        case Simple.DURATION:
            hours, _, minutes = text.partition("h")
            return timedelta(hours=int(hours), minutes=int(minutes.removesuffix("m") or 0))
        case _:
            return text.strip("'")


def is_asked(rule: Rule, eyes: Eyes) -> bool:
    """Dates, rollout, and events that we caused."""
    zone, now = eyes.model.zone, eyes.now
    start, end = rule.valid_from, rule.valid_until
    today = now.astimezone(zone).date()
    if isinstance(start, datetime):
        if now < (start if start.tzinfo else start.replace(tzinfo=zone)):
            return False
    elif start is not None and today < start:
        return False
    if isinstance(end, datetime):
        if now >= (end if end.tzinfo else end.replace(tzinfo=zone)):
            return False
    elif end is not None and today > end:
        return False
    if eyes.values.get("event.caused_by") is not None and not rule.on_own_changes:
        return False
    if rule.rollout is not None and rule.rollout < 100:
        ticket = eyes.values.get("ticket.id")
        if ticket is None:
            return False
        drawn = int.from_bytes(sha256(f"{rule.id}\0{ticket}".encode()).digest()[:8], "big") % 10_000
        return drawn < rule.rollout * 100
    return True


def perform(rule: Rule, eyes: Eyes) -> tuple[list[Act], int]:
    """What a rule does, and how many of its actions lack a value."""
    acts: list[Act] = []
    lacking = 0
    for action in rule.actions:
        act: Act = {"type": action.type, "rule": rule.id, "field": action.field}
        for argument in action.arguments:
            value = None if argument.value is None else argument_value(argument.value, eyes)
            value = carried_out(value, parameter_type(action, argument.name, eyes.model), eyes.model)
            if value is not None or action.field:
                act[argument.name] = value
        if (
            action.type == "route"
            and act.get("only_if_unassigned") is True
            and (eyes.values.get("ticket.team") or eyes.values.get("ticket.agent"))
        ):
            continue
        if lacks(action, act, eyes.model):
            lacking += 1
            continue
        acts.append(act)
    return acts, lacking


def argument_value(written: Any, eyes: Eyes) -> Any:
    if not isinstance(written, TextParts):
        return eyes.value(written)
    return "".join(part if isinstance(part, str) else str(eyes.value(part) or "") for part in written.parts)


def parameter_type(action: Action, name: str, model: Model) -> Type:
    if action.field:
        return model.fields[action.field].type
    parameter = model.actions[action.type].parameter(name)
    assert parameter is not None
    return parameter.type


def carried_out(value: Any, kind: Type, model: Model) -> Any:
    """A reference to a thing that the project does not have cannot be carried out."""
    if isinstance(kind, Reference):
        return value if any(value in model.things(one) for one in kind.kinds) else None
    if isinstance(kind, SetOf) and value is not None:
        return frozenset(one for one in value if carried_out(one, kind.of, model) is not None)
    return value


def lacks(action: Action, act: Act, model: Model) -> bool:
    if action.field:
        (argument,) = action.arguments
        return argument.value is not None and act["value"] is None
    kind = model.actions[action.type]
    if kind.any_of and not any(act.get(name) for name in kind.any_of):
        return True
    return any(one.required and one.name not in act for one in kind.parameters)


def target(act: Act) -> str:
    """What an act writes so that only one write can stand; '' where acts add up."""
    if act["field"]:
        return str(act["field"])
    return {"route": "route", "set_sla": "ticket.sla", "deny": "denied"}.get(act["type"], "")


def written(act: Act) -> Any:
    if act["field"]:
        return act["value"]
    return {"set_sla": act.get("policy"), "deny": act.get("reason")}.get(act["type"], shown(act))


def policy(path: str, model: Model) -> Resolve:
    declared = model.fields.get(path)
    if declared is None:
        return Resolve.FIRST
    return declared.resolve or (Resolve.APPEND if isinstance(declared.type, SetOf | ListOf) else Resolve.FIRST)


def resolve(acts: list[Act], model: Model, errors: list[tuple[str, str]]) -> list[Act]:
    """The acts of a stage that stand."""
    winners: dict[str, Act] = {}
    for path in dict.fromkeys(target(act) for act in acts if target(act)):
        rivals = [act for act in acts if target(act) == path]
        how = policy(path, model)
        if how is Resolve.APPEND:
            continue
        if how in {Resolve.HIGHEST, Resolve.LOWEST}:
            kind = model.fields[path].type
            known = [act for act in rivals if rank(written(act), kind) is not None]
            best = (max if how is Resolve.HIGHEST else min)(
                known, key=lambda act: rank(written(act), kind), default=rivals[0]
            )
            winners[path] = best
        else:
            winners[path] = rivals[-1] if how is Resolve.LAST else rivals[0]
        if how is Resolve.UNIQUE:
            errors += [(act["rule"], "RF608") for act in rivals[1:] if written(act) != written(rivals[0])]
    return [act for act in acts if winners.get(target(act), act) is act]


def rank(value: Any, kind: Type) -> Any:
    if isinstance(kind, Choice):
        return kind.options.index(value) if value in kind.options else None
    return value


def write(values: dict[str, Any], standing: list[Act], model: Model) -> dict[str, Any]:
    """The facts after a stage."""
    after = dict(values)

    def put(path: str, value: Any) -> None:
        after.pop(path, None)
        if value is not None:
            after[path] = value

    for act in standing:
        if act["field"]:
            path, value, kind = act["field"], act["value"], model.fields[act["field"]].type
            if isinstance(kind, SetOf) and value is not None:
                start = after.get(path) if policy(path, model) is Resolve.APPEND else None
                value = frozenset(start or ()) | frozenset(value)
            elif isinstance(kind, ListOf) and value is not None:
                start = after.get(path) if policy(path, model) is Resolve.APPEND else None
                value = (*(start or ()), *value)
            put(path, value)
        elif act["type"] == "route":
            put("ticket.team", act.get("team"))
            put("ticket.agent", act.get("agent"))
        elif act["type"] == "set_sla":
            put("ticket.sla", act["policy"])
    for act in standing:
        if act["type"] in ADDS:
            path, name = ADDS[act["type"]]
            after[path] = frozenset(after.get(path) or ()) | frozenset(act[name])
    for act in standing:
        if act["type"] in TAKES:
            path, name = TAKES[act["type"]]
            after[path] = frozenset(after.get(path) or ()) - frozenset(act[name])
    return after


def kept(every: list[Act], model: Model) -> list[Act]:
    """The acts to be carried out: of several stages the last one's write stands."""
    standing = [act for act in every if act["stands"]]
    last = {target(act): act for act in standing if target(act)}
    return [
        act for act in standing if last.get(target(act), act) is act or policy(target(act), model) is Resolve.APPEND
    ]


def lost(every: list[Act], model: Model) -> list[tuple[str, str]]:
    """The rules whose write is not the value that stands, with what they wrote to."""
    final = {
        target(act): act
        for act in kept(every, model)
        if target(act) and policy(target(act), model) is not Resolve.APPEND
    }
    return [
        (act["rule"], target(act))
        for act in every
        if target(act) in final and act is not final[target(act)] and written(act) != written(final[target(act)])
    ]


def shown(act: Act) -> Mapping[str, Any]:
    """An act without what only the interpreter needs."""
    return {
        key: value
        for key, value in act.items()
        if key not in {"stands", "only_if_unassigned"} and (key != "rule") and value != ""
    }
