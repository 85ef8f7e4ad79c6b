"""Rewrite tables so that where a row lies does not tell when it came. Source: PROTOCOL 4."""

from collections.abc import MutableMapping

from sqlalchemy import Connection, Engine, Table, text

# A reader that streams a table holds it; whoever waits for the lock holds up every writer.
_LOCK_PATIENCE = "2s"
# What a table's rows were once it was laid anew, by its name: see `_state_of`.
States = MutableMapping[str, tuple[int, int, int]]


def shuffle_tables(engine: Engine, *tables: Table, known: States | None = None) -> None:
    """Rewrite `tables` so that nothing in their files follows the order of arrival.

    :param known: what they were after the last time, if somebody remembers; a table that is so
        still is left alone on PostgreSQL, where rewriting it stops everybody who needs it.
    :raises sqlalchemy.exc.OperationalError: if the database is too busy now.
    :raises sqlite3.OperationalError: likewise.
    """
    if engine.dialect.name == "sqlite":
        _rewrite_file(engine)
        return
    known = {} if known is None else known
    for table in tables:
        with engine.connect() as connection:
            same = table.name in known and _state_of(connection, table) == known[table.name]
        if not same:
            known[table.name] = _rewrite_table(engine, table)


def _rewrite_file(engine: Engine) -> None:
    """Lay the whole file anew, each table by its key.

    WITHOUT ROWID sorts rows by their random key, but a page keeps its rows' content in the order
    of writing, and what is too long for a page goes to the end of the file.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA temp_store = MEMORY")  # no second copy on a disk
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a WAL keeps the order until then
        cursor.close()
    finally:
        connection.close()


def _state_of(connection: Connection, table: Table) -> tuple[int, int, int]:
    """Return which file a table has, how many rows, and the sum of who wrote them.

    Whatever adds, changes or deletes a row changes one of the three: a row that is written is a
    later transaction's. What was rolled back does not: it told of no order but a batch's own.
    """
    name = connection.dialect.identifier_preparer.format_table(table)
    # The name is that of a table of our own; SQL has no parameter for one.
    rows = f"SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM {name}"  # noqa: S608  # nosec B608
    count, writers = connection.execute(text(rows)).one()
    file = connection.execute(text("SELECT pg_relation_filenode(:name)"), {"name": name}).scalar()
    return file or 0, count, int(writers)


def _rewrite_table(engine: Engine, table: Table) -> tuple[int, int, int]:
    """Put all rows in random order into a new file; the old one goes, dead rows and all.

    :return: what the table is now, for `_state_of` to be compared with.
    """
    name = engine.dialect.identifier_preparer.format_table(table)
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_PATIENCE}'"))
        # A writer that met a row between its two places would lose it: it waits instead.
        connection.execute(text(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"))
        # The name is that of a table of our own; SQL has no parameter for one.
        shuffled = f"SELECT * FROM {name} ORDER BY random()"  # noqa: S608  # nosec B608
        connection.execute(text(f"CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS {shuffled}"))
        # DELETE would leave the rows' bytes where they were, in their order, even after a VACUUM.
        connection.execute(text(f"TRUNCATE {name}"))
        # The same name.
        connection.execute(
            text(f"INSERT INTO {name} SELECT * FROM shuffled")  # noqa: S608  # nosec B608
        )
        return _state_of(connection, table)
