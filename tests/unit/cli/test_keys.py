"""`ruleflow keys`, run as an admin types it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ruleflow.cli.app import run
from ruleflow.store import instants, keys, log
from ruleflow.store.opening import open_store, sqlite_url
from tests.records import record

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Run a command in an empty folder: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULEFLOW_DATABASE", raising=False)
    monkeypatch.delenv("RULEFLOW_STATE", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["keys", *arguments])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


def listed(cli: Cli) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(cli("list", "--format", "json")[1])["keys"]
    return found


def test_a_key_is_made_before_the_service_ever_ran(cli: Cli, tmp_path: Path) -> None:
    """It alone is on the output; the folder of the service is made as the service makes it."""
    code, out, err = cli("add", "helpdesk", "--scope", "explain", "--scope", "decide", "--expires", "90d")
    assert code == 0
    assert out.startswith("rfk_")
    assert len(out.splitlines()) == 1
    assert err.startswith("key `helpdesk` for decide, explain, until ")
    state = tmp_path / ".ruleflow"
    assert f"note: `{state}` is new, no service has used it yet" in err
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert (state / ".gitignore").read_text(encoding="utf-8") == "*\n"
    store = open_store(sqlite_url(state / "ruleflow.db"))
    (key,) = keys.all_keys(store)
    store.close()
    assert key.secret_hash == keys.hash_of(out.strip())
    assert key.expires_at is not None
    assert abs(key.expires_at - key.created_at - 90 * instants.DAY) < instants.SECOND * 60
    assert "note:" not in cli("add", "other", "--scope", "decide")[2]


def test_keys_are_listed_without_what_opens(cli: Cli, tmp_path: Path) -> None:
    """With when they were last used, and whether they still open anything."""
    secret = cli("add", "helpdesk", "--scope", "decide")[1].strip()
    cli("add", "night shift", "--scope", "admin")
    store = open_store(sqlite_url(tmp_path / ".ruleflow" / "ruleflow.db"))
    log.append(store, [record(caller="helpdesk")])
    store.close()
    cli("revoke", "night shift")
    code, out, _ = cli("list")
    assert code == 0
    assert secret not in out
    assert secret.removeprefix("rfk_") not in out
    heading, first, second = out.splitlines()
    assert heading.split("  ")[0] == "name"
    assert first.startswith("helpdesk     ")
    assert "2026-01-01 00:00:00" in first
    assert first.endswith("live")
    assert second.startswith("night shift  ")
    assert second.endswith("none                 revoked")
    assert ["live", "revoked"] == [key["state"] for key in listed(cli)]


def test_no_keys_mean_this_machine_only(cli: Cli, tmp_path: Path) -> None:
    """That is said, lest somebody believe it is open to all."""
    (tmp_path / ".ruleflow").mkdir()
    open_store(sqlite_url(tmp_path / ".ruleflow" / "ruleflow.db")).close()
    assert cli("list") == (0, "no keys: the service answers this machine only\n", "")


def test_a_key_is_rotated(cli: Cli) -> None:
    """A new secret; the old one opens until the grace is over, at once without any."""
    old = cli("add", "helpdesk", "--scope", "decide")[1]
    code, new, _ = cli("rotate", "helpdesk", "--grace", "2h")
    assert code == 0
    assert new != old
    assert ["live", "live"] == [key["state"] for key in listed(cli)]
    cli("rotate", "helpdesk", "--grace", "0m")
    assert ["expired", "expired", "live"] == [key["state"] for key in listed(cli)]


def test_a_key_is_revoked(cli: Cli) -> None:
    """All that have the name; a second time there is none. With the last key it is said what that opens."""
    cli("add", "other", "--scope", "decide")
    cli("add", "helpdesk", "--scope", "decide")
    cli("rotate", "helpdesk")
    assert cli("revoke", "helpdesk") == (0, "2 keys revoked\n", "")
    assert cli("revoke", "helpdesk") == (1, "", "there is no live key `helpdesk`\n")
    note = "note: no key is left: programs of this machine now need none, and all others are refused\n"
    assert cli("revoke", "other") == (0, "1 key revoked\n", note)


def test_what_cannot_be_done_is_said(cli: Cli) -> None:
    """A name twice, an unknown scope, a name that would break a line, nothing to rotate."""
    cli("add", "helpdesk", "--scope", "decide")
    assert cli("add", "helpdesk", "--scope", "decide")[0::2] == (
        2,
        "error: there is a key `helpdesk` already; rotate it, or revoke it first\n",
    )
    assert cli("add", "other", "--scope", "everything")[0] == 2
    assert cli("add", "other")[0] == 2
    assert cli("add", "two\nlines", "--scope", "decide")[0] == 2
    assert cli("rotate", "nobody")[0::2] == (2, "error: there is no live key `nobody`\n")


def test_a_folder_that_cannot_be_made_is_told(cli: Cli, tmp_path: Path) -> None:
    """A file is in the way."""
    (tmp_path / "notes").touch()
    code, _, err = cli("add", "helpdesk", "--scope", "decide", "--state", "notes/below")
    assert code == 2
    assert err.startswith("error: ")
    assert "Not a directory" in err


def test_help_says_how_a_length_of_time_is_written(cli: Cli) -> None:
    """It is a `SPAN`."""
    assert "--expires SPAN" in cli("add", "--help")[1]
