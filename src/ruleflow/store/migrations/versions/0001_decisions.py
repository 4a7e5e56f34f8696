"""The log of decisions, projects, API keys, idempotency keys."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text

revision = "0001"
down_revision = None

NAME = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _decisions()
    _counts()
    _service()


def _decisions() -> None:
    last = op.create_table("last_seq", Column("seq", BigInteger, nullable=False))
    op.bulk_insert(last, [{"seq": 0}])
    op.create_table(
        "decisions",
        Column("seq", NUMBER, primary_key=True, autoincrement=False),
        Column("logged_at", BigInteger, nullable=False),
        Column("project", NAME, nullable=False),
        Column("digest", NAME, nullable=False),
        Column("decision_id", NAME, nullable=False),
        Column("event", NAME, nullable=False),
        Column("ticket_id", NAME, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("received_at", BigInteger, nullable=False),
        Column("latency_us", BigInteger, nullable=False),
        Column("caller", NAME, nullable=False),
        Column("request_id", NAME, nullable=False),
        Column("masked", Text, nullable=False),
        Column("matched", Text, nullable=False),
        Column("shadow", Text, nullable=False),
        Column("facts", Text, nullable=False),
        Column("decision", Text, nullable=False),
    )
    op.create_index("decisions_by_time", "decisions", ["received_at", "seq"])
    for name in ("ticket", "id", "event", "caller", "project"):
        column = {"ticket": "ticket_id", "id": "decision_id"}.get(name, name)
        op.create_index(f"decisions_by_{name}", "decisions", [column, "received_at", "seq"])
    op.create_table(
        "decision_rules",
        Column("rule", NAME, primary_key=True),
        Column("received_at", BigInteger, primary_key=True),
        Column("seq", BigInteger, primary_key=True),
        sqlite_with_rowid=False,
    )


def _counts() -> None:
    op.create_table(
        "rule_counts",
        Column("project", NAME, primary_key=True),
        Column("rule", NAME, primary_key=True),
        Column("day", Integer, primary_key=True, autoincrement=False),
        Column("matched", BigInteger, nullable=False),
        Column("shadow", BigInteger, nullable=False),
        Column("last_at", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("digests", Column("digest", NAME, primary_key=True), Column("last_at", BigInteger, nullable=False))
    op.create_table("journals", Column("name", NAME, primary_key=True), Column("drained", BigInteger, nullable=False))


def _service() -> None:
    op.create_table(
        "bundles",
        Column("digest", NAME, primary_key=True),
        Column("project", NAME, primary_key=True),
        Column("kept_at", BigInteger, nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    op.create_table(
        "api_keys",
        Column("id", NAME, primary_key=True),
        Column("name", NAME, nullable=False),
        Column("secret_hash", NAME, nullable=False, unique=True),
        Column("scopes", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger),
        Column("revoked_at", BigInteger),
    )
    op.create_index("api_keys_by_name", "api_keys", ["name"])
    op.create_table(
        "idempotency",
        Column("caller", NAME, primary_key=True),
        Column("key", NAME, primary_key=True),
        Column("fingerprint", NAME, nullable=False),
        Column("begun_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("status", Integer),
        Column("body", LargeBinary),
    )
    op.create_index("idempotency_by_end", "idempotency", ["expires_at"])
