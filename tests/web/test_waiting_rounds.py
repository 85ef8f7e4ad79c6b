"""A round with several closing times goes on, sealed, while too few have answered."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import ballots, identity
from app.forms.service import current_form
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.programs.service import find_program
from app.rounds.errors import RoundUnderWayError
from app.rounds.service import request_round
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.applications import FixedClock
from tests.privacy.dumps import snapshot
from tests.privacy.wire import api, engines, manifest_of, respondent
from tests.rounds import OpenRound

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def patient(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of ten with three closing times, a week apart; k is 5."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    return rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "3")


def closes_of(opened: OpenRound) -> list[datetime]:
    """Return the closing times that the manifest names."""
    return [
        datetime.fromisoformat(text) for text in json.loads(manifest_of(opened.pool_id))["closes"]
    ]


def times_of(opened: OpenRound) -> tuple[str, datetime, datetime, datetime]:
    """Return the round's state, and until when it, its papers and its ballots go on."""
    with identity.begin() as session, ballots.begin() as other:
        found = session.get_one(Round, opened.id)
        papers = session.get_one(Pool, opened.pool_id).closes_at
        until = other.get_one(PoolPublic, opened.pool_id).takes_ballots_until
        return found.state, found.closes_at, papers, until - BALLOT_GRACE


def work_at(clock: FixedClock, moment: datetime) -> None:
    """Let the worker do what is due at a moment."""
    clock.move_to(moment)
    run_due_work(current_workplace())


def test_manifest_round_pool_and_ballots_name_the_same_closing_times(
    patient: OpenRound, clock: FixedClock
) -> None:
    first, second, third = closes_of(patient)
    assert first - clock.now() == timedelta(days=4)
    assert (second - first, third - second) == (WEEK, WEEK)
    assert times_of(patient) == ("open", first, first, first)
    with identity.begin() as session:
        later = session.get_one(Round, patient.id).later_closes
    assert [datetime.fromisoformat(text) for text in later] == [second, third]


def test_with_too_few_papers_nobody_is_turned_away_for_longer_than_the_worker_needs(
    patient: OpenRound, client: FlaskClient, clock: FixedClock
) -> None:
    addresses = list(patient.links)
    rounds.answer(patient, addresses[:4])
    first, second, _ = closes_of(patient)
    late = respondent(patient.pool_id, patient.links[addresses[4]])
    clock.move_to(first)
    body = late.paper_body()
    assert client.post(api(patient.pool_id, "paper"), json=body).status_code == 410
    work_at(clock, first)
    assert times_of(patient) == ("open", second, second, second)
    assert late.cast(client, late.take_paper(client)).status_code == 204


def test_with_papers_but_too_few_ballots_it_waits_once_ballots_have_ended(
    patient: OpenRound, client: FlaskClient, clock: FixedClock
) -> None:
    people = [respondent(patient.pool_id, link) for link in list(patient.links.values())[:5]]
    signatures = [person.take_paper(client) for person in people]
    for person, signature in list(zip(people, signatures, strict=True))[:4]:
        person.cast(client, signature)
    first, second, _ = closes_of(patient)
    work_at(clock, first + BALLOT_GRACE - SECOND)
    assert times_of(patient) == ("open", first, first, first)
    work_at(clock, first + BALLOT_GRACE)
    assert times_of(patient) == ("open", second, second, second)
    assert people[4].cast(client, signatures[4]).status_code == 204


def test_a_round_that_waited_is_opened_with_all_answers_at_a_later_closing(
    app: Flask, patient: OpenRound, clock: FixedClock
) -> None:
    addresses = list(patient.links)
    rounds.answer(patient, addresses[:3])
    first, second, third = closes_of(patient)
    work_at(clock, first + BALLOT_GRACE)
    rounds.answer(patient, addresses[3:4])
    work_at(clock, second + BALLOT_GRACE)
    assert times_of(patient) == ("open", third, third, third)
    rounds.answer(patient, addresses[4:6])
    work_at(clock, third + BALLOT_GRACE)
    with identity.begin() as session:
        assert session.get_one(Round, patient.id).state == "closed"
    released = rounds.results(app, patient)
    assert released["release"]["cells"]["program"]["ballots"] == {"n": "5-9", "n_from": 5}
    assert released["closed_on"] == third.date().isoformat()


def test_with_enough_at_the_first_closing_it_is_opened_then(
    app: Flask, patient: OpenRound, clock: FixedClock
) -> None:
    rounds.answer(patient, list(patient.links)[:5])
    first = closes_of(patient)[0]
    work_at(clock, first + BALLOT_GRACE)
    assert "score" in rounds.results(app, patient)["release"]["cells"]["program"]


def test_after_the_last_closing_too_few_answers_are_destroyed_unread(
    app: Flask, patient: OpenRound, clock: FixedClock
) -> None:
    rounds.answer(patient, list(patient.links)[:4])
    for moment in closes_of(patient):
        work_at(clock, moment + BALLOT_GRACE)
    with identity.begin() as session:
        assert session.get_one(Round, patient.id).state == "closed"
    cells = rounds.results(app, patient)["release"]["cells"]
    assert all(cell == {"withheld": True} for cell in cells.values())


def test_waiting_changes_its_times_and_nothing_else(
    patient: OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    rounds.answer(patient, list(patient.links)[:4])
    first, second, _ = closes_of(patient)
    run_due_work(current_workplace())
    clock.move_to(first - SECOND)
    run_due_work(current_workplace())
    tables = ("round", "pool", "pool_public")
    before = {rows[0]: rows for rows in snapshot(engines()) if rows[0] not in tables}
    mails = len(mailer.mails)
    work_at(clock, first)
    work_at(clock, first + BALLOT_GRACE)
    after = {rows[0]: rows for rows in snapshot(engines()) if rows[0] not in tables}
    assert after == before
    assert len(mailer.mails) == mails
    with identity.begin() as session:
        assert session.scalars(select(Release)).all() == []
    assert times_of(patient) == ("open", second, second, second)


def test_while_it_waits_its_program_launches_no_other_round_of_the_form(
    patient: OpenRound, clock: FixedClock
) -> None:
    work_at(clock, closes_of(patient)[0] + BALLOT_GRACE)
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        with pytest.raises(RoundUnderWayError):
            request_round(session, program, current_form(session), clock.now())


def test_the_mail_says_all_closing_times(patient: OpenRound, mailer: MemoryMailer) -> None:
    text = " ".join(rounds.text_of(mailer.mails[0].content).split())
    assert (
        "once, after Friday 8 May, 11:00; if too few have answered by then, after Friday 15 May, "
        "11:00, at the latest after Friday 22 May, 11:00 (Europe/Berlin)"
    ) in text
    assert "With fewer than 5 answers after the last of these days, they are destroyed" in text


def test_closing_by_command_says_how_long_a_waiting_round_goes_on(
    app: Flask, patient: OpenRound, clock: FixedClock
) -> None:
    clock.move_to(closes_of(patient)[0] + BALLOT_GRACE)
    assert "goes on until 2026-05-15 09:00 UTC" in rounds.run(app, "rounds", "close", patient.id)
