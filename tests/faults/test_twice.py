"""What several workers begin at one instant is done once: mails, closes, launches, deletions."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.audit_chain import check_chain
from app.clock import MovableClock
from app.extensions import Store, identity
from app.jobs.closes import close_due_rounds
from app.jobs.launchers import launch_due
from app.jobs.leases import LEASE
from app.jobs.lost_mail import answer_lost_mails
from app.jobs.notices import send_owed_notices
from app.jobs.retention import DESTROYED, keep_no_longer
from app.jobs.worker import AFTER_LAUNCHES, BEFORE_LAUNCHES, run_due_work
from app.jobs.workplace import Workplace, current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.invitation import Invitation
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.program_standing import OrganisationStanding, ProgramStanding
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import sign_in_admin
from tests.faults.storage import left_of, stored_release
from tests.posts import recipients
from tests.rounds import COMMENTED, OpenRound
from tests.web.test_alert_digest import add_alert

WORKERS = 3
PATIENCE_SECONDS = 60
STANDINGS = (OrganisationStanding, ProgramStanding)
# As a worker does them, and one after the other, so that each finds something to do.
JOBS = (*BEFORE_LAUNCHES, launch_due, *AFTER_LAUNCHES)


def at_one_instant(app: Flask, work: Callable[[Workplace], None]) -> None:
    """Let several workers begin the same work at one instant; return when all are done."""
    ready = threading.Barrier(WORKERS)

    def look() -> None:
        with app.app_context():
            workplace = current_workplace()
            ready.wait(PATIENCE_SECONDS)
            work(workplace)

    workers = [threading.Thread(target=look) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def friday_before(clock: MovableClock) -> None:
    """Move to a Friday, 11:00 UTC."""
    ahead = clock.now() + timedelta(days=(4 - clock.now().weekday()) % 7 + 7)
    clock.move_to(ahead.replace(hour=11, minute=0, second=0, microsecond=0))


class Overtaken(Store):
    """A database before whose first transaction another worker does all of the same work."""

    def __init__(self, other: Callable[[], None]) -> None:
        super().__init__(None)
        self._others = [other]

    @contextmanager
    def begin(self) -> Iterator[Session]:
        while self._others:
            self._others.pop()()
        with super().begin() as session:
            yield session


class Dying(MemoryMailer):
    """A relay at whose first mail the worker dies."""

    @contextmanager
    def connect(self) -> Iterator["Dying"]:
        raise KeyboardInterrupt
        yield self


@pytest.fixture
def closing(
    app: Flask, client: FlaskClient, clock: MovableClock, mailer: MemoryMailer, tmp_path: Path
) -> OpenRound:
    """A round to close, another whose reminders are due, a scheduled launch, a digest to send."""
    friday_before(clock)
    people = rounds.roster_csv({"North": 6}, "Closing").splitlines()
    for name, group in (("Reminding", "South"), ("Launching", "West")):
        people += rounds.roster_csv({group: 6}, name).splitlines()[1:]
    rounds.import_people(app, tmp_path, "\n".join(people).replace("Europe/Berlin", "UTC"))
    closing = rounds.launch(app, mailer, "Closing")  # until Tuesday, 11:00
    rounds.answer(closing, closing.links, COMMENTED)
    clock.move_to(clock.now() + timedelta(days=1))
    rounds.launch(app, mailer, "Reminding")  # reminds on Monday between 11:00 and 17:00
    rounds.run(app, "programs", "schedule", "Launching", "--on", "tuesday", "--at", "17:00")
    sign_in_admin(client)  # whose digest is due from Monday to Wednesday
    add_alert(clock.now().date() - timedelta(days=2), "Alarming")
    clock.move_to((clock.now() + timedelta(days=3)).replace(hour=17, minute=30))
    mailer.mails.clear()
    return closing


def check_that_all_is_done_once(mailer: MemoryMailer, closed: OpenRound) -> None:
    """Look at every mail that was sent, and at every row that may be there once."""
    told = recipients(mailer.mails)
    assert told == Counter(dict.fromkeys(told, 1))
    asked = {f"{name}.{number}@example.org" for name in ("south", "west") for number in range(1, 7)}
    mentors = {f"mentor.{name}@example.org" for name in ("north", "south", "west")}
    assert set(told) == asked | mentors | {"admin@corp.example"}
    with identity.read() as session:
        states = session.execute(
            select(Program.name, Round.state).join(Round, Round.program_id == Program.id)
        ).all()
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
        kept = [len(session.scalars(select(table)).all()) for table in STANDINGS]
    by_program = {name: [state for of, state in states if of == name] for name, _ in states}
    assert by_program == {"Closing": ["closed"], "Launching": ["open"], "Reminding": ["open"]}
    assert kept == [1, 1]
    release = stored_release(closed.pool_id)
    assert release is not None and release[0] == "published"


def test_three_workers_at_one_instant_do_all_that_is_due_once(
    app: Flask, mailer: MemoryMailer, closing: OpenRound, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    for _ in range(2):
        at_one_instant(app, run_due_work)
    check_that_all_is_done_once(mailer, closing)
    assert "job failed" not in capfd.readouterr().err


def test_what_another_did_after_this_worker_had_looked_is_not_done_again(
    app: Flask, mailer: MemoryMailer, closing: OpenRound, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    workplace = current_workplace()
    for job in JOBS:
        job(replace(workplace, identity=Overtaken(partial(job, workplace))))
    check_that_all_is_done_once(mailer, closing)
    assert "job failed" not in capfd.readouterr().err


@pytest.mark.parametrize("job", [send_owed_notices, answer_lost_mails])
def test_what_another_claimed_after_this_worker_had_looked_is_left_to_its_lease(
    clock: MovableClock, mailer: MemoryMailer, closing: OpenRound, job: Callable[[Workplace], None]
) -> None:
    workplace = current_workplace()
    close_due_rounds(workplace)  # so that results are to be told
    with identity.begin() as session:
        whom = session.scalars(
            select(Invitation.person_id).where(Invitation.state == "open").limit(1)
        ).one()
        session.add(Notice(kind="lost", subject_id=whom, recipient_id=whom))

    def die() -> None:
        with suppress(KeyboardInterrupt):
            job(workplace.with_mailer(Dying()))

    job(replace(workplace, identity=Overtaken(die)))
    assert mailer.mails == []
    clock.move_to(clock.now() + LEASE)
    job(workplace)
    assert len(mailer.mails) == 1


def test_three_workers_at_one_instant_end_what_is_kept_once(
    app: Flask,
    clock: MovableClock,
    mailer: MemoryMailer,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    friday_before(clock)
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    old = rounds.launch(app, mailer)
    rounds.answer(old, old.links, COMMENTED)
    rounds.close(old)
    assert left_of(old.pool_id)["comments"]
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8}))
    clock.move_to(clock.now() + timedelta(days=732))
    capfd.readouterr()
    at_one_instant(app, keep_no_longer)
    assert left_of(old.pool_id) == {}
    with identity.read() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
        assert len(session.scalars(select(Person.id)).all()) == 9
        assert check_chain(session).broken_at is None
    assert acts.count(DESTROYED) == acts.count("forgot who had left") == 1
    assert "job failed" not in capfd.readouterr().err
