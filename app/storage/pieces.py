"""What a migration does to large tables while people answer: in pieces, each soon over.

A migration that calls these does nothing else: each piece is committed by itself, and an upgrade
that is killed does the whole migration again (decision 118). What was done is found done.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import ColumnElement, Connection

from app.storage.upgrading import LOCK_TIMEOUT

_ROWS_AT_A_TIME = 1_000
_SHORTEST_PAUSE_SECONDS = 0.01
_SAY_EVERY_SECONDS = 5.0


def add_index(name: str, table: str, columns: Sequence[str], *, unique: bool = False) -> None:
    """Build an index; on PostgreSQL beside those who write, on SQLite before they go on."""
    with _in_pieces() as connection:
        if connection.dialect.name != "postgresql":
            op.create_index(name, table, list(columns), unique=unique, if_not_exists=True)
            return
        with _waiting_long(connection):
            if _is_invalid(connection, name):
                op.drop_index(name, table, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                list(columns),
                unique=unique,
                if_not_exists=True,
                postgresql_concurrently=True,
            )


def fill(
    table: str,
    column: str,
    value: ColumnElement[Any],
    key: Sequence[str],
    at_a_time: int = _ROWS_AT_A_TIME,
) -> None:
    """Give a column its value in every row in which it is null, some rows in each transaction.

    Others get as long as each piece took. The rows come in the order of their key, which is
    random, so nothing new follows about when they were written (Protocol 4).

    :param value: of SQL; it may read the row's other columns.
    :param key: the primary key's columns.
    """
    rows = sa.table(table, *(sa.column(name) for name in (*key, column)))
    place = sa.tuple_(*(rows.c[name] for name in key))
    walk = sa.select(*(rows.c[name] for name in key)).order_by(*(rows.c[name] for name in key))
    done, said_at = 0, time.monotonic()
    with _in_pieces() as connection:
        after: ColumnElement[bool] = sa.true()
        while found := connection.execute(walk.where(after).limit(at_a_time)).all():
            begun = time.monotonic()
            last = sa.tuple_(*map(sa.literal, found[-1]))
            change = sa.update(rows).where(after, place <= last, rows.c[column].is_(None))
            connection.execute(change.values({column: value}))
            after = place > last
            done += len(found)
            time.sleep(max(time.monotonic() - begun, _SHORTEST_PAUSE_SECONDS))
            if time.monotonic() - said_at > _SAY_EVERY_SECONDS:
                _say(f"{table}: {done:,} rows so far")
                said_at = time.monotonic()


def add_check(name: str, table: str, condition: str) -> None:
    """Add a rule on PostgreSQL: for what comes, then, beside those who write, for what is there.

    On SQLite a rule comes with its column or not at all, since everything else lays a table anew.
    """
    with _in_pieces() as connection:
        if connection.dialect.name != "postgresql":
            return
        there = {rule["name"] for rule in sa.inspect(connection).get_check_constraints(table)}
        if name not in there:
            op.create_check_constraint(op.f(name), table, condition, postgresql_not_valid=True)
        named = connection.dialect.identifier_preparer.quote
        change = f"ALTER TABLE {named(table)} VALIDATE CONSTRAINT {named(name)}"
        with _waiting_long(connection):
            connection.exec_driver_sql(change)


@contextmanager
def _in_pieces() -> Iterator[Connection]:
    """Give a connection on which each statement is committed by itself."""
    with op.get_context().autocommit_block():
        yield op.get_bind()


@contextmanager
def _waiting_long(connection: Connection) -> Iterator[None]:
    """Let a statement wait for whoever is before it, since nobody waits behind it."""
    connection.exec_driver_sql("SET lock_timeout = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def _is_invalid(connection: Connection, index: str) -> bool:
    """Return whether an index was left half built, by somebody who was killed or had to wait."""
    asked = sa.text(
        "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE relname = :name AND relnamespace = 'public'::regnamespace AND NOT indisvalid"
    )
    return bool(connection.execute(asked, {"name": index}).scalar_one())


def _say(line: str) -> None:
    context.config.attributes.get("say", lambda _line: None)(line)
