"""What a clock that was a year ahead has left behind holds nothing up once it is right. 117."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.errors import LinkGoneError, TooManyTriesError
from app.accounts.links import SIGN_IN, check_link, make_link
from app.accounts.stored_limits import StoredLimit
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.ahead import put_right_what_is_ahead
from app.jobs.launches import ask_for_scheduled_rounds
from app.jobs.leases import LEASE
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from app.models.identity.bounce import Bounce
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.models.identity.try_count import TryCount
from app.programs.service import find_program, set_schedule_right
from app.rounds.service import request_round
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import A_MONDAY, FixedClock

YEAR = timedelta(days=366)


@pytest.fixture(autouse=True)
def roster(app: Flask, tmp_path: Path) -> None:
    """A program of seven people."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))


def one(table: type) -> object:
    with identity.read() as session:
        return session.scalars(select(table)).one()


def count(table: type) -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_schedule_that_asked_a_year_too_early_goes_on_in_its_rhythm(
    app: Flask, clock: FixedClock
) -> None:
    rounds.run(app, "programs", "schedule", rounds.PROGRAM, "--on", "thursday", "--at", "10:00")
    right = one(Schedule).next_at
    clock.move_to(A_MONDAY + YEAR)
    ask_for_scheduled_rounds(current_workplace())
    assert one(Schedule).next_at > A_MONDAY + YEAR
    clock.move_to(A_MONDAY)
    for _ in range(2):
        put_right_what_is_ahead(current_workplace())
        schedule = one(Schedule)
        assert schedule.next_at - right in (timedelta(), timedelta(weeks=1))


@pytest.mark.parametrize("weeks", [1, 2, 5, 26])
def test_a_schedule_is_never_set_to_the_past_or_beyond_its_rhythm(app: Flask, weeks: int) -> None:
    with identity.read() as session:
        program = find_program(session, rounds.PROGRAM)
    for days in range(7 * weeks + 2, 900, 13):
        ahead = A_MONDAY + timedelta(days=days)
        schedule = Schedule(
            every_weeks=weeks, weekday=ahead.weekday(), local_time="11:00", next_at=ahead
        )
        set_schedule_right(schedule, program, A_MONDAY)
        assert A_MONDAY < schedule.next_at <= A_MONDAY + timedelta(weeks=weeks)
        assert (ahead - schedule.next_at).days % (7 * weeks) == 0


def test_who_signed_in_on_a_wrong_clock_is_signed_out_and_its_links_end(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    clock.move_to(A_MONDAY + YEAR)
    admin = sign_in_admin(client)
    tries = StoredLimit(identity, "a secret", "password", 1, timedelta(minutes=15))
    tries.take(admin, clock.now())
    with identity.begin() as session:
        token = make_link(session, admin, SIGN_IN, clock.now())
    assert (count(AccountSession), client.get("/health").status_code) == (1, 200)
    clock.move_to(A_MONDAY)
    with pytest.raises(TooManyTriesError):
        tries.take(admin, clock.now())  # for a year
    put_right_what_is_ahead(current_workplace())
    assert count(AccountSession) == count(TryCount) == 0
    assert client.get("/health").status_code == 302
    with identity.read() as session, pytest.raises(LinkGoneError):
        check_link(session, token, SIGN_IN, clock.now())


def test_what_was_asked_for_claimed_or_counted_on_a_wrong_clock_is_done_now(
    app: Flask, client: FlaskClient, clock: FixedClock, mailer: MemoryMailer
) -> None:
    admin = sign_in_admin(client)
    clock.move_to(A_MONDAY + YEAR)
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        request_round(session, program, form_of_program(session, program.id), clock.now())
        whom = session.scalars(select(Person.id)).first()
        session.add(Bounce(person_id=whom, day=clock.now().date()))
        session.add(Notice(kind="lost", subject_id=whom, recipient_id=whom))
        session.flush()
        session.scalars(select(Notice)).one().lease_until = clock.now() + LEASE
        session.get_one(Account, admin).digest_of = clock.now().date()
    clock.move_to(A_MONDAY)
    run_due_work(current_workplace())
    assert (one(Round).state, count(Notice), mailer.mails) == ("due", 1, [])
    put_right_what_is_ahead(current_workplace())
    run_due_work(current_workplace())
    assert (one(Round).state, count(Notice), count(Bounce)) == ("open", 0, 0)
    assert one(Round).opens_at == A_MONDAY
    assert one(Account).digest_of is None or one(Account).digest_of <= A_MONDAY.date()


def test_whether_enough_have_answered_is_told_from_the_next_midnight_on(
    app: Flask, clock: FixedClock, mailer: MemoryMailer
) -> None:
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, list(opened.links)[:5])
    with identity.begin() as session:
        session.get_one(Round, opened.id).k_looked_at_on = (A_MONDAY + YEAR).date()
    for days, reached in ((0, False), (1, True)):
        clock.move_to(A_MONDAY + timedelta(days=days))
        put_right_what_is_ahead(current_workplace())
        run_due_work(current_workplace())
        assert one(Round).k_reached is reached  # D4


def test_a_right_clock_leaves_everything_as_it_is(
    app: Flask, client: FlaskClient, clock: FixedClock, mailer: MemoryMailer
) -> None:
    sign_in_admin(client)
    options = ("--on", "monday", "--at", "09:00", "--every-weeks", "26")
    rounds.run(app, "programs", "schedule", rounds.PROGRAM, *options)
    clock.move_to(one(Schedule).next_at)
    run_due_work(current_workplace())
    with identity.begin() as session:
        session.scalars(select(Account)).one().digest_of = clock.now().date() + timedelta(days=7)
    before = stored()
    put_right_what_is_ahead(current_workplace())
    assert stored() == before


def stored() -> list[tuple[date, ...]]:
    tables = ("schedule", "account", "account_session", "round", "try_count", "notice", "pool")
    with identity.read_connection() as connection:
        return [tuple(connection.exec_driver_sql(f"SELECT * FROM {name}")) for name in tables]
