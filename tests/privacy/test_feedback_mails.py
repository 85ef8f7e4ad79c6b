"""Mails of a feedback cycle: once for each rater, links only where k have answered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import current_clock
from app.demo.respondent import links_in
from app.extensions import identity
from app.mail.mailer import Mail, MemoryMailer
from app.models.identity.invitation import Invitation
from app.people.lost import LostMailLimits, note_lost_mail
from app.rounds.cycles import cancel_cycle, find_cycle
from app.rounds.errors import NotCancellableError
from app.vault import current_vault
from tests import feedback, posts, rounds
from tests.applications import FixedClock
from tests.feedback import OpenCycle

NORTH = [f"north.{number}@example.org" for number in range(1, 7)]
SOUTH = [f"south.{number}@example.org" for number in range(1, 7)]
# Of a cycle from Monday 4 May, 11:00 in Berlin, to Monday 11 May: half of it, and 85 %.
ALL_REMINDED_ONCE = datetime(2026, 5, 8, 12, 30, tzinfo=UTC)
ALL_REMINDED_TWICE = datetime(2026, 5, 11, 7, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture
def peers(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenCycle:
    """A cycle in which each of six asks the other five; its first mails are taken away."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    cycle = feedback.launch(mailer, "peers")
    mailer.mails.clear()
    return cycle


def work_at(clock: FixedClock, moment: datetime) -> None:
    clock.move_to(moment)
    feedback.work()


def links_of(mail: Mail) -> set[bytes]:
    return {pool_id for pool_id, _ in links_in(mail.content)}


def say_lost(address: str) -> None:
    key, now = current_vault().roster_key(), current_clock().now()
    note_lost_mail(identity, key, LostMailLimits(), now, address)


def test_a_rater_is_reminded_once_for_all_pools_and_twice_at_most(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    for _ in range(2):
        work_at(clock, ALL_REMINDED_ONCE)
    assert posts.recipients(mailer.mails) == dict.fromkeys(NORTH, 1)
    for _ in range(2):
        work_at(clock, ALL_REMINDED_TWICE)
    assert posts.recipients(mailer.mails) == dict.fromkeys(NORTH, 2)


def test_before_k_no_reminder_has_a_link_and_all_name_everybody_in_the_thread(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    pool_id = feedback.pool_about(peers.id, NORTH[0])
    feedback.answer(peers, pool_id, NORTH[1:5])
    work_at(clock, ALL_REMINDED_ONCE)
    assert posts.recipients(mailer.mails) == dict.fromkeys(NORTH, 1)
    first = {mail.recipient: posts.message(mail)["Message-ID"] for mail in peers.mails}
    for mail in mailer.mails:
        assert not links_of(mail)
        assert posts.message(mail)["In-Reply-To"] == first[mail.recipient]
        others = [number for number in range(1, 7) if NORTH[number - 1] != mail.recipient]
        assert all(f"Person {number} North" in posts.text(mail) for number in others)


def test_from_k_on_a_reminder_has_a_new_link_for_that_pool_alone_whoever_has_answered(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    pool_id = feedback.pool_about(peers.id, NORTH[0])
    feedback.answer(peers, pool_id, NORTH[1:6])
    feedback.answer(peers, feedback.pool_about(peers.id, NORTH[1]), NORTH[2:6])
    work_at(clock, ALL_REMINDED_ONCE)
    sent = {mail.recipient: links_of(mail) for mail in mailer.mails}
    assert sent == {NORTH[0]: set(), **{who: {pool_id} for who in NORTH[1:]}}
    token_only = [link for mail in mailer.mails for _, link in links_in(mail.content)]
    assert all(link.share is None for link in token_only)


def test_with_twenty_raters_or_more_only_who_has_not_answered_is_reminded(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 20, "South": 6}))
    cycle = feedback.launch(mailer, "mentors")
    mailer.mails.clear()
    large = feedback.pool_about(cycle.id, "mentor.north@example.org")
    raters = [who for who, links in cycle.links.items() if large in links]
    feedback.answer(cycle, large, raters[:8])
    feedback.answer(cycle, feedback.pool_about(cycle.id, "mentor.south@example.org"), SOUTH[:4])
    work_at(clock, ALL_REMINDED_ONCE)
    assert posts.recipients(mailer.mails) == dict.fromkeys([*raters[8:], *SOUTH], 1)


def test_over_all_open_rounds_a_cycle_counts_as_one(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    with identity.begin() as session:
        session.execute(update(Invitation).values(reminders=2))  # in each of five pools
    rounds.launch(app, mailer)
    mailer.mails.clear()
    work_at(clock, datetime(2026, 5, 6, 15, 30, tzinfo=UTC))
    everybody = [*NORTH, "mentor.north@example.org"]
    assert posts.recipients(mailer.mails) == dict.fromkeys(everybody, 1)
    mailer.mails.clear()
    work_at(clock, datetime(2026, 5, 8, 7, 59, 59, tzinfo=UTC))  # they have had three
    assert set(posts.recipients(mailer.mails)) == {"mentor.north@example.org"}


def test_lost_mail_is_answered_once_with_the_links_that_can_be_made_again(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    pool_id = feedback.pool_about(peers.id, NORTH[0])
    feedback.answer(peers, pool_id, NORTH[1:6])
    for _ in range(4):
        clock.advance(days=1)
        feedback.work()
        mailer.mails.clear()
        say_lost(NORTH[1])
        say_lost(NORTH[0])
        feedback.work()
        if mailer.mails:
            break
    answers = {mail.recipient: mail for mail in mailer.mails}
    assert links_of(answers[NORTH[1]]) == {pool_id}
    assert "can't make the rest again yet" in posts.text(answers[NORTH[1]])
    assert not links_of(answers[NORTH[0]])
    assert posts.recipients(mailer.mails) == {NORTH[0]: 1, NORTH[1]: 1}


def test_cancelling_ends_all_of_a_cycle_in_one_mail_for_each_who_was_asked(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    with identity.begin() as session:
        program = feedback.rounds_of(peers.id)[0].program_id
        cancel_cycle(session, find_cycle(session, program, peers.id), clock.now(), "x")
    feedback.work()
    assert posts.recipients(mailer.mails) == dict.fromkeys(NORTH, 1)
    assert all("has been cancelled" in posts.text(mail) for mail in mailer.mails)
    assert {entry.state for entry in feedback.rounds_of(peers.id)} == {"cancelled"}
    assert feedback.cycle_state(peers.id) == "ended"


def test_from_the_closing_time_on_it_is_too_late_to_cancel(
    app: Flask, clock: FixedClock, peers: OpenCycle
) -> None:
    entry = feedback.rounds_of(peers.id)[0]
    with pytest.raises(NotCancellableError), identity.begin() as session:
        found = find_cycle(session, entry.program_id, peers.id)
        cancel_cycle(session, found, entry.closes_at, "x")
    assert {one.state for one in feedback.rounds_of(peers.id)} == {"open"}


def test_at_the_end_nothing_says_who_was_reminded(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, peers: OpenCycle
) -> None:
    work_at(clock, ALL_REMINDED_ONCE)
    assert mailer.mails
    feedback.close(peers)
    with identity.read() as session:
        rows = session.query(Invitation).all()
    assert {(row.state, row.reminders, row.lost_mails, row.address) for row in rows} == {
        ("ended", 0, 0, None)
    }
