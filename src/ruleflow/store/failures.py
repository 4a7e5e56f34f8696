"""What a database says when something fails, in words for an admin."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from ruleflow.store.errors import StoreError

_SQLITE = {
    "SQLITE_BUSY": "is locked by another process; it is tried again with the next request",
    "SQLITE_LOCKED": "is locked by another process; it is tried again with the next request",
    "SQLITE_READONLY": "cannot be written: the file or its folder is read-only for this user",
    "SQLITE_FULL": "cannot be written: the disk is full",
    "SQLITE_CANTOPEN": "cannot be opened: its folder is missing, or this user may not read it",
    "SQLITE_NOTADB": "is no SQLite database",
    "SQLITE_CORRUPT": "is damaged; restore it from a backup",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
    "SQLITE_PERM": "cannot be opened: this user may not read it",
}
_POSTGRESQL = {
    "08": "cannot be reached",
    "57P": "is shutting down, or has ended the connection",
    "57014": "took too long to answer",
    "55P03": "is locked by another process; it is tried again with the next request",
    "40": "had to undo this for the sake of another process; it is tried again with the next request",
    "53100": "cannot be written: the disk is full",
    "53": "has no room for another connection, or no memory",
    "25006": "is read-only: this is a standby, or the user may only read",
    "42501": "refuses this user the right to do this",
    "42P01": "lacks a table of ruleflow; it is made when the service starts",
}
"""By the beginning of the SQLSTATE, the longest that fits."""


def told(error: Exception, url_shown: str) -> StoreError:
    """The error as the store raises it, from one of SQLAlchemy's or of a driver."""
    if isinstance(error, NoConnection):
        return StoreError(f"{url_shown} has no connection free; all are in use")
    cause = (isinstance(error, DBAPIError) and error.orig) or error
    name = getattr(cause, "sqlite_errorname", None)
    state = getattr(cause, "sqlstate", None)
    if name:
        words = _longest_fit(_SQLITE, name)
    elif state:
        words = _longest_fit(_POSTGRESQL, state)
    else:
        # psycopg gives no SQLSTATE where there was no server to give one.
        words = "cannot be reached" if _is_operational(cause) else None
    reason = _first_line(cause)
    return StoreError(f"{url_shown} {words or 'cannot do this'}" + (f" ({reason})" if reason else ""))


def _is_operational(cause: BaseException) -> bool:
    """Whether the driver says that there is no database to talk to."""
    return any(kind.__name__ == "OperationalError" for kind in type(cause).__mro__)


def _longest_fit(table: dict[str, str], code: str) -> str | None:
    fits = [start for start in table if code.startswith(start)]
    return table[max(fits, key=len)] if fits else None


def _first_line(cause: BaseException) -> str:
    return str(cause).strip().partition("\n")[0].strip()
