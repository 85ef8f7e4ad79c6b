"""An admin's second factor: an app's codes, each good once, and recovery codes for a lost phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.admins import add_admin, reset_admin
from app.accounts.audit import OPERATOR
from app.accounts.service import set_password
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.account_session import AccountSession
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.second_factor import RecoveryCode, SecondFactor
from app.vault import current_vault
from tests.accounts import PASSWORD, add_mentor, post, sign_in_mentor
from tests.applications import FixedClock

ADMIN = "admin@corp.example"


@pytest.fixture
def admin(app: Flask, client: FlaskClient, clock: FixedClock) -> str:
    """An admin with a password, signed in by it in `client`."""
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    set_password(identity, current_vault().roster_key(), clock.now(), token, PASSWORD)
    sign_in(app, client)
    return ADMIN


@contextmanager
def second_factor_needed(app: Flask) -> Iterator[None]:
    """Let the operator have set that admins need a second factor."""
    settings = app.config["CHORUS"]
    app.config["CHORUS"] = replace(settings, admin_second_factor=True)
    yield
    app.config["CHORUS"] = settings


def sign_in(app: Flask, client: FlaskClient):
    return post(app, client, "/sign-in", {"address": ADMIN, "password": PASSWORD})


def type_code(app: Flask, client: FlaskClient, code: str):
    return post(app, client, "/sign-in/code", {"code": code})


def count(table: type) -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def acts() -> list[str]:
    with identity.begin() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


class Phone:
    """An authenticator app that was told the key on the page."""

    def __init__(self, page: str, clock: FixedClock) -> None:
        found = re.search(r'<code class="hash">([A-Z2-7 ]+)</code>', page)
        assert found is not None
        self.app, self.clock = pyotp.TOTP(found[1].replace(" ", "")), clock

    def code(self, seconds: int = 0) -> str:
        """Return what it shows, or showed some seconds ago."""
        return self.app.at(int(self.clock.now().timestamp()) + seconds)


def set_up(app: Flask, client: FlaskClient, clock: FixedClock) -> tuple[Phone, list[str]]:
    """Return a phone that was set up, and the recovery codes."""
    post(app, client, "/account/app")
    phone = Phone(client.get("/account/app").text, clock)
    page = post(app, client, "/account/app/confirm", {"code": phone.code()}).text
    codes = re.findall(r'<code class="receipt">([0-9A-Z-]{14})</code>', page)
    assert len(codes) == 10
    clock.advance(seconds=30)
    return phone, codes


def test_after_the_password_a_code_is_asked_for_and_only_then_is_anybody_in(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    phone, _ = set_up(app, client, clock)
    browser = app.test_client()
    assert sign_in(app, browser).location == "/sign-in/code"
    assert browser.get("/audit").location == "/sign-in"
    assert count(AccountSession) == 1  # the one that set it up
    answer = type_code(app, browser, phone.code())
    assert (answer.status_code, answer.location) == (302, "/audit")  # where it was led from
    assert browser.get("/audit").status_code == 200


def test_a_code_is_accepted_once_and_not_after_a_newer_one(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, mailer: MemoryMailer
) -> None:
    phone, _ = set_up(app, client, clock)
    codes = {"earlier": phone.code(-30), "now": phone.code()}
    first, second = app.test_client(), app.test_client()
    sign_in(app, first)
    assert type_code(app, first, codes["now"]).status_code == 302
    sign_in(app, second)
    assert type_code(app, second, codes["now"]).status_code == 403
    assert type_code(app, second, codes["earlier"]).status_code == 403
    assert acts()[-2:] == ["typed a used code"] * 2
    assert b"typed a code that had been used" in mailer.mails[-1].content
    assert mailer.mails[-1].recipient == ADMIN
    sent = len(mailer.mails)
    assert type_code(app, second, "000000").status_code == 403
    assert len(mailer.mails) == sent
    clock.advance(seconds=30)
    assert type_code(app, second, phone.code()).status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(-60, 403), (-30, 302), (30, 302), (60, 403)])
def test_a_phones_clock_may_be_off_by_one_step(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, seconds: int, status: int
) -> None:
    phone, _ = set_up(app, client, clock)
    clock.advance(minutes=2)
    sign_in(app, client)
    assert type_code(app, client, phone.code(seconds)).status_code == status


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "٣٣٣٣٣٣", "AAAA-BBBB-CCCC", "x" * 999])
def test_anything_else_is_refused_and_the_page_stays(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, typed: str
) -> None:
    set_up(app, client, clock)
    sign_in(app, client)
    answer = type_code(app, client, typed)
    assert answer.status_code == 403
    assert "This code is not good" in answer.text and 'name="code"' in answer.text


def test_codes_are_limited_for_an_account(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    phone, _ = set_up(app, client, clock)
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        sign_in(app, browser)
    answers = [type_code(app, browsers[at % 2], "000000").status_code for at in range(6)]
    assert answers == [403] * 5 + [429]
    assert type_code(app, browsers[2], phone.code()).status_code == 429
    clock.advance(minutes=15)
    sign_in(app, browsers[2])
    assert type_code(app, browsers[2], phone.code()).status_code == 302


def test_without_a_password_before_there_is_nothing_to_type_a_code_into(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    phone, _ = set_up(app, client, clock)
    stranger = app.test_client()
    assert stranger.get("/sign-in/code").location == "/sign-in"
    assert type_code(app, stranger, phone.code()).status_code == 403
    sign_in(app, stranger)
    clock.advance(minutes=10)
    assert "Begin again with your password" in type_code(app, stranger, phone.code()).text


def test_a_recovery_code_signs_in_once_and_its_owner_is_told(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, mailer: MemoryMailer
) -> None:
    _, codes = set_up(app, client, clock)
    first, second = app.test_client(), app.test_client()
    sign_in(app, first)
    spelled = codes[3].lower().replace("-", " ").replace("0", "o")
    assert type_code(app, first, spelled).status_code == 302
    assert b"9 recovery codes are left" in mailer.mails[-1].content
    assert mailer.mails[-1].recipient == ADMIN
    sign_in(app, second)
    assert type_code(app, second, codes[3]).status_code == 403
    assert type_code(app, second, codes[4]).status_code == 302
    assert count(RecoveryCode) == 8
    assert acts()[-4:] == ["used a recovery code", "signed in"] * 2


def test_new_recovery_codes_end_the_old_ones(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    _, old = set_up(app, client, clock)
    page = post(app, client, "/account/codes").text
    new = re.findall(r'<code class="receipt">([0-9A-Z-]{14})</code>', page)
    assert len(new) == 10 and not set(new) & set(old)
    sign_in(app, client)
    assert type_code(app, client, old[0]).status_code == 403
    assert type_code(app, client, new[0]).status_code == 302


def test_the_database_holds_neither_key_nor_recovery_code(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    phone, codes = set_up(app, client, clock)
    with identity.begin() as session:
        secret = session.scalars(select(SecondFactor.secret)).one()
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert phone.app.secret.encode() not in secret
    assert not any(code.encode() in kept for code in codes for kept in hashes)


def test_setting_up_ends_every_other_session_and_gives_this_browser_a_new_one(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, mailer: MemoryMailer
) -> None:
    other = app.test_client()
    sign_in(app, other)
    with client.session_transaction() as cookie:
        before = cookie["token"]
    set_up(app, client, clock)
    with client.session_transaction() as cookie:
        assert cookie["token"] != before
    assert other.get("/audit").location == "/sign-in"
    assert client.get("/audit").status_code == 200
    assert b"An app for codes was added" in mailer.mails[-1].content
    assert acts()[-1] == "added an app for codes"


def test_a_wrong_first_code_sets_nothing_up(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    post(app, client, "/account/app")
    answer = post(app, client, "/account/app/confirm", {"code": "000000"})
    assert answer.status_code == 422 and 'class="qr"' in answer.text
    assert sign_in(app, app.test_client()).location == "/programs"


def test_opening_the_page_makes_no_key(app: Flask, client: FlaskClient, admin: str) -> None:
    assert client.get("/account/app").location == "/account"
    assert count(SecondFactor) == 0


@pytest.mark.parametrize("path", ["app", "app/confirm", "app/remove", "codes"])
def test_whoever_signed_in_a_while_ago_has_to_do_it_again_first(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, path: str
) -> None:
    set_up(app, client, clock)
    clock.advance(minutes=15)
    before = (count(SecondFactor), count(RecoveryCode), len(acts()))
    assert post(app, client, f"/account/{path}").location == "/account"
    assert "Sign in again" in client.get("/account").text
    assert (count(SecondFactor), count(RecoveryCode), len(acts())) == before
    assert post(app, client, "/account/again").location == "/sign-in"
    assert client.get("/audit").location == "/sign-in"


def test_removing_the_app_leaves_the_password_alone(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, mailer: MemoryMailer
) -> None:
    set_up(app, client, clock)
    post(app, client, "/account/app/remove")
    assert (count(SecondFactor), count(RecoveryCode)) == (0, 0)
    assert b"was removed from your account" in mailer.mails[-1].content
    assert sign_in(app, client).location == "/programs"


def test_a_new_password_by_the_operators_link_still_owes_the_code(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    phone, _ = set_up(app, client, clock)
    with identity.begin() as session:
        token = reset_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    words = {"password": "nine quiet otters", "again": "nine quiet otters"}
    answer = post(app, client, f"/set-password/{token}", words)
    assert answer.location == "/sign-in/code"
    assert count(AccountSession) == 0
    assert type_code(app, client, phone.code()).status_code == 302


def test_the_operator_lets_somebody_begin_anew_who_lost_everything(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str, mailer: MemoryMailer
) -> None:
    set_up(app, client, clock)
    result = app.test_cli_runner().invoke(args=["chorus", "admin", "reset-factor", ADMIN])
    assert result.exit_code == 0, result.output
    assert (count(SecondFactor), count(RecoveryCode), count(AccountSession)) == (0, 0, 0)
    assert acts()[-1] == "reset an admin's second factor"
    assert b"The operator removed" in mailer.mails[-1].content
    assert sign_in(app, client).location == "/programs"


def test_where_the_operator_wants_a_second_factor_nothing_opens_before_it(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    with second_factor_needed(app):
        assert client.get("/programs").location == "/account"
        assert post(app, client, "/people/new", {"name": "x"}).location == "/account"
        assert "Admins here need a second factor." in client.get("/account").text
        set_up(app, client, clock)
        assert client.get("/programs").status_code == 200
        post(app, client, "/account/app/remove")
        assert client.get("/programs").location == "/account"


def test_mentors_owe_none(app: Flask, client: FlaskClient) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    with second_factor_needed(app):
        assert client.get("/circles").status_code == 302
        assert client.get("/circles").location.startswith("/circles/")
    assert client.get("/account").status_code == 200
    assert post(app, client, "/account/app").status_code == 403
