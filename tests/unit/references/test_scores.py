"""Names of scores and of their classes."""

from __future__ import annotations

import pytest

from ruleflow.project.edited import edited_folder
from ruleflow.references.edits import contents_after
from ruleflow.references.names import Kind, Name
from ruleflow.references.remove import remove
from ruleflow.references.rename import Edited, InTheWay, rename
from tests.unit.references.test_tables import checked, folder_of, used

SCORES = """
segments: [vip]
fields:
  ticket.grade: {type: choice, options: [a, b, c]}
  ticket.mark: {type: choice, options: [a, z]}
scores:
  recency: {value: days_since(contact.last_purchase_at), bins: {<= 30: 5, else: 1}, missing: 1}
  abc: {value: contact.lifetime_value, bins: {'>= 1000': a, '>= 200': b, '>= 100': b, else: c}, missing: c, fit: {shares: {a: 80%, b: 95%, c: 100%}}}
  sum_of: {sum: {score.recency: 2, contact.segments has vip: 10}}
  placed: {classes: {top: score.recency >= 4 and contact.segments has vip, else: low}}
"""
USES = """
rules:
  - id: r
    stage: route
    when: score.recency > 3 and score.abc in [a, b]
    then: [{note: '{{ score.recency ?? 0 }}'}]
  - {id: q, stage: route, when: score.placed is top and ticket.grade is a, then: [stop: true]}
views: {best: {when: score.abc is a, sort: [-score.recency]}}
tables:
  - id: t
    stage: route
    rows: |
      score.abc | score.placed | add_tags
      >= b      | -            | x
      a, c      | top          | y
      -         | -            | -
"""
FILES = {"ruleflow.yaml": "ruleflow: 1\n", "scores.yaml": SCORES, "uses.yaml": USES}


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.SCORE, "recency", [
            "scores.yaml:9:18 score.recency | score `sum_of`",
            "scores.yaml:10:27 score.recency | score `placed`",
            "uses.yaml:5:11 score.recency | condition of rule `r`",
            "uses.yaml:6:23 score.recency | action `note` of rule `r`",
            "uses.yaml:8:46 score.recency | order of view `best`",
        ]),
        (Kind.OPTION, "score.abc:b", [
            "scores.yaml:8:84 b | score `abc`",
            "scores.yaml:8:132 b | score `abc`",
            "uses.yaml:5:50 b | condition of rule `r`",
            "uses.yaml:14:10 b | row `1` of table `t`",
        ]),
        (Kind.SEGMENT, "vip", ["scores.yaml:9:57 vip | score `sum_of`", "scores.yaml:10:71 vip | score `placed`"]),
    ],
)  # fmt: skip
def test_uses(kind: Kind, name: str, expected: list[str]) -> None:
    """A score is named where it is read, a class where a score is held against it."""
    assert expected == used(kind, name, folder_of(files=FILES))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (Kind.SCORE, "recency", "freshness"), (Kind.SCORE, "abc", "worth"), (Kind.OPTION, "score.abc:a", "score.abc:top"),
        (Kind.OPTION, "score.placed:top", "score.placed:first"), (Kind.OPTION, "score.placed:low", "score.placed:rest"), (Kind.OPTION, "ticket.grade:a", "ticket.grade:best"),
    ],
)  # fmt: skip
def test_renamed_and_back(kind: Kind, old: str, new: str) -> None:
    """The way back restores every byte but `was`."""
    folder = folder_of(files=FILES)
    there = rename(folder, checked(folder), Name(kind, old), new)
    assert isinstance(there, Edited), there
    between = edited_folder(folder, contents_after(folder, there.edits))
    back = rename(between, checked(between), Name(kind, new), old)
    assert isinstance(back, Edited), back
    restored = {file.name: file.content.decode() for file in edited_folder(between, back_files(back)).files}
    assert USES == restored["uses.yaml"]
    if old.startswith("score."):
        assert SCORES == restored["scores.yaml"]


def back_files(found: Edited) -> dict[str, bytes]:
    """The files of a change, as they are then."""
    return {name: after for name, (_, after) in found.files.items()}


def test_options_that_meet_classes_are_not_renamed_alone() -> None:
    """A comparison of a field with a score ties the option to the class."""
    rule = "rules: [{id: more, stage: route, when: ticket.mark is score.abc, then: [stop: true]}]\n"
    folder = folder_of(files={**FILES, "more.yaml": rule})
    found = rename(folder, checked(folder), Name(Kind.OPTION, "ticket.mark:a"), "ticket.mark:x")
    assert isinstance(found, InTheWay)
    assert "options of two fields meet here, and would no longer be the same words" == found.reason


def test_a_score_that_is_read_stays() -> None:
    """What nothing reads goes with its line."""
    folder = folder_of(files=FILES)
    _, found = remove(folder, checked(folder), Name(Kind.SCORE, "placed"))
    assert isinstance(found, InTheWay)
    _, found = remove(folder, checked(folder), Name(Kind.SCORE, "sum_of"))
    assert isinstance(found, Edited)
    gone = "".join(line for line in SCORES.splitlines(keepends=True) if "sum_of" not in line)
    assert gone == found.files["scores.yaml"][1].decode()
