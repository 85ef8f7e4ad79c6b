"""Whether a database can't be used now, as opposed to having been asked wrongly."""

import sqlite3

from psycopg import OperationalError
from sqlalchemy.exc import DBAPIError

_PRIMARY = 0xFF  # the rest of a code of SQLite says more of the same
# Locked, unreadable, full, not to be opened: what waiting or an operator can mend.
_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


def is_away(fault: DBAPIError) -> bool:
    """Return whether the same may succeed later: the database is gone, busy or full."""
    if isinstance(fault.orig, sqlite3.OperationalError):
        return fault.orig.sqlite_errorcode & _PRIMARY in _SQLITE_AWAY
    # What PostgreSQL says of its own state: shutting down, no connection, no room, a lock.
    return fault.connection_invalidated or isinstance(fault.orig, OperationalError)
