"""The page about the promise: there for everyone, the same for everyone, and true."""

import hashlib
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from crypto.encoding import encode_base64url
from tests import rounds
from tests.accounts import sign_in_admin
from tests.conftest import FixedClock

GROUPS_OF_FOUR = r"[0-9a-f]{4}(?: [0-9a-f]{4}){7}"


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A round of 24 people: large enough for reminders to some only."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 11, "South": 11}))
    return rounds.launch(app, mailer)


def text_of_first_mail(mailer: MemoryMailer) -> str:
    body = message_from_bytes(mailer.mails[0].content, policy=policy.default).get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


@pytest.mark.usefixtures("opened")
def test_the_address_in_the_invitation_leads_to_the_page(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    base = re.escape(app.config["CHORUS"].base_url)
    found = re.search(rf"^{base}(/\S*trust\S*)\s*$", text_of_first_mail(mailer), re.MULTILINE)
    assert found is not None
    answer = client.get(found[1])
    assert answer.status_code == 200
    assert "How we make sure, and how to check it" in answer.text


def test_the_page_is_the_same_for_everyone_and_sets_no_cookie(client: FlaskClient) -> None:
    before = client.get("/trust")
    assert "Set-Cookie" not in before.headers
    sign_in_admin(client)
    assert client.get("/trust").data == before.data


def test_the_page_needs_no_script_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/trust").text
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page)


@pytest.mark.parametrize(
    "limit",
    [
        "How you write can give you away.",
        "The last one can be worked out.",
        "Mailboxes are counted, not people.",
        "Sealing needs an honest start.",
        "The page comes from the service.",
        "Who holds everything could look early.",
    ],
)
def test_the_page_names_each_limit(client: FlaskClient, limit: str) -> None:
    assert f"<strong>{limit}</strong>" in client.get("/trust").text


def test_what_the_page_says_about_the_fingerprint_gives_the_one_in_the_mail(
    client: FlaskClient, mailer: MemoryMailer, opened: rounds.OpenRound
) -> None:
    command = re.search(
        r"curl -s \S+?(/api/v1/pools/)IDENTIFIER(/manifest)", client.get("/trust").text
    )
    assert command is not None
    identifier = encode_base64url(opened.pool_id)
    manifest = client.get(f"{command[1]}{identifier}{command[2]}").data
    found = re.search(rf"^({GROUPS_OF_FOUR})\s*$", text_of_first_mail(mailer), re.MULTILINE)
    assert found is not None
    assert found[1].replace(" ", "") == hashlib.sha256(manifest).hexdigest()[:32]


def test_after_the_close_no_record_of_who_took_part_is_left(
    clock: FixedClock, mailer: MemoryMailer, opened: rounds.OpenRound
) -> None:
    answered = set(list(opened.links)[:8])
    rounds.answer(opened, answered)
    before = len(mailer.mails)
    clock.advance(days=3)
    run_due_work(current_workplace())
    reminded = {mail.recipient for mail in mailer.mails[before:]}
    assert reminded == set(opened.links) - answered
    rounds.close(opened)
    with identity.begin() as session:
        query = select(Invitation).where(Invitation.pool_id == opened.pool_id)
        left = [
            (row.state, row.blinded_hash, row.address, row.mailed, row.reminders)
            for row in session.scalars(query)
        ]
    assert set(left) == {("ended", None, None, True, False)}
    assert len(left) == len(opened.links)
