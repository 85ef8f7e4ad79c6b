"""The pages about the installation say what is so, without a secret and without participation."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.jobs.upkeep import keep_standings_true
from app.jobs.workplace import current_workplace
from app.models.identity.notice import Notice
from app.operating.checks import check_all
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import add_program
from tests.web.test_program_pages import open_round


@pytest.fixture(autouse=True)
def admin(client: FlaskClient) -> None:
    """An admin looks."""
    sign_in_admin(client)


def verdicts(app: Flask, clock: FixedClock) -> dict[str, str]:
    """Return how each check stands."""
    checks = check_all(identity, app.config["CHORUS"], clock.now())
    return {check.name: check.verdict for check in checks}


def test_settings_are_told_without_a_secret(app: Flask, client: FlaskClient) -> None:
    settings = app.config["CHORUS"]
    app.config["CHORUS"] = replace(
        settings,
        smtp_url="smtp://relay-user:relay-password@relay.example:25",
        organisation="Harbour & Sons",
        mail_domains=("harbour.example",),
        keep_comments_months=7,
        plain_form=True,
    )
    html = client.get("/settings").text
    for told in ("Harbour &amp; Sons", "harbour.example", "7 months", "allowed", "CHORUS_SUPPORT"):
        assert told in html
    for secret in ("relay-password", "relay-user", settings.secret_key):
        assert secret not in html


def test_what_waits_too_long_is_told_and_who_has_answered_is_not(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    assert verdicts(app, clock)["Due work"] == "good"
    assert verdicts(app, clock)["The worker"] == "look"
    keep_standings_true(current_workplace())
    assert verdicts(app, clock)["The worker"] == "good"
    open_round(add_program(), clock)
    assert verdicts(app, clock)["Due work"] == "good"
    clock.advance(days=4, minutes=20)
    assert verdicts(app, clock)["Due work"] == "bad"
    sign_in_admin(client)  # a session has not lasted that long
    html = client.get("/health").text
    assert "Something needs the operator" in html and "2026-05-08 09:00 (UTC)" in html


def test_mails_that_could_tell_who_answered_are_no_part_of_it(
    app: Flask, clock: FixedClock
) -> None:
    for kind, verdict in (("lost", "unknown"), ("alert", "look")):
        with identity.begin() as session:
            session.add(Notice(kind=kind, subject_id="s", recipient_id="r"))
        assert verdicts(app, clock)["Mails"] == verdict


def test_a_database_that_is_gone_or_older_is_told(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    with patch("app.operating.checks.is_newest", return_value=False):
        assert verdicts(app, clock)["Their structure"] == "bad"
    with patch("app.operating.checks.answers", return_value=False):
        assert verdicts(app, clock)["Databases"] == "bad"
    assert "Everything" not in client.get("/health").text  # a development setup is worth a look
