"""A worker whose clock leaps destroys, closes and mails nothing; whoever looks is told. 117."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.jobs.leaps import PATIENCE, time_is_trusted
from app.jobs.workplace import Workplace, current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.person import Person
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.rounds import OpenRound

YEAR = timedelta(days=366)


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    """The workplace of a machine whose clock is nobody's to move; the databases' leaps with it."""
    monkeypatch.setattr("app.jobs.workplace.CLOCK_TOLERANCE", timedelta.max)
    settings = app.config["CHORUS"]
    app.config["CHORUS"] = replace(settings, environment="production")
    yield current_workplace()
    app.config["CHORUS"] = settings


def work_once(app: Flask, **expected: int) -> str:
    """Look once, as a worker does; return what it printed."""
    result = app.test_cli_runner().invoke(args=["chorus", "worker", "--once"])
    assert result.exit_code == expected.get("exit_code", 0), result.output
    return result.output


@pytest.fixture
def open_with_a_leaver(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round that everybody has answered, and somebody who left since."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, opened.links)
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8}))
    mailer.mails.clear()
    return opened


def what_is_kept(opened: OpenRound) -> tuple[str, int]:
    with identity.read() as session:
        people = len(session.scalars(select(Person.id)).all())
        return session.get_one(Round, opened.id).state, people


def test_a_clock_a_year_ahead_closes_and_destroys_nothing_until_the_operator_says_so(
    app: Flask,
    client: FlaskClient,
    clock: FixedClock,
    mailer: MemoryMailer,
    open_with_a_leaver: OpenRound,
    production: Workplace,
) -> None:
    work_once(app)
    for step in (YEAR, PATIENCE, timedelta(minutes=1)):
        clock.move_to(clock.now() + step)
        assert "flask chorus clock" in work_once(app, exit_code=1)
    refused = app.test_cli_runner().invoke(
        args=["chorus", "rounds", "close", open_with_a_leaver.id]
    )
    assert refused.exit_code == 1 and "The clock is doubted" in refused.output
    assert what_is_kept(open_with_a_leaver) == ("open", 10)
    assert mailer.mails == []
    assert app.test_cli_runner().invoke(args=["chorus", "clock"]).exit_code == 1
    sign_in_admin(client)
    told = client.get("/health").text
    assert "It has leapt from 2026-05-04 09:00 to 2027-05-05 09:1" in told

    assert "Workers trust it." in rounds.run(app, "clock", "--trust")
    work_once(app)
    assert what_is_kept(open_with_a_leaver) == ("closed", 9)
    assert "It has leapt" not in client.get("/health").text
    with identity.read() as session:
        acts = session.execute(select(AuditEntry.actor, AuditEntry.act)).all()
    assert ("operator", "trusted the clock") in acts


def test_a_clock_that_is_set_right_in_time_leaves_no_trace(
    app: Flask,
    clock: FixedClock,
    mailer: MemoryMailer,
    open_with_a_leaver: OpenRound,
    production: Workplace,
) -> None:
    noon = clock.now()
    for wrong in (timedelta(hours=12), timedelta(hours=-12), timedelta(days=-9000), YEAR):
        clock.move_to(noon)
        work_once(app)
        clock.move_to(noon + wrong)
        work_once(app, exit_code=1)
    clock.move_to(noon + timedelta(minutes=3))
    work_once(app)
    assert what_is_kept(open_with_a_leaver) == ("open", 10)
    assert mailer.mails == []


def test_a_machine_that_was_off_for_days_goes_on_by_itself(
    app: Flask, clock: FixedClock, open_with_a_leaver: OpenRound, production: Workplace
) -> None:
    work_once(app)
    clock.advance(days=20)
    work_once(app, exit_code=1)
    clock.move_to(clock.now() + PATIENCE)
    work_once(app)
    assert what_is_kept(open_with_a_leaver)[0] == "closed"


def test_a_look_is_noted_once_a_minute_and_development_is_never_doubted(
    app: Flask, clock: FixedClock, production: Workplace
) -> None:
    assert time_is_trusted(production)
    written = noted()
    clock.advance(seconds=50)
    assert time_is_trusted(production) and noted() == written
    clock.advance(seconds=10)
    assert time_is_trusted(production) and noted() != written
    clock.advance(days=400)
    assert not time_is_trusted(production)
    development = replace(production.settings, environment="development")
    assert time_is_trusted(replace(production, settings=development))


def noted() -> list[object]:
    with identity.read_connection() as connection:
        return list(connection.exec_driver_sql("SELECT looked_at FROM clock_look").all())
