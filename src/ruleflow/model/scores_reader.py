"""The `scores:` sections: named numbers and classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from ruleflow.model import score_errors as errors
from ruleflow.model.access import entries, inner, listed, number_of, scalar, texts, value
from ruleflow.model.reading import Reading, read_condition, read_expression
from ruleflow.model.scores import Bin, Class, Fit, Quantiles, Result, Score, Shares, Term, results_of, type_of
from ruleflow.model.sections import Thing, named
from ruleflow.syntax.expression_parser import parse_expression
from ruleflow.syntax.expressions import Broken, Comparison, Expr
from ruleflow.syntax.fragment import Fragment, fragment_of
from ruleflow.syntax.nodes import Mapping as MappingNode
from ruleflow.syntax.nodes import Node, Scalar

ELSE = "else"
_FORMS = ("value", "sum", "join", "classes")
_STEPPED = frozenset({"value", "sum"})
_TEST = re.compile(r"\s*(<=|<(?!=)|>=|>(?!=))\s*(?=\S)")


def read_scores(nodes: Iterable[Node], reading: Reading) -> Mapping[str, Score]:
    """All scores, by id."""
    return {thing.id: _read_score(thing, reading) for thing in named(nodes, "score", reading.out)}


def _read_score(thing: Thing, reading: Reading) -> Score:
    body = thing.body
    with reading.out.inside(f"score `{thing.id}`"):
        _report_form(body, reading)
        written = value(body, "value")
        found = Score(
            thing.id,
            title=thing.title,
            was=tuple(old.text for old in texts(body, "was")),
            value=None if written is None else read_expression(written, reading),
            sum=tuple(_read_terms(value(body, "sum"), reading)),
            join=tuple(read_expression(item, reading) for item in listed(value(body, "join"))),
            classes=tuple(_read_classes(value(body, "classes"), reading)),
            bins=tuple(_read_bins(value(body, "bins"), reading)),
            missing=_result(scalar(body, "missing")),
            fit=_read_fit(value(body, "fit"), reading),
            span=thing.span,
        )
        _report_results(found, reading)
    return replace(found, type=type_of(found))


def _report_form(body: Node | None, reading: Reading) -> None:
    """Report a score that is made in two ways, or has bins where there is no number; one made of nothing is told by its shape."""
    forms = [entry.key for entry in entries(body) if entry.key.text in _FORMS]
    if len(forms) > 1:
        reading.out.report(errors.several_forms(forms[1].span, forms[0].text, forms[1].text))
    elif forms and forms[0].text not in _STEPPED:
        for entry in entries(body):
            if entry.key.text in {"bins", "fit"}:
                reading.out.report(errors.key_without_numbers(entry.key.span, entry.key.text, forms[0].text))


def _read_terms(node: Node | None, reading: Reading) -> Iterator[Term]:
    for entry in entries(node):
        weight = number_of(entry.value) if isinstance(entry.value, Scalar) else None
        yield Term(read_expression(entry.key, reading), 0 if weight is None else weight)


def _read_classes(node: Node | None, reading: Reading) -> Iterator[Class]:
    left_over = False
    for entry in entries(node):
        if left_over:
            reading.out.report(errors.else_not_last(entry.key.span))
        left_over = entry.key.text == ELSE
        if left_over:
            name = entry.value.text if isinstance(entry.value, Scalar) else ""
            yield Class(name, None)
        else:
            yield Class(entry.key.text, read_condition(entry.value, reading))


def _read_bins(node: Node | None, reading: Reading) -> Iterator[Bin]:
    left_over = False
    for entry in entries(node):
        if left_over:
            reading.out.report(errors.else_not_last(entry.key.span))
        left_over = entry.key.text == ELSE
        result = _result(entry.value if isinstance(entry.value, Scalar) else None)
        test, bound = (None, None) if left_over else _read_test(entry.key, reading)
        if result is not None:  # what is no single value is told by the shape check
            yield Bin(test, bound, result)


def _read_test(key: Scalar, reading: Reading) -> tuple[Comparison | None, Expr | None]:
    """The comparison of a bin and what it compares with."""
    fragment = fragment_of(key)
    found = _TEST.match(fragment.text)
    if found is None:
        reading.out.report(errors.bad_bin(inner(key), key.text))
        return Comparison.AT_MOST, Broken(key.span, next(reading.ids))
    rest = Fragment(fragment.text[found.end() :], fragment.source, fragment.offsets[found.end() :])
    return Comparison(found[1]), parse_expression(rest, reading.out, reading.ids, reading.parse)


def _result(found: Scalar | None) -> Result | None:
    """A number, or the name of a class; None where nothing is written."""
    if found is None or found.is_null:
        return None
    number = number_of(found)
    return found.text if number is None else number


def _read_fit(node: Node | None, reading: Reading) -> Fit | None:
    quantiles = tuple(
        result
        for item in listed(value(node, "quantiles"))
        if isinstance(item, Scalar) and (result := _result(item)) is not None
    )
    if quantiles:
        return Quantiles(quantiles)
    shares = value(node, "shares")
    return Shares(tuple(_read_shares(shares, reading))) if isinstance(shares, MappingNode) else None


def _read_shares(node: MappingNode, reading: Reading) -> Iterator[tuple[Result, int | Decimal]]:
    before: int | Decimal = 0
    for entry in node:
        found = entry.value.text.removesuffix("%") if isinstance(entry.value, Scalar) else ""
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", found):
            continue  # told by the shape check
        share = Decimal(found)
        if share <= before:
            reading.out.report(errors.shares_out_of_order(entry.value.span))
        before = share
        result = _result(entry.key)
        if result is not None:
            yield result, share


def _report_results(score: Score, reading: Reading) -> None:
    """Report a score that gives numbers and names."""
    given = [*score.results, *(() if score.fit is None else results_of(score.fit))]
    given += [] if score.missing is None else [score.missing]
    numbers = [one for one in given if not isinstance(one, str)]
    names = [one for one in given if isinstance(one, str)]
    if not score.results and not score.join:
        numbers = numbers or [0]  # a value without bins is a number itself
    if numbers and names and not score.join and score.span is not None:
        reading.out.report(errors.mixed_results(score.span, str(numbers[0]), names[0]))
