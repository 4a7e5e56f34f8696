"""A project as one file: the same bytes from the same sources, the same decisions, and nothing else from foreign bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruleflow.diagnostics.collector import Collector
from ruleflow.diagnostics.json_text import json_text
from ruleflow.project import bundle as bundle_module
from ruleflow.project import bundle_content, kept
from ruleflow.project.bundle import Bundle, bundle_of, differences_of, open_bundle
from ruleflow.project.bundle_content import MARK, Content, packed, read_file, unpacked
from ruleflow.project.errors import BundleError, FactsError
from ruleflow.project.folder import Folder, project_digest, read_folder
from ruleflow.project.opening import open_folder
from ruleflow.project.project import Project, load
from ruleflow.project.signing import key_pair, sign
from tests.projects import NOON, SMALL, write_project
from tests.random_projects import facts, projects

HELLO = {"ticket": {"subject": "hello"}}


def built(place: Path) -> bytes:
    """The bundle of the project in a folder."""
    out = Collector()
    folder = read_folder(place, out)
    assert folder is not None
    loaded = open_folder(folder, out)
    assert not out.has_errors
    return bundle_of(folder, loaded, out.sorted())


def changed(raw: bytes, **fields: Any) -> bytes:
    """A bundle that somebody has made by hand: other values, and a head that fits them."""
    return packed(msgspec.structs.replace(unpacked(raw), **fields))


def headed(body: bytes) -> bytes:
    """Any bytes under the head of a bundle."""
    return MARK + b"\x01" + len(body).to_bytes(8, "little") + sha256(body).digest() + body


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, with a cache folder of its own."""
    monkeypatch.setenv("RULEFLOW_CACHE", str(tmp_path / "cache"))
    return write_project(tmp_path / "small", SMALL)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bundle of the small project."""
    return built(write_project(tmp_path_factory.mktemp("small"), SMALL))


@pytest.fixture
def checked_again(monkeypatch: pytest.MonkeyPatch) -> list[Folder]:
    """The folders that were checked because a bundle could not be thawed."""
    seen: list[Folder] = []

    def spy(folder: Folder, out: Collector) -> Any:
        seen.append(folder)
        return open_folder(folder, out)

    monkeypatch.setattr(bundle_module, "open_folder", spy)
    return seen


def answer(project: Project, event: str, given: dict[str, Any]) -> str:
    """The decision with its explanation, or why the facts are refused."""
    try:
        decision = project.decide(event, given, now=NOON)
        return json_text(decision.to_dict()) + project.explain(event, given, now=NOON).to_text()
    except FactsError as error:
        return str(error)


def test_a_bundle_decides_as_its_folder(place: Path, checked_again: list[Folder]) -> None:
    """With a calendar, holidays and a template; nothing is checked again, and no file of the folder is needed."""
    project, raw = load(place), built(place)
    shutil.rmtree(place)
    bundle = open_bundle(raw)
    assert ("small", project.digest, project.digest, ()) == (
        bundle.name,
        bundle.digest,
        bundle.made_digest,
        bundle.differences,
    )
    assert project.model == bundle.project.model
    assert answer(project, "ticket.created", HELLO) == answer(bundle.project, "ticket.created", HELLO)
    assert [] == checked_again


def test_a_bundle_holds_every_source(raw: bytes) -> None:
    """The YAML files, the root file first, then the files that they name."""
    assert {name: text.encode() for name, text in SMALL.items()} == open_bundle(raw).files
    assert [
        "ruleflow.yaml",
        "model.yaml",
        "promises.yaml",
        "rules/a.yaml",
        "rules/b.yaml",
        "views.yaml",
        "closed.ics",
        "hello.md",
    ] == [*open_bundle(raw).files]


def test_ignored_files_are_not_in_it(place: Path, raw: bytes) -> None:
    """What the root file says to ignore is no part of the project."""
    root = SMALL["ruleflow.yaml"] + "ignore: [drafts]\n"
    write_project(place, {"ruleflow.yaml": root, "drafts/x.yaml": "rules: ["})
    with_draft = built(place)
    (place / "drafts" / "x.yaml").unlink()
    assert built(place) == with_draft
    assert "drafts/x.yaml" not in open_bundle(with_draft).files
    assert open_bundle(with_draft).digest == load(place).digest


def test_warnings_come_with_it(place: Path) -> None:
    """Each at its place."""
    write_project(place, {"more.yaml": "definitions: {idle: ticket.priority is low}\n"})
    (warning,) = open_bundle(built(place)).warnings
    assert load(place).warnings == (warning,)
    assert warning.span is not None
    assert ("more.yaml", "idle") == (warning.span.source.name, warning.span.text)


BUILD = """
import sys
from pathlib import Path
from ruleflow.diagnostics.collector import Collector
from ruleflow.project.bundle import bundle_of
from ruleflow.project.folder import read_folder
from ruleflow.project.opening import open_folder
out = Collector()
folder = read_folder(Path(sys.argv[1]), out)
sys.stdout.buffer.write(bundle_of(folder, open_folder(folder, out), out.sorted()))
"""


@pytest.mark.parametrize("name", ["contracts", "it-servicedesk", "service-levels"])
def test_the_same_sources_give_the_same_bytes_in_any_process(name: str, repository: Path, tmp_path: Path) -> None:
    """Whatever the hash seed, the folder, the times of files; checked, or taken as it was kept."""
    seen = set()
    for seed in ("1", "2"):
        place = tmp_path / seed / name
        shutil.copytree(repository / "rules-examples" / name, place, copy_function=shutil.copyfile)
        os.utime(place / "ruleflow.yaml", (0, int(seed)))
        environment = os.environ | {"PYTHONHASHSEED": seed, "RULEFLOW_CACHE": str(tmp_path / f"cache-{seed}")}
        for _ in ("checked", "kept"):
            done = subprocess.run(
                [sys.executable, "-c", BUILD, str(place)], env=environment, capture_output=True, check=True, timeout=120
            )
            seen.add(done.stdout)
    (raw,) = seen
    assert str(tmp_path).encode() not in raw
    assert name.replace("-", "_") in open_bundle(raw).name.replace("-", "_")


def test_the_day_it_is_made_is_not_in_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that was kept with the holidays of other years gives the same bytes as one that was just checked."""
    checked = built(place)
    monkeypatch.setattr(kept, "_HOLIDAYS_BEFORE", 9)
    monkeypatch.setattr(kept, "_HOLIDAYS_AFTER", -8)
    shutil.rmtree(place.parent / "cache")
    assert checked == built(place) == built(place)


START = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from ruleflow.project.bundle import open_bundle
project = open_bundle(Path(sys.argv[1]).read_bytes()).project
project.decide("ticket.created", {"ticket": {"subject": "other"}}, now=datetime(2026, 3, 2, 12, tzinfo=UTC))
heavy = ("lark", "yaml", "liquid", "holidays", "icalendar", "cryptography", "ruleflow.project.loading", "ruleflow.checker.check")
print(",".join(name for name in heavy if name in sys.modules))
"""


def test_opening_one_parses_nothing(raw: bytes, tmp_path: Path) -> None:
    """A fresh process decides by a calendar with holidays without a parser, the checker, `holidays` or `cryptography`."""
    (tmp_path / "small.rfb").write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "small.rfb")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "" == done.stdout.strip()


def test_another_ruleflow_checks_the_sources_again(
    raw: bytes, monkeypatch: pytest.MonkeyPatch, checked_again: list[Folder]
) -> None:
    """Of another release or with other classes: checked in memory, the digest is the same, and the release is told."""
    made = unpacked(raw)
    bundles = [
        open_bundle(changed(raw, made_with=made.made_with | {"ruleflow": "0.0.1"})),
        open_bundle(changed(raw, shape="another")),
    ]
    assert 2 == len(checked_again)
    assert [made.digest, made.digest] == [bundle.digest for bundle in bundles]
    own = made.made_with["ruleflow"]
    assert [(f"ruleflow 0.0.1, here {own}",), ()] == [bundle.differences for bundle in bundles]
    expected = answer(open_bundle(raw).project, "ticket.created", HELLO)
    assert [expected, expected] == [answer(bundle.project, "ticket.created", HELLO) for bundle in bundles]


@pytest.mark.parametrize("package", ["tzdata", "holidays"])
def test_other_zones_or_holidays_are_told(raw: bytes, package: str, checked_again: list[Folder]) -> None:
    """The digest is that of how it decides here; the one it was made with stands beside it."""
    here = open_bundle(raw)
    made = unpacked(raw)
    counted = {name: made.made_with[name] for name in ("tzdata", "holidays")} | {package: "1999.1"}
    digests = {name: sha256(other or b"").hexdigest() for name, other in made.others.items()}
    made_digest = project_digest(made.folder(), digests, counted)
    bundle = open_bundle(changed(raw, made_with=made.made_with | counted, digest=made_digest))
    assert 1 == len(checked_again)
    assert (here.digest, made_digest) == (bundle.digest, bundle.made_digest)
    assert (f"{package} 1999.1, here {made.made_with[package]}",) == bundle.differences


def test_what_differs_can_be_asked_without_opening_it(raw: bytes) -> None:
    """A bundle that says nothing of what it was made with differs in everything."""
    content = msgspec.structs.replace(unpacked(raw), made_with={})
    assert ["ruleflow unknown", "tzdata unknown", "holidays unknown"] == [
        one.partition(",")[0] for one in differences_of(content)
    ]


def test_errors_that_another_ruleflow_finds_are_told(raw: bytes) -> None:
    """A rule that this one refuses: no project, and the findings."""
    made = unpacked(raw)
    files = (*made.files, ("rules/c.yaml", b"rules:\n  - {id: bad, stage: route, then: [{route: {team: nobody}}]}\n"))
    counted = {name: made.made_with[name] for name in ("tzdata", "holidays")}
    digests = {name: sha256(other or b"").hexdigest() for name, other in made.others.items()}
    folder = msgspec.structs.replace(made, files=files).folder()
    with pytest.raises(BundleError, match=r"(?s)finds errors .*rules/c.yaml"):
        open_bundle(changed(raw, files=files, digest=project_digest(folder, digests, counted), shape="another"))


def test_files_that_are_not_those_of_the_digest_are_refused(raw: bytes) -> None:
    """A source, an attachment or the digest changed by hand."""
    made = unpacked(raw)
    for fields in (
        {"files": made.files[:-1]},
        {"others": made.others | {"hello.md": b"Hi"}},
        {"others": made.others | {"hello.md": None}},
        {"digest": "sha256:00"},
    ):
        with pytest.raises(BundleError, match="not those of its digest"):
            open_bundle(changed(raw, **fields))


def test_rules_of_another_project_are_refused(raw: bytes, place: Path) -> None:
    """The frozen form says of which files it was made."""
    write_project(place, {"rules/b.yaml": SMALL["rules/b.yaml"].replace("other", "desk")})
    with pytest.raises(BundleError, match="rules in the bundle are not those of its digest"):
        open_bundle(changed(raw, frozen=unpacked(built(place)).frozen))


def test_a_file_that_changes_meanwhile_is_noticed(place: Path) -> None:
    """The template is read after the project was checked."""
    out = Collector()
    folder = read_folder(place, out)
    assert folder is not None
    loaded = open_folder(folder, out)
    (place / "hello.md").write_text("---\nsubject: Bye\n---\nBye\n", encoding="utf-8")
    with pytest.raises(BundleError, match="has changed since"):
        bundle_of(folder, loaded, ())


def test_what_cannot_be_frozen_is_checked_by_whoever_opens_it(
    place: Path, monkeypatch: pytest.MonkeyPatch, checked_again: list[Folder]
) -> None:
    """Nesting that is too deep for the frozen form keeps nobody from deciding."""

    def refuse(*_: object) -> dict[str, Any]:
        raise RecursionError

    monkeypatch.setattr(bundle_module, "freeze_loaded", refuse)
    bundle = open_bundle(built(place))
    assert 1 == len(checked_again)
    assert answer(load(place), "ticket.created", HELLO) == answer(bundle.project, "ticket.created", HELLO)


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "is empty"),
    "two bytes": (lambda raw: raw[:2], "cut short"),
    "the mark alone": (lambda raw: raw[:7], "cut short"),
    "half a head": (lambda raw: raw[:30], "cut short"),
    "half": (lambda raw: raw[: len(raw) // 2], "cut short"),
    "one byte short": (lambda raw: raw[:-1], "cut short"),
    "one byte more": (lambda raw: raw + b"\0", "more bytes"),
    "a word changed": (lambda raw: raw.replace(b"desk", b"dusk"), "damaged"),
    "ends of lines changed": (lambda raw: raw.replace(b"\r\n", b"\n"), "no bundle"),
    "a newer format": (lambda raw: raw[:7] + b"\x02" + raw[8:], "format 2, this ruleflow reads format 1"),
    "YAML": (lambda _: b"ruleflow: 1\n", "no bundle"),
    "signed": (lambda raw: sign(raw, key_pair()[0]), "its signature is to be checked first"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_damage_is_told(raw: bytes, how: str) -> None:
    """Cut, altered or foreign: clear words."""
    damage, words = DAMAGE[how]
    with pytest.raises(BundleError, match=words):
        open_bundle(damage(raw))


HOSTILE = {
    "nesting": b"\x91" * 1_000_000,
    "a long list": b"\xdd\xff\xff\xff\xff",
    "a long map": b"\xdf\xff\xff\xff\xff",
    "a long text": b"\xdb\xff\xff\xff\xff",
    "long bytes": b"\xc6\xff\xff\xff\xff",
    "long lists in lists": b"\xdd\x7f\xff\xff\xff" * 500,
    "a long key": b"\x81\xdd\x10\xff\xff\xff",
    "a number": b"\x07",
    "nothing": b"\xc0",
    "no MessagePack": b"\xc1",
    "half a character": b"\xa3\xed\xa0\x80",
    "an extension": b"\xd6\x05\0\0\0\0",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_messagepack_is_refused(raw: bytes, what: str) -> None:
    """As the whole, as the frozen form, as a part of it: an error in words, in little room."""
    hostile = HOSTILE[what]
    frozen = msgspec.msgpack.decode(unpacked(raw).frozen)
    raws = [headed(hostile), headed(b"\x97" + hostile), changed(raw, frozen=hostile)]
    raws += [
        changed(raw, frozen=msgspec.msgpack.encode(frozen | {part: hostile}))
        for part in ("model", "conditions", "pool")
    ]
    for foreign in raws:
        with pytest.raises(BundleError):
            open_bundle(foreign)


def opened(raw: bytes) -> Bundle | None:
    """A bundle; None where it is refused."""
    try:
        return open_bundle(raw)
    except BundleError:
        return None


@given(st.data())
def test_flipped_and_cut_bytes_are_refused(raw: bytes, data: st.DataObject) -> None:
    """No damage to a bundle gives another project."""
    at = data.draw(st.integers(0, len(raw) - 1))
    flipped = bytearray(raw)
    flipped[at] ^= data.draw(st.integers(1, 255))
    assert opened(bytes(flipped)) is None
    assert opened(raw[:at]) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_frozen_form_made_by_hand_is_refused_or_opened(raw: bytes, data: st.DataObject) -> None:
    """Bytes that sum up to the head but were never frozen by us raise nothing but `BundleError`."""
    frozen = bytearray(unpacked(raw).frozen)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(frozen) - 1))
        frozen[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    opened(changed(raw, frozen=bytes(frozen)))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(projects(), st.lists(facts(), min_size=1, max_size=3))
def test_a_random_project_decides_the_same_out_of_a_bundle(
    tmp_path: Path, project: tuple[str, str], tickets: list[dict[str, Any]]
) -> None:
    """Whatever the rules and the facts; and made of what was kept, a bundle is the same."""
    root, rules = project
    place = write_project(tmp_path, {"ruleflow.yaml": root, "rules.yaml": rules})
    loaded, raw = load(place), built(place)
    bundle = open_bundle(raw)
    assert loaded.warnings == bundle.warnings
    for ticket in tickets:
        assert answer(loaded, "ticket.updated", ticket) == answer(bundle.project, "ticket.updated", ticket)
    assert raw == built(place)


def test_a_bundle_has_at_most_so_many_bytes(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is larger is neither made nor read nor opened."""
    (tmp_path / "small.rfb").write_bytes(raw)
    content: Content = unpacked(raw)
    monkeypatch.setattr(bundle_content, "LARGEST", len(raw) - 1)
    for attempt in (lambda: packed(content), lambda: read_file(tmp_path / "small.rfb"), lambda: open_bundle(raw)):
        with pytest.raises(BundleError, match=r"larger than|more than"):
            attempt()
    monkeypatch.setattr(bundle_content, "LARGEST", len(raw))
    assert raw == read_file(tmp_path / "small.rfb") == packed(content)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """None of that name, or a folder."""
    for path in (tmp_path / "none.rfb", tmp_path):
        with pytest.raises(BundleError, match="cannot be read"):
            read_file(path)
