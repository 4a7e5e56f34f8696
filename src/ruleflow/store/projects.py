"""The bundles of projects that were served, by digest, so that a decision can be repeated by the rules that made it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ruleflow.store.bulk import upsert
from ruleflow.store.database import Store
from ruleflow.store.instants import microseconds
from ruleflow.store.schema import BUNDLES


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a project, and when it was last put into service."""

    digest: str
    kept_at: int


def keep(store: Store, name: str, digest: str, content: bytes) -> None:
    """Keep the bundle of a project; one that is kept already counts as the newest again."""
    with store.writing() as connection:
        new = upsert(connection, BUNDLES).values(project=name, digest=digest, kept_at=microseconds(), content=content)
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["digest", "project"],
                set_={"kept_at": new.excluded.kept_at, "content": new.excluded.content},
            )
        )


def content_of(store: Store, digest: str) -> bytes | None:
    """The bundle with a digest; None where it is not kept."""
    with store.reading() as connection:
        found = connection.execute(select(BUNDLES.c.content).where(BUNDLES.c.digest == digest).limit(1)).scalar()
    return None if found is None else bytes(found)


def versions(store: Store, name: str) -> tuple[Version, ...]:
    """The versions of a project that are kept, the newest first."""
    wanted = (
        select(BUNDLES.c.digest, BUNDLES.c.kept_at).where(BUNDLES.c.project == name).order_by(BUNDLES.c.kept_at.desc())
    )
    with store.reading() as connection:
        return tuple(Version(row.digest, row.kept_at) for row in connection.execute(wanted))
