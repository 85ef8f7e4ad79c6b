"""Casts ballots from several threads, and dies in the middle of a transaction that they share.

    python -m tests.faults.dying_batch < ballots

Each line of its input is a ballot: pool, serial, sealed, input_msg and signature in hex. The first
is stored alone; the rest come to wait meanwhile and share the next transaction, in which they have
been inserted and not committed when the process ends; on PostgreSQL, where one statement does it
all, it ends before it hears of it. Each that is acknowledged is printed at once,
by its serial.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, event

from app import create_app
from app.extensions import ballots
from tests.privacy.crowds import batch_of
from tests.privacy.urns import SignedBallot

_PATIENCE_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.01


def main() -> None:
    """Cast what stands on standard input."""
    application = create_app()
    first, *others = [SignedBallot(*map(bytes.fromhex, line.split())) for line in sys.stdin]
    inserted: list[str] = []
    begun = threading.Event()

    @event.listens_for(Engine, "after_cursor_execute")
    def _count(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO ballot" not in statement:
            return
        inserted.append(statement)
        if len(inserted) == 1:
            begun.set()
            _wait_for(lambda: batch_of(application, ballots).waiting == len(others))
        if len(inserted) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    def cast(ballot: SignedBallot) -> None:
        with application.app_context():
            ballot.cast()
        os.write(1, f"{ballot.serial.hex()}\n".encode())  # at one stroke: other threads write too

    threading.Thread(target=cast, args=(first,)).start()
    begun.wait(_PATIENCE_SECONDS)
    for ballot in others:
        threading.Thread(target=cast, args=(ballot,)).start()


def _wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    main()
