"""What the checker says of scores, and of expressions that read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import findings

VISITS = "fields: {contact.born: {type: date}, contact.pin: {type: integer, secret: true}}\n"
RULE = "rules: [{{id: r, stage: classify, when: '{when}', then: [{{stop: true}}]}}]\n"


def messages(folder: Path, scores: str, when: str = "", more: str = "") -> list[str]:
    """What is said of some scores and of a rule that reads them."""
    rule = RULE.format(when=when) if when else ""
    return [one.message for one in findings(folder, f"{VISITS}scores:\n{scores}\n{more}{rule}")]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{value: contact.name}", "a score needs a number; this is a text"),
        ("{value: contact.segments, bins: {else: 1}}", None),
        ("{value: contact.order_count, bins: {<= @2026-01-01: 1}}", "a whole number is compared with a date"),
        ("{value: contact.order_count, bins: {<= contact.order_count: 1}}", "the bound of a bin is a value that stands there, such as `30` or `@2026-03-01`"),
        ("{value: contact.order_count, bins: {<= 3: 1, <= 3: 2}}", None),
        ("{value: contact.order_count, bins: {<= 3: 1, < 3: 2}}", "nothing is left for this bin: the ones before it take every such value"),
        ("{value: contact.order_count, bins: {'>= 3': 1, '<= 9': 2}}", "nothing is left for this bin: the ones before it take every such value"),
        ("{sum: {contact.name: 3}}", "`sum` needs a number or a yes/no value; this is a text"),
        ("{join: [contact.segments]}", None),
        ("{classes: {a: contact.name, else: b}}", "a class needs a yes/no value; this is a text"),
        ("{value: contact.nme}", "`contact.nme` is not a field"),
        ("{value: contact.pin}", "`score.s` would show a secret field"),
        ("{value: contact.pin + 1}", "`score.s` would show a secret field"),
        ("{value: contact.order_count, fit: {quantiles: [1, 2]}}", "`score.s` has no bins yet, so it is missing for everybody"),
    ],
)  # fmt: skip
def test_a_wrong_score_is_told(tmp_path: Path, body: str, message: str | None) -> None:
    """Each mistake has one finding (None: whose words stand elsewhere)."""
    found = messages(tmp_path, f"  s: {body}")
    assert 1 == len(found)
    assert message in {None, found[0]}


@pytest.mark.parametrize(
    "body",
    [
        "{value: contact.order_count, bins: {< -3: 1, <= -3: 2, < 2.5: 3, else: 4}}",
        "{value: contact.order_count, bins: {'> 3': 1, '>= 3': 2, '> 2.5': 3}}",
        "{value: contact.born, bins: {<= @1980-01-01: 1, else: 2}}",
        "{value: now - contact.created_at, bins: {<= 24h: 1, else: 2}}",
        "{value: contact.pin, bins: {<= 5000: 1, else: 2}}",
        "{sum: {contact.order_count: 2, contact.segments has vip: -3}}",
        "{join: [contact.name, contact.order_count, contact.gender]}",
    ],
)
def test_a_right_score_has_no_findings(tmp_path: Path, body: str) -> None:
    """Bins of numbers, dates and durations, up or down; points for conditions; texts joined."""
    assert [] == messages(tmp_path, f"  s: {body}", more="segments: [vip]\n")


@pytest.mark.parametrize(
    ("body", "may_be_missing"),
    [
        ("{value: contact.order_count, bins: {<= 3: 1, else: 2}}", True),
        ("{value: contact.order_count ?? 0, bins: {<= 3: 1, else: 2}}", False),
        ("{value: contact.order_count ?? 0, bins: {<= 3: 1}}", True),
        ("{value: contact.order_count, bins: {<= 3: 1}, missing: 0}", False),
        ("{sum: {contact.order_count: 1}}", True),
        ("{sum: {contact.order_count is 3: 1}}", False),
        ("{sum: {score.t: 1}}", True),
    ],
)
def test_a_score_may_be_missing_where_what_it_is_made_of_may(
    tmp_path: Path, body: str, *, may_be_missing: bool
) -> None:
    """A negated test of a score that may be missing asks for a guard, as for a fact."""
    found = messages(tmp_path, f"  s: {body}\n  t: {{value: contact.order_count}}", "not (score.s > 1)")
    assert may_be_missing is bool(found)


def test_a_name_that_is_no_score_gets_the_nearest(tmp_path: Path) -> None:
    """As with any fact."""
    found = findings(
        tmp_path, f"scores: {{recency: {{value: contact.order_count}}}}\n{RULE.format(when='score.recenci > 1')}"
    )
    assert [("`score.recenci` is not a field", ("did you mean `score.recency`?",))] == [
        (one.message, one.help) for one in found
    ]


def test_a_class_that_is_none_is_told_with_its_score(tmp_path: Path) -> None:
    """The finding names the score and its classes."""
    scores = "  kind: {classes: {a: contact.order_count > 3, else: b}}"
    (found,) = messages(tmp_path, scores, "score.kind is c")
    assert "`c` is not an option of `score.kind`" == found


def test_of_two_scores_with_the_same_classes_the_one_that_is_asked_is_told(tmp_path: Path) -> None:
    """As are A, B and C of customers and of goods."""
    scores = "  of_goods: {classes: {a: contact.order_count > 3, else: b}}\n  kind: {classes: {a: contact.order_count > 5, else: b}}"
    (found,) = messages(tmp_path, scores, "score.kind is c")
    assert "`c` is not an option of `score.kind`" == found


@pytest.mark.parametrize(
    ("scores", "more"),
    [
        ("  a: {value: score.b}\n  b: {value: score.a}", ""),
        ("  a: {value: score.a}", ""),
        ("  a: {sum: {contact.segments has vip: 1}}", "segments: {vip: {when: score.a > 1}}\n"),
        ("  a: {sum: {big: 1}}", "definitions: {big: score.a > 1}\n"),
        ("  a: {value: contract.rating}", "contracts: {c: {applies_when: score.a > 1}}\n"),
    ],
)
def test_a_score_made_of_itself_is_told(tmp_path: Path, scores: str, more: str) -> None:
    """Through scores, segments, definitions and contracts."""
    assert any(one.endswith("is made of itself") for one in messages(tmp_path, scores, more=more))


def test_changed_is_not_asked_of_a_score(tmp_path: Path) -> None:
    """Nobody says what a score was before."""
    found = messages(tmp_path, "  s: {value: contact.order_count}", "score.s changed")
    assert ["`changed` needs a field of the ticket, contact or company"] == found


def test_a_definition_that_only_a_score_uses_is_used(tmp_path: Path) -> None:
    """It gets no warning."""
    assert [] == messages(tmp_path, "  s: {value: twice}", more="definitions: {twice: contact.order_count * 2}\n")


def test_a_template_shows_a_score_with_a_fallback(tmp_path: Path) -> None:
    """A placeholder of a score is checked like that of a field."""
    (tmp_path / "t.md").write_text("---\nsubject: s\n---\n{{ score.s }} {{ score.s | default: 0 }} {{ score.x }}\n")
    found = messages(tmp_path, "  s: {value: contact.order_count}", more="templates: {t: t.md}\n")
    assert 2 == len(found)
