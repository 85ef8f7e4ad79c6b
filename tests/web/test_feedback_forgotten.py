"""Somebody whom feedback is about asks to be forgotten: while it is open, and after its close."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import ballots, identity
from app.jobs.retention import keep_no_longer
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.identity.release import Release
from app.people.own_data import own_data
from app.people.service import person_by_address
from app.vault import current_vault
from crypto.encoding import encode_base64url
from tests import feedback, posts, rounds
from tests.feedback import OpenCycle

MENTOR, OTHER = "mentor.north@example.org", "mentor.south@example.org"
NORTH = [f"north.{number}@example.org" for number in range(1, 10)]
SOUTH = [f"south.{number}@example.org" for number in range(1, 6)]
SAID = {**feedback.GOOD, "skill_keep": "Keep asking what we make of it"}


@pytest.fixture
def cycle(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenCycle:
    """A cycle in which two mentors have a pool each, answered by everybody."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9, "South": 5}))
    launched = feedback.launch(mailer, "mentors")
    feedback.answer(launched, feedback.pool_about(launched.id, MENTOR), NORTH, SAID)
    feedback.answer(launched, feedback.pool_about(launched.id, OTHER), SOUTH)
    return launched


def person(address: str) -> str:
    with identity.read() as session:
        found = person_by_address(session, current_vault().roster_key(), address)
        assert found is not None
        return found.id


def test_open_feedback_about_somebody_who_is_forgotten_is_destroyed_and_the_rest_goes_on(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, cycle: OpenCycle
) -> None:
    pool_id, other = feedback.pool_about(cycle.id, MENTOR), feedback.pool_about(cycle.id, OTHER)
    before = len(mailer.mails)
    rounds.run(app, "people", "forget", MENTOR, "--yes")
    feedback.work()
    link = cycle.links[NORTH[0]][pool_id]
    body = {"token": encode_base64url(link.token), "cell": link.cell}
    path = f"/api/v1/pools/{encode_base64url(pool_id)}/check"
    assert client.post(path, json=body).get_json() == {"state": "closed"}
    with ballots.read() as session:
        left = session.scalars(select(Ballot.pool_id)).all()
    assert set(left) == {other}
    told = [mail for mail in mailer.mails[before:] if mail.recipient in NORTH]
    assert posts.recipients(told) == dict.fromkeys(NORTH, 1)
    assert all("One link of our mail no longer works" in posts.text(mail) for mail in told)
    assert not any(mail.recipient in SOUTH for mail in mailer.mails[before:])
    feedback.close(cycle)
    states = {entry.subject_id: entry.state for entry in feedback.rounds_of(cycle.id)}
    assert states == {None: "cancelled", person(OTHER): "closed"}
    assert feedback.cycle_state(cycle.id) == "ended"


def test_closed_feedback_stays_in_the_mean_without_its_subject_and_its_comments_are_shredded(
    app: Flask, cycle: OpenCycle
) -> None:
    pool_id = feedback.pool_about(cycle.id, MENTOR)
    feedback.close(cycle)
    with ballots.read() as session:
        assert len(session.scalars(select(Comment.id)).all()) == len(NORTH)
    rounds.run(app, "people", "forget", MENTOR, "--yes")
    keep_no_longer(current_workplace())
    with identity.read() as session:
        assert session.get_one(Release, pool_id).state == "published"
    with ballots.read() as session:
        assert session.scalars(select(Comment.id)).all() == []
    assert {entry.subject_id for entry in feedback.rounds_of(cycle.id)} == {None, person(OTHER)}


def test_own_data_name_the_feedback_that_is_asked_for_and_that_is_about_somebody(
    app: Flask, cycle: OpenCycle
) -> None:
    key = current_vault().roster_key()
    with identity.read() as session:
        rater = own_data(session, key, person(NORTH[0]))
        mentor = own_data(session, key, person(MENTOR))
    assert [(asked.round, asked.feedback, asked.open) for asked in rater.asked_in] == [
        (1, True, True)
    ]
    assert rater.rated_in == ()
    assert [rated.round for rated in mentor.rated_in] == [1]
