"""Launches side by side: one pool's slowness or failure touches no other, and none goes twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import current_clock
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.launchers import Launchers
from app.jobs.workplace import Workplace, current_workplace
from app.mail.mailer import Mail, MemoryMailer
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.service import request_round
from tests import rounds

SLOW, QUICK = "Onboarding", "Sales"
PATIENCE_SECONDS = 20


class Relay(MemoryMailer):
    """A relay that does something of its own before it takes a mail to the slow program."""

    def __init__(
        self, to_the_slow: Callable[[], None], slow: tuple[str, ...] = ("north", "mentor.north")
    ) -> None:
        super().__init__()
        self._to_the_slow = to_the_slow
        self._slow = slow

    @contextmanager
    def connect(self) -> Iterator["Relay"]:
        yield self

    def send(self, mail: Mail) -> None:
        if mail.recipient.startswith(self._slow):
            self._to_the_slow()
        super().send(mail)


@pytest.fixture
def due(app: Flask, tmp_path: Path) -> None:
    """Two programs whose rounds are due, the slow one first."""
    text = rounds.roster_csv({"North": 6}, SLOW)
    text += rounds.roster_csv({"South": 6}, QUICK).partition("\n")[2]
    rounds.import_people(app, tmp_path, text)
    for name in (SLOW, QUICK):
        with identity.begin() as session:
            program = session.scalars(select(Program).where(Program.name == name)).one()
            form = form_of_program(session, program.id)
            request_round(session, program, form, current_clock().now())


def test_a_slow_pool_holds_up_neither_another_nor_the_worker(app: Flask, due: None) -> None:
    released = threading.Event()
    relay = Relay(lambda: released.wait(PATIENCE_SECONDS) and None)
    launchers = Launchers(app.app_context, 2)
    launchers.launch_due(_workplace(relay))
    try:
        _wait_until({SLOW: "launching", QUICK: "open"})
        launchers.launch_due(_workplace(relay))  # the worker's next look changes nothing
    finally:
        released.set()
        launchers.stop()
    assert _states() == {SLOW: "open", QUICK: "open"}
    assert set(Counter(mail.recipient for mail in relay.mails).values()) == {1}


def test_a_pool_that_fails_touches_no_other(app: Flask, due: None) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    launchers = Launchers(app.app_context, 2)
    launchers.launch_due(_workplace(Relay(fail)))
    _wait_until({SLOW: "launching", QUICK: "open"})  # what failed is taken up after its lease
    launchers.stop()


def test_one_launch_at_a_time_launches_all_in_turn(app: Flask, due: None) -> None:
    launchers = Launchers(app.app_context, 1)
    launchers.launch_due(_workplace(MemoryMailer()))
    _wait_until({SLOW: "open", QUICK: "open"})
    launchers.stop()


def test_what_has_not_begun_when_a_worker_stops_is_left_to_the_next(app: Flask, due: None) -> None:
    begun, released = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        released.wait(PATIENCE_SECONDS)

    launchers = Launchers(app.app_context, 1)
    launchers.launch_due(_workplace(Relay(wait, slow=("",))))
    assert begun.wait(PATIENCE_SECONDS)
    threading.Timer(0.2, released.set).start()
    launchers.stop()
    assert sorted(_states().values()) == ["due", "open"]


def test_several_workers_that_look_at_one_instant_launch_each_round_once(
    app: Flask, due: None
) -> None:
    relay = MemoryMailer()
    workers = [Launchers(app.app_context, 2) for _ in range(3)]
    at_once = threading.Barrier(len(workers))

    def look(worker: Launchers) -> None:
        with app.app_context():
            at_once.wait(PATIENCE_SECONDS)
            worker.launch_due(_workplace(relay))

    looking = [threading.Thread(target=look, args=(worker,)) for worker in workers]
    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()
    for worker in workers:
        worker.stop()
    _wait_until({SLOW: "open", QUICK: "open"})
    assert set(Counter(mail.recipient for mail in relay.mails).values()) == {1}
    assert len(relay.mails) == 14


def _workplace(mailer: MemoryMailer) -> Workplace:
    return current_workplace().with_mailer(mailer)


def _states() -> dict[str, str]:
    with identity.read() as session:
        rows = session.execute(
            select(Program.name, Round.state).join(Round, Round.program_id == Program.id)
        )
        return dict(rows.all())


def _wait_until(states: dict[str, str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _states() != states:
        assert time.monotonic() < deadline, _states()
        time.sleep(0.02)
