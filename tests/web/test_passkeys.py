"""A passkey signs in by itself, once for each challenge; if anything is wrong, nobody is in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.admins import add_admin, deactivate_admin
from app.accounts.audit import OPERATOR
from app.accounts.service import set_password
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.account_session import AccountSession
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.membership import Membership
from app.models.identity.passkey import Passkey, PasskeyChallenge
from app.vault import current_vault
from tests.accounts import PASSWORD, add_mentor, form_token, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.authenticator import PRESENT, Device

ADMIN, MENTOR = "admin@corp.example", "mentor@corp.example"


@pytest.fixture(autouse=True)
def named(app: Flask) -> Iterator[None]:
    """Let the pages be at an address with a name."""
    settings = app.config["CHORUS"]
    app.config["CHORUS"] = replace(settings, base_url="http://localhost:8000")
    yield
    app.config["CHORUS"] = settings


def send(app: Flask, client: FlaskClient, path: str, body: dict[str, Any]) -> TestResponse:
    token = {"X-CSRFToken": form_token(app, client)}
    return client.post(path, json=body, headers=token)


def add(app: Flask, client: FlaskClient, device: Device, name: str = "my phone") -> TestResponse:
    asked = send(app, client, "/account/passkeys/options", {}).json
    answer = {"name": name, "credential": device.make(asked)}
    return send(app, client, "/account/passkeys", answer)


def ask(app: Flask, client: FlaskClient) -> dict[str, Any]:
    return send(app, client, "/sign-in/passkey/options", {}).json


def use(app: Flask, client: FlaskClient, device: Device) -> TestResponse:
    asked = ask(app, client)
    return send(app, client, "/sign-in/passkey", {"credential": device.sign(asked)})


def count(table: type) -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def acts() -> list[str]:
    with identity.begin() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


@pytest.fixture
def device(app: Flask, client: FlaskClient) -> Device:
    """A device with an admin's passkey; `client` is where it was added."""
    sign_in_admin(client, ADMIN)
    device = Device()
    assert add(app, client, device).json == {"to": "/account"}
    return device


def test_an_admin_signs_in_with_a_passkey_alone(
    app: Flask, client: FlaskClient, device: Device, mailer: MemoryMailer
) -> None:
    assert b"A passkey was added" in mailer.mails[-1].content
    assert "my phone" in client.get("/account").text
    browser = app.test_client()
    assert use(app, browser, device).json == {"to": "/programs"}
    assert browser.get("/audit").status_code == 200
    assert acts()[-2:] == ["added a passkey", "signed in"]


def test_a_mentor_does_too_as_long_as_there_is_a_circle(app: Flask, client: FlaskClient) -> None:
    add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    device = Device()
    add(app, client, device)
    assert use(app, app.test_client(), device).json == {"to": "/circles"}
    assert acts() == []  # the log is of admins and the operator
    with identity.begin() as session:
        session.query(Membership).delete()
    assert use(app, app.test_client(), device).status_code == 403


def test_an_answer_is_good_once_even_for_whoever_kept_the_cookie(
    app: Flask, client: FlaskClient, device: Device
) -> None:
    browser, thief = app.test_client(), app.test_client()
    answer = {"credential": device.sign(ask(app, browser))}
    with browser.session_transaction() as cookie, thief.session_transaction() as stolen:
        stolen.update(cookie)
    assert send(app, browser, "/sign-in/passkey", answer).status_code == 200
    with identity.begin() as session:
        session.query(Passkey).update({"sign_count": 0})  # not the count alone may stop it
    assert send(app, thief, "/sign-in/passkey", answer).status_code == 403
    assert count(PasskeyChallenge) == 0


def test_a_wrong_answer_spends_the_challenge(
    app: Flask, client: FlaskClient, device: Device
) -> None:
    browser = app.test_client()
    asked = ask(app, browser)
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    assert send(app, browser, "/sign-in/passkey", {"credential": {}}).status_code == 403
    with browser.session_transaction() as cookie:
        cookie.update(kept)
    answer = {"credential": device.sign(asked)}
    assert send(app, browser, "/sign-in/passkey", answer).status_code == 403


def test_another_browsers_challenge_is_not_good(
    app: Flask, client: FlaskClient, device: Device
) -> None:
    first, second = app.test_client(), app.test_client()
    asked = ask(app, first)
    ask(app, second)
    answer = {"credential": device.sign(asked)}
    assert send(app, second, "/sign-in/passkey", answer).status_code == 403


def test_a_challenge_is_good_for_five_minutes(
    app: Flask, client: FlaskClient, device: Device, clock: FixedClock
) -> None:
    browser = app.test_client()
    asked = ask(app, browser)
    clock.advance(minutes=5)
    answer = {"credential": device.sign(asked)}
    assert send(app, browser, "/sign-in/passkey", answer).status_code == 403


BROKEN: dict[str, Callable[[Device], None]] = {
    "nobody verified": lambda device: setattr(device, "flags", PRESENT),
    "another origin": lambda device: setattr(device, "origin", "https://evil.example"),
    "another host": lambda device: setattr(device, "host", "evil.example"),
    "another key": lambda device: setattr(device, "key", Device().key),
    "an unknown key": lambda device: setattr(device, "id", b"x" * 32),
    "another's handle": lambda device: setattr(device, "handle", "bm9ib2R5"),
    "a count that did not grow": lambda device: setattr(device, "count", 0),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_whatever_is_wrong_with_a_passkey_nobody_is_in(
    app: Flask, client: FlaskClient, device: Device, fault: str
) -> None:
    assert use(app, app.test_client(), device).status_code == 200
    BROKEN[fault](device)
    browser, before = app.test_client(), count(AccountSession)
    answer = use(app, browser, device)
    assert (answer.status_code, count(AccountSession)) == (403, before)
    assert "could not be used" in answer.json["message"]
    assert browser.get("/audit").location == "/sign-in"


@pytest.mark.parametrize("body", [None, [], {"credential": []}, {"credential": {"id": 7}}])
def test_what_is_no_answer_at_all_is_refused(app: Flask, client: FlaskClient, body: Any) -> None:
    ask(app, client)
    token = {"X-CSRFToken": form_token(app, client)}
    assert client.post("/sign-in/passkey", json=body, headers=token).status_code == 403


def test_without_the_forms_token_nothing_is_asked_or_added(
    app: Flask, client: FlaskClient, device: Device
) -> None:
    for path in ("/sign-in/passkey/options", "/sign-in/passkey", "/account/passkeys"):
        assert client.post(path, json={}).status_code == 400


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_passkey_has_a_name(app: Flask, client: FlaskClient, name: str) -> None:
    sign_in_admin(client, ADMIN)
    assert add(app, client, Device(), name).status_code == 403
    assert count(Passkey) == 0


def test_a_device_that_verified_nobody_is_not_added(app: Flask, client: FlaskClient) -> None:
    sign_in_admin(client, ADMIN)
    assert add(app, client, Device(flags=PRESENT)).status_code == 403
    assert count(Passkey) == 0


def test_its_name_is_encrypted(app: Flask, client: FlaskClient, device: Device) -> None:
    with identity.begin() as session:
        assert b"phone" not in session.scalars(select(Passkey.name)).one()


def test_adding_and_removing_end_every_other_session(
    app: Flask, client: FlaskClient, device: Device, mailer: MemoryMailer
) -> None:
    other = app.test_client()
    use(app, other, device)
    with identity.begin() as session:
        passkey_id = session.scalars(select(Passkey.id)).one()
    post(app, client, f"/account/passkeys/{passkey_id}/remove")
    assert b"A passkey was removed" in mailer.mails[-1].content
    assert (count(Passkey), count(AccountSession)) == (0, 1)
    assert other.get("/audit").location == "/sign-in"
    assert client.get("/audit").status_code == 200
    assert use(app, other, device).status_code == 403


def test_nobody_removes_anothers(app: Flask, client: FlaskClient, device: Device) -> None:
    with identity.begin() as session:
        passkey_id = session.scalars(select(Passkey.id)).one()
    stranger = app.test_client()
    sign_in_admin(stranger, "other.admin@corp.example")
    post(app, stranger, f"/account/passkeys/{passkey_id}/remove")
    assert count(Passkey) == 1


def test_after_a_quarter_of_an_hour_none_is_added(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    sign_in_admin(client, ADMIN)
    clock.advance(minutes=15)
    assert send(app, client, "/account/passkeys/options", {}).status_code == 403
    assert send(app, client, "/account/passkeys", {"name": "x"}).status_code == 403


def test_a_password_alone_opens_no_account_that_has_a_passkey(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    set_password(identity, current_vault().roster_key(), clock.now(), token, PASSWORD)
    post(app, client, "/sign-in", {"address": ADMIN, "password": PASSWORD})
    device = Device()
    add(app, client, device)
    browser = app.test_client()
    answer = post(app, browser, "/sign-in", {"address": ADMIN, "password": PASSWORD})
    assert answer.location == "/sign-in/code"
    page = browser.get("/sign-in/code").text
    assert "opens with a passkey" in page and 'name="code"' not in page
    assert use(app, browser, device).json == {"to": "/programs"}


def test_a_deactivated_admins_passkeys_are_gone(
    app: Flask, client: FlaskClient, device: Device, clock: FixedClock
) -> None:
    sign_in_admin(app.test_client(), "other.admin@corp.example")
    with identity.begin() as session:
        key = current_vault().roster_key()
        deactivate_admin(session, key, clock.now(), OPERATOR, ADMIN)
    assert count(Passkey) == 0
    assert use(app, app.test_client(), device).status_code == 403


def test_what_a_mailbox_added_opens_no_admins_account(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    device = Device()
    add(app, client, device)
    with identity.begin() as session:
        add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, MENTOR)
    assert use(app, app.test_client(), device).status_code == 403


def test_at_an_address_that_is_a_number_there_are_none(app: Flask, client: FlaskClient) -> None:
    app.config["CHORUS"] = replace(app.config["CHORUS"], base_url="https://192.0.2.7")
    assert "data-passkey" not in client.get("/sign-in").text
    assert send(app, client, "/sign-in/passkey/options", {}).status_code == 404
