"""Alerts tell admins about programs, in words, with the released rounds they rest on."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.service import review_program
from app.extensions import identity
from app.models.identity.alert import Alert
from app.models.identity.audit_entry import AuditEntry
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.releases import EVERYBODY_ELSE, Answered, add_program, add_released_round

DAY = date(2026, 7, 1)


@pytest.fixture
def alert(client: FlaskClient) -> str:
    """The id of an alert, seen by nobody yet; an admin is signed in."""
    sign_in_admin(client)
    program = add_program("Onboarding")
    for number in range(12):
        add_released_round(program, {EVERYBODY_ELSE: Answered(30, 4 if number < 8 else 2)})
    with identity.begin() as session:
        review_program(session, program, DAY)
    with identity.begin() as session:
        return session.scalars(select(Alert.id)).one()


def state_of(alert_id: str) -> str:
    with identity.begin() as session:
        return session.get_one(Alert, alert_id).state


def test_without_alerts_the_page_says_what_would_stand_here(client: FlaskClient) -> None:
    sign_in_admin(client)
    assert "Nothing needs you" in client.get("/alerts").text


def test_an_alert_says_what_was_seen_and_how_sure(client: FlaskClient, alert: str) -> None:
    assert f"/alerts/{alert}" in client.get("/alerts").text
    html = client.get(f"/alerts/{alert}").text
    assert "Wellbeing in Onboarding has probably fallen" in html
    assert "It says nothing about any person." in html
    assert 'class="event"' in html and 'class="band"' in html
    assert "the round since which it has probably fallen" in html


def test_looking_changes_nothing_and_the_button_notes_it_once(
    app: Flask, client: FlaskClient, alert: str
) -> None:
    client.get(f"/alerts/{alert}")
    assert state_of(alert) == "raised"
    for _ in range(2):
        assert post(app, client, f"/alerts/{alert}/seen").location == f"/alerts/{alert}"
    assert state_of(alert) == "seen"
    assert "I have seen this" not in client.get(f"/alerts/{alert}").text
    with identity.begin() as session:
        acts = list(session.scalars(select(AuditEntry.act)))
    assert acts.count("saw an alert") == 1


def test_a_closed_alert_says_how_it_ended(app: Flask, client: FlaskClient, alert: str) -> None:
    with identity.begin() as session:
        stored = session.get_one(Alert, alert)
        stored.state, stored.closed_on = "recovered", DAY
    html = client.get(f"/alerts/{alert}").text
    assert "come back to where it was" in html and "I have seen this" not in html
    post(app, client, f"/alerts/{alert}/seen")
    assert state_of(alert) == "recovered"


def test_nothing_is_noted_without_the_forms_token(client: FlaskClient, alert: str) -> None:
    assert client.post(f"/alerts/{alert}/seen").status_code == 400
    assert state_of(alert) == "raised"


def test_an_unknown_alert_is_not_there(app: Flask, client: FlaskClient) -> None:
    sign_in_admin(client)
    assert client.get("/alerts/nosuchalert").status_code == 404
    assert post(app, client, "/alerts/nosuchalert/seen").status_code == 404


def test_mentors_see_no_alerts(client: FlaskClient) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    assert client.get("/alerts").status_code == 403
