"""Whether a database can't be used now, as opposed to having been asked wrongly; and why."""

import sqlite3

from psycopg import OperationalError
from psycopg.errors import DiskFull, ReadOnlySqlTransaction
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
    gone = fault.connection_invalidated or isinstance(fault.orig, OperationalError)
    return gone or only_reads(fault.orig)


def only_reads(fault: BaseException | None) -> bool:
    """Return whether a server takes no writes: a standby, or one that its operator has stopped."""
    return isinstance(fault, ReadOnlySqlTransaction)


def has_no_room(fault: DBAPIError) -> bool:
    """Return whether a database's disk is full."""
    if isinstance(fault.orig, sqlite3.OperationalError):
        return fault.orig.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_FULL
    return isinstance(fault.orig, DiskFull)


def reason_of(fault: BaseException) -> str:
    """Return the driver's own word for a fault, "SQLITE_FULL" or "DiskFull"; never its text."""
    cause = fault.orig or fault if isinstance(fault, DBAPIError) else fault
    name: str = getattr(cause, "sqlite_errorname", type(cause).__name__)
    return name
