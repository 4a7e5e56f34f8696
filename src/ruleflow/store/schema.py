"""The tables of the store. Instants are microseconds since 1970, UTC.

A change of a table comes with a migration of its own in `migrations/versions`, and `VERSION` is the newest of these; a test
holds the tables here to what the migrations make.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

VERSION = "0002"
"""Of the tables. Versions are numbers in order, so an older ruleflow can tell that one is newer."""

VERSION_TABLE = "ruleflow_version"

METADATA = MetaData()

# PostgreSQL would order text by a language, which no prefix search can use.
_Name = Text().with_variant(Text(collation="C"), "postgresql")
_Number = BigInteger().with_variant(Integer(), "sqlite")

LAST_SEQ = Table("last_seq", METADATA, Column("seq", BigInteger, nullable=False))
"""One row: the number given last. Who appends holds it until the end, so numbers come in the order of transactions."""

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("logged_at", BigInteger, nullable=False),
    Column("project", _Name, nullable=False),
    Column("digest", _Name, nullable=False),
    Column("decision_id", _Name, nullable=False),
    Column("event", _Name, nullable=False),
    Column("ticket_id", _Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("latency_us", BigInteger, nullable=False),
    Column("caller", _Name, nullable=False),
    Column("request_id", _Name, nullable=False),
    Column("masked", Text, nullable=False),
    Column("matched", Text, nullable=False),
    Column("shadow", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Index("decisions_by_time", "received_at", "seq"),
    Index("decisions_by_ticket", "ticket_id", "received_at", "seq"),
    Index("decisions_by_id", "decision_id", "received_at", "seq"),
    Index("decisions_by_event", "event", "received_at", "seq"),
    Index("decisions_by_caller", "caller", "received_at", "seq"),
    Index("decisions_by_project", "project", "received_at", "seq"),
)
"""`masked`, `matched` and `shadow` are JSON arrays."""

DECISION_RULES = Table(
    "decision_rules",
    METADATA,
    Column("rule", _Name, primary_key=True),
    Column("received_at", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which rules matched, in shadow mode too: a row for each, so that the decisions of a rule are found in order of time."""

RULE_COUNTS = Table(
    "rule_counts",
    METADATA,
    Column("project", _Name, primary_key=True),
    Column("rule", _Name, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("matched", BigInteger, nullable=False),
    Column("shadow", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How often rules matched on a day, in days since 1970, UTC."""

DIGESTS = Table(
    "digests",
    METADATA,
    Column("digest", _Name, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
)
"""When a version of a project last decided: with its last decision, it may go too."""

JOURNALS = Table(
    "journals",
    METADATA,
    Column("name", _Name, primary_key=True),
    Column("drained", BigInteger, nullable=False),
)
"""How many bytes of each journal are in `decisions`."""

BUNDLES = Table(
    "bundles",
    METADATA,
    Column("digest", _Name, primary_key=True),
    Column("project", _Name, primary_key=True),
    Column("kept_at", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", _Name, primary_key=True),
    Column("name", _Name, nullable=False),
    Column("secret_hash", _Name, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Index("api_keys_by_name", "name"),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("caller", _Name, primary_key=True),
    Column("key", _Name, primary_key=True),
    Column("fingerprint", _Name, nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary),
    Index("idempotency_by_end", "expires_at"),
)
"""`status` is null while the first request is still being answered."""

TICKETS = Table(
    "tickets",
    METADATA,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("project", _Name, nullable=False),
    Column("ticket_id", _Name, nullable=False),
    Column("digest", _Name, nullable=False),
    Column("event", _Name, nullable=False),
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
    Column("claimed_by", _Name, nullable=False),
    Column("claimed_until", BigInteger, nullable=False),
    UniqueConstraint("project", "ticket_id", name="tickets_by_name"),
    Index("tickets_by_wake", "wake_at", "id"),
    Index("tickets_by_due", "due_at", "id"),
    Index("tickets_by_digest", "project", "digest"),
    sqlite_autoincrement=True,
)
"""The timers of a ticket with what they are made of; `ruleflow.store.timers` says more. The columns of bytes are JSON."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("seq", _Number, primary_key=True, autoincrement=True),
    Column("id", _Name, nullable=False, unique=True),
    Column("project", _Name, nullable=False),
    Column("ticket_id", _Name, nullable=False),
    Column("decision_id", _Name, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("state", _Name, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("delivered_at", BigInteger),
    Column("claimed_by", _Name, nullable=False),
    Column("claimed_until", BigInteger, nullable=False),
    Index("deliveries_by_state", "state", "next_at", "seq"),
    Index("deliveries_by_ticket", "project", "ticket_id", "state", "seq"),
    Index("deliveries_by_end", "state", "delivered_at"),
    sqlite_autoincrement=True,
)
"""What is to be told to the webhook, in the order in which it was decided."""
