"""A feedback cycle: who is asked about whom, in one mail each, each pool opened by itself."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.release import Release
from app.rounds.errors import CycleUnderWayError
from surveys.errors import ClosingTimesError, ScheduleError
from tests import feedback, posts, rounds
from tests.applications import FixedClock

NORTH = [f"north.{number}@example.org" for number in range(1, 7)]
SOUTH = [f"south.{number}@example.org" for number in range(1, 4)]
EAST = [f"east.{number}@example.org" for number in range(1, 4)]
GROUPS = {"North": 6, "South": 3, "East": 3}


@pytest.fixture(autouse=True)
def people(app: Flask, tmp_path: Path) -> None:
    """Three circles, one of them large enough for a result of its mentor's own."""
    rounds.import_people(app, tmp_path, rounds.roster_csv(GROUPS))


def tables(pool_id: bytes) -> dict[str, object]:
    with identity.read() as session:
        release = session.get_one(Release, pool_id)
        assert release.state == "published"
        cells: dict[str, object] = release.tables["cells"]["program"]
        return cells


def test_members_rate_their_mentor_and_mentors_with_few_of_them_share_a_pool(
    app: Flask, mailer: MemoryMailer
) -> None:
    cycle = feedback.launch(mailer, "mentors")
    assert posts.recipients(cycle.mails) == dict.fromkeys([*NORTH, *SOUTH, *EAST], 1)
    own = feedback.pool_about(cycle.id, "mentor.north@example.org")
    shared = feedback.pool_about(cycle.id, None)
    assert {who: set(links) for who, links in cycle.links.items()} == {
        **{address: {own} for address in NORTH},
        **{address: {shared} for address in [*SOUTH, *EAST]},
    }
    assert [entry.invited for entry in feedback.rounds_of(cycle.id)] == [6, 6]
    by_name, nameless = (
        next(mail for mail in cycle.mails if mail.recipient == who) for who in (NORTH[0], SOUTH[0])
    )
    assert "Mentor North" in posts.text(by_name)
    assert "about your mentor" in posts.text(nameless)
    assert "Mentor South" not in posts.text(nameless)


def test_each_pool_is_opened_by_itself_and_the_cycle_ends_with_the_last(
    app: Flask, mailer: MemoryMailer
) -> None:
    cycle = feedback.launch(mailer, "mentors", (7, 7))
    own = feedback.pool_about(cycle.id, "mentor.north@example.org")
    shared = feedback.pool_about(cycle.id, None)
    feedback.answer(cycle, own, NORTH[:5])
    feedback.answer(cycle, shared, SOUTH)
    feedback.close(cycle)
    assert {entry.state for entry in feedback.rounds_of(cycle.id)} == {"closed", "open"}
    assert "mean" in tables(own)["items"]["skill_leadership"]  # type: ignore[index]
    assert feedback.cycle_state(cycle.id) == "open"
    feedback.answer(cycle, shared, EAST)
    feedback.close(cycle)
    assert {entry.state for entry in feedback.rounds_of(cycle.id)} == {"closed"}
    assert "mean" in tables(shared)["items"]["skill_leadership"]  # type: ignore[index]
    assert feedback.cycle_state(cycle.id) == "ended"


def test_peers_rate_each_other_with_a_link_for_each_in_one_mail(
    app: Flask, mailer: MemoryMailer
) -> None:
    cycle = feedback.launch(mailer, "peers")
    assert {who: len(links) for who, links in cycle.links.items()} == {
        **dict.fromkeys(NORTH, 5),
        **dict.fromkeys([*SOUTH, *EAST], 1),
    }
    for address in NORTH:
        assert feedback.pool_about(cycle.id, address) not in cycle.links[address]
    mail = posts.text(cycle.mails[[mail.recipient for mail in cycle.mails].index(NORTH[0])])
    assert all(f"--- Person {number} North ---" in mail for number in range(2, 7))
    assert "Person 1 North" not in mail


def test_mentors_rate_their_circles_together_where_each_has_few(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    many = {f"Circle {number}": 1 for number in range(1, 6)}
    rounds.import_people(app, tmp_path, rounds.roster_csv({**GROUPS, **many}))
    cycle = feedback.launch(mailer, "circles")
    assert len(cycle.pools) == 1
    assert len(cycle.links) == 8
    assert all(who.startswith("mentor.") for who in cycle.links)


def test_a_form_says_whom_it_is_about_and_a_manifest_who_sees_it(
    app: Flask, mailer: MemoryMailer
) -> None:
    cycle = feedback.launch(mailer, "mentors")
    with ballots.read() as session:
        public = {row.pool_id: row for row in session.scalars(select(PoolPublic))}
    own = public[feedback.pool_about(cycle.id, "mentor.north@example.org")]
    shared = public[feedback.pool_about(cycle.id, None)]
    assert b'"audience":["subject"]' in own.manifest
    assert b'"audience":["subjects","admin"]' in shared.manifest
    assert b"working with this mentor" in own.form
    assert b"working with your mentor" in shared.form


def test_one_cycle_at_a_time_six_days_apart_and_the_same_people_every_eight_weeks(
    app: Flask, mailer: MemoryMailer, clock: FixedClock
) -> None:
    cycle = feedback.launch(mailer, "mentors")
    with pytest.raises(CycleUnderWayError):
        feedback.request("peers")
    feedback.close(cycle)
    with pytest.raises(ClosingTimesError):
        feedback.request("peers", (5,))
    with pytest.raises(ScheduleError):
        feedback.request("mentors")
    clock.advance(weeks=7)
    second = feedback.launch(mailer, "mentors")
    assert "Since last time, nobody joined or left." in posts.text(second.mails[0])
