"""What an admin reads before feedback is asked for is what then happens, and no more than that."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.service import person_by_address
from app.rounds.mailing import SHOWN_FROM
from app.vault import current_vault
from tests import feedback, posts, rounds
from tests.accounts import post, sign_in_admin

NORTH = [f"north.{number}@example.org" for number in range(1, 6)]


@pytest.fixture
def home(app: Flask, client: FlaskClient, tmp_path: Path) -> str:
    """The page of feedback in a program of circles of five, three and three; an admin is there."""
    groups = {"North": 5, "East": 3, "West": 3}
    rounds.import_people(app, tmp_path, rounds.roster_csv(groups))
    sign_in_admin(client)
    with identity.read() as session:
        return f"/programs/{session.scalars(select(Program.id)).one()}/feedback"


def words_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.split())


def cycles() -> list[FeedbackCycle]:
    with identity.read() as session:
        return list(session.scalars(select(FeedbackCycle)))


def stop_mails_to(address: str) -> None:
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
        assert person is not None
        session.execute(update(Person).where(Person.id == person.id).values(unsubscribed=True))


def test_what_is_looked_over_is_what_is_sent(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, home: str
) -> None:
    page = words_of(client, f"{home}/new?about=mentors&closes=2&again=14")
    for sentence in (
        "<strong>1 mentor has</strong> at least 5 people who can rate them.",
        "<strong>2 mentors have</strong> fewer. Their people are asked about “your mentor”",
        "Monday 11 May 2026, 11:00 (Europe/Berlin).",
        "Monday 25 May 2026, 11:00 (Europe/Berlin).",
    ):
        assert sentence in page, sentence
    assert cycles() == []  # reading it does nothing
    form = {"about": "mentors", "closes": "2", "again": "14"}
    assert post(app, client, home, form).headers["Location"] == home
    feedback.work()
    assert len(posts.recipients(mailer.mails)) == 11
    page = words_of(client, home)
    assert "Feedback about mentors, 1 is open" in page
    assert "10 to 19 people" in page
    with identity.read() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
    assert "asked for feedback about mentors" in acts


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ("peers", "<strong>11 members have</strong> fewer."),
        ("circles", "Nobody has 5 raters who can be asked, and all raters together are fewer"),
        ("everybody", "Choose whom it is about."),
    ],
)
def test_what_a_roster_has_too_few_people_for_is_said_before(
    client: FlaskClient, home: str, about: str, sentence: str
) -> None:
    assert sentence in words_of(
        client, f"{home}/new?about={about}", 200 if about == "peers" else 422
    )


def test_no_page_tells_whom_no_mail_reaches(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, home: str
) -> None:
    path = f"{home}/new?about=mentors"
    before = words_of(client, path)
    stop_mails_to(NORTH[0])  # four are left: too few for a result of their mentor's own
    assert words_of(client, path) == before
    post(app, client, home)
    feedback.work()
    assert len(feedback.rounds_of(cycles()[0].id)) == 1
    page = words_of(client, home)
    assert "10 to 19 people" in page
    assert not [number for number in ("1 result", "own result", " 4 ") if number in page]


def test_a_second_one_waits_for_the_first_and_cancelling_writes_to_everybody(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, home: str
) -> None:
    post(app, client, home)
    feedback.work()
    refused = post(app, client, home, {"about": "peers"})
    assert refused.status_code == 422
    assert "still under way" in refused.text
    mailer.mails.clear()
    path = f"{home}/{cycles()[0].id}/cancel"
    assert "destroyed unread" in words_of(client, path)
    assert post(app, client, path).status_code == 302
    feedback.work()
    assert len(posts.recipients(mailer.mails)) == 11
    assert "cancelled, answers destroyed unread" in words_of(client, home)
    assert "Ask for feedback" in words_of(client, home)


def test_while_it_is_sent_its_share_of_links_is_told_and_no_number_of_them(
    app: Flask, client: FlaskClient, home: str, tmp_path: Path
) -> None:
    groups = {"North": 12, "East": 3, "West": 12}
    rounds.import_people(app, tmp_path, rounds.roster_csv(groups))
    post(app, client, home, {"about": "peers"})
    feedback.work()
    with identity.begin() as session:
        links = session.scalars(select(Invitation.token_hash)).all()
        assert len(links) >= SHOWN_FROM
        session.execute(update(Invitation).values(mailed=False))
        some = links[: len(links) // 2 + 1]
        session.execute(
            update(Invitation).where(Invitation.token_hash.in_(some)).values(mailed=True)
        )
        session.execute(update(FeedbackCycle).values(state="launching"))
    page = words_of(client, home)
    assert "Links handed to the relay: 50%." in page
    assert f'href="{home}">See how far it is now' in page
    assert str(len(links)) not in page.partition('id="ask"')[2].partition("</section>")[0]
    with identity.begin() as session:
        session.execute(delete(Invitation).where(Invitation.token_hash.not_in(links[:19])))
    assert "This takes a minute or two." in words_of(client, home)


def test_a_cycle_that_could_not_be_sent_says_so_and_stops_no_other(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, home: str
) -> None:
    post(app, client, home)
    with identity.begin() as session:
        session.execute(update(Person).values(unsubscribed=True))
    feedback.work()
    assert mailer.mails == []
    assert "not sent: too few people could be asked" in words_of(client, home)
    assert [cycle.state for cycle in cycles()] == ["aborted"]
