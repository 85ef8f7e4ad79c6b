"""A process that slept past its lease (a suspended machine) wakes and harms nothing."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.clock import MovableClock
from app.jobs.leases import LEASE
from app.mail.mailer import MemoryMailer
from tests import rounds
from tests.faults.crowd import answered_round
from tests.faults.post_office import PostOffice
from tests.faults.processes import DYING, FLASK, RUN_SECONDS, Installation
from tests.faults.storage import left_of, rounds_in_order, shown_comments, stored_release
from tests.forked import Forked
from tests.privacy.proc import STOPPED, state_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]
AFTER_THE_LEASE = LEASE + timedelta(minutes=1)


def test_a_launch_that_slept_stops_sending_and_opens_nothing(
    app: Flask,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12}))
    # One connection: with several it could fall asleep in the middle of another one's note.
    sleeper = installation.start(
        (*FLASK, "rounds", "launch", rounds.PROGRAM), CHORUS_MAIL_CONNECTIONS="1"
    )
    try:
        post_office.end_sender(sleeper.pid, "noted", 3, signal.SIGSTOP)
        _wait_until_asleep(sleeper)
        clock.move_to(clock.now() + AFTER_THE_LEASE)
        installation.run("worker", "--once")
        _wake(sleeper)
        assert sleeper.wait(timeout=RUN_SECONDS) == 1
    finally:
        sleeper.kill()
    assert [entry.state for entry in rounds_in_order()] == ["aborted", "open"]
    pools = [pool_id for _, pool_id, _ in post_office.links()]
    assert pools.count(pools[0]) == 4  # the mail that was under way when it fell asleep, no more
    assert pools.count(pools[3]) == 13
    assert left_of(pools[0]) == {}


@pytest.mark.parametrize("step", ["closing", "opened", "sealed off"])
def test_a_close_that_slept_leaves_what_another_has_published(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    tmp_path: Path,
    step: str,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    clock.move_to(rounds.closing_time(opened))
    sleeper = installation.start((*DYING, "step", step, "worker", "--once"), DIES_OF="SIGSTOP")
    try:
        _wait_until_asleep(sleeper)
        clock.move_to(clock.now() + AFTER_THE_LEASE)
        installation.run("worker", "--once")
        published = stored_release(opened.pool_id)
        comments = shown_comments(opened.pool_id)
        _wake(sleeper)
        assert sleeper.wait(timeout=RUN_SECONDS) == 0
    finally:
        sleeper.kill()
    assert "job failed" not in installation.log_text
    assert published is not None
    assert stored_release(opened.pool_id) == published
    assert comments
    assert shown_comments(opened.pool_id) == comments
    assert left_of(opened.pool_id) == {"comments": len(comments), "data keys": 1}


def _wait_until_asleep(process: Forked) -> None:
    deadline = time.monotonic() + RUN_SECONDS
    while state_of(process.pid) != STOPPED:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)


def _wake(process: Forked) -> None:
    os.kill(process.pid, signal.SIGCONT)
