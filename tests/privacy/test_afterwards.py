"""After a close: everyone who was asked sees the same stored totals, and nobody else sees any.

Decision 090.
"""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.audit import OPERATOR
from app.afterwards.follow_ups import tell_respondents, write_follow_up
from app.clock import current_clock
from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.programs.service import find_program
from app.results.service import released_round
from crypto.encoding import encode_base64url
from crypto.links import Link
from tests import rounds
from tests.rounds import OpenRound

ANSWERED = 7
WRONG = {"code": 404, "errors": {"name": "unknown_token"}}


def tell(*, everyone: bool) -> None:
    """Set who sees the results of coming rounds."""
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        now = current_clock().now()
        tell_respondents(session, program, tell=everyone, now=now, who=OPERATOR)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody's browser."""
    return app.test_client()


@pytest.fixture
def told(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of a circle of nine and its mentor, for everyone who was asked; seven answered."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    tell(everyone=True)
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, list(opened.links)[:ANSWERED])
    return opened


def ask(client: FlaskClient, opened: OpenRound, link: Link) -> tuple[int, str]:
    """Return status and body of what a link shows."""
    body = {"token": encode_base64url(link.token), "cell": link.cell}
    path = f"/api/v1/pools/{encode_base64url(opened.pool_id)}/results"
    answer = client.post(path, json=body)
    return answer.status_code, answer.text


def refused(client: FlaskClient, opened: OpenRound, link: Link) -> bool:
    """Return whether a link is answered as one that nobody was ever sent."""
    stranger = replace(link, token=secrets.token_bytes(16))
    answers = [ask(client, opened, each) for each in (link, stranger)]
    return answers[0] == answers[1] and answers[0][0] == 404


def test_what_a_link_shows_is_what_mentors_see_of_the_whole_program(
    client: FlaskClient, told: OpenRound
) -> None:
    rounds.close(told)
    with identity.read() as session:
        mentors = released_round(session, told.id).cell()  # what a mentor's page is made of
    status, body = ask(client, told, next(iter(told.links.values())))
    shown = json.loads(body)
    assert status == 200 and shown["state"] == "published" and "items" in shown["table"]
    assert json.dumps(shown["table"], sort_keys=True) == json.dumps(mentors, sort_keys=True)


def test_it_is_the_same_for_all_who_were_asked_whether_they_answered_or_not(
    client: FlaskClient, told: OpenRound
) -> None:
    cells = {link.cell for link in told.links.values()}
    assert cells == {0, 1}  # the mentor's and the circle's
    rounds.close(told)
    assert len({ask(client, told, link) for link in told.links.values()}) == 1


def test_nothing_is_told_before_the_release_is_published(
    client: FlaskClient, told: OpenRound
) -> None:
    link = next(iter(told.links.values()))
    nothing = {"state": "pending", "closed_on": None, "table": None, "done": None}
    assert json.loads(ask(client, told, link)[1]) == nothing
    rounds.close(told)
    with identity.begin() as session:
        session.execute(update(Release).values(state="sealed off"))
    # For all the same again: who has answered makes no difference before the close either.
    assert {ask(client, told, each)[1] for each in told.links.values()} == {
        ask(client, told, link)[1]
    }
    assert json.loads(ask(client, told, link)[1]) == nothing


def test_a_link_that_nobody_was_sent_shows_nothing(client: FlaskClient, told: OpenRound) -> None:
    first = next(iter(told.links.values()))
    later = rounds.later_link(told, first)
    rounds.close(told)
    assert refused(client, told, replace(first, token=secrets.token_bytes(16)))
    assert refused(client, told, replace(first, cell=first.cell ^ 1))
    assert refused(client, told, later)  # who was sent one is forgotten at the close
    with identity.begin() as session:
        session.execute(update(Invitation).values(state="revoked"))
    assert refused(client, told, first)


def test_a_link_of_another_round_shows_nothing(
    client: FlaskClient, two_rounds: tuple[OpenRound, OpenRound]
) -> None:
    alpha, omega = two_rounds
    with identity.begin() as session:
        session.execute(update(Program).values(tells_respondents=True))
    link = next(iter(omega.links.values()))
    rounds.close(alpha)
    assert refused(client, alpha, link)


@pytest.mark.parametrize("everyone", [False, True])
def test_who_sees_the_result_is_frozen_at_the_launch(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path, everyone: bool
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    tell(everyone=everyone)
    opened = rounds.launch(app, mailer)
    tell(everyone=not everyone)
    with ballots.read() as session:
        audience = json.loads(session.get_one(PoolPublic, opened.pool_id).manifest)["audience"]
    assert ("respondents" in audience) == everyone
    asked = "afterwards, with this same link" in " ".join(
        rounds.text_of(mailer.mails[-1].content).split()
    )
    assert asked == everyone
    rounds.answer(opened, list(opened.links)[:ANSWERED])
    rounds.close(opened)
    link = next(iter(opened.links.values()))
    assert refused(client, opened, link) != everyone


def test_a_circles_own_round_is_never_for_its_members(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    tell(everyone=True)
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--group", "North")
    rounds.answer(opened, list(opened.links)[:ANSWERED])
    rounds.close(opened)
    assert all(refused(client, opened, link) for link in opened.links.values())


def test_looking_changes_nothing_and_ends_with_the_next_launch(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, told: OpenRound
) -> None:
    rounds.close(told)
    link = next(iter(told.links.values()))

    def kept() -> list[object]:
        columns = Invitation.__table__.columns
        with identity.read() as session:
            return sorted(map(repr, session.execute(select(*columns)).all()))

    before = kept()
    assert ask(client, told, link)[0] == 200
    assert kept() == before
    current_clock().move_to(current_clock().now() + timedelta(days=14))  # type: ignore[attr-defined]
    rounds.launch(app, mailer)
    assert refused(client, told, link)


def test_what_was_done_about_it_stands_beside_it(client: FlaskClient, told: OpenRound) -> None:
    rounds.close(told)
    now = current_clock().now()
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        write_follow_up(session, program, told.id, "Two quiet hours.", now, OPERATOR)
    shown = json.loads(ask(client, told, next(iter(told.links.values())))[1])
    assert shown["done"] == {"text": "Two quiet hours.", "day": now.date().isoformat()}
