"""Which of the recorded tickets are decided: those of a time, the first ones, or some drawn by chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from ruleflow.replay.recorded import Found, Recorded


@dataclass(frozen=True, slots=True)
class Selection:
    """What is decided. `since` is in, `until` is not; `limit` and `sample` count tickets, 0: all.

    The same `seed` draws the same tickets out of the same file.
    """

    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    sample: int = 0
    seed: int = 0


def selected(found: Iterable[Found], selection: Selection) -> Iterator[Found]:
    """What is selected, in the order of the file. No more is kept than the tickets of a sample."""
    within = (one for one in found if not isinstance(one, Recorded) or _is_within(one.at, selection))
    if selection.sample:
        yield from _drawn(by_ticket(within), selection.sample, Random(selection.seed))  # noqa: S311 - no secret
        return
    yield from _first(within, selection.limit) if selection.limit else within


def _first(found: Iterable[Found], limit: int) -> Iterator[Found]:
    """The first tickets; of what comes behind them one event is looked at."""
    tickets, name = 0, ""
    for one in found:
        if isinstance(one, Recorded):
            tickets += not (one.ticket and one.ticket == name)
            name = one.ticket
            if tickets > limit:
                return
        yield one


def by_ticket(found: Iterable[Found]) -> Iterator[list[Found]]:
    """The events of a ticket that follow each other, together; what is no event alone, and at once."""
    group: list[Found] = []
    name = ""
    for one in found:
        if not isinstance(one, Recorded):
            yield [one]
            continue
        if group and not (one.ticket and one.ticket == name):
            yield group
            group = []
        group.append(one)
        name = one.ticket
    if group:
        yield group


def _is_within(at: datetime, selection: Selection) -> bool:
    return (selection.since is None or at >= selection.since) and (selection.until is None or at < selection.until)


def _drawn(groups: Iterable[list[Found]], size: int, chance: Random) -> Iterator[Found]:
    """What is no ticket at once; of the tickets `size`, each as likely as the others (Vitter's algorithm R)."""
    kept: list[tuple[int, list[Found]]] = []
    tickets = 0
    for group in groups:
        if not isinstance(group[0], Recorded):
            yield from group
            continue
        tickets += 1
        if len(kept) < size:
            kept.append((tickets, group))
        elif (place := chance.randrange(tickets)) < size:
            kept[place] = (tickets, group)
    for _, group in sorted(kept, key=lambda one: one[0]):
        yield from group
