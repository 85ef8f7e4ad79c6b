"""The mail before it is sent: in each language, with dead links; a test goes to oneself alone."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import identity
from app.languages import MAIL_LANGUAGES
from app.mail.mailer import MailDelayedError, MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.invitation import Invitation
from app.models.identity.program import Program
from app.models.identity.round import Round
from tests import posts, rounds
from tests.accounts import post, sign_in_admin
from tests.groups import group_named

ADMIN = "admin@corp.example"


@pytest.fixture
def mail_page(app: Flask, client: FlaskClient, tmp_path: Path) -> str:
    """The preview of a program of one circle of six; an admin is signed in."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    sign_in_admin(client, ADMIN)
    with identity.begin() as session:
        return f"/programs/{session.scalars(select(Program.id)).one()}/rounds/new/mail"


def anything_sent(mailer: MemoryMailer) -> bool:
    with identity.begin() as session:
        rows = [session.scalar(select(func.count()).select_from(of)) for of in (Invitation, Round)]
    return bool(mailer.mails) or any(rows)


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_the_mail_is_shown_in_each_language_and_nothing_is_sent(
    client: FlaskClient, mailer: MemoryMailer, mail_page: str, language: str
) -> None:
    page = client.get(f"{mail_page}?language={language}&closes=2")
    frame = client.get(f"{mail_page}/html?language={language}&closes=2")
    assert page.status_code == frame.status_code == 200
    assert f'value="{language}" selected' in page.text
    assert f'<html lang="{language}"' in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    # A pool and a code of noughts: as long as a real link, and no link.
    assert f"/r/{'A' * 22}#{'A' * 95}" in frame.text
    assert "/unsubscribe/nobody" in frame.text
    assert not anything_sent(mailer)


def test_the_preview_names_the_same_ways_to_help_as_the_mail_that_goes_out(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, mail_page: str
) -> None:
    panel = app.config["CHORUS"].support_panel
    assert len(panel) == 2, "a helpline, and whom one can ask to be contacted by"
    shown = client.get(f"{mail_page}/html").text
    rounds.launch(app, mailer)
    sent = posts.text(mailer.mails[-1])
    for _label, contact in panel:
        assert contact in sent and contact in shown


def test_a_circle_that_would_be_asked_alone_reads_so(client: FlaskClient, mail_page: str) -> None:
    north = group_named("North")
    text = client.get(f"{mail_page}/html?group={north}&closes=3&again=14").text
    assert "This round is for your circle alone, North." in text
    assert "6 people are invited" in text and "at the latest after" in text


def test_a_test_mail_goes_to_whoever_asks_for_it_and_says_what_it_is(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, mail_page: str
) -> None:
    assert post(app, client, f"{mail_page}?language=fr").status_code == 302
    [mail] = mailer.mails
    assert mail.recipient == ADMIN
    assert posts.message(mail)["Subject"].startswith("Test")
    assert "mail de test" in posts.text(mail) and f"#{'A' * 95}" in posts.text(mail)
    with identity.begin() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert last is not None and last.act == "sent themselves a test mail"
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert "on its way to your own address" in client.get(f"{mail_page}?language=fr").text


def test_test_mails_are_few(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, mail_page: str
) -> None:
    for _ in range(7):
        post(app, client, mail_page)
    assert len(mailer.mails) == 5
    assert "Try again in an hour" in client.get(mail_page).text


def test_a_relay_that_refuses_is_told_of(
    app: Flask,
    client: FlaskClient,
    mailer: MemoryMailer,
    mail_page: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise MailDelayedError

    monkeypatch.setattr(mailer, "send", refuse, raising=True)
    post(app, client, mail_page)
    assert "did not take the test mail" in client.get(mail_page).text


def test_where_nothing_could_be_sent_the_page_before_says_why(
    client: FlaskClient, mail_page: str
) -> None:
    led = client.get(f"{mail_page}?closes=9")
    assert led.status_code == 302 and led.location.endswith("/rounds/new?closes=9")
