"""How often rules fired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ruleflow.service.console.asked import Asked
from ruleflow.store.counts import fired
from ruleflow.store.errors import StoreError

SPANS = (timedelta(days=7), timedelta(days=30), None)
"""Over how long is counted; None: over all that is known."""


@dataclass(frozen=True, slots=True)
class Fired:
    """How often a rule acted in each of `SPANS`, how often it matched in shadow, and when it last did (µs; None: never)."""

    counts: tuple[int, ...] = (0,) * len(SPANS)
    shadow: int = 0
    last_at: int | None = None

    @property
    def never(self) -> bool:
        """Whether it neither acted nor matched in shadow, ever."""
        return not self.counts[-1] and not self.shadow


def fired_by_rule(asked: Asked) -> Mapping[str, Fired] | None:
    """The counts of the rules and rows that fired at all, and of tables; None where the store does not answer."""
    try:
        spans = [fired(asked.service.store, asked.project_name, _since(asked, span)) for span in SPANS]
    except StoreError:
        return None
    own = {
        rule: Fired(tuple(found[rule].matched if rule in found else 0 for found in spans), whole.shadow, whole.last_at)
        for rule, whole in spans[-1].items()
    }
    return own | dict(_tables(own))


def _tables(rules: Mapping[str, Fired]) -> Iterator[tuple[str, Fired]]:
    """What the rows of each table come to together."""
    rows: dict[str, list[Fired]] = {}
    for rule, one in rules.items():
        table, slash, _ = rule.partition("/")
        if slash:
            rows.setdefault(table, []).append(one)
    for table, own in rows.items():
        counts = tuple(map(sum, zip(*(one.counts for one in own), strict=True)))
        last = max((one.last_at for one in own if one.last_at is not None), default=None)
        yield table, Fired(counts, sum(one.shadow for one in own), last)


def _since(asked: Asked, span: timedelta | None) -> int | None:
    return None if span is None else int((asked.now - span).timestamp() * 1_000_000)
