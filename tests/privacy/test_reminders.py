"""Reminders: two at most, in working hours, with a link only when enough have answered."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.clock import current_clock
from app.demo.respondent import link_in
from app.extensions import identity
from app.invites.service import check_link
from app.jobs.bounces import take_in
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import Mail, MailRefusedError, MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.operating.checks import check_all
from app.people.own_data import own_data
from app.people.service import person_by_address, roster_of_program
from app.programs.service import find_program
from app.vault import current_vault
from crypto import links
from tests import rounds
from tests.applications import FixedClock
from tests.posts import BusyMailer, message, recipients, text

SAMPLES = Path(__file__).parents[1] / "bounces"
# Of a round from Monday 4 May, 11:00 in Berlin, to Friday 8 May, 11:00.
HALF = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
ALL_REMINDED_ONCE = datetime(2026, 5, 6, 15, 30, tzinfo=UTC)
SECOND = datetime(2026, 5, 8, 6, 0, tzinfo=UTC)  # 85 % is on Thursday evening
# The last instant of their hours, 8 to 10 in Berlin: each moment is drawn anew in every run.
ALL_REMINDED_TWICE = datetime(2026, 5, 8, 7, 59, 59, 999_999, tzinfo=UTC)


def _launched(
    app: Flask, mailer: MemoryMailer, folder: Path, groups: dict[str, int], zone: str = ""
) -> rounds.OpenRound:
    """Return an open round; the invitations are no longer among the mails."""
    roster = rounds.roster_csv(groups)
    rounds.import_people(app, folder, roster.replace("Europe/Berlin", zone or "Europe/Berlin"))
    opened = rounds.launch(app, mailer)
    mailer.mails.clear()
    return opened


def _work_at(clock: FixedClock, moment: datetime) -> None:
    clock.move_to(moment)
    run_due_work(current_workplace())


def _change(address: str, **values: object) -> None:
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
        assert person is not None
        session.execute(update(Person).where(Person.id == person.id).values(**values))


def _links() -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(InvitationLink)) or 0


def test_under_twenty_invited_everybody_is_reminded_who_has_answered_or_not(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 8})  # 19 with two mentors
    rounds.answer(opened, list(opened.links)[:7])
    _work_at(clock, ALL_REMINDED_ONCE)
    assert recipients(mailer.mails) == Counter(list(opened.links))


def test_from_twenty_invited_on_only_who_has_not_answered_is_reminded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 9})  # 20 with two mentors
    answered, others = list(opened.links)[:7], list(opened.links)[7:]
    rounds.answer(opened, answered)
    _work_at(clock, ALL_REMINDED_ONCE)
    assert recipients(mailer.mails) == Counter(others)


def test_a_round_reminds_twice_and_no_more(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    _work_at(clock, HALF - timedelta(minutes=1))
    assert mailer.mails == []
    for moment in (ALL_REMINDED_ONCE, ALL_REMINDED_ONCE + timedelta(minutes=20)):
        _work_at(clock, moment)
    assert recipients(mailer.mails) == Counter(list(opened.links))
    mailer.mails.clear()
    _work_at(clock, SECOND - timedelta(minutes=1))
    assert mailer.mails == []
    for moment in (ALL_REMINDED_TWICE, ALL_REMINDED_TWICE + timedelta(minutes=30)):
        _work_at(clock, moment)
    assert recipients(mailer.mails) == Counter(list(opened.links))
    with identity.begin() as session:
        assert session.get_one(Round, opened.id).reminders == 2


def test_reminders_are_spread_over_the_hours_and_not_sent_at_once(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 9})
    sent = []
    for hour in range(7):
        _work_at(clock, HALF + timedelta(hours=hour))
        sent.append(len(mailer.mails))
    assert sent[0] == 0
    assert sent[-1] == len(opened.links)
    assert len(set(sent)) >= 4  # twenty moments in six hours


@pytest.mark.parametrize(
    ("zone", "quiet"),
    [
        ("Asia/Tokyo", HALF + timedelta(hours=6)),  # midnight there
        ("America/Los_Angeles", HALF + timedelta(hours=5)),  # 07:00 there
    ],
)
def test_nobody_is_reminded_in_the_quiet_hours_of_their_own_zone(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock, zone: str, quiet: datetime
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6}, zone)
    _work_at(clock, quiet)
    assert mailer.mails == []
    _work_at(clock, datetime(2026, 5, 7, 8, 30, tzinfo=UTC))  # 17:30 in Tokyo, 01:30 in California
    later = recipients(mailer.mails)
    assert later == (Counter(list(opened.links)) if zone == "Asia/Tokyo" else Counter())


def test_a_reminder_whose_hours_never_come_before_the_close_is_left_out(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    clock.move_to(datetime(2026, 5, 13, 9, 0, tzinfo=UTC))  # closes on a Sunday
    _launched(app, mailer, tmp_path, {"North": 6})
    # Half is on Friday 15 May, 11:00; the second would be on Saturday evening.
    for hours in range(0, 41, 4):
        _work_at(clock, datetime(2026, 5, 15, 16, 0, tzinfo=UTC) + timedelta(hours=hours))
    assert mailer.mails == []


def test_before_enough_have_answered_a_reminder_has_no_link_and_answers_the_first_mail(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    rounds.launch(app, mailer)
    first = {mail.recipient: message(mail)["Message-ID"] for mail in mailer.mails}
    mailer.mails.clear()
    _work_at(clock, ALL_REMINDED_ONCE)
    assert len(mailer.mails) == 7
    for mail in mailer.mails:
        assert b"/r/" not in mail.content
        assert message(mail)["In-Reply-To"] == first[mail.recipient]
    assert _links() == 0


def test_once_a_screen_says_k_reached_a_reminder_has_a_link_of_its_own(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    rounds.answer(opened, list(opened.links)[:5])
    _work_at(clock, ALL_REMINDED_ONCE)
    assert recipients(mailer.mails) == Counter(list(opened.links))
    tokens = set()
    for mail in mailer.mails:
        pool_id, link = link_in(mail.content)
        first = opened.links[mail.recipient]
        assert (pool_id, link.cell, link.pin) == (opened.pool_id, first.cell, first.pin)
        assert link.share is None
        assert link.token != first.token
        tokens.add(link.token)
        with identity.begin() as session:
            stored = session.get_one(
                InvitationLink, links.token_hash(pool_id, link.token, link.cell)
            )
            assert stored.invitation_hash == links.token_hash(pool_id, first.token, first.cell)
    assert len(tokens) == _links() == 7


def test_no_reminder_with_a_link_goes_out_on_the_day_on_which_k_is_reached(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    _work_at(clock, HALF)
    rounds.answer(opened, list(opened.links)[:6])
    _work_at(clock, ALL_REMINDED_ONCE)
    assert len(mailer.mails) == 7
    assert not any(b"/r/" in mail.content for mail in mailer.mails)
    mailer.mails.clear()
    _work_at(clock, ALL_REMINDED_TWICE)  # two days later
    assert len(mailer.mails) == 7
    assert all("/r/" in text(mail) for mail in mailer.mails)


@pytest.mark.parametrize(
    "change",
    [
        {"unsubscribed": True},
        {"paused_until": date(2026, 6, 1)},
        {"suspended": True},
        {"state": "left", "left_on": date(2026, 5, 5)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nobody_is_reminded_who_should_not_be(
    app: Flask,
    mailer: MemoryMailer,
    tmp_path: Path,
    clock: FixedClock,
    change: dict[str, object],
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    _change("north.1@example.org", **change)
    _work_at(clock, ALL_REMINDED_ONCE)
    assert recipients(mailer.mails) == Counter(set(opened.links) - {"north.1@example.org"})


def test_a_revoked_invitation_is_not_reminded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    first = opened.links["north.1@example.org"]
    hashed = links.token_hash(opened.pool_id, first.token, first.cell)
    with identity.begin() as session:
        session.get_one(Invitation, hashed).state = "revoked"
    _work_at(clock, ALL_REMINDED_ONCE)
    assert recipients(mailer.mails) == Counter(set(opened.links) - {"north.1@example.org"})


def test_over_all_open_rounds_a_person_gets_at_most_three(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    programs = ("Alpha", "Beta", "Gamma")
    rosters = [rounds.roster_csv({"North": 6}, program) for program in programs]
    header = rosters[0].partition("\n")[0]
    people = "".join(roster.partition("\n")[2] for roster in rosters)
    rounds.import_people(app, tmp_path, f"{header}\n{people}")
    for program in programs:
        rounds.launch(app, mailer, program)
    mailer.mails.clear()
    _work_at(clock, ALL_REMINDED_ONCE)
    _work_at(clock, ALL_REMINDED_TWICE)
    assert set(recipients(mailer.mails).values()) == {3}


def test_a_reminder_that_the_relay_put_off_comes_later_and_to_nobody_twice(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 6})
    rounds.answer(opened, list(opened.links)[:5])
    relay = BusyMailer()
    workplace = current_workplace().with_mailer(relay)
    clock.move_to(ALL_REMINDED_ONCE)
    run_due_work(workplace)
    assert relay.mails == []
    assert _links() == 0  # what could not be mailed is forgotten
    relay.busy = False
    for _ in range(2):
        run_due_work(workplace)
    assert recipients(relay.mails) == Counter(list(opened.links))
    assert _links() == 7


def test_a_refused_reminder_leaves_no_link_behind_and_is_not_tried_again(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    class Refusing(MemoryMailer):
        tries = 0

        def send(self, mail: Mail) -> None:
            self.tries += 1
            raise MailRefusedError

    opened = _launched(app, mailer, tmp_path, {"North": 6})
    rounds.answer(opened, list(opened.links)[:5])
    relay = Refusing()
    clock.move_to(ALL_REMINDED_ONCE)
    for _ in range(2):
        run_due_work(current_workplace().with_mailer(relay))
    assert relay.tries == 7
    assert _links() == 0


def test_a_round_that_waits_for_its_second_closing_time_reminds_once_for_each(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    options = ("--closes", "3", "--again-after", "7")
    opened = rounds.launch(app, mailer, rounds.PROGRAM, *options)
    rounds.answer(opened, list(opened.links)[:2])
    mailer.mails.clear()
    seen = []
    for day in range(5, 22):  # to Thursday 21 May, the day before the last closing time
        clock.move_to(datetime(2026, 5, day, 15, 30, tzinfo=UTC))
        run_due_work(current_workplace())
        seen += [day] * bool(mailer.mails)
        if mailer.mails:
            assert recipients(mailer.mails) == Counter(list(opened.links))
            mailer.mails.clear()
    assert seen == [6, 12]  # Wednesday, of 4 to 8 May; Tuesday, of 8 to 15 May


def test_at_the_rounds_end_nothing_says_who_was_reminded(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 9})
    rounds.answer(opened, list(opened.links)[:8])
    _work_at(clock, ALL_REMINDED_ONCE)
    assert _links() == 12
    rounds.close(opened)
    assert _links() == 0
    with identity.begin() as session:
        rows = session.execute(
            select(Invitation.state, Invitation.reminders, Invitation.lost_mails).distinct()
        ).all()
    assert rows == [("ended", 0, 0)]


@pytest.mark.parametrize("sample", ["postfix_unknown_user", "postfix_expired"])
def test_a_reminder_that_comes_back_shows_nowhere_that_its_person_had_not_answered(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock, sample: str
) -> None:
    opened = _launched(app, mailer, tmp_path, {"North": 9, "South": 9})
    rounds.answer(opened, list(opened.links)[:7])
    _work_at(clock, ALL_REMINDED_ONCE)
    reminded = mailer.mails[0]
    before = _shown_of(app, reminded.recipient)
    report = (SAMPLES / f"{sample}.eml").read_bytes()
    take_in(current_workplace(), report.replace(b"@@TO@@", reminded.sender.encode()))
    assert _shown_of(app, reminded.recipient) == before
    link, now = opened.links[reminded.recipient], clock.now()
    with identity.read_connection() as connection:
        state = check_link(connection, opened.pool_id, link.token, link.cell, now)
    assert state == ("revoked" if sample == "postfix_unknown_user" else "open")


def _shown_of(app: Flask, address: str) -> tuple[object, ...]:
    """Return what lists, health, the own page and the next launch say of whom mail reaches."""
    key = current_vault().roster_key()
    with identity.read() as session:
        person = person_by_address(session, key, address)
        assert person is not None
        own = own_data(session, key, person.id)
        asked = [
            entry.person_id
            for entry in roster_of_program(
                session, key, find_program(session, rounds.PROGRAM).id, current_clock().now().date()
            )
        ]
    health = check_all(identity, app.config["CHORUS"], current_clock().now())
    return rounds.run(app, "people", "suspended"), health, own, person.id in asked
