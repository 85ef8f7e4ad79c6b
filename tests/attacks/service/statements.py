"""Which tables are read and written while something happens, by the statements themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

from tests.databases import BASES

_TABLES = {name for base in BASES.values() for name in base.metadata.tables}
_WORD = re.compile(r"\w+")
# Anywhere in a statement: PostgreSQL marks and keeps a paper inside one that begins with WITH.
_WRITES = re.compile(r"\b(?:INSERT INTO|DELETE FROM|UPDATE) (\w+)")


@dataclass(frozen=True)
class Touched:
    """The names of tables that statements read, and of those that they write."""

    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)


@contextmanager
def watched() -> Iterator[Touched]:
    """Give what is touched from here on, in whatever database and connection of this process."""
    touched = Touched()

    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        written = _TABLES.intersection(_WRITES.findall(statement))
        touched.written.update(written)
        touched.read.update(_TABLES.intersection(_WORD.findall(statement)) - written)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield touched
    finally:
        event.remove(Engine, "before_cursor_execute", look)
