"""Who sees the results of a program, and what was done about them: an admin decides and writes."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.follow_up import FollowUp
from app.models.identity.program import Program
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor

SAID = "The review moves to Thursday.\r\nThe date of the move stays."


@pytest.fixture
def closed(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A published round of nine."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, list(opened.links)[:7])
    rounds.close(opened)
    return opened


@pytest.fixture
def client(app: Flask, closed: rounds.OpenRound) -> FlaskClient:
    """The browser of an admin, who came after the close."""
    client = app.test_client()
    sign_in_admin(client)
    return client


def home() -> str:
    """Return the address of the program."""
    with identity.read() as session:
        return f"/programs/{session.scalars(select(Program.id)).one()}"


def log() -> list[str]:
    """Return what the audit log says of this."""
    with identity.read() as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
    return [act for act in acts if "everyone who is asked" in act or "about a round" in act]


def test_what_was_done_is_written_changed_and_taken_back_with_a_line_each(
    app: Flask, client: FlaskClient, closed: rounds.OpenRound
) -> None:
    path = f"{home()}/rounds/{closed.id}/done"
    mentor = app.test_client()
    sign_in_mentor(mentor, "mentor.north@example.org")
    assert "What we did about it" not in mentor.get("/circles", follow_redirects=True).text
    for text in (SAID, SAID, "The review moves to Friday.", ""):
        answer = post(app, client, path, {"text": text})
        assert answer.status_code == 302
        shown = client.get(f"{home()}/results").text
        read = mentor.get("/circles", follow_redirects=True).text
        words = text.partition("\r")[0]
        assert (words in shown and words in read) if text else "What we did" not in read
    assert log() == [
        "wrote what was done about a round",
        "changed what was done about a round",
        "took back what was done about a round",
    ]
    with identity.read() as session:
        assert session.scalars(select(FollowUp)).all() == []


def test_too_much_is_refused_and_stays_in_the_box(
    app: Flask, client: FlaskClient, closed: rounds.OpenRound
) -> None:
    answer = post(app, client, f"{home()}/rounds/{closed.id}/done", {"text": "w" * 2001})
    assert answer.status_code == 422
    assert "longer than 2000 characters" in answer.text and "w" * 2001 in answer.text
    assert log() == []


def test_who_sees_the_results_is_said_on_the_programs_page_and_in_the_log(
    app: Flask, client: FlaskClient, closed: rounds.OpenRound
) -> None:
    told = "and everyone who was asked"
    assert told not in client.get(home()).text
    for tell in ("yes", "yes", "no"):
        post(app, client, f"{home()}/afterwards", {"tell": tell})
        assert (told in client.get(home()).text) == (tell == "yes")
    assert log() == [
        "shows results to everyone who is asked",
        "no longer shows results to everyone who is asked",
    ]
