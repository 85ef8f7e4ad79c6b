"""One's own sessions: listed by days alone, ended one by one; and the cookie that holds one."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from app import create_app
from app.extensions import identity
from app.models.identity.account_session import AccountSession
from config import Settings
from tests import databases
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock


def test_sessions_are_listed_by_days_alone_and_ended_one_by_one(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    others = [app.test_client() for _ in range(2)]
    for browser in (*others, client):
        sign_in_admin(browser)
    page = client.get("/account").text
    listed = page[page.index('id="sessions"') :]
    assert listed.count("<strong>Another browser</strong>") == 2
    assert "4 May 2026" in listed and "09:00" not in listed
    ending = re.findall(r"/account/sessions/([2-9a-z]{16})/end", listed)
    post(app, client, f"/account/sessions/{ending[0]}/end")
    assert sorted(browser.get("/audit").status_code for browser in others) == [200, 302]
    assert client.get("/audit").status_code == 200
    post(app, client, "/account/sessions/end")
    assert [browser.get("/audit").status_code for browser in (*others, client)] == [302, 302, 200]


def test_nobody_ends_anothers_session(app: Flask, client: FlaskClient) -> None:
    sign_in_admin(client)
    with identity.begin() as session:
        session_id = session.scalars(select(AccountSession.id)).one()
    add_mentor("mentor@corp.example")
    mentor = app.test_client()
    sign_in_mentor(mentor)
    post(app, mentor, f"/account/sessions/{session_id}/end")
    post(app, mentor, "/account/sessions/end")
    assert client.get("/audit").status_code == 200


def test_a_session_has_no_column_for_where_or_with_what_somebody_came(app: Flask) -> None:
    columns = {column["name"] for column in inspect(identity.engine).get_columns("account_session")}
    assert columns == {
        *("token_hash", "id", "account_id", "begun_at", "seen_at", "expires_at", "strong")
    }


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_cookie_of_production_is_bound_to_its_host(app: Flask, settings: Settings) -> None:
    production = create_app(replace(settings, environment="production", mailer="smtp"))
    with production.app_context():
        answer = production.test_client().get("/audit", base_url="https://chorus.example.org")
        databases.dispose_engines()
    name, *rest = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-session=")
    assert set(rest) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
