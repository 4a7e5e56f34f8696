"""What PostgreSQL is told when a connection is made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL

from ruleflow.store.errors import StoreError

NEEDS_PSYCOPG = "PostgreSQL needs psycopg, which is not installed: pip install 'ruleflow[postgres]'"
CONNECT_S = 5
STATEMENT_MS = 60_000
LOCK_MS = 10_000


def connect_args(url: URL) -> dict[str, Any]:
    """What connections are made with besides the URL: limits on waiting. Where the URL names its own, these win."""
    own = url.query.get("options", "")
    limits = f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={LOCK_MS} -c timezone=UTC"
    defaults = {"connect_timeout": CONNECT_S, "application_name": "ruleflow"}
    return {
        **{name: value for name, value in defaults.items() if name not in url.query},
        "options": f"{limits} {own if isinstance(own, str) else ' '.join(own)}".strip(),
    }


def ask_for_driver() -> None:
    """Raises `StoreError` where psycopg is not installed."""
    try:
        import psycopg  # noqa: F401 - SQLAlchemy finds it by the URL
    except ImportError as error:  # also where it is, but not the library of PostgreSQL that it calls
        raise StoreError(NEEDS_PSYCOPG) from error
