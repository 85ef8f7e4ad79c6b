"""Rewrite tables so that where a row lies does not tell when it came. Source: PROTOCOL 4."""

from sqlalchemy import Engine, Table, text

# A reader that streams a table holds it; whoever waits for the lock holds up every writer.
_LOCK_PATIENCE = "2s"


def shuffle_tables(engine: Engine, *tables: Table) -> None:
    """Rewrite `tables` so that nothing in their files follows the order of arrival.

    :raises sqlalchemy.exc.OperationalError: if the database is too busy now.
    :raises sqlite3.OperationalError: likewise.
    """
    if engine.dialect.name == "sqlite":
        _rewrite_file(engine)
        return
    for table in tables:
        _rewrite_table(engine, table)


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


def _rewrite_table(engine: Engine, table: Table) -> None:
    """Put all rows in random order into a new file; the old one goes, dead rows and all."""
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
