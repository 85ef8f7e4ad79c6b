"""Rewrite a PostgreSQL table in random order. Source: PROTOCOL 4, what order gives away."""

from sqlalchemy import Engine, Table, text


def shuffle_table(engine: Engine, table: Table) -> None:
    """Rewrite all rows of `table` in random order and vacuum their old places away.

    SQLite keeps these tables by a random key (WITHOUT ROWID), so there is nothing to do.
    """
    if engine.dialect.name != "postgresql":
        return
    name = engine.dialect.identifier_preparer.format_table(table)
    with engine.begin() as connection:
        # A writer that met a row between its two places would lose it: it waits instead.
        connection.execute(text(f"LOCK TABLE {name} IN EXCLUSIVE MODE"))
        shuffled = f"SELECT * FROM {name} ORDER BY random()"  # noqa: S608 - a table of our own
        connection.execute(text(f"CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS {shuffled}"))
        connection.execute(table.delete())
        connection.execute(text(f"INSERT INTO {name} SELECT * FROM shuffled"))  # noqa: S608
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM {name}"))
