"""The timers of tickets, and what is to be delivered to the webhook."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text, UniqueConstraint

revision = "0002"
down_revision = "0001"

NAME = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tickets",
        Column("id", NUMBER, primary_key=True, autoincrement=True),
        Column("project", NAME, nullable=False),
        Column("ticket_id", NAME, nullable=False),
        Column("digest", NAME, nullable=False),
        Column("event", NAME, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("facts", LargeBinary, nullable=False),
        Column("masked", LargeBinary, nullable=False),
        Column("came_to", LargeBinary, nullable=False),
        Column("timers", LargeBinary, nullable=False),
        Column("fired", LargeBinary, nullable=False),
        Column("due_at", BigInteger),
        Column("wake_at", BigInteger),
        Column("attempts", Integer, nullable=False),
        Column("problems", LargeBinary, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("claimed_by", NAME, nullable=False),
        Column("claimed_until", BigInteger, nullable=False),
        UniqueConstraint("project", "ticket_id", name="tickets_by_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("tickets_by_wake", "tickets", ["wake_at", "id"])
    op.create_index("tickets_by_due", "tickets", ["due_at", "id"])
    op.create_index("tickets_by_digest", "tickets", ["project", "digest"])
    op.create_table(
        "deliveries",
        Column("seq", NUMBER, primary_key=True, autoincrement=True),
        Column("id", NAME, nullable=False, unique=True),
        Column("project", NAME, nullable=False),
        Column("ticket_id", NAME, nullable=False),
        Column("decision_id", NAME, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("state", NAME, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_at", BigInteger, nullable=False),
        Column("last_error", Text, nullable=False),
        Column("delivered_at", BigInteger),
        Column("claimed_by", NAME, nullable=False),
        Column("claimed_until", BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_state", "deliveries", ["state", "next_at", "seq"])
    op.create_index("deliveries_by_ticket", "deliveries", ["project", "ticket_id", "state", "seq"])
    op.create_index("deliveries_by_end", "deliveries", ["state", "delivered_at"])
