"""One `serve` at a time on a data folder: two would each cast, close and lay SQLite files anew."""

import fcntl
import os
from pathlib import Path

_NAME = "serve.lock"


def claim(folder: Path) -> int | None:
    """Return what holds the data folder while any process has it open; None if another does.

    The parts inherit it: a `serve` that was killed alone may have left some of them at work.
    """
    held = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return held
