"""The pages, served by a process that dies in the middle of a transaction that many ballots share.

DIES_AT_BALLOT says how many ballots of one transaction are inserted when it ends, uncommitted.
"""

import os
import signal
import time

from sqlalchemy import Connection, Engine, event

from app import create_app

_SLOW_SECONDS = 0.2  # as on a slow disk, so that others come to wait meanwhile

application = create_app()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    connection.info["ballots"] = 0


@event.listens_for(Engine, "after_cursor_execute")
def _count(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if statement.startswith("INSERT INTO ballot"):
        time.sleep(_SLOW_SECONDS)
        connection.info["ballots"] += 1
        if connection.info["ballots"] == int(os.environ["DIES_AT_BALLOT"]):
            os.killpg(os.getpgrp(), signal.SIGKILL)
