"""Codes on paper: made once, in memory, while the round is open; no part of the k mailed links."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.audit import audit_page
from app.clock import current_clock
from app.demo.respondent import link_in, respond
from app.extensions import db, identity
from app.forms.service import current_form
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.service import request_round
from app.vault import current_vault
from app.wire import AlreadyTakenError
from crypto.links import Link, parse_link
from tests import rounds
from tests.accounts import form_token, sign_in_admin
from tests.privacy.dumps import as_bytes, dump, encodings, files_below
from tests.rounds import OpenRound

PRINTED = 6


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """An open round of nine and a mentor by mail and six on paper."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    with identity.begin() as session:
        program = session.scalars(select(Program)).one()
        form, now = current_form(session), current_clock().now()
        round_id = request_round(session, program, form, now, printed_codes=PRINTED).id
    run_due_work(current_workplace())
    mails = [(mail.recipient, *link_in(mail.content)) for mail in mailer.mails]
    return OpenRound(round_id, mails[0][1], {who: link for who, _, link in mails})


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """A browser in which an admin is signed in."""
    sign_in_admin(client, "admin@corp.example")
    return client


def path_of(opened: OpenRound) -> str:
    """Return where the round's codes are printed."""
    with identity.begin() as session:
        program_id = session.get_one(Round, opened.id).program_id
    return f"/programs/{program_id}/rounds/{opened.id}/codes"


def printed(app: Flask, admin: FlaskClient, opened: OpenRound) -> list[Link]:
    """Print the sheet and return its codes."""
    page = admin.post(path_of(opened), data={"csrf_token": form_token(app, admin)})
    assert page.status_code == 200, page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("<svg") == PRINTED and "style=" not in page.text
    return [parse_link(code) for code in re.findall(r'class="code-text">([^<]+)<', page.text)]


def test_a_launch_makes_no_printed_code_but_counts_them(
    app: Flask, mailer: MemoryMailer, opened: OpenRound
) -> None:
    with identity.begin() as session:
        rows = session.scalars(select(Invitation)).all()
        assert len(rows) == 10 and all(row.share_commit for row in rows)
        assert session.get_one(Round, opened.id).invited == 10 + PRINTED
        assert session.get_one(Round, opened.id).state == "open"
    assert "16 people are invited, 6 of them with a printed code" in _words(mailer)


def test_a_printed_code_is_one_voice_and_opens_nothing(
    app: Flask, admin: FlaskClient, opened: OpenRound
) -> None:
    codes = printed(app, admin, opened)
    assert len({code.token for code in codes}) == PRINTED
    assert all(code.share is None and code.cell == 0 for code in codes)
    for code in codes:
        respond(rounds.doors(), opened.pool_id, code, rounds.GOOD, current_clock().now())
    with pytest.raises(AlreadyTakenError):
        respond(rounds.doors(), opened.pool_id, codes[0], rounds.GOOD, current_clock().now())
    current_clock().advance(days=1)
    run_due_work(current_workplace())
    with identity.begin() as session:
        assert not session.get_one(Round, opened.id).k_reached
    rounds.close(opened)
    cells = rounds.results(app, opened)["release"]["cells"]
    assert all(cell == {"withheld": True} for cell in cells.values())


def test_printed_and_mailed_voices_are_counted_together(
    app: Flask, admin: FlaskClient, opened: OpenRound
) -> None:
    for code in printed(app, admin, opened):
        respond(rounds.doors(), opened.pool_id, code, rounds.GOOD, current_clock().now())
    rounds.answer(opened, list(opened.links)[:5])
    rounds.close(opened)
    release = rounds.results(app, opened)["release"]
    assert release["cells"]["program"]["ballots"]["n_from"] == 10


def test_a_second_press_hides_no_sheet(app: Flask, admin: FlaskClient, opened: OpenRound) -> None:
    """Codes are kept nowhere, so the answer to a second press must not take the sheet's place."""
    assert 'target="_blank"' in admin.get(path_of(opened)).text


def test_a_sheet_is_shown_once_and_its_number_stands_in_the_audit_log(
    app: Flask, admin: FlaskClient, opened: OpenRound
) -> None:
    assert f"{PRINTED} of {PRINTED} codes are left" in admin.get(path_of(opened)).text
    printed(app, admin, opened)
    again = admin.post(path_of(opened), data={"csrf_token": form_token(app, admin)})
    assert again.status_code == 302
    assert "have been printed" in admin.get(path_of(opened)).text
    with identity.begin() as session:
        acts = [line.act for line in audit_page(session, current_vault().roster_key()).lines]
        assert session.query(Invitation).filter(Invitation.person_id.is_(None)).count() == PRINTED
    assert acts.count(f"printed {PRINTED} codes of a round") == 1


def test_no_printed_code_is_kept_in_any_row_or_file(
    app: Flask, admin: FlaskClient, opened: OpenRound
) -> None:
    codes = printed(app, admin, opened)
    heap = b"\n".join(
        [as_bytes(value.content) for engine in db.engines.values() for value in dump(engine)]
        + list(files_below(current_workplace().settings.data).values())
    )
    for code in codes:
        assert not any(form in heap for form in encodings(code.token))


def test_codes_are_for_admins_and_for_open_rounds_that_have_some(
    app: Flask, admin: FlaskClient, opened: OpenRound
) -> None:
    assert app.test_client().get(path_of(opened)).status_code == 302
    rounds.close(opened)
    sign_in_admin(admin, "second.admin@corp.example")
    token = form_token(app, admin)
    assert admin.get(path_of(opened)).status_code == 404
    assert admin.post(path_of(opened), data={"csrf_token": token}).status_code == 404


def _words(mailer: MemoryMailer) -> str:
    message = message_from_bytes(mailer.mails[0].content, policy=policy.default)
    return " ".join(message.get_body(("plain",)).get_content().split())


def test_an_admin_says_before_the_launch_how_many_there_are(
    app: Flask, admin: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    with identity.begin() as session:
        program_id = session.scalars(select(Program.id)).one()
    look = admin.get(f"/programs/{program_id}/rounds/new?printed=7")
    assert "7 more with a printed code" in look.text
    for wrong in ("-1", "501", "x", "7.5"):
        assert admin.get(f"/programs/{program_id}/rounds/new?printed={wrong}").status_code == 422
    data = {"csrf_token": form_token(app, admin), "printed": "7"}
    assert admin.post(f"/programs/{program_id}/rounds", data=data).status_code == 302
    with identity.begin() as session:
        assert session.scalars(select(Round.printed_codes)).one() == 7


def test_a_card_says_every_closing_time_that_is_ahead(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    with identity.begin() as session:
        program = session.scalars(select(Program)).one()
        form, now = current_form(session), current_clock().now()
        asked = request_round(session, program, form, now, again_after=(7, 7), printed_codes=2)
        patient = OpenRound(asked.id, b"", {})
    run_due_work(current_workplace())
    assert "on Friday 22 May 2026, 11:00 (Europe/Berlin) at the latest" in (
        admin.get(path_of(patient)).text
    )
    page = admin.post(path_of(patient), data={"csrf_token": form_token(app, admin)})
    for day in ("8 May", "15 May", "22 May"):
        assert page.text.count(day) == 2, day
