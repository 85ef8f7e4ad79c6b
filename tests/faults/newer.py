"""The program as a next version would be: with the migrations of a folder that a test has made.

    python -m tests.faults.newer FOLDER "UPDATE invitation" 3 databases upgrade

runs `flask chorus databases upgrade` and dies, as `kill -9` does, before the third statement that
begins so; with 0 it comes to its end. As a module, it serves the pages: NEWER_MIGRATIONS names the
folder.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from app import create_app, databases
from tests.forked import chorus


def main(folder: str, beginning: str, number: str, *arguments: str) -> None:
    """Run `flask chorus` with `arguments`, and die at the moment if it comes."""
    _use(folder)
    if int(number):
        _die_before(beginning, int(number))
    chorus(*arguments)


def _use(folder: str) -> None:
    databases.MIGRATIONS = Path(folder)


def _die_before(beginning: str, number: int) -> None:
    seen = count(1)

    @event.listens_for(Engine, "before_cursor_execute")
    def _look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(beginning) and next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)


if "NEWER_MIGRATIONS" in os.environ:
    _use(os.environ["NEWER_MIGRATIONS"])
    application = create_app()

if __name__ == "__main__":
    main(*sys.argv[1:])
