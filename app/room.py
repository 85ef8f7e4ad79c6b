"""Whether there is room for what is to be stored: a full disk is silent until a write fails."""

import shutil
import threading
import time
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.outages import has_no_room

# One transaction of all ballots that may wait, its journal, and as much again for the log.
LEAST_BYTES = 8 * 2**20
_KEPT_SECONDS = 10.0
# Sorted outside of memory, about 4 MB, which are gone at once: it needs no right and no table.
_SORTED = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 150000) n ORDER BY n DESC) sorted"


def has_room(engine: Engine) -> bool:
    """Return whether a database's disk has room; True for one that can't be asked.

    On PostgreSQL its server is let write some megabytes of its own and forget them.
    """
    if engine.dialect.name == "sqlite":
        return _folder_has_room(Path(engine.url.database or ".").parent)
    try:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL work_mem = '64kB'"))
            # Where the tables are, even if its operator lets it sort on another disk.
            connection.execute(text("SET LOCAL temp_tablespaces = ''"))
            connection.execute(text(_SORTED))
    except DBAPIError as fault:
        return not has_no_room(fault)
    return True


def _folder_has_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free >= LEAST_BYTES
    except OSError:
        return True  # gone, which is another fault


class Room:
    """What was last found of each server, for whoever asks often: sorting is work for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Engine, tuple[float, bool]] = {}

    def has_room(self, engine: Engine) -> bool:
        """Return whether a database's disk had room within the last seconds."""
        if engine.dialect.name == "sqlite":
            return has_room(engine)
        with self._lock:
            at, found = self._found.get(engine, (-_KEPT_SECONDS, True))
            if time.monotonic() - at >= _KEPT_SECONDS:
                found = has_room(engine)
                self._found[engine] = time.monotonic(), found
            return found
