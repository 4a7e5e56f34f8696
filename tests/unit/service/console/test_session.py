"""Sessions: what is signed is believed, nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ruleflow.service.console.session import LIFETIME_S, issue, read, session_key

_SECRET = b"k" * 32
_NOW = 1_770_000_000_000_000


def test_a_session_names_its_key_until_it_is_over() -> None:
    """A cookie is good for its time and not a second longer."""
    cookie = issue(_SECRET, "abc123", _NOW)
    assert "abc123" == read(_SECRET, cookie, _NOW)
    assert "abc123" == read(_SECRET, cookie, _NOW + LIFETIME_S * 1_000_000 - 1)
    assert read(_SECRET, cookie, _NOW + LIFETIME_S * 1_000_000) is None


def test_a_session_of_another_service_is_none() -> None:
    """What another secret signed is not believed."""
    assert read(b"other" * 7, issue(_SECRET, "abc123", _NOW), _NOW) is None


@given(at=st.integers(0, 200), sign=st.characters(codec="utf-8"))
def test_a_changed_cookie_is_none(at: int, sign: str) -> None:
    """One other character anywhere ends the session."""
    cookie = issue(_SECRET, "abc123", _NOW)
    at %= len(cookie)
    changed = cookie[:at] + sign + cookie[at + 1 :]
    assert ("abc123" if changed == cookie else None) == read(_SECRET, changed, _NOW)


@given(st.text())
def test_any_text_is_read(cookie: str) -> None:
    """Nonsense is no session, and no failure."""
    assert read(_SECRET, cookie, _NOW) is None


def test_the_secret_is_one_for_all_and_the_owners_alone(tmp_path: Path) -> None:
    """Whoever asks first makes it; all who ask have the same; nobody else may read it."""
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(session_key, [tmp_path] * 32))
    assert 1 == len(found)
    assert 32 == len(found.pop())
    assert 0o600 == (tmp_path / "session.key").stat().st_mode & 0o777
    assert ["session.key"] == [file.name for file in tmp_path.iterdir()]


def test_a_broken_secret_is_made_anew(tmp_path: Path) -> None:
    """Half a secret signs nothing."""
    (tmp_path / "session.key").write_bytes(b"half")
    assert 32 == len(session_key(tmp_path))
