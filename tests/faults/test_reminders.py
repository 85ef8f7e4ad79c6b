"""A worker killed while it reminds, answers lost mail or sends notices: nobody gets too many."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import MovableClock
from app.extensions import identity
from app.jobs.leases import LEASE
from app.mail.mailer import Mail, MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.notice import Notice
from app.models.identity.round import Round
from tests import feedback, rounds
from tests.faults.post_office import Moment, PostOffice
from tests.faults.processes import DYING, KILLED, RUN_SECONDS, Installation
from tests.posts import message, recipients
from tests.rounds import OpenRound

pytestmark = pytest.mark.slow
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
WORK = ("worker", "--once")
# Every place at which a reminder's life can be cut off, in the order in which a worker comes by.
BEFORE_IT_IS_COUNTED = ("statement", "UPDATE invitation")
AS_IT_IS_ENDED = ("statement", "UPDATE round SET reminders")


def next_monday(clock: MovableClock) -> None:
    """Move to a Monday, 18:00 UTC: a zone without holidays or summer time.

    Reminders of four days are then due on Thursday and on Friday, each from 8 to 14 o'clock.
    """
    ahead = clock.now() + timedelta(days=7 - clock.now().weekday())
    clock.move_to(ahead.replace(hour=18, minute=0, second=0, microsecond=0))


def utc(roster: str) -> str:
    return roster.replace("Europe/Berlin", "UTC")


@pytest.fixture
def opened(app: Flask, clock: MovableClock, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round from Monday to Friday that five of nine have answered."""
    next_monday(clock)
    rounds.import_people(app, tmp_path, utc(rounds.roster_csv({"North": 8})))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, sorted(opened.links)[:5])
    return opened


def kill_while_mailing(
    installation: Installation, office: PostOffice, moment: Moment, mails: int
) -> None:
    """Let a worker work, and kill it when it has sent so many mails."""
    worker = installation.start((*DYING, "statement", "none begins so", *WORK))
    office.end_sender(worker.pid, moment, len(office.mails) + mails)
    try:
        assert worker.wait(timeout=RUN_SECONDS) == KILLED, installation.log_text
    finally:
        worker.kill()


def counted() -> list[tuple[str, int]]:
    """Return how often those in each state were reminded, as the database has it."""
    with identity.read() as session:
        rows = session.execute(select(Invitation.state, Invitation.reminders).distinct())
        return sorted(map(tuple, rows))


@pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
def test_reminders_killed_at_each_step_go_to_nobody_twice_and_tell_nobody_apart(
    clock: MovableClock, installation: Installation, post_office: PostOffice, opened: OpenRound
) -> None:
    clock.move_to(clock.now() + timedelta(days=2, hours=21))  # Thursday, after all their moments
    installation.run_and_kill(*BEFORE_IT_IS_COUNTED, *WORK)
    assert post_office.mails == []
    for moment, mails in (("answered", 1), ("noted", 2)):
        kill_while_mailing(installation, post_office, moment, mails)
    installation.run(*WORK)
    first = recipients(post_office.mails)
    # Each kill costs the one mail that had been counted and not sent, if there was one.
    without = len(opened.links) - len(first)
    assert set(first.values()) == {1} and without in (1, 2)
    assert counted() == [("open", 1), ("taken", 1)]  # the one who got none is like all others

    clock.move_to(clock.now() + timedelta(days=1))
    installation.run_and_kill(*AS_IT_IS_ENDED, *WORK)
    for _ in range(2):
        installation.run(*WORK)
    both = recipients(post_office.mails)
    assert set(both) == set(opened.links) and max(both.values()) == 2
    assert sorted(both.values()) == [1] * without + [2] * len(first)
    assert counted() == [("open", 2), ("taken", 2)]
    assert all(b"/r/" in mail.content for mail in post_office.mails)  # k was reached
    assert links() == len(post_office.mails) + without  # these are in nobody's hands

    clock.move_to(rounds.closing_time(opened))
    installation.run(*WORK)
    assert counted() == [("ended", 0)] and links() == 0
    with identity.read() as session:
        assert session.get_one(Round, opened.id).state == "closed"
    assert "job failed" not in installation.log_text


def links() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(InvitationLink)) or 0


@SQLITE
def test_reminders_of_a_cycle_killed_while_they_are_sent_go_to_nobody_twice(
    app: Flask,
    clock: MovableClock,
    installation: Installation,
    mailer: MemoryMailer,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    next_monday(clock)
    rounds.import_people(app, tmp_path, utc(rounds.roster_csv({"North": 6})))
    feedback.launch(mailer, "peers")
    clock.move_to(clock.now() + timedelta(days=3, hours=21))  # Friday; half was in the morning
    installation.run_and_kill(*BEFORE_IT_IS_COUNTED, *WORK)
    for moment, mails in (("answered", 1), ("noted", 2)):
        kill_while_mailing(installation, post_office, moment, mails)
    installation.run(*WORK)
    sent = recipients(post_office.mails)
    assert set(sent.values()) == {1} and len(sent) in (5, 6)  # of seven, a mail a kill at most
    assert counted() == [("open", 1)]


@SQLITE
def test_a_notice_killed_after_its_250_comes_twice_with_one_message_id_and_no_third_time(
    clock: MovableClock, installation: Installation, post_office: PostOffice, opened: OpenRound
) -> None:
    clock.move_to(rounds.closing_time(opened))
    kill_while_mailing(installation, post_office, "answered", 1)
    installation.run(*WORK)
    assert len(post_office.mails) == 1  # another may be at it still
    clock.move_to(clock.now() + LEASE)
    for _ in range(2):
        installation.run(*WORK)
    assert [mail.recipient for mail in post_office.mails] == ["mentor.north@example.org"] * 2
    assert len(ids_of(post_office.mails)) == 1
    assert owed() == 0


@SQLITE
def test_an_answer_to_lost_mail_killed_after_its_250_comes_twice_at_most(
    clock: MovableClock, installation: Installation, post_office: PostOffice, opened: OpenRound
) -> None:
    clock.move_to(clock.now() + timedelta(hours=16))  # Tuesday, 10:00
    with identity.begin() as session:
        whom = session.scalars(select(Invitation.person_id).limit(1)).one()
        session.add(Notice(kind="lost", subject_id=whom, recipient_id=whom))
    installation.run_and_kill("statement", "UPDATE invitation", *WORK)
    assert post_office.mails == []
    clock.move_to(clock.now() + LEASE)
    kill_while_mailing(installation, post_office, "answered", 1)
    clock.move_to(clock.now() + LEASE)
    for _ in range(2):
        installation.run(*WORK)
    assert list(Counter(mail.recipient for mail in post_office.mails).values()) == [2]
    assert owed() == 0


def ids_of(mails: list[Mail]) -> set[str]:
    return {str(message(mail)["Message-ID"]) for mail in mails}


def owed() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0
