"""In which order things lie in a database and in its files."""

from collections.abc import Sequence

from sqlalchemy import Engine

from config import Settings
from tests import databases


def column_of(engine: Engine, query: str) -> list[bytes]:
    with engine.connect() as connection:
        return [bytes(row[0]) for row in connection.exec_driver_sql(query)]


def by_place(things: Sequence[bytes], heap: bytes) -> list[bytes]:
    """Return `things` in the order in which they first stand in `heap`."""
    places = {thing: heap.find(thing) for thing in things}
    assert min(places.values()) >= 0
    return sorted(things, key=places.__getitem__)


def heap_of(engine: Engine, settings: Settings, name: str, table: str) -> bytes:
    """Return the bytes of the file in which `table` lies, every page written out."""
    if engine.dialect.name == "sqlite":
        databases.dispose_engines()
        return (settings.data / f"{name}.sqlite3").read_bytes()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        query = f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))"
        return bytes(connection.exec_driver_sql(query).scalar_one())


def stored_order(engine: Engine, table: str, column: str) -> list[bytes]:
    """Return a column as the database gives it when no order is asked for."""
    place = " ORDER BY ctid" if engine.dialect.name == "postgresql" else ""
    return column_of(engine, f"SELECT {column} FROM {table}{place}")
