"""Turns: what one worker of all does. Nobody has to give one back: it ends with a connection.

On PostgreSQL a turn is an advisory lock of a session. A worker that dies, or whose machine is cut
off, has lost it within a minute, and the next that asks has it. SQLite serves one machine and one
worker, whose turn it always is.
"""

from hashlib import sha256

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

WATCH = "watch"  # looks every few seconds, and ends what is kept long enough
ORDER = "order"  # keeps the order of arrival off the disk
PRESENCE = "presence"  # shared: how many hold it is how many workers there are
# The server notices by itself that a machine is gone, instead of after two hours.
_NOTICE_SOON = (
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)


class Turn:
    """One worker's claim on what a turn is about; used by one thread.

    :ivar known: whether the database could be asked the last time.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._connection: Connection | None = None
        self.known = True

    def is_mine(self) -> bool:
        """Return whether it is this worker's turn now; take it if it is nobody's."""
        if self._engine.dialect.name != "postgresql":
            return True
        try:
            mine = self._ask()
            self.known = True
            return mine
        except DBAPIError as fault:
            self.known = False
            structlog.get_logger().warning("turn not known", error=type(fault).__name__)
            self.give_up()
            return False

    def give_up(self) -> None:
        """End this worker's turn, if it has it."""
        if self._connection is not None:
            self._connection.invalidate()  # its end is what frees the lock
            self._connection.close()
            self._connection = None

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = listening_connection(self._engine)
        # Asked again of a connection that has the lock, it is granted again.
        asked = text("SELECT pg_try_advisory_lock(:key)")
        mine: bool = self._connection.execute(asked, {"key": lock_key(self._name)}).scalar_one()
        if not mine:
            self._connection.close()
            self._connection = None
        return mine


def listening_connection(engine: Engine) -> Connection:
    """Return a connection of PostgreSQL that is in no transaction and whose end is noticed soon."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    for statement in _NOTICE_SOON:
        connection.execute(text(statement))
    return connection


def lock_key(name: str) -> int:
    """Return the 64-bit number by which PostgreSQL knows a turn."""
    return int.from_bytes(sha256(b"chorus/turn\x00" + name.encode()).digest()[:8], signed=True)


def count_holders(connection: Connection, name: str) -> int:
    """Return how many connections to this database hold a turn (PostgreSQL)."""
    key = lock_key(name)
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND classid::bigint = :high AND objid::bigint = :low"
    )
    parts = {"high": (key >> 32) & 0xFFFFFFFF, "low": key & 0xFFFFFFFF}
    count: int = connection.execute(query, parts).scalar_one()
    return count
