"""Write SQLite files without waiting for the disk: for data that can be made again."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine, event


@contextmanager
def unsynced(*engines: Engine) -> Iterator[None]:
    """Let connections of `engines` skip the disk's confirmation until the end of the block.

    Only the demo and tests do this: should the machine fail meanwhile, they are made anew.
    """
    with ExitStack() as stack:
        for engine in engines:
            if engine.dialect.name == "sqlite":
                stack.enter_context(_unsynced(engine))
        yield


@contextmanager
def _unsynced(engine: Engine) -> Iterator[None]:
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    engine.dispose()  # open connections were made with the ordinary setting
    event.listen(engine, "connect", _configure)
    try:
        yield
    finally:
        event.remove(engine, "connect", _configure)
        engine.dispose()
