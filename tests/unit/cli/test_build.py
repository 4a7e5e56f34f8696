"""`ruleflow build`, run as an admin types it."""

from __future__ import annotations

import stat
from hashlib import sha256
from pathlib import Path

import pytest

import ruleflow
from ruleflow.cli.app import run
from ruleflow.project import signing
from ruleflow.project.bundle import open_bundle
from ruleflow.project.signing import key_name, verified
from tests.projects import SMALL, write_project


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a small project, `small`, and a pair of keys, `ops`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULEFLOW_KEY_PASSPHRASE", raising=False)
    write_project(tmp_path / "small", SMALL)
    assert 0 == run(["build", "--new-key", "ops"])
    capsys.readouterr()
    return tmp_path


BUILD = ["build", "small", "-o", "small.rfb", "--key", "ops.key"]


def told(text: str) -> dict[str, str]:
    """The lines of a name and what it is."""
    return {name: rest.strip() for name, _, rest in (line.partition("  ") for line in text.splitlines())}


def test_a_project_becomes_a_signed_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is what the file is; a server opens it with the public key."""
    assert 0 == run(BUILD)
    raw, public = (here / "small.rfb").read_bytes(), (here / "ops.pub").read_bytes()
    assert {
        "project": "small",
        "digest": ruleflow.load("small").digest,
        "size": f"{len(raw):,} bytes",
        "sha256": sha256(raw).hexdigest(),
        "signed by": f"key {key_name(public)}",
        "file": "small.rfb",
    } == told(capsys.readouterr().out)
    assert "small" == open_bundle(verified(raw, [public])).name


def test_building_again_gives_the_same_file(here: Path) -> None:
    """Byte for byte, over the old one, and nothing else is left behind."""
    run(BUILD)
    first = (here / "small.rfb").read_bytes()
    assert 0 == run(BUILD)
    assert first == (here / "small.rfb").read_bytes()
    assert ["ops.key", "ops.pub", "small", "small.rfb"] == sorted(path.name for path in here.iterdir())


def test_the_current_folder_is_meant_where_none_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And folders on the way to the file are made."""
    monkeypatch.chdir(here / "small")
    assert 0 == run(["build", "-o", "../out/new/small.rfb", "-k", "../ops.key"])
    assert (here / "out" / "new" / "small.rfb").is_file()


def test_a_project_with_errors_becomes_no_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and the usual report; an old file stays as it is."""
    run(BUILD)
    before = (here / "small.rfb").read_bytes()
    write_project(here / "small", {"rules/b.yaml": SMALL["rules/b.yaml"].replace("other", "nobody")})
    capsys.readouterr()
    assert 1 == run(BUILD)
    seen = capsys.readouterr()
    assert "" == seen.out
    assert "--> small/rules/b.yaml:" in seen.err
    assert before == (here / "small.rfb").read_bytes()
    assert 1 == run(["build", "small", "-o", "new.rfb", "--key", "ops.key"])
    assert not (here / "new.rfb").exists()


def test_warnings_are_counted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They keep nobody from building."""
    write_project(here / "small", {"more.yaml": "definitions: {idle: ticket.priority is low}\n"})
    assert 0 == run(BUILD)
    assert "1; `ruleflow check` shows them" == told(capsys.readouterr().out)["warnings"]


def test_a_bundle_is_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it is, whether the signature holds, and its files."""
    run(BUILD)
    run(["build", "--new-key", "other"])
    built = told(capsys.readouterr().out)
    assert 0 == run(["build", "--show", "small.rfb"])
    shown = told(capsys.readouterr().out)
    key = key_name((here / "ops.pub").read_bytes())
    assert f"by key {key}, not checked; name the public key: --trust NAME.pub" == shown["signature"]
    assert [built[name] for name in ("project", "digest", "size", "sha256")] == [
        shown[name] for name in ("project", "digest", "size", "sha256")
    ]
    assert shown["made with"].startswith("ruleflow ")
    assert str(len(SMALL["ruleflow.yaml"])) in shown
    assert 0 == run(["build", "--show", "small.rfb", "--trust", "other.pub", "--trust", "ops.pub"])
    assert f"holds: key {key} (ops.pub)" == told(capsys.readouterr().out)["signature"]


def test_a_signature_that_does_not_hold_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and nothing of what is inside: of a stranger, changed, not signed."""
    run(BUILD)
    run(["build", "--new-key", "other"])
    raw = (here / "small.rfb").read_bytes()
    (here / "changed.rfb").write_bytes(raw.replace(b"desk", b"dusk"))
    (here / "bare.rfb").write_bytes(verified(raw, [(here / "ops.pub").read_bytes()]))
    capsys.readouterr()
    for file, key, words in (
        ("small.rfb", "other.pub", "not trusted"),
        ("changed.rfb", "ops.pub", "was changed"),
        ("bare.rfb", "ops.pub", "is not signed"),
    ):
        assert 1 == run(["build", "--show", file, "--trust", key])
        seen = capsys.readouterr()
        assert "" == seen.out
        assert words in seen.err
    assert 0 == run(["build", "--show", "bare.rfb"])
    assert "none: anybody may have made it" == told(capsys.readouterr().out)["signature"]


def test_a_bundle_of_another_release_is_told(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What differs, and that it is checked again."""
    run(BUILD)
    capsys.readouterr()
    monkeypatch.setattr("ruleflow.project.bundle._made_with", lambda: {"ruleflow": "99.0"})
    assert 0 == run(["build", "--show", "small.rfb"])
    differs = told(capsys.readouterr().out)["differs"]
    assert differs.endswith(", here 99.0; it is checked again when it is opened")


def test_names_of_files_move_nothing_on_the_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters are written out."""
    (here / "small" / "\x1b[2J.yaml").write_text("teams: [more]\n", encoding="utf-8")
    run(BUILD)
    assert 0 == run(["build", "--show", "small.rfb"])
    out = capsys.readouterr().out
    assert "\\u001b[2J.yaml" in out
    assert "\x1b" not in out


def test_keys_are_written_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The private one for its owner alone; neither is ever written over, nor half a pair made."""
    assert 0o600 == stat.S_IMODE((here / "ops.key").stat().st_mode)
    before = [(here / name).read_bytes() for name in ("ops.key", "ops.pub")]
    assert 2 == run(["build", "--new-key", "ops"])
    assert "ops.key` is there already; keys are never overwritten" in capsys.readouterr().err
    assert before == [(here / name).read_bytes() for name in ("ops.key", "ops.pub")]
    (here / "half.pub").touch()
    assert 2 == run(["build", "--new-key", "half"])
    assert not (here / "half.key").exists()


def test_an_encrypted_key_takes_its_pass_phrase_from_the_environment(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made with it, used with it; without it the variable is named."""
    with monkeypatch.context() as patch:
        patch.setenv("RULEFLOW_KEY_PASSPHRASE", "sesam öffne dich")
        run(["build", "--new-key", "locked"])
        assert 0 == run(["build", "small", "-o", "small.rfb", "--key", "locked.key"])
    capsys.readouterr()
    assert 2 == run(["build", "small", "-o", "other.rfb", "--key", "locked.key"])
    assert "RULEFLOW_KEY_PASSPHRASE" in capsys.readouterr().err
    assert not (here / "other.rfb").exists()


WRONG = {
    "nothing to do": (["build"], "say one of"),
    "two things at once": ([*BUILD, "--new-key", "more"], "say one of"),
    "no key": (["build", "small", "-o", "small.rfb"], "--new-key NAME` makes one"),
    "a key for nothing": (["build", "--show", "small.rfb", "--key", "ops.key"], "--key signs"),
    "trust for nothing": ([*BUILD, "--trust", "ops.pub"], "--trust says"),
    "the public key": (["build", "small", "-o", "small.rfb", "--key", "ops.pub"], "no private key"),
    "no such key": (["build", "small", "-o", "small.rfb", "--key", "none.key"], "`none.key` cannot be read"),
    "over a key": (["build", "small", "-o", "ops.key", "--key", "ops.key"], "`ops.key` is there already and no bundle"),
    "into a file as folder": (["build", "small", "-o", "ops.pub/x.rfb", "--key", "ops.key"], "cannot be written"),
    "keys into a file as folder": (["build", "--new-key", "ops.pub/more"], "cannot be written"),
    "no project": (["build", "nowhere", "-o", "small.rfb", "--key", "ops.key"], "`nowhere` does not exist"),
    "no such bundle": (["build", "--show", "none.rfb"], "`none.rfb` cannot be read"),
    "no bundle": (["build", "--show", "ops.pub"], "this is no bundle"),
    "trust in no key": (["build", "--show", "ops.pub", "--trust", "ops.key"], "this is a private key"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_usage_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    """Exit code 2 and what is wrong."""
    arguments, words = WRONG[what]
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()}
    assert 2 == run(arguments)
    assert words in capsys.readouterr().err
    assert before == {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()}


def test_a_full_disk_leaves_the_old_file(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and nothing half written stays."""
    run(BUILD)
    before = (here / "small.rfb").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    assert 2 == run(BUILD)
    assert "`small.rfb` cannot be written: No space left on device" in capsys.readouterr().err
    assert before == (here / "small.rfb").read_bytes()
    assert ["ops.key", "ops.pub", "small", "small.rfb"] == sorted(path.name for path in here.iterdir())


def test_without_cryptography_the_extra_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2; what a bundle holds is shown all the same."""
    run(BUILD)
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    capsys.readouterr()
    assert 2 == run(BUILD)
    assert "pip install 'ruleflow[server]'" in capsys.readouterr().err
    assert 0 == run(["build", "--show", "small.rfb"])
