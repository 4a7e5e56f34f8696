"""Coverage in words: a line that sums it up, and what tests leave out."""

from __future__ import annotations

from collections.abc import Iterator

from ruleflow.diagnostics.suggest import listing, quoted
from ruleflow.testing.conditions import Owner
from ruleflow.testing.coverage import Coverage, Covered, Outcomes, Share

_TRUTHS = {True: "true", False: "false"}


def summary_lines(coverage: Coverage) -> tuple[str, ...]:
    """One line with the shares, and one with the rules that never fired, where there are some."""
    if not coverage.items:
        return ()
    shares = (
        (coverage.rules, "rules fired"),
        (coverage.rows, "table rows hit"),
        (coverage.conditions, "outcomes of conditions"),
        (coverage.parts, "outcomes of their parts"),
    )
    said = ", ".join(_share(share, what) for share, what in shares if share.total)
    line = f"coverage {percent_text(coverage.percent)}: {said}"
    never, rows = coverage.never_fired, coverage.never_hit
    return (
        line,
        *((f"never fired in a test: {listing(never, 12)}",) if never else ()),
        *((f"rows never hit in a test: {listing(rows, 12)}",) if rows else ()),
    )


def percent_text(percent: float) -> str:
    """`92.5%`, `100%`."""
    return f"{percent:g}%"


def gap_lines(coverage: Coverage) -> tuple[str, ...]:
    """What tests leave out, a block for each rule or other thing; a sentence where they leave out nothing."""
    gaps = coverage.gaps
    if not gaps:
        return (
            "nothing is left out: every rule fired, and every condition was seen both ways with each of its parts deciding",
        )
    return ("what no test shows:", *(line for one in gaps for line in ("", *_block(one))))


def gap_texts(coverage: Coverage) -> tuple[str, ...]:
    """What tests leave out, a line each with its place."""
    return tuple(f"{place_of(one.owner)}: {name_of(one.owner)}: {said}" for one in coverage.gaps for said in _gaps(one))


def name_of(owner: Owner) -> str:
    """``rule `vip` ``."""
    return f"{owner.kind.value} `{owner.id}`"


def place_of(owner: Owner) -> str:
    """`rules/vip.yaml:3`; '' for what is in no file."""
    return "" if owner.span is None else f"{owner.span.source.name}:{owner.span.first.line}"


def _share(share: Share, what: str) -> str:
    return f"{share.seen:,} of {share.total:,} {what}"


def _block(item: Covered) -> Iterator[str]:
    yield f"{name_of(item.owner)}  {place_of(item.owner)}"
    yield from (f"  {said}" for said in _gaps(item))


def _gaps(item: Covered) -> Iterator[str]:
    """What tests leave out of a rule, or of another thing; nothing is said of a part that the whole explains."""
    if not item.was_asked:
        yield "no test asks it"
        return
    if item.never_hit:
        yield f"no test hits {'the row' if len(item.never_hit) == 1 else 'the rows'} {listing(item.never_hit, 12)} of {item.rows:,}"
    whole = next((one for one in item.outcomes if one.kind == "condition"), None)
    never = frozenset(() if whole is None else whole.missing)
    for one in item.outcomes:
        missing = tuple(truth for truth in one.missing if one.kind != "part" or truth not in never)
        if missing:
            place = "" if one is whole else f"line {one.span.first.line}: "
            yield f"{place}{_gap(one, missing)}"


def _gap(one: Outcomes, missing: tuple[bool, ...]) -> str:
    """One outcome, or two, that no test has seen."""
    truths = " or ".join(_TRUTHS[truth] for truth in missing)
    match one.kind:
        case "condition":
            return f"its condition is never {truths}"
        case "if":
            return f"{quoted(one.text)}, the condition of an `if`, is never {truths}"
        case _ if len(missing) == 2:
            return f"{quoted(one.text)} never decides"
        case _:
            return f"{quoted(one.text)} never decides by being {truths}"
