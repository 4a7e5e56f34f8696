"""What became of changes of the rules, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ruleflow.testing.coverage_text import name_of, percent_text, place_of
from ruleflow.testing.verdicts import Mutation, Verdict


def mutation_lines(mutation: Mutation) -> tuple[str, ...]:
    """A summary, and the changes that no test noticed, by rule."""
    tried, unnoticed = len(mutation.verdicts), mutation.unnoticed
    if not tried:
        return ("nothing to change",)
    of_total = f" of {mutation.total:,}" if tried < mutation.total else ""
    noticed = tried - len(unnoticed)
    summary = f"{tried:,}{of_total} changes tried: {noticed:,} noticed, {len(unnoticed):,} not ({percent_text(mutation.score)})"
    if not unnoticed:
        return (summary,)
    blocks = groupby(unnoticed, key=lambda one: one.owner)
    return (summary, "", "no test would notice:", *(line for _, own in blocks for line in ("", *_block(tuple(own)))))


def mutation_dict(mutation: Mutation) -> dict[str, Any]:
    """As JSON."""
    return {
        "score": mutation.score,
        "total": mutation.total,
        "tried": len(mutation.verdicts),
        "noticed": len(mutation.verdicts) - len(mutation.unnoticed),
        "unnoticed": [_verdict(one) for one in mutation.unnoticed],
    }


def _block(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The changes of one rule."""
    owner = verdicts[0].owner
    yield f"{name_of(owner)}  {place_of(owner)}"
    if not verdicts[0].was_asked:
        yield f"  no test asks it ({len(verdicts)} change{'' if len(verdicts) == 1 else 's'})"
        return
    yield from (f"  line {one.change.span.first.line}: {one.change.text}" for one in verdicts)


def _verdict(one: Verdict) -> dict[str, Any]:
    place = one.change.span.first
    return {
        one.owner.kind.value: one.owner.id,
        "file": one.change.span.source.name,
        "line": place.line,
        "column": place.column,
        "kind": one.change.kind,
        "change": one.change.text,
        "was_asked": one.was_asked,
    }
