"""Whatever a folder holds, the answer is a clear finding in bounded time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import ruleflow
from tests.projects import findings, write_project


def codes(folder: Path) -> list[str]:
    """The codes of all findings about a folder."""
    return [one.code.number for one in ruleflow.check(folder)]


def test_folders_that_are_no_project(tmp_path: Path) -> None:
    """A missing folder, a file, an empty folder, and one whose project lies a level below are told apart."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    write_project(tmp_path / "outer" / "inner", {})
    (nothing,) = ruleflow.check(tmp_path / "nothing")
    (file,) = ruleflow.check(tmp_path / "file")
    (empty,) = ruleflow.check(tmp_path / "empty")
    (outer,) = ruleflow.check(tmp_path / "outer")
    assert {"RF010"} == {one.code.number for one in (nothing, file, empty, outer)}
    assert "does not exist" in nothing.message
    assert "is a file, not a folder" in file.message
    assert "`ruleflow new" in empty.help[0]
    assert "there is one in `inner`" in outer.help[0]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A link to nowhere, other endings, and files in hidden folders."""
    write_project(tmp_path, {"a.yml": "x: 1", ".git/b.yaml": "x: [", "ok.yaml": "teams: [a]"})
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    assert ["RF011", "RF012"] == codes(tmp_path)


def test_a_name_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    """Some file systems hold any bytes as a name."""
    write_project(tmp_path, {"ok.yaml": "teams: [a]"})
    try:
        (tmp_path / os.fsdecode(b"bad\xff.yaml")).write_text("teams: [b]", encoding="utf-8")
    except OSError:
        pytest.skip("this file system holds names in UTF-8 alone")
    assert ["RF011"] == codes(tmp_path)


def test_a_template_outside_the_project_is_not_read(tmp_path: Path) -> None:
    """A path that leads out of the folder finds nothing there."""
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    text = "templates: {t: {file: ../secret.md}}\n"
    write_project(tmp_path / "p", {"a.yaml": text})
    assert [True] == [one.is_error for one in ruleflow.check(tmp_path / "p")]


def test_a_hundred_megabytes_of_brackets(tmp_path: Path) -> None:
    """A file over the limit is refused by its size, one just under it at its 65th bracket."""
    write_project(tmp_path, {"deep.yaml": "[" * 5_000_000})
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(100_000_000)
    assert ["RF002", "RF105"] == sorted(codes(tmp_path))


def test_ten_thousand_mistakes(tmp_path: Path) -> None:
    """Every one of ten thousand mistakes is found in one run, and the text shows the first hundred."""
    rules = "".join(
        f"  - {{id: r{at}, stage: classify, when: ticket.priority is p{at}, then: [{{stop: true}}]}}\n"
        for at in range(10_000)
    )
    write_project(tmp_path, {"a.yaml": f"rules:\n{rules}"})
    found = ruleflow.check(tmp_path)
    assert 10_000 == len(found)
    with pytest.raises(ruleflow.ProjectError, match="and 9,995 more findings"):
        ruleflow.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a list", "RF110"),
        ("just text", "RF110"),
        ("rules: 5", "RF110"),
        ("rules: [{id: a, stage: classify, when: 5, then: [{stop: true}]}]", "RF402"),
        ("rules: [{id: a, stage: classify, when: [1, 2], then: [{stop: true}]}]", "RF110"),
        ("definitions: {a: b, b: c, c: a}\nrules: [{id: a, stage: classify, when: a, then: [{stop: true}]}]", "RF309"),
        ("teams: [a, a]", "RF130"),
        ("\t- x", "RF101"),
        ("rules: [{id: a, stage: classify, then: []}]", "RF118"),
        ("tables: [{id: a, stage: classify}]", "RF112"),
    ],
)
def test_odd_files(tmp_path: Path, text: str, code: str) -> None:
    """Whatever stands in a file has a finding of its own."""
    assert code in {one.code.number for one in findings(tmp_path, text)}


def test_ignored_folders_are_not_looked_at(tmp_path: Path) -> None:
    """What `ignore:` lists may hold anything."""
    write_project(tmp_path, {"ruleflow.yaml": "ruleflow: 1\nignore: [drafts]\n", "drafts/a.yaml": "{{{{"})
    assert [] == codes(tmp_path)
