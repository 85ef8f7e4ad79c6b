"""Admins sign in with a password, mentors with a mailed link; nobody learns who has an account."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.service import set_password
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from app.models.identity.sign_in_link import SignInLink
from app.vault import current_vault
from tests.accounts import PASSWORD, add_mentor, post
from tests.applications import FixedClock

ADMIN = "admin@corp.example"
MENTOR = "mentor@corp.example"


@pytest.fixture
def admin(app: Flask, clock: FixedClock) -> str:
    """An admin with a password."""
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    set_password(identity, current_vault().roster_key(), clock.now(), token, PASSWORD)
    with identity.begin() as session:
        session.query(AccountSession).delete()
    return ADMIN


def count(table: type) -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def mailed_link(mailer: MemoryMailer) -> str:
    found = re.search(rb"/sign-in/[\w-]+", mailer.mails[-1].content.replace(b"=\r\n", b""))
    assert found is not None
    return found[0].decode()


def ask_for_link(app: Flask, client: FlaskClient, mailer: MemoryMailer) -> str:
    post(app, client, "/sign-in/link", {"address": MENTOR})
    return mailed_link(mailer)


def sign_in(app: Flask, client: FlaskClient, address: str, password: str):
    return post(app, client, "/sign-in", {"address": address, "password": password})


def test_an_admin_with_the_right_password_is_in(
    app: Flask, client: FlaskClient, admin: str
) -> None:
    answer = sign_in(app, client, "Admin@Corp.Example ", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/programs")
    assert count(AccountSession) == 1
    assert client.get("/audit").status_code == 200


@pytest.mark.parametrize(
    ("address", "password"),
    [(ADMIN, "three quiet otter"), ("nobody@corp.example", PASSWORD), ("no address", PASSWORD)],
)
def test_a_refusal_never_says_what_was_wrong_and_keeps_the_address(
    app: Flask, client: FlaskClient, admin: str, address: str, password: str
) -> None:
    answer = sign_in(app, client, address, password)
    assert answer.status_code == 403
    assert "This address and this password don&#39;t open an account here." in answer.text
    assert f'value="{address}"' in answer.text
    assert password not in answer.text
    assert count(AccountSession) == 0


def test_a_mentor_has_no_password_to_sign_in_with(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    ask_for_link(app, client, mailer)
    assert sign_in(app, client, MENTOR, "").status_code == 403


def test_tries_are_limited_for_known_and_unknown_addresses_alike(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    for address in (ADMIN, "nobody@corp.example"):
        answers = [sign_in(app, client, address, "wrong").status_code for _ in range(11)]
        assert answers == [403] * 10 + [429]
    assert sign_in(app, client, ADMIN, PASSWORD).status_code == 429
    clock.advance(minutes=15)
    assert sign_in(app, client, ADMIN, PASSWORD).status_code == 302


def test_a_form_without_its_token_is_refused_with_advice(client: FlaskClient, admin: str) -> None:
    answer = client.post("/sign-in", data={"address": ADMIN, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Go back, reload the page" in answer.text
    assert count(AccountSession) == 0


def test_signing_in_leaves_nothing_of_the_cookie_of_before(
    app: Flask, client: FlaskClient, admin: str
) -> None:
    with client.session_transaction() as cookie:
        cookie["token"] = "planted"
        cookie["other"] = "planted"
    sign_in(app, client, ADMIN, PASSWORD)
    with client.session_transaction() as cookie:
        assert set(cookie) == {"token"}
        assert cookie["token"] != "planted"
        token = cookie["token"]
    with identity.begin() as session:
        stored = session.scalars(select(AccountSession.token_hash)).one()
    assert token.encode() not in stored


def test_after_signing_in_the_page_of_the_link_opens(
    app: Flask, client: FlaskClient, admin: str
) -> None:
    assert client.get("/audit?before=7").location == "/sign-in"
    assert sign_in(app, client, ADMIN, PASSWORD).location == "/audit?before=7"


def test_signing_out_ends_the_session_in_the_database(
    app: Flask, client: FlaskClient, admin: str
) -> None:
    sign_in(app, client, ADMIN, PASSWORD)
    thief = app.test_client()
    with client.session_transaction() as cookie, thief.session_transaction() as stolen:
        stolen["token"] = cookie["token"]
    assert thief.get("/audit").status_code == 200
    post(app, client, "/sign-out")
    assert count(AccountSession) == 0
    assert thief.get("/audit").location == "/sign-in"


def test_an_admins_session_ends_after_12_hours(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    sign_in(app, client, ADMIN, PASSWORD)
    for _ in range(23):
        clock.advance(minutes=30)
        assert client.get("/audit").status_code == 200
    clock.advance(minutes=30)
    assert client.get("/audit").status_code == 302


def test_an_admins_session_that_nobody_uses_ends_after_an_hour(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    sign_in(app, client, ADMIN, PASSWORD)
    clock.advance(minutes=59)
    assert client.get("/audit").status_code == 200
    clock.advance(minutes=60)
    assert client.get("/audit").status_code == 302
    assert count(AccountSession) == 0


def test_known_and_unknown_addresses_get_one_answer_and_only_a_mentor_a_mail(
    app: Flask, client: FlaskClient, admin: str, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    answers = {
        (answer.status_code, answer.location, answer.text)
        for address in (MENTOR, "nobody@corp.example", ADMIN, "no address", "")
        for answer in [post(app, client, "/sign-in/link", {"address": address})]
    }
    assert len(answers) == 1
    assert [mail.recipient for mail in mailer.mails] == [MENTOR]
    assert count(Account) == 2


def test_the_mail_leaves_after_the_answer(app: Flask, mailer: MemoryMailer) -> None:
    add_mentor(MENTOR)
    browser = app.test_client()
    before: list[int] = []
    app.after_request(lambda response: before.append(len(mailer.mails)) or response)
    post(app, browser, "/sign-in/link", {"address": MENTOR})
    assert (before, len(mailer.mails)) == ([0], 1)


def test_opening_the_link_spends_nothing_and_the_button_signs_in_once(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    link = ask_for_link(app, client, mailer)
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert (count(SignInLink), count(AccountSession)) == (1, 0)
    answer = post(app, client, link)
    assert (answer.status_code, answer.location) == (302, "/circles")
    assert (count(SignInLink), count(AccountSession)) == (0, 1)
    other = app.test_client()
    assert post(app, other, link).status_code == 410
    assert other.get(link).status_code == 410
    assert count(AccountSession) == 1


def test_a_link_is_good_for_20_minutes(
    app: Flask, client: FlaskClient, clock: FixedClock, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    link = ask_for_link(app, client, mailer)
    clock.advance(minutes=20)
    assert client.get(link).status_code == 410
    assert post(app, client, link).status_code == 410
    assert count(AccountSession) == 0


def test_a_mentors_session_lasts_24_hours_and_four_without_use(
    app: Flask, client: FlaskClient, clock: FixedClock, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    post(app, client, ask_for_link(app, client, mailer))
    for _ in range(7):
        clock.advance(hours=3, minutes=25)
        assert client.get("/audit").status_code == 403
    clock.advance(minutes=5)
    assert client.get("/audit").status_code == 302
    post(app, client, ask_for_link(app, client, mailer))
    clock.advance(hours=4)
    assert client.get("/audit").status_code == 302


def test_link_mails_to_one_address_are_limited(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    answers = {post(app, client, "/sign-in/link", {"address": MENTOR}).location for _ in range(5)}
    assert answers == {"/sign-in/sent"}
    assert len(mailer.mails) == 3


def test_the_database_keeps_no_token_of_a_link(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    add_mentor(MENTOR)
    token = ask_for_link(app, client, mailer).rpartition("/")[2]
    with identity.begin() as session:
        assert session.scalars(select(SignInLink.token_hash)).one() != token.encode()
