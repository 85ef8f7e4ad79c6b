"""The worker's mails about a round: one reminder without a link, notices once, never a figure."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
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
from app.mail.mailer import Mail, MailDelayedError, MemoryMailer
from app.models.identity.alert import Alert
from app.models.identity.notice import Notice
from app.people.mail_wishes import stop_mails
from app.people.service import person_by_address
from app.vault import current_vault
from tests import accounts, releases, rounds
from tests.conftest import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered

HALF_TIME = {"days": 2}  # of a round that is open for four days
_URL = re.compile(r"https?://\S+")


class BusyMailer(MemoryMailer):
    """A relay that puts everybody off while it is busy."""

    busy = True

    def send(self, mail: Mail) -> None:
        if self.busy:
            raise MailDelayedError
        super().send(mail)


def _launched(
    app: Flask, mailer: MemoryMailer, folder: Path, groups: dict[str, int]
) -> rounds.OpenRound:
    """Return an open round; the invitations are no longer among the mails."""
    rounds.import_people(app, folder, rounds.roster_csv(groups))
    opened = rounds.launch(app, mailer)
    mailer.mails.clear()
    return opened


def _recipients(mails: Sequence[Mail]) -> Counter[str]:
    return Counter(mail.recipient for mail in mails)


def _message(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def _text(mail: Mail) -> str:
    part = _message(mail).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_under_twenty_invited_everybody_is_reminded_who_has_answered_or_not(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 8})  # 19 with two mentors
    rounds.answer(opened, list(opened.links)[:7])
    clock.advance(**HALF_TIME)
    run_due_work(current_workplace())
    assert _recipients(mailer.mails) == Counter(list(opened.links))


def test_from_twenty_invited_on_only_who_has_not_answered_is_reminded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 9})  # 20 with two mentors
    answered, others = list(opened.links)[:7], list(opened.links)[7:]
    rounds.answer(opened, answered)
    clock.advance(**HALF_TIME)
    run_due_work(current_workplace())
    assert _recipients(mailer.mails) == Counter(others)


def test_a_reminder_comes_at_half_time_and_once(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    clock.advance(days=1, hours=23, minutes=59)
    run_due_work(current_workplace())
    assert mailer.mails == []
    clock.advance(minutes=1)
    for _ in range(3):
        run_due_work(current_workplace())
        clock.advance(hours=6)
    assert _recipients(mailer.mails) == Counter(list(opened.links))


def test_a_reminder_has_no_link_to_the_form_and_answers_the_first_mail(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    rounds.launch(app, mailer)
    first = {mail.recipient: _message(mail)["Message-ID"] for mail in mailer.mails}
    mailer.mails.clear()
    clock.advance(**HALF_TIME)
    run_due_work(current_workplace())
    assert len(mailer.mails) == 7
    for mail in mailer.mails:
        assert "/r/" not in _text(mail)
        assert b"/r/" not in mail.content
        assert _message(mail)["In-Reply-To"] == first[mail.recipient]


def test_who_unsubscribed_since_is_not_reminded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), "north.1@example.org")
        assert person is not None
        stop_mails(session, person.id)
    clock.advance(**HALF_TIME)
    run_due_work(current_workplace())
    assert _recipients(mailer.mails) == Counter(set(opened.links) - {"north.1@example.org"})


def test_a_reminder_that_the_relay_put_off_comes_later_and_to_nobody_twice(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    relay = BusyMailer()
    workplace = current_workplace().with_mailer(relay)
    clock.advance(**HALF_TIME)
    run_due_work(workplace)
    assert relay.mails == []
    relay.busy = False
    for _ in range(2):
        run_due_work(workplace)
    assert _recipients(relay.mails) == Counter(list(opened.links))


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
    assert _recipients(mailer.mails) == Counter(
        {"mentor.north@example.org": 1, "mentor.south@example.org": 1}
    )
    for mail in mailer.mails:
        assert not re.search(r"\d", _message(mail)["Subject"])
        assert not re.search(r"\d", _URL.sub("", _text(mail)))


def test_a_notice_says_the_same_whether_results_are_shown_or_withheld(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    texts = []
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    for answers in (6, 3):
        rounds.answer(opened, list(opened.links)[:answers])
        rounds.close(opened)
        texts.append(_text(mailer.mails[-1]))
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
    assert _recipients(relay.mails) == Counter(["mentor.north@example.org"])
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
    for _ in range(2):
        run_due_work(current_workplace())
        clock.advance(minutes=15)
    assert set(_recipients(mailer.mails)) == {"first@corp.example", "second@corp.example"}
    assert all("Onboarding" in _text(mail) for mail in mailer.mails)
    assert _owed() == 0


def _owed() -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0
