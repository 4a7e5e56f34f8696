"""How many contacts came into which segment, and what they bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ruleflow.model.model import Model
from ruleflow.model.scores import Result, Score
from ruleflow.plan.scores import number_text
from ruleflow.segmentation.scoring import Scored

NOBODY = "(in none)"
"""Stands for contacts in no derived segment."""


@dataclass(slots=True)
class Group:
    """Contacts that are counted together."""

    contacts: int = 0
    orders: int = 0
    revenue: Decimal = Decimal(0)

    def add(self, one: Scored) -> None:
        """Count a contact."""
        self.contacts += 1
        self.orders += one.contact.orders
        self.revenue += one.contact.revenue


@dataclass(slots=True)
class Summary:
    """What was counted. `segments` by id, with `NOBODY`; `results` by score and result; `cells` by the results of two scores."""

    map_of: tuple[str, str] | None
    total: Group = field(default_factory=Group)
    segments: dict[str, Group] = field(default_factory=dict)
    results: dict[str, dict[Result | None, Group]] = field(default_factory=dict)
    cells: dict[tuple[Any, Any], Group] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)

    def add(self, one: Scored) -> None:
        """Count a contact; one that could not be placed is counted by its problem."""
        if one.problem:
            self.problems[one.problem] = self.problems.get(one.problem, 0) + 1
            return
        self.total.add(one)
        for name in one.segments or (NOBODY,):
            self.segments.setdefault(name, Group()).add(one)
        for score, own in self.results.items():
            value: Any = one.scores[score]
            own.setdefault(value, Group()).add(one)
        if self.map_of is not None:
            key = (one.scores[self.map_of[0]], one.scores[self.map_of[1]])
            self.cells.setdefault(key, Group()).add(one)


def summary_for(model: Model, map_of: tuple[str, str] | None) -> Summary:
    """An empty summary of the scores and segments of a project."""
    derived = [name for name, one in model.segments.items() if one.when is not None]
    steps = {name: dict.fromkeys(steps_of(score)) for name, score in model.scores.items() if score.results}
    return Summary(
        map_of,
        segments={name: Group() for name in (*derived, NOBODY)},
        results={name: {result: Group() for result in own} for name, own in steps.items()},
    )


def steps_of(score: Score) -> tuple[Result, ...]:
    """The results of a score, from the lowest to the highest."""
    found = dict.fromkeys((*score.results, *(() if score.missing is None else (score.missing,))))
    numbers = [one for one in found if not isinstance(one, str)]
    return tuple(sorted(numbers)) if numbers else tuple(reversed(found))


def map_of(model: Model) -> tuple[str, str] | None:
    """The two scores of the picture where nobody names them: the first two that come in steps; None where there are fewer."""
    stepped = [name for name, score in model.scores.items() if 1 < len(steps_of(score)) <= MOST_STEPS]
    return (stepped[0], stepped[1]) if len(stepped) > 1 else None


MOST_STEPS = 12
"""More steps than this make no map."""


def result_text(result: Result | None) -> str:
    """A result as it is shown; nothing is a dash."""
    return "–" if result is None else result if isinstance(result, str) else number_text(result)


def rows_of(summary: Summary, titles: Mapping[str, str]) -> list[list[str]]:
    """The table of segments: who, how many, their share, what they bought, its share."""
    rows = [["segment", "contacts", "share", "purchases", "revenue", "share"]]
    for name, group in summary.segments.items():
        if name != NOBODY or group.contacts or not titles:
            rows.append(_row(titles.get(name, name), group, summary.total))
    return [*rows, _row("all", summary.total, summary.total)]


def result_rows(results: Mapping[Result | None, Group], name: str, total: Group) -> list[list[str]]:
    """The table of a score: each result with its contacts."""
    rows = [[name, "contacts", "share", "purchases", "revenue", "share"]]
    return [*rows, *(_row(result_text(result), group, total) for result, group in results.items())]


def _row(name: str, group: Group, total: Group) -> list[str]:
    return [
        name,
        f"{group.contacts:,}",
        percent(group.contacts, total.contacts),
        f"{group.orders:,}",
        f"{group.revenue:,.2f}",
        percent(group.revenue, total.revenue),
    ]


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """A share, to a tenth of a percent."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _group_dict(group: Group) -> dict[str, Any]:
    return {"contacts": group.contacts, "purchases": group.orders, "revenue": float(group.revenue)}


def summary_dict(summary: Summary) -> dict[str, Any]:
    """As JSON."""
    return {
        "contacts": _group_dict(summary.total),
        "segments": {
            name: _group_dict(group) for name, group in summary.segments.items() if name != NOBODY or group.contacts
        },
        "scores": {
            score: [{"result": _plain(result), **_group_dict(group)} for result, group in own.items()]
            for score, own in summary.results.items()
        },
        "not_placed": dict(summary.problems),
    }


def _plain(result: Result | None) -> Any:
    return float(result) if isinstance(result, Decimal) else result
