"""What carries no mark is refused; mentors see what they mentor now and nothing else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.accounts.admins import add_admin, deactivate_admin
from app.accounts.audit import OPERATOR
from app.accounts.roles import (
    current_account,
    for_admins,
    for_mentors,
    is_open_endpoint,
    open_to,
    public,
)
from app.extensions import identity
from app.models.identity.account_session import AccountSession
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.sign_in_link import SignInLink
from app.vault import current_vault
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock

MENTOR = "mentor@corp.example"


@pytest.fixture
def pages(app: Flask) -> None:
    """A page for each mark, and one without any."""

    def _groups() -> str:
        return " ".join(sorted(current_account().group_ids))

    def _word() -> str:
        return "in"

    app.add_url_rule("/for-all", "for_all", public(lambda: "in"))
    app.add_url_rule("/for-admins", "for_admins", for_admins(lambda: "in"))
    app.add_url_rule("/for-mentors", "for_mentors", for_mentors(_groups))
    app.add_url_rule("/for-both", "for_both", for_admins(for_mentors(_word)))
    app.add_url_rule("/unmarked", "unmarked", lambda: "in")


def statuses(client: FlaskClient) -> dict[str, int]:
    paths = ("/for-all", "/for-admins", "/for-mentors", "/for-both", "/unmarked")
    return {path.removeprefix("/"): client.get(path).status_code for path in paths}


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    unmarked = {
        endpoint
        for endpoint in endpoints
        if not is_open_endpoint(endpoint) and not open_to(app.view_functions[endpoint])
    }
    assert unmarked == set()
    assert {"accounts.audit", "static"} <= endpoints


@pytest.mark.usefixtures("pages")
def test_a_stranger_is_led_to_sign_in(client: FlaskClient) -> None:
    assert statuses(client) == {
        "for-all": 200,
        "for-admins": 302,
        "for-mentors": 302,
        "for-both": 302,
        "unmarked": 302,
    }
    assert client.get("/for-admins").location == "/sign-in"


@pytest.mark.usefixtures("pages")
def test_an_admin_is_no_mentor(client: FlaskClient) -> None:
    sign_in_admin(client)
    assert statuses(client) == {
        "for-all": 200,
        "for-admins": 200,
        "for-mentors": 403,
        "for-both": 200,
        "unmarked": 403,
    }


@pytest.mark.usefixtures("pages")
def test_a_mentor_is_no_admin_and_sees_own_groups_only(client: FlaskClient) -> None:
    own = add_mentor(MENTOR)
    add_mentor("other@corp.example", program="Another program")
    sign_in_mentor(client, MENTOR)
    assert statuses(client) == {
        "for-all": 200,
        "for-admins": 403,
        "for-mentors": 200,
        "for-both": 200,
        "unmarked": 403,
    }
    assert client.get("/for-mentors").text == own


@pytest.mark.usefixtures("pages")
def test_an_admin_who_mentors_is_both(client: FlaskClient) -> None:
    own = add_mentor("admin@corp.example")
    sign_in_admin(client, "admin@corp.example")
    assert client.get("/for-admins").status_code == 200
    assert client.get("/for-mentors").text == own
    assert client.get("/").location == "/programs"


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("how", ["the group is lost", "the mentor leaves", "only a member now"])
def test_a_mentor_who_mentors_no_more_sees_nothing_at_once(
    client: FlaskClient, clock: FixedClock, how: str
) -> None:
    add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    assert client.get("/for-mentors").status_code == 200
    with identity.begin() as session:
        if how == "the group is lost":
            session.execute(delete(Membership))
        elif how == "the mentor leaves":
            session.execute(update(Person).values(state="left", left_on=clock.now().date()))
        else:
            session.execute(update(Membership).values(role="member"))
    assert client.get("/for-mentors").status_code == 403


def test_a_mentor_who_mentors_no_more_gets_no_link(app: Flask, client: FlaskClient) -> None:
    add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    with identity.begin() as session:
        session.execute(delete(Membership))
    post(app, client, "/sign-in/link", {"address": MENTOR})
    with identity.begin() as session:
        assert session.scalars(select(SignInLink)).all() == []


def test_a_deactivated_admin_is_out_at_once(client: FlaskClient, clock: FixedClock) -> None:
    sign_in_admin(client, "admin@corp.example")
    key = current_vault().roster_key()
    assert client.get("/audit").status_code == 200
    with identity.begin() as session:
        add_admin(session, key, clock.now(), OPERATOR, "second@corp.example")
        deactivate_admin(session, key, clock.now(), OPERATOR, "admin@corp.example")
    assert client.get("/audit").location == "/sign-in"
    with identity.begin() as session:
        assert session.scalars(select(AccountSession)).all() == []


def test_a_mentors_session_does_not_become_an_admins(
    client: FlaskClient, clock: FixedClock
) -> None:
    add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    with identity.begin() as session:
        add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, MENTOR)
    assert client.get("/audit").location == "/sign-in"


def test_what_respondents_open_sets_no_cookie_and_asks_for_none(client: FlaskClient) -> None:
    sign_in_admin(client)
    for path in ("/r/AAAAAAAAAAAAAAAAAAAAAA", "/static/chorus.css", "/no-such-page"):
        assert "Set-Cookie" not in client.get(path).headers
    # No form token is asked for: the pool API reads no cookie.
    answer = client.post("/api/v1/pools/AAAAAAAAAAAAAAAAAAAAAA/withdraw", json={"w": "A" * 43})
    assert answer.status_code == 204
