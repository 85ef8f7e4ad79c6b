"""Casts ballots from several threads, and dies in the middle of a transaction that they share.

    python -m tests.faults.dying_batch 4 < ballots

Each line of its input is a ballot: pool, serial, sealed, input_msg and signature in hex. The first
is stored alone; the rest come to wait meanwhile and share the next transaction, of which so many
are inserted when the process ends. Each that is acknowledged is printed at once, by its serial.
"""

import os
import signal
import sys
import threading
import time

from sqlalchemy import Connection, Engine, event

from app import create_app
from tests.privacy.urns import SignedBallot

_SLOW_SECONDS = 1.0  # as on a slow disk, so that all others come to wait meanwhile


def main(dies_at: int) -> None:
    """Cast what stands on standard input."""
    application = create_app()
    inserted: list[str] = []

    @event.listens_for(Engine, "after_cursor_execute")
    def _count(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("INSERT INTO ballot"):
            return
        inserted.append(statement)
        if len(inserted) == 1:
            time.sleep(_SLOW_SECONDS)
        if len(inserted) == 1 + dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def cast(ballot: SignedBallot) -> None:
        with application.app_context():
            ballot.cast()
        os.write(1, f"{ballot.serial.hex()}\n".encode())  # at one stroke: other threads write too

    for line in sys.stdin:
        ballot = SignedBallot(*map(bytes.fromhex, line.split()))
        threading.Thread(target=cast, args=(ballot,)).start()
        time.sleep(_SLOW_SECONDS / 50)


if __name__ == "__main__":
    main(int(sys.argv[1]))
