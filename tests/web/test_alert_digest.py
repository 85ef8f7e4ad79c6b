"""The weekly digest of alerts: on Mondays, once, with something to say, until it is stopped."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.acts import finish_action, plan_action, take
from app.alerts.schemas import Plan
from app.alerts.wishes import set_digest
from app.extensions import identity
from app.jobs.digests import owe_digests
from app.jobs.leases import LEASE
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.notice import Notice
from app.programs.acts import Actor
from app.vault import current_vault
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import add_program

MONDAY = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)
SECRET = "Ada's team"
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def add_alert(raised_on: date, name: str = "Onboarding", zone: str = "UTC") -> str:
    """Return the id of an alert that was raised on a day."""
    program = add_program(name, time_zone=zone)
    with identity.begin() as session:
        evidence = {"sentence": "x", "since": "2026-05-04", "standing": "declining"}
        alert = Alert(program_id=program, level="declining", raised_on=raised_on, evidence=evidence)
        session.add(alert)
        session.flush()
        session.add(AlertEvent(alert_id=alert.id, number=1, day=raised_on, kind="raised"))
        return alert.id


def work() -> None:
    owe_digests(current_workplace())
    send_owed_notices(current_workplace())


def digests(mailer: MemoryMailer) -> list[str]:
    """Return the texts of the digests that went out, and forget them."""
    mails = [message_from_bytes(mail.content, policy=policy.default) for mail in mailer.mails]
    mailer.mails.clear()
    bodies = [mail.get_body(("plain",)) for mail in mails]
    return [str(body.get_content()) for body in bodies if body is not None]


def test_the_week_is_told_once_on_monday_morning_without_a_figure_or_a_word_of_admins(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    admin, key = sign_in_admin(client), current_vault().roster_key()
    alert = add_alert(date(2026, 4, 20))
    with identity.begin() as session:
        taken = take(session, alert, Actor(admin, datetime(2026, 4, 20, 9, tzinfo=UTC)))
        for due in (date(2026, 4, 30), date(2026, 5, 20)):
            plan_action(taken, key, Plan(SECRET, due))
        session.flush()
        done = session.scalars(
            select(AlertAction.id).where(AlertAction.due_on == date(2026, 5, 20))
        ).one()
        finish_action(taken, done, date(2026, 4, 20))
    over = add_alert(date(2026, 4, 6), "Night shift")
    with identity.begin() as session:
        ended = session.get_one(Alert, over)
        ended.state, ended.closed_on = "recovered", date(2026, 5, 8)
        session.add(AlertEvent(alert_id=over, number=2, day=date(2026, 5, 8), kind="recovered"))
    add_alert(date(2026, 5, 5), "Harbour")
    clock.move_to(MONDAY - timedelta(minutes=1))
    work()
    assert digests(mailer) == []
    clock.move_to(MONDAY)
    for _ in range(2):
        work()
    (told,) = digests(mailer)
    for words in (
        "- Onboarding: an action was due on 30 April",
        "- Harbour: wellbeing has probably fallen since the round of 4 May",
        "- Night shift: wellbeing has come back to where it was; the alert is over",
        "- Onboarding: an action was done on 20 April; see what has changed since",
    ):
        assert words in told
    assert SECRET not in told and "point" not in told
    clock.move_to(MONDAY + timedelta(weeks=1))
    work()
    (told,) = digests(mailer)  # what is overdue stays so, what is told is told
    assert "due on 30 April" in told and "Harbour" not in told and "Night shift" not in told


@SQLITE
def test_a_quiet_week_brings_no_digest(
    client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    sign_in_admin(client)
    add_alert(date(2026, 4, 20))
    clock.move_to(MONDAY)
    work()
    assert digests(mailer) == []


@SQLITE
def test_weeks_that_were_missed_are_told_with_the_next_digest(
    client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    sign_in_admin(client)
    clock.move_to(MONDAY)
    work()
    add_alert(date(2026, 5, 12))
    clock.move_to(MONDAY + timedelta(weeks=2))  # nobody worked on the Monday between
    work()
    assert len(digests(mailer)) == 1


@SQLITE
@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (datetime(2026, 5, 10, 19, 59, tzinfo=UTC), False),  # Auckland is 12 hours ahead
        (datetime(2026, 5, 10, 20, 0, tzinfo=UTC), True),
        (datetime(2026, 5, 11, 6, 0, tzinfo=UTC), False),  # evening there
        (datetime(2026, 5, 12, 20, 0, tzinfo=UTC), True),  # Wednesday, if nobody worked before
        (datetime(2026, 5, 13, 20, 0, tzinfo=UTC), False),  # Thursday is too late
    ],
)
def test_monday_is_where_the_programs_are(
    client: FlaskClient, mailer: MemoryMailer, clock: FixedClock, moment: datetime, goes: bool
) -> None:
    sign_in_admin(client)
    add_alert(date(2026, 5, 6), zone="Pacific/Auckland")
    clock.move_to(moment)
    work()
    assert bool(digests(mailer)) is goes


def test_a_worker_that_dies_sends_none_twice(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    sign_in_admin(client)
    add_alert(date(2026, 5, 6))
    clock.move_to(MONDAY)
    for _ in range(2):  # it dies between owing and sending, and comes again
        owe_digests(current_workplace())
    with identity.begin() as session:
        (owed,) = session.scalars(select(Notice).where(Notice.kind == "digest")).all()
        owed.lease_until = clock.now() + LEASE  # another worker is at it
    work()
    assert digests(mailer) == []
    clock.move_to(clock.now() + LEASE)
    for _ in range(2):
        work()
    assert len(digests(mailer)) == 1


@SQLITE
def test_only_admins_who_want_it_and_can_sign_in_get_it(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    first = sign_in_admin(client)
    second = sign_in_admin(app.test_client(), "second@corp.example")
    third = sign_in_admin(app.test_client(), "third@corp.example")
    with identity.begin() as session:
        set_digest(session, first, wanted=False, now=clock.now())
        session.get_one(Account, second).active = False
    add_alert(date(2026, 5, 6))
    clock.move_to(MONDAY)
    owe_digests(current_workplace())
    with identity.begin() as session:
        assert session.scalars(select(Notice.recipient_id)).all() == [third]
        set_digest(session, third, wanted=False, now=clock.now())
    work()  # stopped in the meantime
    assert digests(mailer) == []


@SQLITE
def test_the_link_at_the_foot_stops_it_without_signing_in_and_looking_does_not(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: FixedClock
) -> None:
    admin = sign_in_admin(client)
    add_alert(date(2026, 5, 6))
    clock.move_to(MONDAY)
    work()
    header = message_from_bytes(mailer.mails[-1].content)["List-Unsubscribe"]
    path = "/" + header.strip("<>").split("/", 3)[3]
    visitor = app.test_client()
    assert "Stop the digest" in visitor.get(path).text
    with identity.read() as session:
        assert session.get_one(Account, admin).digest
    for _ in range(2):
        answer = visitor.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "no weekly digest any more" in answer.text
    with identity.read() as session:
        assert not session.get_one(Account, admin).digest
        acts = list(session.scalars(select(AuditEntry.act)))
    assert acts.count("switched the weekly digest off") == 1
    sign_in_admin(client)
    assert "Send me the weekly digest" in client.get("/alerts").text
