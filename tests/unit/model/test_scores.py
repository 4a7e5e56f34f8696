"""Scores as they are read: their forms, their types, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.model.scores import Quantiles, Score, Shares
from ruleflow.types.terms import Choice, Simple
from tests.projects import findings, loaded

BINS = "bins: {<= 30: 5, < 90.5: 4, else: 1}"


def score(folder: Path, body: str) -> Score:
    """The score `s` of a project."""
    return loaded(folder, f"scores:\n  s: {body}\n").model.scores["s"]


def messages(folder: Path, body: str) -> list[str]:
    """What is said of the score `s`."""
    return [one.message for one in findings(folder, f"scores:\n  s: {body}\n")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f"{{value: contact.order_count, {BINS}}}", Simple.INTEGER),
        ("{value: contact.order_count, bins: {< 3: 0.5, else: 1}}", Simple.DECIMAL),
        ("{value: contact.order_count}", Simple.DECIMAL),
        ("{sum: {contact.order_count: 2}}", Simple.DECIMAL),
        ("{join: [contact.order_count, contact.order_count]}", Simple.TEXT),
        ("{value: contact.order_count, bins: {'>= 9': a, '>= 3': b, else: c}}", Choice(("c", "b", "a"), ordered=True)),
        ("{value: contact.order_count, bins: {'>= 9': a}, missing: none}", Choice(("none", "a"), ordered=True)),
        ("{classes: {a: contact.order_count > 3, else: b}}", Choice(("b", "a"), ordered=True)),
        ("{value: contact.order_count, fit: {quantiles: [1, 2]}}", Simple.INTEGER),
        ("{value: contact.order_count, fit: {shares: {a: 80%, b: 100%}}}", Choice(("b", "a"), ordered=True)),
    ],
)
def test_the_type_follows_from_what_it_comes_to(tmp_path: Path, body: str, kind: object) -> None:
    """Numbers are numbers; classes are an ordered choice in which those that stand first rank highest."""
    assert kind == score(tmp_path, body).type


def test_how_bounds_are_found_is_kept(tmp_path: Path) -> None:
    """Groups from the lowest up, shares from the highest down."""
    body = "{value: contact.order_count, fit: {quantiles: [1, 2]}}"
    assert Quantiles((1, 2)) == score(tmp_path, body).fit
    body = "{value: contact.order_count, fit: {shares: {a: 80%, b: 99.5%}}}"
    fit = score(tmp_path, body).fit
    assert isinstance(fit, Shares)
    assert [("a", "80"), ("b", "99.5")] == [(result, str(share)) for result, share in fit.results]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{title: Nothing}", "`s` needs `value`, `sum`, `join` or `classes`"),
        ("{join: [contact.id], sum: {1: 2}}", "a score is made in one way; this one has both `join` and `sum`"),
        ("{join: [contact.id], bins: {else: 1}}", "`bins` says nothing beside `join`"),
        ("{classes: {a: true}, fit: {quantiles: [b]}}", "`fit` says nothing beside `classes`"),
        ("{value: contact.order_count, bins: {3: 1}}", "`3` is no bin"),
        ("{value: contact.order_count, bins: {'<=': 1}}", "`<=` is no bin"),
        ("{value: contact.order_count, bins: {'!= 3': 1}}", "`!= 3` is no bin"),
        ("{value: contact.order_count, bins: {else: 1, <= 3: 2}}", "nothing is left after `else`"),
        ("{classes: {else: a, b: contact.order_count > 3}}", "nothing is left after `else`"),
        ("{value: contact.order_count, bins: {<= 3: 1, else: a}}", "a score is a number or a class, and this one gives `1` and `a`"),
        ("{value: contact.order_count, missing: none}", "a score is a number or a class, and this one gives `0` and `none`"),
        (
            "{value: contact.order_count, fit: {shares: {a: 80%, b: 80%}}, bins: {else: a}}",
            "this share is not above the one before it, so nobody would be left for it",
        ),
    ],
)  # fmt: skip
def test_a_wrong_form_is_told(tmp_path: Path, body: str, message: str) -> None:
    """Each mistake once, with its words."""
    assert [message] == messages(tmp_path, body)


def test_a_name_stands_once(tmp_path: Path) -> None:
    """A score that stands in two files shows both places."""
    text = "scores: {s: {value: contact.order_count}}\n"
    (found,) = [one for one in findings(tmp_path, text, other=text) if one.is_error]
    assert "RF301" == found.code.number
    assert 1 == len(found.related)


def test_no_field_may_be_called_like_a_score(tmp_path: Path) -> None:
    """The names that begin with `score.` are those of scores."""
    (found,) = findings(tmp_path, "fields: {score.mine: {type: integer}}\n")
    assert "no field may begin with `score.`" == found.message
