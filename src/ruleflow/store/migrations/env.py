"""Run by alembic: the steps go through the connection that was handed in, within its transaction."""

from __future__ import annotations

from alembic import context

from ruleflow.store.schema import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSION_TABLE
)
context.run_migrations()
