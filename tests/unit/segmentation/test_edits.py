"""Bins written into files: what changes is the numbers, whatever the file looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruleflow.project.edited import changed_files, patch
from ruleflow.project.folder import Folder, RawFile
from ruleflow.segmentation.bounds import Step
from ruleflow.segmentation.edits import with_bins
from ruleflow.segmentation.errors import FitError

FOUND = [Step("<= 10", 1, 3), Step("<= 20", 2, 3), Step("else", 3, 3)]


def edited(text: str, steps: list[Step] | None = None) -> str:
    """A file with the bins of the score `s`."""
    folder = Folder(Path(), (RawFile("ruleflow.yaml", b"ruleflow: 1\n"), RawFile("a.yaml", text.encode())))
    return with_bins(folder, {"s": FOUND if steps is None else steps}).files[1].content.decode()


def test_only_bounds_change_where_the_bins_stay() -> None:
    """Comments, quotes and order stay as they are, byte by byte."""
    text = """# Scores
scores:
  s:
    value: contact.order_count   # how often
    bins:
      # few
      <= 5: 1     # one
      "<= 7":  2
      else: 3  # many
    fit: {quantiles: [1, 2, 3]} # thirds
"""
    assert text.replace("<= 5", "<= 10").replace("<= 7", "<= 20") == edited(text)


def test_bins_are_put_before_how_they_are_found() -> None:
    """In a block in the form of a block, with its indent."""
    text = "scores:\n    s:\n        value: contact.order_count\n        fit: {quantiles: [1, 2, 3]} # thirds\n"
    wanted = (
        "scores:\n    s:\n        value: contact.order_count\n"
        "        bins:\n          <= 10: 1\n          <= 20: 2\n          else: 3\n"
        "        fit: {quantiles: [1, 2, 3]} # thirds\n"
    )
    assert wanted == edited(text)


def test_bins_are_put_on_the_line_of_a_score_on_one_line() -> None:
    """In braces in the form of braces."""
    text = "scores: {s: {value: contact.order_count, fit: {quantiles: [1, 2, 3]}}}\n"
    wanted = (
        "scores: {s: {value: contact.order_count, bins: {<= 10: 1, <= 20: 2, else: 3}, fit: {quantiles: [1, 2, 3]}}}\n"
    )
    assert wanted == edited(text)


def test_other_bins_take_the_place_of_those_there_were() -> None:
    """With fewer or more of them, the comments of those that are still there stay, and so do those between."""
    text = """scores:
  s:
    value: contact.order_count
    bins:
      # bounds of 2025
      <= 5: 1 # one
      else: 3 # many
    fit: {quantiles: [1, 2, 3]}
"""
    wanted = """scores:
  s:
    value: contact.order_count
    bins:
      # bounds of 2025
      <= 10: 1 # one
      <= 20: 2
      else: 3 # many
    fit: {quantiles: [1, 2, 3]}
"""
    assert wanted == edited(text)
    assert wanted == edited(wanted)


def test_classes_and_tests_that_yaml_would_take_for_something_else_are_quoted() -> None:
    """`>` begins a folded text, `null` is nothing, `1a b` is more than a word."""
    steps = [Step(">= 10", "null", 1), Step(">= 2.50", "1a b", 1), Step("else", "c", 1)]
    text = "scores: {s: {value: contact.order_count, fit: {shares: {a: 80%, b: 100%}}}}\n"
    assert "bins: {'>= 10': 'null', '>= 2.50': '1a b', else: c}, fit" in edited(text, steps)


def test_line_ends_and_marks_stay() -> None:
    """A file of Windows stays one."""
    text = "\ufeffscores:\r\n  s:\r\n    value: contact.order_count\r\n    fit: {quantiles: [1, 2, 3]}\r\n"
    assert "\ufeffscores:\r\n  s:\r\n    value: contact.order_count\r\n    bins:\r\n      <= 10: 1\r\n" in edited(text)


def test_a_score_that_no_file_has_is_told() -> None:
    """Nothing is written then."""
    with pytest.raises(FitError, match="`s` is in no file"):
        edited("scores: {t: {value: contact.order_count}}\n")


def test_a_difference_is_shown_as_git_shows_it() -> None:
    """Files by name, lines with their neighbours."""
    before = Folder(Path(), (RawFile("a.yaml", b"scores: {s: {value: x, bins: {<= 1: 1, <= 2: 2, else: 3}}}"),))
    changed = changed_files(before, with_bins(before, {"s": FOUND}))
    shown = "".join(patch(old.name, old.content, new.content) for old, new in changed)
    assert shown.startswith("--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-scores: {s: {value: x, bins: {<= 1: 1")
    assert "\\ No newline at end of file" in shown
