"""A project that is kept: the same as one read from its files, and as good as none where anything has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.calendar.zones import versions
from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.json_text import json_text
from ruleflow.engine.door import make_door
from ruleflow.model.rules import Rule
from ruleflow.plan.compile import compile_plan
from ruleflow.project import cache, parses
from ruleflow.project.errors import FactsError
from ruleflow.project.freeze import Freezer
from ruleflow.project.kept import KIND
from ruleflow.project.lazy import Table
from ruleflow.project.loaded import Loaded
from ruleflow.project.loading import load_checked
from ruleflow.project.opening import open_checked
from ruleflow.project.project import Project, load
from ruleflow.source import Source
from ruleflow.syntax.nodes import Node
from ruleflow.syntax.parse_tree import Branch, parse_tree
from ruleflow.syntax.yaml_reader import read_yaml
from ruleflow.testing.render import RENDERERS
from ruleflow.testing.run import run_tests
from tests.projects import NOON, SMALL, write_project
from tests.random_projects import facts, projects

EXAMPLES = sorted(
    {path.parents[1].name for path in (Path(__file__).parents[3] / "rules-examples").glob("*/rules/*.yaml")}
    - {"starter"}
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, with a cache folder of its own."""
    monkeypatch.setenv("RULEFLOW_CACHE", str(tmp_path / "cache"))
    return write_project(tmp_path / "small", SMALL)


def opened(folder: Path) -> Loaded:
    """The project as `load` opens it."""
    found = open_checked(folder, Collector())
    assert found is not None
    return found


def was_kept(loaded: Loaded) -> bool:
    """Whether a project comes from the cache: its conditions are made when somebody asks."""
    return isinstance(loaded.conditions, Table)


def made_whole(*values: Any) -> None:
    """Look at every field, so that none is still to come."""
    for value in values:
        repr(value)


def plain(loaded: Loaded) -> Any:
    """Everything that a project holds, every place and every number of a node too, as values that compare."""
    freezer = Freezer(range(2026, 2027))
    checked = loaded.checked
    made_whole(checked.model, *checked.model.rules)
    return (
        freezer.freeze(checked.model),
        [(node, freezer.share(kind)) for node, kind in sorted(checked.types.items(), key=itemgetter(0))],
        [(node, freezer.share(meaning)) for node, meaning in sorted(checked.meanings.items(), key=itemgetter(0))],
        [(name, freezer.freeze(condition)) for name, condition in loaded.conditions.items()],
        (checked.derived, dict(checked.reads), loaded.digest, dict(loaded.attachments)),
        freezer.pool,
    )


def both(folder: Path) -> tuple[Project, Project]:
    """A project checked just now, and the same one as it was kept."""
    out, unused = Collector(), Collector()
    fresh = load_checked(folder, out)
    open_checked(folder, unused)
    assert fresh is not None
    model = fresh.checked.model
    checked = Project(model.name, fresh.digest, out.sorted(), model, compile_plan(fresh.checked), make_door(model))
    return checked, load(folder)


def answer(project: Project, event: str, given: dict[str, Any]) -> str:
    """The decision and the explanation, or why the facts are refused, as text."""
    try:
        decision = project.decide(event, given, now=NOON)
        reasons = project.explain(event, given, now=NOON)
    except FactsError as error:
        return str(error)
    return json_text(decision.to_dict()) + reasons.to_text() + json_text(reasons.to_dict())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_that_was_kept_is_the_same(name: str, repository: Path) -> None:
    """Every value, place and node number of an example comes back, its warnings too, and its tests report the same bytes."""
    place = repository / "rules-examples" / name
    fresh = load_checked(place, Collector())
    opened(place)
    kept = opened(place)
    assert fresh is not None
    assert was_kept(kept)
    assert plain(fresh) == plain(kept)
    assert fresh.checked.model == kept.checked.model
    one, other = both(place)
    assert one.warnings == other.warnings
    assert one.plan.dump() == other.plan.dump()
    assert RENDERERS["json"](run_tests(one), "x", "") == RENDERERS["json"](run_tests(other), "x", "")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(projects(), st.lists(facts(), min_size=1, max_size=3))
def test_a_random_project_that_was_kept_decides_the_same(
    tmp_path: Path, project: tuple[str, str], tickets: list[dict[str, Any]]
) -> None:
    """Whatever the rules and the facts, a kept project decides and explains as one that was just checked."""
    root, rules = project
    place = write_project(tmp_path, {"ruleflow.yaml": root, "rules.yaml": rules})
    checked, kept = both(place)
    assert checked.warnings == kept.warnings
    for ticket in tickets:
        assert answer(checked, "ticket.updated", ticket) == answer(kept, "ticket.updated", ticket)


def test_a_rule_is_made_whole_when_it_is_looked_into(folder: Path) -> None:
    """What chooses a rule is there at once; its condition, actions and places come when one of them is read."""
    opened(folder)
    rule = opened(folder).checked.model.rules[0]
    assert ("open", "route", ("ticket.created",), True, 0) == (
        rule.id,
        rule.stage,
        rule.events,
        rule.enabled,
        rule.position,
    )
    assert (None, None, True) == (rule.after, rule.once, rule.runs_on("ticket.created"))
    assert type(rule) is not Rule
    assert rule.span is not None
    assert "  - {id: open" in rule.span.source.line(rule.span.first.line)
    assert type(rule) is Rule


def test_a_rule_that_is_not_whole_compares_hashes_and_shows_as_one(folder: Path) -> None:
    """Nobody can tell it by `==`, `hash`, `repr` or `isinstance`."""
    whole = opened(folder).checked.model.rules
    assert whole == opened(folder).checked.model.rules
    assert opened(folder).checked.model.rules == whole
    assert [hash(rule) for rule in whole] == [hash(rule) for rule in opened(folder).checked.model.rules]
    assert [repr(rule) for rule in whole] == [repr(rule) for rule in opened(folder).checked.model.rules]
    assert all(isinstance(rule, Rule) for rule in opened(folder).checked.model.rules)


def change(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A change of a file."""

    def edit(folder: Path) -> None:
        place = folder / name
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def remove(name: str) -> Callable[[Path], None]:
    """A file that goes."""
    return lambda folder: (folder / name).unlink()


def rename(old: str, new: str) -> Callable[[Path], None]:
    """A file that gets another name."""

    def edit(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return edit


def add(name: str, text: str) -> Callable[[Path], None]:
    """A file that comes."""

    def edit(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return edit


CHANGES = {
    "a rule": change("rules/a.yaml", "desk", "other"),
    "the root file": change("ruleflow.yaml", "small", "large"),
    "a template": change("hello.md", "Dear", "Hi"),
    "an .ics file": change("closed.ics", "20260601", "20260602"),
    "a file is there no more": remove("rules/b.yaml"),
    "a template is there no more": remove("hello.md"),
    "a new file": add("rules/c.yaml", "agents: [third]\n"),
    "another name": rename("rules/b.yaml", "rules/z.yaml"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_any_file_is_seen(folder: Path, what: str) -> None:
    """YAML files, attachments, files that come and go: whatever changes, the project is checked again."""
    opened(folder)
    assert was_kept(opened(folder))
    CHANGES[what](folder)
    assert not was_kept(opened(folder))


@pytest.mark.parametrize("package", ["tzdata", "holidays"])
def test_another_version_of_what_time_is_counted_with_is_seen(
    folder: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new release of the zones or the holidays makes what was kept worthless."""
    opened(folder)
    installed = versions()
    monkeypatch.setattr(cache, "versions", lambda: installed | {package: "9999.1"})
    cache.made_by.cache_clear()
    try:
        assert not was_kept(opened(folder))
    finally:
        cache.made_by.cache_clear()


def entries(folder: Path, kind: str = KIND) -> list[Path]:
    """The files of the cache."""
    return sorted((folder.parent / "cache" / kind).iterdir())


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut in its head": lambda raw: raw[:20],
    "cut after its head": lambda raw: raw[:32],
    "cut in the middle": lambda raw: raw[: len(raw) // 2],
    "one byte short": lambda raw: raw[:-1],
    "one byte more": lambda raw: raw + b"\0",
    "another first byte": lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    "another last byte": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    "other words": lambda raw: raw.replace(b"desk", b"dusk"),
    "JSON": lambda _: b'{"made_by": "somebody"}',
}


@pytest.mark.parametrize("how", DAMAGE)
def test_an_entry_that_is_not_as_it_was_written_is_none(folder: Path, how: str) -> None:
    """Cut, altered or foreign: the project is checked again, and what is kept is mended."""
    fresh = opened(folder)
    (entry,) = entries(folder)
    raw = entry.read_bytes()
    assert DAMAGE[how](raw) != raw
    entry.write_bytes(DAMAGE[how](raw))
    again = opened(folder)
    assert not was_kept(again)
    assert plain(fresh) == plain(again)
    assert was_kept(opened(folder))


def test_an_entry_of_another_ruleflow_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another installation has written is not read."""
    with monkeypatch.context() as patch:
        patch.setattr(cache, "made_by", lambda: "another")
        opened(folder)
    assert not was_kept(opened(folder))


def test_a_folder_that_others_can_write_into_is_not_used(folder: Path) -> None:
    """In a shared folder nothing is read and nothing is written."""
    opened(folder)
    (folder.parent / "cache").chmod(0o777)
    before = [entry.stat().st_mtime_ns for entry in entries(folder)]
    assert not was_kept(opened(folder))
    assert before == [entry.stat().st_mtime_ns for entry in entries(folder)]


def test_without_a_folder_to_write_into_all_works_as_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no cache folder can be made, a project is checked each time."""
    (folder.parent / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("RULEFLOW_CACHE", str(folder.parent / "file" / "cache"))
    assert not was_kept(opened(folder))
    assert not was_kept(opened(folder))
    assert "small" == load(folder).name


def test_a_project_with_errors_is_not_kept(folder: Path) -> None:
    """Only what may decide is kept."""
    change("rules/a.yaml", "team: desk", "team: nobody")(folder)
    open_checked(folder, Collector())
    assert not (folder.parent / "cache" / KIND).exists()


def test_warnings_are_kept(folder: Path) -> None:
    """A kept project tells its warnings again, each at its place."""
    change("model.yaml", "teams:", "definitions: {idle: ticket.priority is low}\nteams:")(folder)
    first, second = load(folder), load(folder)
    assert ["RF502"] == [one.code.number for one in first.warnings]
    assert first.warnings == second.warnings
    assert [one.span and one.span.text for one in first.warnings] == [
        one.span and one.span.text for one in second.warnings
    ]


def test_half_a_character_keeps_nobody_from_deciding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no file can hold is not kept, and nothing fails."""
    monkeypatch.setattr(msgspec.msgpack, "encode", _refuse)
    assert not was_kept(opened(folder))
    assert "small" == load(folder).name


def _refuse(_value: object) -> bytes:
    raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")


def test_the_entries_used_last_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder does not grow for ever: of more than so many entries those unused the longest go."""
    monkeypatch.setattr(cache, "MOST_ENTRIES", 3)
    for number in range(5):
        cache.write_entry("some", str(number), number)
        for age, place in enumerate(sorted(entries(folder, "some"), key=lambda one: -one.stat().st_mtime)):
            _make_older(place, age * 10)
    assert 3 == len(entries(folder, "some"))
    assert [None, None, 2, 3, 4] == [cache.read_entry("some", str(number)) for number in range(5)]


def test_what_nobody_has_used_for_long_goes(folder: Path) -> None:
    """Old entries, and what a process that died has left, go when the next entry is written; a used entry is young again."""
    for name in ("old", "used"):
        cache.write_entry("some", name, name)
    left = entries(folder, "some")[0].with_suffix(".1-1.tmp")
    left.write_bytes(b"half")
    for place in entries(folder, "some"):
        _make_older(place, cache.OLDEST + 1)
    assert "used" == cache.read_entry("some", "used")
    cache.write_entry("some", "new", "new")
    assert not left.exists()
    assert [None, "used", "new"] == [cache.read_entry("some", name) for name in ("old", "used", "new")]


def _make_older(place: Path, seconds: float) -> None:
    changed = place.stat().st_mtime - seconds
    os.utime(place, (changed, changed))


LOAD = "import sys, ruleflow; print(ruleflow.load(sys.argv[1]).digest)"


def test_two_processes_that_write_at_once_both_decide(folder: Path) -> None:
    """Both load the project, one entry stays, whole, and nothing else is left behind."""
    started = [
        subprocess.Popen([sys.executable, "-c", LOAD, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    digests = {process.communicate(timeout=120)[0] for process in started}
    assert 1 == len(digests)
    assert [".msgpack"] == [entry.suffix for entry in entries(folder)]
    assert was_kept(opened(folder))


HEAVY = (
    "lark",
    "yaml",
    "liquid",
    "holidays",
    "icalendar",
    "phonenumbers",
    "email_validator",
    "jsonschema",
    "rich",
    "email",
)
OURS = ("ruleflow.checker.check", "ruleflow.model.reader", "ruleflow.syntax.yaml_reader", "ruleflow.project.loading")
START = f"""
import sys, ruleflow
project = ruleflow.load(sys.argv[1])
from datetime import UTC, datetime
noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
first = project.decide("ticket.created", {{"ticket": {{"subject": sys.argv[2]}}}}, now=noon)
print(",".join(name for name in {(*HEAVY, *OURS)!r} if name in sys.modules))
"""


@pytest.mark.parametrize(("subject", "loaded"), [("other", ""), ("hello", "liquid,email")])
def test_a_second_start_imports_no_more_than_it_needs(folder: Path, subject: str, loaded: str) -> None:
    """No parser, no checker, no holidays though a calendar has them; Liquid (and what it brings) where a message is written."""
    opened(folder)
    done = subprocess.run(
        [sys.executable, "-c", START, str(folder), subject], capture_output=True, text=True, check=True, timeout=120
    )
    assert loaded == done.stdout.strip()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the YAML files and the texts of the expressions that were parsed."""
    seen: list[str] = []

    def read(source: Source, out: Collector) -> Node | None:
        seen.append(source.name)
        return read_yaml(source, out)

    def parse(text: str) -> Branch:
        seen.append(text)
        return parse_tree(text)

    monkeypatch.setattr(parses, "read_yaml", read)
    monkeypatch.setattr(parses, "parse_tree", parse)
    return seen


def test_only_the_file_that_changed_is_parsed_again(folder: Path, parsed: list[str]) -> None:
    """Of the others neither YAML nor expressions are parsed; the project is what it would be without a cache."""
    opened(folder)
    assert {"ruleflow.yaml", "model.yaml", "rules/a.yaml", "rules/b.yaml", "now during office"} <= set(parsed)
    parsed.clear()
    change("rules/b.yaml", "now outside office", "not (now during office)")(folder)
    changed = opened(folder)
    assert ["rules/b.yaml", "not (now during office)"] == parsed
    fresh = load_checked(folder, Collector())
    assert fresh is not None
    assert plain(fresh) == plain(changed)


def test_a_file_with_findings_is_parsed_each_time(folder: Path, parsed: list[str]) -> None:
    """What YAML itself has to say is said again."""
    change("rules/b.yaml", "rules:", "rules: !x")(folder)
    out, again = Collector(), Collector()
    open_checked(folder, out)
    parsed.clear()
    open_checked(folder, again)
    assert ["rules/b.yaml"] == parsed
    assert out.sorted() == again.sorted()
    assert out.has_errors


def test_no_class_of_a_project_is_forgotten() -> None:
    """Every field of a class that is kept later or once exists, and is the field of a frozen dataclass with slots."""
    from ruleflow.project.classes import LATER, SHARED

    for cls, later in LATER.items():
        assert is_dataclass(cls)
        assert set(later) <= {one.name for one in fields(cls)}
        assert hasattr(cls, "__slots__")
    assert all(is_dataclass(cls) for cls in SHARED)
