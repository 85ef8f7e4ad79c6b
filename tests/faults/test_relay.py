"""Whatever the relay does, each link is noted once and a launch ends as its rules say."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask

from app.clock import MovableClock, current_clock
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.worker import run_due_work
from app.jobs.workplace import Workplace, current_workplace
from app.launching.service import launch_round
from app.mail import mailer as mailers
from app.mail.mailer import MemoryMailer, SmtpMailer
from app.models.identity.round import Round
from app.programs.service import find_program
from app.rounds.service import request_round
from tests import rounds
from tests.faults.difficult_relay import SHUTTING_DOWN, TOO_MANY, DifficultRelay
from tests.faults.processes import FLASK, RUN_SECONDS, Installation
from tests.faults.storage import mailed_in, rounds_in_order

pytestmark = pytest.mark.slow
# What a relay does is the same to both kinds of database.
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
EVERYBODY = 13  # twelve members and their mentor
K = 5
CONNECTIONS = 3


@pytest.fixture
def post_office() -> Iterator[DifficultRelay]:
    """A relay without difficulties yet."""
    relay = DifficultRelay()
    relay.start()
    yield relay
    relay.stop()


@pytest.fixture
def due(app: Flask, tmp_path: Path) -> str:
    """A round that is due."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": EVERYBODY - 1}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        form = form_of_program(session, program.id)
        return request_round(session, program, form, current_clock().now()).id


@pytest.mark.parametrize("connections", [1, CONNECTIONS])
@on_sqlite
def test_a_relay_that_greylists_everyone_first(
    due: str, post_office: DifficultRelay, connections: int
) -> None:
    post_office.greylists = True
    _launch(due, post_office, connections)
    _assert_everybody_got_one(due, post_office)
    assert set(post_office.tried.values()) == {2}


@pytest.mark.parametrize("answer", [TOO_MANY, SHUTTING_DOWN])
@pytest.mark.parametrize("connections", [1, CONNECTIONS])
@on_sqlite
def test_a_relay_that_takes_two_mails_over_one_connection(
    due: str, post_office: DifficultRelay, connections: int, answer: str
) -> None:
    post_office.most, post_office.beyond = 2, answer
    _launch(due, post_office, connections)
    _assert_everybody_got_one(due, post_office)
    assert post_office.connections >= EVERYBODY / 2
    # One refusal ends a connection; the next one is opened at once, not asked for everybody first.
    assert post_office.tried.total() <= EVERYBODY + post_office.connections


@on_sqlite
def test_a_relay_that_says_nothing_for_longer_than_we_wait(
    due: str, post_office: DifficultRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailers, "_TIMEOUT_SECONDS", 1)
    post_office.silent, post_office.silence = 1, 2.5
    _launch(due, post_office, CONNECTIONS)
    _wait_for(post_office, EVERYBODY)
    # The mail that it was silent about may have gone; then it comes twice, as below.
    assert set(_recipients(post_office).values()) <= {1, 2}
    assert len(_recipients(post_office)) == EVERYBODY
    assert _state(due) == "open"
    assert mailed_in(post_office.links()[0][1]) == EVERYBODY


@pytest.mark.parametrize("connections", [1, CONNECTIONS])
@on_sqlite
def test_a_relay_that_hangs_up_after_the_data_and_before_its_250(
    due: str, post_office: DifficultRelay, connections: int
) -> None:
    post_office.drops = 2
    _launch(due, post_office, connections)
    came = _recipients(post_office)
    assert sorted(came.values()) == [1] * (EVERYBODY - 2) + [2, 2]
    twice = [who for who, times in came.items() if times == 2]
    for recipient in twice:
        copies = [mail.content for mail in post_office.mails if mail.recipient == recipient]
        # Mail programs show one of two with the same id, and both lead to one invitation.
        assert len({message_from_bytes(copy)["Message-ID"] for copy in copies}) == 1
        assert len({re.findall(rb"/r/[^\s\"]+", copy)[0] for copy in copies}) == 1
    assert _state(due) == "open"
    assert mailed_in(post_office.links()[0][1]) == EVERYBODY


@pytest.mark.parametrize("hours", [2, -2])
@on_sqlite
def test_a_clock_that_jumps_while_links_go_out(
    due: str, post_office: DifficultRelay, clock: MovableClock, hours: int
) -> None:
    begun = clock.now()

    def jump(taken: int) -> None:
        if taken == 3:
            clock.move_to(begun + timedelta(hours=hours))

    post_office.at_each_mail = jump
    _launch(due, post_office, CONNECTIONS)
    _assert_everybody_got_one(due, post_office)
    with identity.read() as session:
        launched = session.get_one(Round, due)
    assert launched.lease_until is None
    assert abs(launched.opens_at - begun) < timedelta(minutes=1)  # as the mails say


@on_sqlite
def test_a_clock_that_jumps_and_a_worker_that_looks_before_the_launch_does(
    app: Flask, due: str, post_office: DifficultRelay, clock: MovableClock
) -> None:
    begun = clock.now()

    def jump_and_look(taken: int) -> None:
        if taken == 2 * K + 1:
            clock.move_to(begun + timedelta(hours=2))
            with app.app_context():
                run_due_work(current_workplace().with_mailer(MemoryMailer()))

    post_office.at_each_mail = jump_and_look
    _launch(due, post_office, 1)
    # 2k had been noted, so the round goes on; what was not sent by then is lost mail.
    assert _state(due) == "open"
    assert len(post_office.mails) == 2 * K + 1
    assert mailed_in(post_office.links()[0][1]) == 2 * K + 1


def test_workers_that_look_at_one_instant_send_each_mail_once(
    due: str, post_office: DifficultRelay, installation: Installation
) -> None:
    workers = [installation.start((*FLASK, "worker", "--once")) for _ in range(3)]
    try:
        assert [worker.wait(timeout=RUN_SECONDS) for worker in workers] == [0, 0, 0]
    finally:
        for worker in workers:
            worker.kill()
    _assert_everybody_got_one(due, post_office)
    assert len(rounds_in_order()) == 1


def _workplace(relay: DifficultRelay, connections: int) -> Workplace:
    url = f"smtp://127.0.0.1:{relay.port}"
    return current_workplace().with_mailer(SmtpMailer(url, connections))


def _launch(round_id: str, relay: DifficultRelay, connections: int) -> None:
    launch_round(_workplace(relay, connections).launch_room(), round_id)


def _recipients(relay: DifficultRelay) -> Counter[str]:
    return Counter(mail.recipient for mail in relay.mails)


def _assert_everybody_got_one(round_id: str, relay: DifficultRelay) -> None:
    assert sorted(_recipients(relay).values()) == [1] * EVERYBODY
    assert _state(round_id) == "open"
    assert mailed_in(relay.links()[0][1]) == EVERYBODY


def _state(round_id: str) -> str:
    with identity.read() as session:
        return session.get_one(Round, round_id).state


def _wait_for(relay: DifficultRelay, mails: int) -> None:
    deadline = time.monotonic() + RUN_SECONDS
    while len(relay.mails) < mails and time.monotonic() < deadline:
        time.sleep(0.05)
