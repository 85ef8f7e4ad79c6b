"""The worker's notices about a round: each once, and never a figure."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.directory import find_account
from app.alerts.service import review_program
from app.extensions import identity
from app.jobs.leases import LEASE
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.alert import Alert
from app.models.identity.notice import Notice
from app.rounds.settling import owe_notices
from app.vault import current_vault
from tests import accounts, releases, rounds
from tests.applications import FixedClock
from tests.posts import BusyMailer, message, recipients, text
from tests.releases import EVERYBODY_ELSE, Answered

HALF_TIME = {"days": 2}  # of a round that is open for four days
_URL = re.compile(r"https?://\S+")


def _launched(
    app: Flask, mailer: MemoryMailer, folder: Path, groups: dict[str, int]
) -> rounds.OpenRound:
    """Return an open round; the invitations are no longer among the mails."""
    rounds.import_people(app, folder, rounds.roster_csv(groups))
    opened = rounds.launch(app, mailer)
    mailer.mails.clear()
    return opened


@pytest.mark.parametrize("answers", [6, 4], ids=["shown", "withheld"])
def test_each_mentor_hears_once_that_results_are_in_and_reads_no_figure(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock, answers: int
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6, "South": 5})
    rounds.answer(opened, list(opened.links)[:answers])
    clock.advance(**HALF_TIME)
    run_due_work(current_workplace())
    mailer.mails.clear()
    for _ in range(2):
        rounds.close(opened)
        clock.advance(hours=1)
    assert recipients(mailer.mails) == Counter(
        {"mentor.north@example.org": 1, "mentor.south@example.org": 1}
    )
    for mail in mailer.mails:
        assert not re.search(r"\d", message(mail)["Subject"])
        assert not re.search(r"\d", _URL.sub("", text(mail)))


def test_a_notice_says_the_same_whether_results_are_shown_or_withheld(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    texts = []
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    for answers in (6, 3):
        rounds.answer(opened, list(opened.links)[:answers])
        rounds.close(opened)
        texts.append(text(mailer.mails[-1]))
        clock.advance(days=7)
        opened = rounds.launch(app, mailer)
    assert texts[0] == texts[1]


def test_a_delayed_notice_stays_owed(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    clock.move_to(rounds.closing_time(opened))
    relay = BusyMailer()
    workplace = current_workplace().with_mailer(relay)
    run_due_work(workplace)
    assert _owed() == 1
    relay.busy = False
    clock.move_to(clock.now() + LEASE)
    run_due_work(workplace)
    assert recipients(relay.mails) == Counter(["mentor.north@example.org"])
    assert _owed() == 0


def test_an_alert_is_mailed_once_to_each_active_admin(
    app: Flask, mailer: MemoryMailer, clock: FixedClock
) -> None:
    for name in ("first", "second", "gone"):
        accounts.sign_in_admin(app.test_client(), f"{name}@corp.example")
    with identity.begin() as session:
        account = find_account(session, current_vault().roster_key(), "gone@corp.example")
        assert account is not None
        account.active = False
    program_id = releases.add_program("Onboarding")
    for number in range(10):
        releases.add_released_round(program_id, {EVERYBODY_ELSE: Answered(30, 4)}, seed=number)
    for number in range(4):
        releases.add_released_round(program_id, {EVERYBODY_ELSE: Answered(30, 2)}, seed=number)
        for _ in range(2):
            with identity.begin() as session:
                review_program(session, program_id, date(2026, 8, 1))
    with identity.begin() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 1
    mailer.mails.clear()
    with identity.read() as session:
        told = set(session.scalars(select(Notice.recipient_id)))
    for _ in range(2):
        run_due_work(current_workplace())
        clock.advance(minutes=15)
    assert recipients(mailer.mails) == Counter(["first@corp.example", "second@corp.example"])
    assert all("Onboarding" in text(mail) for mail in mailer.mails)
    assert _owed() == 0
    with identity.begin() as session:  # as if the worker had died between the 250 and its note
        (alert,) = session.scalars(select(Alert.id))
        owe_notices(session, "alert", alert, told)
    run_due_work(current_workplace())
    assert len(mailer.mails) == 4
    assert len({message(mail)["Message-ID"] for mail in mailer.mails}) == 2


def _owed() -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0
