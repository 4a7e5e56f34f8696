"""How far the journals of workers are drained into the log."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from ruleflow.store.bulk import upsert
from ruleflow.store.database import Store
from ruleflow.store.schema import JOURNALS


def offsets(store: Store) -> Mapping[str, int]:
    """The bytes of each journal that are in the log."""
    with store.reading() as connection:
        return {row.name: row.drained for row in connection.execute(select(JOURNALS))}


def forget(store: Store, name: str) -> None:
    """Forget a journal whose file is removed."""
    with store.writing() as connection:
        connection.execute(delete(JOURNALS).where(JOURNALS.c.name == name))


def advance(connection: Connection, name: str, offset: int) -> bool:
    """Note how far a journal is drained; False where it was drained as far before."""
    new = upsert(connection, JOURNALS).values(name=name, drained=offset)
    noted = connection.execute(
        new.on_conflict_do_update(
            index_elements=["name"],
            set_={"drained": new.excluded.drained},
            where=JOURNALS.c.drained < new.excluded.drained,
        ).returning(JOURNALS.c.name)
    )
    return noted.first() is not None
