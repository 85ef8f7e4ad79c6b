"""A set-password link works once, for 48 hours, and what is typed is never sent back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.admins import add_admin, reset_admin
from app.accounts.audit import OPERATOR
from app.extensions import identity
from app.models.identity.account import Account
from app.models.identity.sign_in_link import SignInLink
from app.vault import current_vault
from tests.accounts import PASSWORD, post, sign_in_admin
from tests.applications import FixedClock

ADMIN = "admin@corp.example"


@pytest.fixture
def link(app: Flask, clock: FixedClock) -> str:
    """The path of a fresh link for a new admin."""
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    return f"/set-password/{token}"


def typed(password: str, again: str | None = None) -> dict[str, str]:
    return {"password": password, "again": password if again is None else again}


def stored_hash() -> bytes | str | None:
    with identity.begin() as session:
        return session.scalars(select(Account)).one().password


def test_the_password_is_set_the_link_spent_and_the_admin_in(
    app: Flask, client: FlaskClient, link: str
) -> None:
    for _ in range(2):
        assert client.get(link).status_code == 200
    answer = post(app, client, link, typed(PASSWORD))
    assert (answer.status_code, answer.location) == (302, "/programs")
    assert client.get("/audit").status_code == 200
    stored = stored_hash()
    assert isinstance(stored, bytes) and b"argon2" not in stored
    assert post(app, app.test_client(), link, typed("other quiet otters")).status_code == 410


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (typed("short"), "Use at least 12 characters."),
        (typed("password1234"), "This one is easy to guess."),
        (typed(PASSWORD, "three quiet other"), "The two passwords are not the same."),
    ],
)
def test_a_refused_password_spends_nothing_and_is_not_sent_back(
    app: Flask, client: FlaskClient, link: str, fields: dict[str, str], sentence: str
) -> None:
    answer = post(app, client, link, fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "value=" not in answer.text.partition('id="password"')[2].partition("</form>")[0]
    assert not any(value in answer.text for value in fields.values())
    assert stored_hash() is None
    assert post(app, client, link, typed(PASSWORD)).status_code == 302


def test_the_link_is_good_for_48_hours(
    app: Flask, client: FlaskClient, clock: FixedClock, link: str
) -> None:
    clock.advance(hours=47, minutes=59)
    assert client.get(link).status_code == 200
    clock.advance(minutes=1)
    assert client.get(link).status_code == 410
    assert post(app, client, link, typed(PASSWORD)).status_code == 410
    assert stored_hash() is None


def test_a_sign_in_link_sets_no_password_and_the_other_way_round(
    app: Flask, client: FlaskClient, link: str
) -> None:
    token = link.rpartition("/")[2]
    assert post(app, client, f"/sign-in/{token}").status_code == 410
    with identity.begin() as session:
        session.scalars(select(SignInLink)).one().purpose = "sign in"
    assert post(app, client, link, typed(PASSWORD)).status_code == 410
    # Even such a link would not open an admin's account: a mailbox alone is not enough.
    assert post(app, client, f"/sign-in/{token}").status_code == 410


def test_a_new_password_ends_every_other_session(
    app: Flask, client: FlaskClient, clock: FixedClock, link: str
) -> None:
    sign_in_admin(client)
    assert client.get("/audit").status_code == 200
    newcomer = app.test_client()
    post(app, newcomer, link, typed(PASSWORD))
    assert client.get("/audit").status_code == 302
    assert newcomer.get("/audit").status_code == 200


def test_a_reset_ends_password_sessions_and_earlier_links_at_once(
    app: Flask, client: FlaskClient, clock: FixedClock, link: str
) -> None:
    post(app, client, link, typed(PASSWORD))
    with identity.begin() as session:
        key = current_vault().roster_key()
        first = reset_admin(session, key, clock.now(), OPERATOR, ADMIN)
        reset_admin(session, key, clock.now(), OPERATOR, ADMIN)
    assert client.get("/audit").status_code == 302
    assert stored_hash() is None
    assert client.get(f"/set-password/{first}").status_code == 410
