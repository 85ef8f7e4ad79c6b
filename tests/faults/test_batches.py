"""A process that dies while it writes for many: what was acknowledged is stored (Cast)."""

import subprocess
import sys

from flask import Flask

from app.clock import MovableClock
from app.extensions import ballots
from crypto.ballots import PADS
from crypto.blind import generate_key
from tests.faults.processes import KILLED, ROOT, RUN_SECONDS, Installation
from tests.privacy.stored import column_of
from tests.privacy.urns import SignedBallot, make_urn

AT_ONCE = 12


def as_line(ballot: SignedBallot) -> str:
    """Return a ballot as the dying process reads it."""
    parts = (ballot.pool_id, ballot.serial, ballot.sealed, ballot.input_msg, ballot.signature)
    return " ".join(part.hex() for part in parts)


def test_a_batch_that_is_killed_in_the_middle_loses_nothing_that_was_acknowledged(
    app: Flask, clock: MovableClock, installation: Installation
) -> None:
    urn = make_urn(generate_key(), PADS[0])
    waiting = [urn.ballot() for _ in range(AT_ONCE)]
    finished = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying_batch"],
        input="\n".join(map(as_line, waiting)),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=installation.environment,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert finished.returncode == KILLED
    acknowledged = {bytes.fromhex(line) for line in finished.stdout.split()}
    assert len(acknowledged) == 1  # the other eleven were inserted, and nobody was told
    stored = set(column_of(ballots.engine, "SELECT serial FROM ballot"))
    assert acknowledged <= stored
    together = AT_ONCE if ballots.engine.dialect.name == "postgresql" else 1
    assert len(stored) == together  # all of a batch or none: SQLite's commit never came
    again = [ballot.cast() for ballot in waiting]
    assert again == [ballot.serial not in stored for ballot in waiting]
    assert len(column_of(ballots.engine, "SELECT serial FROM ballot")) == AT_ONCE
