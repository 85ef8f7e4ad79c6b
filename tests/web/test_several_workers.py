"""Several workers: one has the watch, all are woken, and each piece of work is one worker's."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.bell import LEAST_SECONDS, Bell
from app.jobs.launches import ask_for_scheduled_rounds
from app.jobs.turns import PRESENCE, WATCH, Turn, count_holders, lock_key
from app.jobs.workplace import clock_is_true, current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.rounds.service import request_round
from app.waking import CHANNEL, wake_workers
from config import Settings
from tests import rounds
from tests.applications import A_MONDAY, FixedClock
from tests.faults.post_office import PostOffice
from tests.faults.processes import FLASK, installation_of

pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
SECONDS = 20.0


@pytest.fixture
def bell(app: Flask) -> Iterator[Bell]:
    """A worker's bell, listening."""
    made = Bell(identity.engine)
    made.listen()
    yield made
    made.close()


def rings(bell: Bell, seconds: float = SECONDS) -> bool:
    """Return whether a bell wakes its worker before the time is up."""
    stop, woken = threading.Event(), threading.Event()

    def wait() -> None:
        bell.wait(seconds, stop)
        woken.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    rang = woken.wait(seconds / 2)
    stop.set()
    waiting.join()
    return rang


def kick_out(name: str) -> None:
    """End the connection that has a turn, as the end of its machine would."""
    key = lock_key(name)
    with identity.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND classid::bigint = :high AND objid::bigint = :low"
            ),
            {"high": (key >> 32) & 0xFFFFFFFF, "low": key & 0xFFFFFFFF},
        )


def test_one_worker_of_all_has_the_watch_and_another_takes_it_over(app: Flask) -> None:
    first, second = Turn(identity.engine, WATCH), Turn(identity.engine, WATCH)
    assert first.is_mine() and first.is_mine()
    assert not second.is_mine()
    kick_out(WATCH)
    assert second.is_mine()
    assert not first.is_mine()
    second.give_up()
    assert first.is_mine()
    first.give_up()


def test_a_bell_rings_once_the_change_is_stored_and_not_before(app: Flask, bell: Bell) -> None:
    with identity.begin() as session:
        wake_workers(session)
        wake_workers(session)
    assert rings(bell)
    with pytest.raises(ZeroDivisionError), identity.begin() as session:
        wake_workers(session)
        raise ZeroDivisionError
    assert not rings(bell, 4.0)


def test_rings_that_come_together_are_one_and_no_worker_spins_on_its_own(
    app: Flask, bell: Bell
) -> None:
    for _ in range(3):
        with identity.begin() as session:
            wake_workers(session)
    began = time.monotonic()
    bell.wait(SECONDS, threading.Event())
    assert LEAST_SECONDS <= time.monotonic() - began < SECONDS / 2
    assert not rings(bell, 4.0)


def test_a_bell_that_lost_its_connection_costs_the_time_to_the_next_look(
    app: Flask, bell: Bell
) -> None:
    kick_out(PRESENCE)
    bell.wait(1.5, threading.Event())  # it notices, and the time passes
    bell.listen()
    with identity.begin() as session:
        wake_workers(session)
    assert rings(bell)


def test_what_people_do_who_are_asked_wakes_nobody(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    said: list[str] = []
    event.listen(
        identity.engine, "before_cursor_execute", lambda *heard: said.append(str(heard[2]))
    )
    rounds.answer(opened, list(opened.links)[:3])
    assert said and not [statement for statement in said if CHANNEL in statement]


def test_two_workers_ask_for_a_scheduled_round_once(
    app: Flask, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    rounds.run(app, "programs", "schedule", rounds.PROGRAM, "--every-weeks", "4", "--on", "monday")
    with identity.begin() as session:
        due = session.scalars(select(Schedule)).one()
        clock.move_to(due.next_at + timedelta(minutes=1))
    with identity.begin() as other:
        other.execute(select(Schedule).with_for_update())  # another worker is at it
        ask_for_scheduled_rounds(current_workplace())
        with identity.read() as session:
            assert session.scalars(select(Round)).all() == []
    ask_for_scheduled_rounds(current_workplace())
    ask_for_scheduled_rounds(current_workplace())
    with identity.read() as session:
        assert len(session.scalars(select(Round)).all()) == 1


def test_a_worker_whose_clock_is_off_does_nothing(app: Flask) -> None:
    here = current_workplace()
    production = replace(here, settings=replace(here.settings, environment="production"))
    for seconds, is_true in ((0, True), (20, True), (40, False), (-40, False)):
        off = FixedClock(datetime.now(UTC) + timedelta(seconds=seconds))
        assert clock_is_true(replace(production, clock=off)) is is_true
    assert clock_is_true(here), "development's clock is there to be moved"


def test_two_workers_share_what_is_due_and_do_nothing_twice(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    names = ("Harbour", "Quay", "Wharf", "Dock")
    each = [rounds.roster_csv({name: 6}, program=name).partition("\n") for name in names]
    rounds.import_people(app, tmp_path, "\n".join([each[0][0], *(part[2] for part in each)]))
    with identity.begin() as session:
        for program in session.scalars(select(Program)):
            request_round(session, program, form_of_program(session, program.id), A_MONDAY)
    office = PostOffice()
    office.start()
    with ExitStack() as ending:
        ending.callback(office.stop)
        installation = installation_of(settings, tmp_path, office.port)
        for _ in range(2):
            started = installation.start((*FLASK, "worker", "--pause", "0.2"))
            ending.callback(started.kill)
        wait_until(lambda: all_are_open(len(names)))
        with identity.read_connection() as connection:
            assert count_holders(connection, PRESENCE) == 2
            assert count_holders(connection, WATCH) == 1
    recipients = [mail.recipient for mail in office.mails]
    assert len(recipients) == len(set(recipients)) == 7 * len(names)
    assert "job failed" not in installation.log_text


def all_are_open(count: int) -> bool:
    with identity.read() as session:
        return [entry.state for entry in session.scalars(select(Round))] == ["open"] * count


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 3 * SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
