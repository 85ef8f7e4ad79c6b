"""How migrations run while people answer: one at a time, each soon over (decision 118)."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationInfo
from psycopg import errors
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

Say = Callable[[str], None]
# Whoever wants a table after us waits behind us, so we do not wait long for those before us.
LOCK_TIMEOUT = "500ms"
_TRIES = 20
_LONGEST_PAUSE_SECONDS = 10.0
_ASK_EVERY_SECONDS = 0.2
_MIGRATING = 0x6D_6967_7261_7465
_BUSY = 0xFF  # the primary part of SQLite's codes
_CHANGE_NOTHING = ("SELECT", "PRAGMA", "BEGIN", "SET")
_LAID_ANEW = "INSERT INTO _alembic_tmp_"


class TablesInUseError(Exception):
    """A table was in use for minutes, so the structure could not be changed."""

    def __init__(self) -> None:
        super().__init__(
            "A table has been in use for minutes, perhaps by a backup. Nothing is half done: run "
            "the same again when that is over."
        )


@contextmanager
def alone(engine: Engine, say: Say) -> Iterator[None]:
    """Let no other upgrade of this database run meanwhile; wait for one that does.

    Whoever is killed holds nothing any more.
    """
    holding = _alone_on_postgresql if engine.dialect.name == "postgresql" else _alone_on_sqlite
    with holding(engine) as take:
        if not take():
            say("Another upgrade is running; waiting until it is done.")
            while not take():
                time.sleep(_ASK_EVERY_SECONDS)
        yield


@contextmanager
def _alone_on_postgresql(engine: Engine) -> Iterator[Callable[[], bool]]:
    # Asked for again and again rather than waited for: an index that is built beside the writers
    # waits for every statement that is under way, and would for that one for ever.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # its end ends the lock
        asked = text("SELECT pg_try_advisory_lock(:name)")
        yield lambda: bool(connection.execute(asked, {"name": _MIGRATING}).scalar_one())


@contextmanager
def _alone_on_sqlite(engine: Engine) -> Iterator[Callable[[], bool]]:
    folder = os.open(Path(str(engine.url.database)).absolute().parent, os.O_RDONLY)

    def _take() -> bool:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        yield _take
    finally:
        os.close(folder)


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """Give a connection that may change tables, and waits for none of them for long."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        if engine.dialect.name == "postgresql":
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            connection.connection.commit()
        else:
            # SQLite replaces a table to change it, also one that others refer to.
            cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.close()
        try:
            yield connection
        finally:
            connection.invalidate()  # nobody after us gets one that was told this


def run_patiently(run: Callable[[], None], connection: Connection, say: Say) -> None:
    """Run what is left of the migrations, again where a table was in use.

    :raises TablesInUseError: if it was for minutes.
    """
    pause = 0.5
    for _ in range(_TRIES):
        try:
            run()
            return
        except DBAPIError as fault:
            connection.rollback()
            if not _in_use(fault):
                raise
        say(f"A table is in use; trying again in {pause:g} seconds.")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    raise TablesInUseError


def _in_use(fault: DBAPIError) -> bool:
    if isinstance(fault.orig, sqlite3.OperationalError):
        return fault.orig.sqlite_errorcode & _BUSY == sqlite3.SQLITE_BUSY
    return isinstance(fault.orig, errors.LockNotAvailable | errors.DeadlockDetected)


class Steps:
    """Looks on while migrations run on a connection, and at each one's end.

    :param database: its name, for whoever reads along.
    """

    def __init__(self, connection: Connection, database: str, say: Say) -> None:
        self._connection, self._database, self._say = connection, database, say
        self._statements, self._laid_anew = 0, False
        self._is_new = False  # whose first structure is no upgrade that anybody would follow
        self._since = time.monotonic()
        event.listen(connection, "before_cursor_execute", self._notice)

    def applied(self, step: MigrationInfo, **_: Any) -> None:
        """Finish a migration inside its transaction; alembic calls this.

        :raises RuntimeError: if a row refers to one that is gone, which undoes the migration.
        """
        if step.is_upgrade:
            self._note_oldest_program(step)
        if self._laid_anew and self._connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise RuntimeError("A row refers to one that is not there.")
        seconds = time.monotonic() - self._since
        self._is_new = self._is_new or not step.down_revision_ids
        if self._statements > 1 and not self._is_new:  # more than the note of where it has come to
            name = (step.up_revision_id or "", str(step.up_revision.doc))
            self._say(f"{self._database}, {': '.join(name)} ({seconds:.1f} s)")
        self._statements, self._laid_anew = 0, False
        self._since = time.monotonic()

    def _note_oldest_program(self, step: MigrationInfo) -> None:
        oldest = getattr(step.up_revision.module, "oldest_program", None)
        if oldest is not None:
            noted = text("UPDATE alembic_version SET oldest_program = :oldest")
            self._connection.execute(noted, {"oldest": oldest})

    def _notice(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._statements += not statement.lstrip().startswith(_CHANGE_NOTHING)
        self._laid_anew = self._laid_anew or statement.startswith(_LAID_ANEW)
