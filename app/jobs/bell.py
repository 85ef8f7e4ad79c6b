"""The bell: a worker waits until its next look, or until somebody says that something is due."""

import threading
import time
from contextlib import suppress

import structlog
from psycopg import Connection as Session
from psycopg import OperationalError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.jobs.turns import PRESENCE, listening_connection, lock_key
from app.waking import CHANNEL

# A worker rings for the others while more waits than it can begin, and hears itself.
LEAST_SECONDS = 1.0
_SLICE_SECONDS = 1.0  # how long a worker that is told to stop may take to notice


class Bell:
    """What wakes one worker. A lost ring costs the time to the next look; a second one, a look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def listen(self) -> None:
        """Be there from now on: hear what is rung, and be counted among the workers."""
        if self._engine.dialect.name != "postgresql" or self._connection is not None:
            return
        try:
            connection = listening_connection(self._engine)
            self._connection = connection
            connection.execute(text(f"LISTEN {CHANNEL}"))
            shared = text("SELECT pg_advisory_lock_shared(:key)")
            connection.execute(shared, {"key": lock_key(PRESENCE)})
        except DBAPIError as fault:
            self._lost(fault)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait for a ring, at most so many seconds; less once `stop` is set.

        What rings within the first second is heard at its end, all of it as one.
        """
        self.listen()
        deadline = time.monotonic() + seconds
        stop.wait(min(seconds, LEAST_SECONDS))
        while not stop.is_set():
            left = deadline - time.monotonic()
            if left <= 0 or self._rang(min(left, _SLICE_SECONDS), stop):
                return

    def close(self) -> None:
        """Be away."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _rang(self, seconds: float, stop: threading.Event) -> bool:
        if self._connection is None:
            stop.wait(seconds)
            return False
        session = self._connection.connection.driver_connection
        if not isinstance(session, Session):
            raise TypeError("PostgreSQL is spoken to through psycopg.")
        try:
            return any(True for _ in session.notifies(timeout=seconds, stop_after=1))
        except OperationalError as fault:
            self._lost(fault)
            return False

    def _lost(self, fault: Exception) -> None:
        """Go on without it: the next look comes by itself, and so does the next try to listen."""
        structlog.get_logger().warning("workers are not woken", error=type(fault).__name__)
        with suppress(DBAPIError, OperationalError):
            self.close()
        self._connection = None
