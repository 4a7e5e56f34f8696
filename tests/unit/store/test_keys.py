"""API keys: the secret is shown once, and only its hash is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ruleflow.store import instants, keys
from ruleflow.store.errors import StoreError
from ruleflow.store.opening import Store

HOUR = 3_600 * instants.SECOND


def test_a_key_is_kept_without_its_secret(store: Store) -> None:
    """What is in the database opens nothing."""
    key, secret = keys.add(store, "helpdesk", ["explain", "decide"])
    assert secret.startswith("rfk_")
    assert len(secret) == 47
    assert keys.all_keys(store) == (key,)
    assert key.scopes == {"decide", "explain"}
    assert key.secret_hash == keys.hash_of(secret)
    with store.reading() as connection:
        rows = connection.execute(text("SELECT * FROM api_keys")).all()
    assert secret not in str(rows)
    assert secret.removeprefix("rfk_") not in str(rows)


def test_two_secrets_are_never_the_same(store: Store) -> None:
    """They come from the system's source of chance."""
    secrets = {keys.add(store, f"k{n}", ["decide"])[1] for n in range(20)}
    assert len(secrets) == 20


def test_a_name_has_one_live_key(store: Store) -> None:
    """Adding a second one is refused until the first is revoked."""
    keys.add(store, "helpdesk", ["decide"])
    with pytest.raises(StoreError, match="there is a key `helpdesk` already; rotate it, or revoke it first"):
        keys.add(store, "helpdesk", ["decide"])
    assert keys.revoke(store, "helpdesk") == 1
    assert keys.revoke(store, "helpdesk") == 0
    keys.add(store, "helpdesk", ["admin"])
    now = instants.microseconds()
    assert [False, True] == [key.is_live(now) for key in keys.all_keys(store)]


def test_a_key_ends_when_it_expires(store: Store) -> None:
    """From that instant on it opens nothing, and its name is free."""
    now = instants.microseconds()
    key, _ = keys.add(store, "helpdesk", ["decide"], expires_at=now + HOUR)
    assert key.is_live(now + HOUR - 1)
    assert not key.is_live(now + HOUR)
    keys.add(store, "old", ["decide"], expires_at=now - 1)
    keys.add(store, "old", ["decide"])


def test_a_rotated_key_lives_on_for_a_while(store: Store) -> None:
    """The new one has the name and the scopes; both open until the grace is over."""
    old, old_secret = keys.add(store, "helpdesk", ["decide", "explain"])
    new, new_secret = keys.rotate(store, "helpdesk", grace=HOUR)
    assert new_secret != old_secret
    assert (new.name, new.scopes, new.expires_at) == (old.name, old.scopes, None)
    before, after = keys.all_keys(store)
    assert (before.id, after.id) == (old.id, new.id)
    assert before.is_live(new.created_at)
    assert before.expires_at is not None
    assert new.created_at <= before.expires_at <= new.created_at + HOUR


def test_rotating_shortens_what_the_old_key_has_left_and_never_adds_to_it(store: Store) -> None:
    """A new key lives as long as the old one was given; the old one ends when it was to end."""
    end = instants.microseconds() + HOUR
    old, _ = keys.add(store, "helpdesk", ["decide"], expires_at=end)
    new, _ = keys.rotate(store, "helpdesk", grace=5 * HOUR)
    assert keys.all_keys(store)[0].expires_at == end
    assert new.expires_at is not None
    assert new.expires_at - new.created_at <= end - old.created_at


def test_only_a_live_key_can_be_rotated(store: Store) -> None:
    """A revoked one stays revoked."""
    keys.add(store, "helpdesk", ["decide"])
    keys.revoke(store, "helpdesk")
    with pytest.raises(StoreError, match="there is no live key `helpdesk`"):
        keys.rotate(store, "helpdesk")
