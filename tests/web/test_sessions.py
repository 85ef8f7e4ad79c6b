"""A circle that has met is asked how it was: under all rules of rounds, and apart from the rest."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import current_clock
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.group import Group
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.groups import circle_page, group_named, session_round
from tests.rounds import OpenRound

ANSWERS = {"session_useful": 5, "session_agreement": 3, "session_next": "Ask about time off."}
MENTOR = "mentor.north@example.org"
ROSTER = rounds.roster_csv({"North": 9, "South": 6, "West": 4})


@pytest.fixture
def north(app: Flask, tmp_path: Path) -> str:
    """The id of a circle of nine, beside one of six and one of four; k is 5."""
    rounds.import_people(app, tmp_path, ROSTER)
    return group_named("North")


@pytest.fixture
def mentor(app: Flask, north: str) -> FlaskClient:
    """A browser of the circle's mentor."""
    client = app.test_client()
    sign_in_mentor(client, MENTOR)
    return client


def told(client: FlaskClient, path: str) -> str:
    return " ".join(client.get(path).text.split())


def answered(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, opened.links, ANSWERS)
    rounds.close(opened)


def test_a_mentor_asks_the_members_alone_and_reads_the_result_on_the_circles_page(
    app: Flask, north: str, mentor: FlaskClient, mailer: MemoryMailer
) -> None:
    page = told(mentor, f"/circles/{north}/session")
    assert "2 questions and a comment, about 16 seconds" in page and "Ask them now" in page
    assert "How far did we keep our agreement?" in page
    opened = session_round(app, mentor, f"/circles/{north}/session", mailer)
    assert set(opened.links) == {f"north.{number}@example.org" for number in range(1, 10)}
    mail = " ".join(rounds.text_of(mailer.mails[-1].content).split())
    assert "After your session" in mail and "for your circle alone, North" in mail
    assert "is being asked how its session was" in told(mentor, f"/circles/{north}")
    assert "is being asked already" in told(mentor, f"/circles/{north}/session")
    with identity.begin() as session:
        assert "asked a circle about its session" in session.scalars(select(AuditEntry.act)).all()
    answered(app, opened)
    _, page = circle_page(app, MENTOR, "North")
    assert "How your session was" in page and "after a session" in page
    assert "How useful was this session for you?" in page and "4.5 or more" in page
    assert page.count("Ask about time off.") == 9
    assert "wellbeing score" not in page and "Round by round" not in page
    assert mailer.mails[-1].recipient == MENTOR  # one mail that results are in


def test_an_admin_asks_and_reads_it_on_the_circles_results(
    app: Flask, client: FlaskClient, north: str, mailer: MemoryMailer
) -> None:
    sign_in_admin(client)
    with identity.begin() as session:
        program = session.get_one(Group, north).program_id
    results = f"/programs/{program}/results?group={north}"
    assert "They have just met: ask how it was" in told(client, results)
    opened = session_round(app, client, f"/programs/{program}/groups/{north}/session", mailer)
    assert "is being asked about its session" in told(client, results)
    home = told(client, f"/programs/{program}")
    assert "After sessions" in home and f"/rounds/{opened.id}/cancel" in home
    assert "Send a check-in" in home  # the two don't hold up one another
    assert client.get(f"/programs/{program}/rounds/{opened.id}/cancel").status_code == 200
    answered(app, opened)
    sign_in_admin(client)
    page = told(client, f"{results}&round=s1")
    assert "How the session was" in page and "How useful was this session" in page
    assert f"round=s1&amp;group={north}" in told(client, f"/programs/{program}")
    assert client.get(f"/programs/{program}/results?round=s1").status_code == 404


def test_comments_about_a_session_can_be_answered(
    app: Flask, north: str, mentor: FlaskClient, mailer: MemoryMailer
) -> None:
    answered(app, session_round(app, mentor, f"/circles/{north}/session", mailer))
    sign_in_mentor(mentor, MENTOR)
    fields = {"of": "own-comments", "item": "session_next", "all": "1", "round": "s1"}
    sent = post(app, mentor, f"/circles/{north}/answers", {**fields, "acknowledge": "2"})
    assert sent.location == f"/circles/{north}?round=s1"
    assert "Thank you for saying it." in told(mentor, f"/circles/{north}?round=s1")


def test_it_says_why_a_circle_can_not_be_asked_and_counts_nobody(
    app: Flask, north: str, mentor: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    def said(circle: str) -> str:
        client = app.test_client()
        sign_in_mentor(client, f"mentor.{circle.lower()}@example.org")
        group = group_named(circle)
        page = told(client, f"/circles/{group}/session")
        refused = post(app, client, f"/circles/{group}/session")
        assert (refused.status_code == 422) == ("Not now</h2>" in page)
        return page

    west = said("West")
    assert "It takes at least 5 members who can be asked" in west and " 4 " not in west
    opened = session_round(app, mentor, f"/circles/{north}/session", mailer)
    assert "Another circle of the program is being asked" in said("South")
    answered(app, opened)
    assert "less than six days from the last time" in said("South")
    clock.advance(days=2)
    assert "Ask them now" in said("South")


def test_sessions_change_nothing_of_what_is_known_of_the_program(
    app: Flask, client: FlaskClient, north: str, mentor: FlaskClient, mailer: MemoryMailer
) -> None:
    check_in = rounds.launch(app, mailer)
    rounds.answer(check_in, check_in.links)
    rounds.close(check_in)
    with identity.begin() as session:
        program = session.get_one(Group, north).program_id

    def seen() -> list[str]:
        sign_in_admin(client)
        pages = ("/programs", f"/programs/{program}/results", f"/programs/{program}/goals")
        here = [client.get(path).text.partition("<main")[2] for path in pages]
        own = circle_page(app, MENTOR, "North", "?round=1")[1]
        trend = own.partition('id="trend-head"')[2].partition("</figure>")[0]
        assert "<td" in trend
        return [*here, circle_page(app, "mentor.south@example.org", "South")[1], trend]

    before = seen()
    sign_in_mentor(mentor, MENTOR)
    opened = session_round(app, mentor, f"/circles/{north}/session", mailer)
    assert seen() == before
    now = current_clock().now()
    answered(app, opened)
    after = seen()
    current_clock().move_to(now)  # type: ignore[attr-defined]
    assert seen() == before
    assert all(
        "How useful was this" not in page and "after a session" not in page for page in after
    )
