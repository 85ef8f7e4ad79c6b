"""Changing one's own password asks for the current one, and leaves no other way open."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.passwords import hash_password
from app.accounts.service import set_password
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.audit_entry import AuditEntry
from app.vault import current_vault
from tests.accounts import PASSWORD, add_mentor, post, sign_in_mentor
from tests.applications import FixedClock

ADMIN, NEW = "admin@corp.example", "nine calm herons"


@pytest.fixture
def admin(app: Flask, client: FlaskClient, clock: FixedClock) -> FlaskClient:
    """A browser in which an admin signed in with a password."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        token = add_admin(session, key, clock.now(), OPERATOR, ADMIN)
    set_password(identity, key, clock.now(), token, PASSWORD)
    sign_in(app, client, PASSWORD)
    return client


def sign_in(app: Flask, client: FlaskClient, password: str) -> int:
    answer = post(app, client, "/sign-in", {"address": ADMIN, "password": password})
    return answer.status_code


def change(app: Flask, client: FlaskClient, current: str, new: str = NEW, again: str = ""):
    fields = {"current": current, "password": new, "again": again or new}
    return post(app, client, "/account/password", fields)


def acts() -> list[str]:
    with identity.read() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def test_the_new_one_opens_the_account_and_everything_else_is_closed(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer
) -> None:
    other = app.test_client()
    sign_in(app, other, PASSWORD)
    with admin.session_transaction() as cookie:
        before = cookie["token"]
    assert "Your current password" in admin.get("/account/password").text
    assert change(app, admin, PASSWORD).location == "/account"
    with admin.session_transaction() as cookie:
        assert cookie["token"] != before
    assert admin.get("/audit").status_code == 200
    assert other.get("/audit").location == "/sign-in"
    assert [sign_in(app, app.test_client(), each) for each in (PASSWORD, NEW)] == [403, 302]
    assert acts()[-2:] == ["changed their password", "signed in"]
    assert mailer.mails[-1].recipient == ADMIN
    assert b"A new password was set" in mailer.mails[-1].content


@pytest.mark.parametrize(
    ("current", "new", "again", "sentence"),
    [
        ("three quiet otter", NEW, NEW, "This is not your current password."),
        ("", NEW, NEW, "This is not your current password."),
        (PASSWORD, "short", "short", "Use at least 12 characters."),
        (PASSWORD, "x y z " * 30, "x y z " * 30, "Use at most 128 characters."),
        (PASSWORD, "michaeljackson", "michaeljackson", "This one is easy to guess."),
        (PASSWORD, NEW, "nine calm heron", "The two passwords are not the same."),
    ],
)
def test_a_refusal_changes_nothing_and_sends_back_nothing_typed(
    app: Flask, admin: FlaskClient, current: str, new: str, again: str, sentence: str
) -> None:
    log = len(acts())
    answer = change(app, admin, current, new, again)
    assert answer.status_code == 422 and sentence in answer.text
    assert not any(typed in answer.text for typed in (current, new) if len(typed) > 5)
    assert (len(acts()), sign_in(app, app.test_client(), PASSWORD)) == (log, 302)


def test_a_stolen_cookie_guesses_five_times_in_a_quarter_of_an_hour(
    app: Flask, admin: FlaskClient, clock: FixedClock
) -> None:
    statuses = [change(app, admin, f"a wrong one {at}").status_code for at in range(6)]
    assert statuses == [422] * 5 + [429]
    assert change(app, admin, PASSWORD).status_code == 429
    clock.advance(minutes=15)
    assert change(app, admin, PASSWORD).status_code == 302


def test_half_a_sign_in_by_the_old_password_ends(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.accounts.service.has_factor", lambda *_: True)
    half = app.test_client()
    sign_in(app, half, PASSWORD)
    assert half.get("/sign-in/code").status_code == 200
    change(app, admin, PASSWORD)
    assert half.get("/sign-in/code").location == "/sign-in"


def test_without_a_password_only_a_fresh_sign_in_sets_one(
    app: Flask, admin: FlaskClient, clock: FixedClock
) -> None:
    with identity.begin() as session:
        session.execute(update(Account).values(password_sealed=None))
    clock.advance(minutes=15)
    assert "Your current password" not in admin.get("/account/password").text
    assert change(app, admin, "").location == "/account"
    assert sign_in(app, app.test_client(), NEW) == 403
    clock.advance(minutes=-15)
    assert change(app, admin, "").location == "/account"
    assert sign_in(app, app.test_client(), NEW) == 302


def test_who_has_no_password_here_is_not_asked_for_one(app: Flask, client: FlaskClient) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    assert client.get("/account/password").status_code == 403
    assert "/account/password" not in client.get("/account").text


def test_a_bare_hash_is_sealed_at_the_next_sign_in(app: Flask, admin: FlaskClient) -> None:
    with identity.begin() as session:
        bare = {"password_hash": hash_password(PASSWORD), "password_sealed": None}
        session.execute(update(Account).values(bare))
    assert [sign_in(app, app.test_client(), PASSWORD) for _ in range(2)] == [302, 302]
    with identity.read() as session:
        kept = session.execute(select(Account.password_hash, Account.password_sealed)).one()
    assert kept[0] is None and b"argon2" not in kept[1]
