"""The worker's rounds: claimed once, asked for on time, ended for good."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update

from app.accounts.audit import OPERATOR
from app.extensions import ballots, identity, keys
from app.forms.service import current_form
from app.jobs.leases import LEASE, for_each_round
from app.jobs.worker import run_due_work
from app.jobs.workplace import Workplace, current_workplace
from app.mail.mailer import Mail, MailRefusedError, MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.invitation import Invitation
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.share import Share
from app.models.keys.data_key import DataKey
from app.programs.service import find_program, set_schedule
from app.rounds.service import cancel_round, list_rounds, request_round
from app.rounds.settling import end_invitations
from app.wire import ClosedError
from tests import rounds
from tests.applications import FixedClock


class RefusingMailer(MemoryMailer):
    """A relay that refuses whoever it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = lambda recipient: True

    @contextmanager
    def connect(self) -> Iterator["RefusingMailer"]:
        yield self

    def send(self, mail: Mail) -> None:
        if self.refuses(mail.recipient):
            raise MailRefusedError
        super().send(mail)


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A round with six people and a mentor."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    return rounds.launch(app, mailer)


def _states() -> list[str]:
    """Return the states of all rounds, oldest first."""
    with identity.begin() as session:
        return [entry.state for entry in reversed(list_rounds(session))]


def test_two_workers_never_hold_one_round(opened: rounds.OpenRound) -> None:
    worked: list[str] = []

    def work(workplace: Workplace, round_id: str) -> None:
        worked.append(round_id)
        for_each_round(workplace, work, Round.state == "open")  # the other worker, meanwhile

    for_each_round(current_workplace(), work, Round.state == "open")
    assert worked == [opened.id]


def test_a_dead_workers_round_is_taken_over_when_its_lease_has_ended(
    opened: rounds.OpenRound, clock: FixedClock
) -> None:
    worked: list[str] = []

    def dying(_workplace: Workplace, round_id: str) -> None:
        worked.append(round_id)
        raise RuntimeError

    workplace = current_workplace()
    for_each_round(workplace, dying, Round.state == "open")
    clock.move_to(clock.now() + LEASE.resolution)
    for_each_round(workplace, dying, Round.state == "open")
    assert len(worked) == 1
    clock.move_to(clock.now() + LEASE)
    for_each_round(workplace, dying, Round.state == "open")
    assert worked == [opened.id, opened.id]


def test_a_round_that_changed_after_it_was_found_is_left_alone(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    roster = (
        rounds.roster_csv({"North": 6}) + rounds.roster_csv({"South": 6}, "Other").split("\n", 1)[1]
    )
    rounds.import_people(app, tmp_path, roster)
    rounds.launch(app, mailer)
    rounds.launch(app, mailer, "Other")
    worked: list[str] = []

    def cancel_the_other(_workplace: Workplace, round_id: str) -> None:
        worked.append(round_id)
        with identity.begin() as session:
            session.execute(update(Round).where(Round.id != round_id).values(state="cancelling"))

    for_each_round(current_workplace(), cancel_the_other, Round.state == "open")
    assert len(worked) == 1


def test_after_a_close_nothing_says_who_took_a_paper(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 20}))
    opened = rounds.launch(app, mailer)
    takers = list(opened.links)[:6]
    rounds.answer(opened, takers)
    clock.advance(days=3)
    run_due_work(current_workplace())  # reminds those who have not answered
    rounds.close(opened)
    with identity.begin() as session:
        rows = session.execute(
            select(
                Invitation.state, Invitation.blinded_hash, Invitation.address, Invitation.reminders
            ).where(Invitation.pool_id == opened.pool_id)
        ).all()
    assert Counter(map(tuple, rows)) == {("ended", None, None, False): 21}


def test_a_schedule_launches_at_its_time_and_again_in_its_rhythm(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    _scheduled(app, tmp_path, clock)
    run_due_work(current_workplace())
    assert _states() == []
    _work_at(clock, datetime(2026, 5, 6, 8, 0, tzinfo=UTC))  # Wednesday, 10:00 in Berlin
    assert _states() == ["open"]
    assert len(mailer.mails) == 7
    _work_at(clock, datetime(2026, 5, 13, 8, 0, tzinfo=UTC))
    assert _states() == ["closed"]
    _work_at(clock, datetime(2026, 5, 20, 8, 0, tzinfo=UTC))
    assert _states() == ["closed", "open"]


def test_a_launch_missed_by_less_than_half_a_day_is_made_up_for(
    app: Flask, tmp_path: Path, clock: FixedClock
) -> None:
    _scheduled(app, tmp_path, clock)
    _work_at(clock, datetime(2026, 5, 6, 20, 0, tzinfo=UTC))
    assert _states() == ["open"]


def test_a_launch_missed_by_more_waits_for_the_schedules_next_time(
    app: Flask, tmp_path: Path, clock: FixedClock
) -> None:
    _scheduled(app, tmp_path, clock)
    _work_at(clock, datetime(2026, 5, 6, 20, 1, tzinfo=UTC))
    assert _states() == []
    _work_at(clock, datetime(2026, 5, 20, 7, 59, tzinfo=UTC))
    assert _states() == []
    _work_at(clock, datetime(2026, 5, 20, 8, 0, tzinfo=UTC))
    assert _states() == ["open"]


def test_of_many_missed_launches_only_the_last_is_made_up_for(
    app: Flask, tmp_path: Path, clock: FixedClock
) -> None:
    _scheduled(app, tmp_path, clock)
    _work_at(clock, datetime(2026, 7, 1, 9, 0, tzinfo=UTC))  # an hour late for the fifth
    assert _states() == ["open"]
    _work_at(clock, datetime(2026, 7, 15, 8, 0, tzinfo=UTC))
    assert _states() == ["closed", "open"]


def test_a_schedule_asks_for_nothing_while_a_round_is_under_way(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    _scheduled(app, tmp_path, clock)
    rounds.launch(app, mailer)
    _work_at(clock, datetime(2026, 5, 6, 8, 0, tzinfo=UTC))
    assert _states() == ["open"]
    _work_at(clock, datetime(2026, 5, 20, 8, 0, tzinfo=UTC))
    assert _states() == ["closed", "open"]


def test_a_round_that_too_few_links_went_out_for_is_replaced_and_its_mail_says_so(
    app: Flask, tmp_path: Path
) -> None:
    relay = RefusingMailer()
    relay.refuses = lambda recipient: recipient != "north.1@example.org"
    workplace = _due_round(app, tmp_path).with_mailer(relay)
    run_due_work(workplace)
    assert _states() == ["aborting"]
    (first,) = relay.mails
    relay.refuses = lambda recipient: False
    run_due_work(workplace)
    assert _states() == ["aborted", "open"]
    assert b"replaces" not in first.content
    assert len(relay.mails) == 8
    assert all(b"replaces" in mail.content for mail in relay.mails[1:])


def test_a_stopped_round_that_no_other_may_replace_now_ends_all_the_same(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock, opened: rounds.OpenRound
) -> None:
    rounds.close(opened)
    clock.advance(days=3)
    stopped = rounds.launch(app, mailer)
    with identity.begin() as session:
        # As a restored backup has it; and its program's rounds have become shorter since.
        session.execute(update(Round).where(Round.id == stopped.id).values(state="aborting"))
        session.execute(update(Program).values(open_days=1))
    run_due_work(current_workplace())
    assert _states() == ["closed", "aborted"]
    assert _left(stopped.pool_id) == [0, 0, 0]


def test_three_aborted_rounds_in_a_row_are_enough(
    app: Flask, tmp_path: Path, clock: FixedClock
) -> None:
    workplace = _due_round(app, tmp_path).with_mailer(RefusingMailer())
    for _ in range(8):
        run_due_work(workplace)
        clock.advance(minutes=15)
    assert _states() == ["aborted"] * 3
    with identity.begin() as session:
        request_round(
            session, find_program(session, rounds.PROGRAM), current_form(session), clock.now()
        )
    run_due_work(workplace.with_mailer(MemoryMailer()))
    assert _states() == ["aborted"] * 3 + ["open"]


def test_a_cancelled_round_is_destroyed_unread_and_everybody_asked_is_told_once(
    app: Flask, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    asked = list(opened.links)
    rounds.answer(opened, asked[:6])
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), OPERATOR)
    with pytest.raises(ClosedError):
        rounds.answer(opened, asked[6:])
    before = len(mailer.mails)
    for _ in range(2):
        run_due_work(current_workplace())
        clock.advance(minutes=15)
    assert _states() == ["cancelled"]
    assert Counter(mail.recipient for mail in mailer.mails[before:]) == Counter(asked)
    assert not any(b"/r/" in mail.content for mail in mailer.mails[before:])
    assert _left(opened.pool_id) == [0, 0, 0]
    with pytest.raises(ClosedError):
        rounds.answer(opened, asked[6:])
    with identity.begin() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
    assert acts.count("cancelled a round") == 1


def test_a_cancelled_round_is_never_released(
    app: Flask, opened: rounds.OpenRound, clock: FixedClock
) -> None:
    rounds.answer(opened, list(opened.links)[:6])
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), OPERATOR)
    run_due_work(current_workplace())
    rounds.close(opened)
    assert _states() == ["cancelled"]
    with pytest.raises(AssertionError, match="no results"):
        rounds.results(app, opened)


def _scheduled(app: Flask, folder: Path, clock: FixedClock) -> None:
    """Set up a program that asks every second Wednesday at ten."""
    rounds.import_people(app, folder, rounds.roster_csv({"North": 6}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        set_schedule(
            session, program, every_weeks=2, weekday=2, local_time="10:00", now=clock.now()
        )


def _work_at(clock: FixedClock, moment: datetime) -> None:
    """Let the worker run twice at a moment: it may be called at any time, as often as it likes."""
    clock.move_to(moment)
    run_due_work(current_workplace())
    run_due_work(current_workplace())


def _due_round(app: Flask, folder: Path) -> Workplace:
    """Return the workplace of a program whose round waits for its launch."""
    rounds.import_people(app, folder, rounds.roster_csv({"North": 6}))
    workplace = current_workplace()
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        request_round(session, program, current_form(session), workplace.now())
    return workplace


def _left(pool_id: bytes) -> list[int]:
    """Return how many ballots, shares and keys of a pool are left."""
    counts = []
    for store, table in ((ballots, Ballot), (identity, Share), (keys, DataKey)):
        with store.begin() as session:
            query = select(func.count()).select_from(table).where(table.pool_id == pool_id)
            counts.append(session.scalar(query) or 0)
    return counts


def test_who_took_a_paper_is_forgotten_some_at_a_time(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, list(opened.links)[:5])
    monkeypatch.setattr("app.rounds.settling.AT_A_TIME", 2)
    changed: list[int] = []

    @event.listens_for(identity.engine, "after_cursor_execute")
    def _note(_connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE invitation"):
            changed.append(cursor.rowcount)

    end_invitations(identity, opened.id)
    end_invitations(identity, opened.id)  # as after a crash
    event.remove(identity.engine, "after_cursor_execute", _note)
    assert changed == [2, 2, 2, 1]
    with identity.read() as session:
        rows = session.execute(
            select(Invitation.state, Invitation.blinded_hash, Invitation.address)
        ).all()
    assert set(rows) == {("ended", None, None)}
