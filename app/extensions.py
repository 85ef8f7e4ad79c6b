"""Flask extensions and the three databases, made once; rooms use them through `begin()`."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import SystemRandom
from typing import Any

from flask import Flask, current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, Table, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from app.batching import Act, Batch, Item, Outcome
from app.outages import only_reads

IDENTITY, BALLOTS, KEYS = None, "ballots", "keys"
# Protocol 4: a WAL shows the order of first insertion, and a shredded key must not linger in one.
_JOURNAL_MODE = {IDENTITY: "WAL", BALLOTS: "TRUNCATE", KEYS: "TRUNCATE"}
_BUSY_MILLISECONDS = 15_000
# A server that is gone without a word is noticed within a minute, not after a quarter of an hour.
_NOTICE_SOON: Mapping[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 50_000,
}
_BATCHES = "chorus.batches"
READ_ONLY: Mapping[str, object] = {"chorus_read_only": True}  # execution options
_READERS, _WRITERS = "chorus.readers", "chorus.writers"

db = SQLAlchemy()
migrate = Migrate(render_as_batch=True)
login_manager = LoginManager()
csrf = CSRFProtect()


class Store:
    """One of the three databases; a transaction never spans two of them."""

    def __init__(self, bind: str | None) -> None:
        self.bind = bind

    @property
    def engine(self) -> Engine:
        """Return the engine of the current application.

        :raises KeyError: if this process was started without this database.
        """
        return db.engines[self.bind]

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Give a session in one transaction: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that only reads: it waits for no writer on SQLite, and stops none."""
        with Session(self._reading_engine(), expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read_connection(self) -> Iterator[Connection]:
        """Give a Core connection that only reads; on PostgreSQL each statement stands alone.

        There a transaction would see no more of one state, and cost two more ways to the server.
        """
        readers: Mapping[str | None, Engine] = current_app.extensions[_READERS]
        with readers[self.bind].begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self, *tables: Table) -> Iterator[Connection]:
        """Give a Core connection that sees one state of `tables`, whatever others write."""
        engine = self._reading_engine()
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            if tables and engine.dialect.name == "postgresql":
                # Before anything is read: a table that is laid anew would look empty to whoever
                # began earlier, since TRUNCATE knows no snapshots. The worker tries again later.
                format_table = engine.dialect.identifier_preparer.format_table
                names = ", ".join(map(format_table, tables))
                connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))
            yield connection

    def _reading_engine(self) -> Engine:
        return _only_reading(self.engine)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give a Core connection in one transaction, for the paths where speed counts."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def connect_to_write(self) -> Iterator[Connection]:
        """Give a Core connection for one act of many: a transaction on SQLite.

        On PostgreSQL each statement is one by itself: to begin and to end it would be two more ways
        to the server.
        """
        writers: Mapping[str | None, Engine] = current_app.extensions[_WRITERS]
        with writers[self.bind].begin() as connection:
            yield connection

    def write(self, act: Act[Item, Outcome], item: Item) -> Outcome:
        """Do `act` for `item` together with what else waits; return its outcome.

        What is stored this way lies in random order inside its transaction (Protocol 4).

        :raises Refusal: what the act refused it with; BusyError if too many wait.
        """
        batch: Batch = current_app.extensions[_BATCHES][self.bind]
        return batch.write(act, item)


identity = Store(IDENTITY)
ballots = Store(BALLOTS)
keys = Store(KEYS)


def bind_databases(app: Flask) -> None:
    """Connect `app` to its databases and set what SQLite needs to be told at each connection."""
    db.init_app(app)
    migrate.init_app(app, db)
    stores = (identity, ballots, keys)
    app.extensions[_BATCHES] = {
        store.bind: Batch(store.connect_to_write, SystemRandom()) for store in stores
    }
    with app.app_context():
        for bind, engine in db.engines.items():
            if engine.dialect.name == "sqlite":
                _prepare_sqlite(engine, _JOURNAL_MODE[bind])
            else:
                _prepare_postgresql(engine)
        # Made once: on the paths where speed counts, making one costs as much as what it reads.
        app.extensions[_WRITERS] = {
            bind: engine.execution_options(isolation_level="AUTOCOMMIT")
            if engine.dialect.name == "postgresql"
            else engine
            for bind, engine in db.engines.items()
        }
        app.extensions[_READERS] = {
            bind: _only_reading(engine) for bind, engine in app.extensions[_WRITERS].items()
        }


def _only_reading(engine: Engine) -> Engine:
    return engine.execution_options(**READ_ONLY)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def _limit(
        _dialect: object, _record: object, _arguments: object, wanted: dict[str, Any]
    ) -> None:
        for name, value in _NOTICE_SOON.items():
            wanted.setdefault(name, value)

    @event.listens_for(engine, "handle_error")
    def _leave(context: ExceptionContext) -> None:
        # A server that was made a standby, or whose operator stopped writes: its connections are
        # of no use any more, and new ones are given to another where the address names several.
        if only_reads(context.original_exception):
            context.is_disconnect = True


def _prepare_sqlite(engine: Engine, journal_mode: str) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins; see below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and then writes would fail under load if it began as one
        # that only reads.
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return  # each statement is committed by itself
        reads = READ_ONLY.items() <= options.items()
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
