"""A launch is made ready in short steps: nobody waits, and a crash between two is harmless."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from app.clock import current_clock
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.launching import preparing, records
from app.launching.notes import LEASE
from app.launching.preparing import Ready
from app.launching.service import launch_round
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.changing import let_leave
from app.people.service import still_asked
from app.programs.service import find_program
from app.rounds.service import request_round
from tests import rounds
from tests.applications import FixedClock

MEMBERS = 9
EVERYBODY = MEMBERS + 1


@pytest.fixture
def due(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A round that is due, whose rows are written four at a time."""
    monkeypatch.setattr(records, "AT_A_TIME", 4)
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MEMBERS}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        form = form_of_program(session, program.id)
        return request_round(session, program, form, current_clock().now()).id


def test_invitations_are_written_some_at_a_time(
    due: str, mailer: MemoryMailer, inserted: list[int]
) -> None:
    launch_round(current_workplace().launch_room(), due)
    assert inserted == [4, 4, 2]
    assert _invitations() == len(mailer.mails) == EVERYBODY
    assert _state(due) == "open"


def test_others_may_write_while_keys_and_pieces_are_made(
    due: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    split, written = preparing.sharing.split, []

    def split_while_another_writes(*arguments: int) -> list[object]:
        with identity.begin() as session:  # on SQLite it would wait for whoever holds the database
            written.append(session.execute(update(Program).values(open_days=4)).rowcount)
        return split(*arguments)

    monkeypatch.setattr(preparing.sharing, "split", split_while_another_writes)
    launch_round(current_workplace().launch_room(), due)
    assert written == [1]
    assert _state(due) == "open"


def test_who_leaves_after_the_freeze_is_not_asked(
    due: str, mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_links = preparing._make_links

    def make_while_somebody_leaves(*arguments: object) -> object:
        with identity.begin() as session:
            somebody = session.scalars(select(Person.id)).first()
            let_leave(session, somebody, current_clock().now(), "test")
        return make_links(*arguments)

    monkeypatch.setattr(preparing, "_make_links", make_while_somebody_leaves)
    launch_round(current_workplace().launch_room(), due)
    assert _invitations() == len(mailer.mails) == EVERYBODY - 1
    assert _state(due) == "open"


def test_a_crash_between_two_writes_leaves_nothing_that_matters(
    due: str, clock: FixedClock, mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([True, False])

    def die_at_the_second(*arguments: object) -> frozenset[str]:
        if not next(left):
            raise KeyboardInterrupt
        return still_asked(*arguments)

    with monkeypatch.context() as dying:
        dying.setattr(records, "still_asked", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            launch_round(current_workplace().launch_room(), due)
    assert (_state(due), _invitations(), mailer.mails) == ("launching", 4, [])
    clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    for _ in range(2):
        run_due_work(current_workplace())
    with identity.read() as session:
        states = session.scalars(select(Round.state).order_by(Round.number)).all()
    assert states == ["aborted", "open"]
    assert len(mailer.mails) == EVERYBODY
    assert _invitations() == EVERYBODY  # what the first one had written is gone


def test_a_launch_that_is_taken_over_while_it_is_made_ready_sends_nothing(
    due: str, mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_links = preparing._make_links

    def make_while_another_decides(*arguments: object) -> object:
        with identity.begin() as session:
            session.execute(update(Round).values(state="aborting", lease_until=None))
        return make_links(*arguments)

    monkeypatch.setattr(preparing, "_make_links", make_while_another_decides)
    launch_round(current_workplace().launch_room(), due)
    assert (_state(due), _invitations(), mailer.mails) == ("aborting", 0, [])


def test_what_was_made_ready_hides_its_links_when_it_is_printed(
    due: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    prepared = preparing.prepare_round

    def keep(*arguments: object) -> Ready:
        ready = prepared(*arguments)
        shown.append(repr(ready))
        return ready

    monkeypatch.setattr("app.launching.service.prepare_round", keep)
    launch_round(current_workplace().launch_room(), due)
    assert "Link(" not in shown[0] and "example.org" not in shown[0]


@pytest.fixture
def inserted(app: Flask) -> Iterator[list[int]]:
    """How many invitations each insertion had."""
    seen: list[int] = []

    def look(_c: object, _u: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("INSERT INTO invitation"):
            seen.append(len(parameters) if isinstance(parameters, list) else 1)

    event.listen(identity.engine, "before_cursor_execute", look)
    yield seen
    event.remove(identity.engine, "before_cursor_execute", look)


def _invitations() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(Invitation).join(Pool)) or 0


def _state(round_id: str) -> str:
    with identity.read() as session:
        return session.get_one(Round, round_id).state
