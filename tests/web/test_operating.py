"""The pages about the installation say what is so, without a secret and without participation."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.audit import OPERATOR, record
from app.databases import Standing
from app.extensions import identity
from app.jobs.upkeep import keep_standings_true
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.operating.checks import check_all
from tests import rounds
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
    told = {Standing.BEHIND: "bad", Standing.FOREIGN: "bad", Standing.AHEAD: "look"}
    for standing, verdict in told.items():
        with patch("app.operating.checks.standing_of", return_value=standing):
            assert verdicts(app, clock)["Their structure"] == verdict
    with patch("app.operating.checks.answers", return_value=False):
        assert verdicts(app, clock)["Databases"] == "bad"
    assert "Everything" not in client.get("/health").text  # a development setup is worth a look


def test_the_age_of_the_last_backup_is_told(
    app: Flask, client: FlaskClient, clock: FixedClock, tmp_path: Path
) -> None:
    assert "There is none yet." in client.get("/health").text
    runner = app.test_cli_runner()
    assert runner.invoke(args=["chorus", "backup", str(tmp_path / "copy")]).exit_code == 0
    with identity.begin() as session:  # a later act on the same databases is no backup
        record(session, clock.now(), OPERATOR, "rotated the master key", "data keys")
    clock.advance(days=2)
    assert verdicts(app, clock)["Backups"] == "good"
    clock.advance(minutes=1)
    assert verdicts(app, clock)["Backups"] == "look"
    sign_in_admin(client)
    html = client.get("/health").text
    assert "2026-05-04 09:00 (UTC)" in html and "more than two days ago" in html


@pytest.mark.parametrize(
    ("suspended", "state", "verdict", "said"),
    [
        (0, "active", "good", "No mail has come back."),
        (1, "active", "look", "Mail to 1 person has come back."),
        (7, "active", "look", "Mail to 7 people has come back."),
        (7, "left", "good", "No mail has come back."),
    ],
)
def test_how_many_addresses_are_dead_is_told(
    app: Flask,
    clock: FixedClock,
    tmp_path: Path,
    suspended: int,
    state: str,
    verdict: str,
    said: str,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8}))
    with identity.begin() as session:
        dead = select(Person.id).order_by(Person.id).limit(suspended)
        left = clock.now().date() if state == "left" else None
        session.execute(
            update(Person)
            .where(Person.id.in_(dead))
            .values(suspended=True, state=state, left_on=left)
        )
    assert verdicts(app, clock)["Addresses"] == verdict
    sentences = [check.said for check in check_all(identity, app.config["CHORUS"], clock.now())]
    assert any(sentence.startswith(said) for sentence in sentences)


def test_where_reports_are_not_read_nothing_is_known_of_addresses(
    app: Flask, clock: FixedClock
) -> None:
    app.config["CHORUS"] = replace(app.config["CHORUS"], bounces=None)
    assert verdicts(app, clock)["Addresses"] == "unknown"


def test_the_last_mails_are_those_of_a_round_that_the_relay_accepted(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    assert verdicts(app, clock)["Mails"] == "unknown"
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8}))
    rounds.launch(app, mailer)
    assert verdicts(app, clock)["Mails"] == "good"
    assert "the round that opened on 2026-05-04 09:00 (UTC)" in client.get("/health").text
    with identity.begin() as session:
        session.execute(update(Invitation).values(mailed=False))
    assert verdicts(app, clock)["Mails"] == "unknown"
