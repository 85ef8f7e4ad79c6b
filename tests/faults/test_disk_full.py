"""The disk is full: nothing acknowledged is lost, everybody is told, and all goes on by itself."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.clock import MovableClock
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs import worker
from app.jobs.leases import LEASE
from app.jobs.worker import run_due_work
from app.jobs.workplace import Workplace, current_workplace
from app.launching.notes import LEASE as LAUNCH_LEASE
from app.mail.mailer import MemoryMailer
from app.opening.service import OpeningRoom
from app.programs.service import find_program
from app.rounds.service import request_round
from config import Settings
from crypto.encoding import encode_base64url
from tests import databases, rounds
from tests.accounts import form_token
from tests.applications import FixedClock
from tests.disks import Disk, mount_fault, small_disk
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.full_disk import (
    TWO_PROGRAMS,
    assert_operator_reads_it,
    before_a_full_disk,
    readiness,
)
from tests.faults.parts import Parts
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation, wait_until
from tests.faults.respondent import respondents_of
from tests.faults.storage import left_of, rounds_in_order, shown_comments, stored_release
from tests.faults.test_import import dumped
from tests.faults.traces import secrets_of, traces
from tests.http_respondent import RefusedError, status_of
from tests.sending import PEOPLE as MAILED
from tests.sending import prepared_launch, states_of_rows

pytestmark = pytest.mark.slow
MEGABYTES = 24


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The small disk on which the data folder lies; development's clock lies on another."""
    databases.need(mount_fault())
    with small_disk(tmp_path / "data", MEGABYTES) as made:
        (made.folder / "clock").symlink_to(tmp_path / "clock")
        yield made


@pytest.fixture
def settings(sqlite_template: Settings, disk: Disk) -> Settings:
    """Settings on fresh databases on that disk."""
    return databases.copied_sqlite(sqlite_template, disk.folder)


def assert_busy(ask: Callable[[], object]) -> None:
    with pytest.raises(RefusedError) as told:
        ask()
    assert (told.value.status, told.value.name) == (503, "busy")


def test_pages_and_worker_outlive_a_full_disk_and_say_so(
    app: Flask,
    client: FlaskClient,
    mailer: MemoryMailer,
    clock: MovableClock,
    disk: Disk,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    # What its processes print goes to the same disk, as an operator may well have it.
    installation = replace(installation, log=disk.folder / "processes.log")
    opened = before_a_full_disk(app, client, mailer, clock, tmp_path)
    with Parts(installation) as parts:
        parts.wait_until_served()
        assert readiness(installation) == 200
        people = respondents_of(installation, opened)
        for somebody in people[:8]:
            somebody.cast(somebody.take_paper())
        paper = people[8].take_paper()
        disk.fill()
        for _ in range(2):
            assert_busy(lambda: people[8].cast(paper))
            assert_busy(people[9].take_paper)
        page = f"{installation.url}/r/{encode_base64url(opened.pool_id)}"
        assert status_of(page) == 200
        assert status_of(f"{installation.url}/healthz") == 200
        assert readiness(installation) == 503
        clock.move_to(clock.now() + timedelta(minutes=6))  # when a session is noted again
        assert_admin_reads_it(app, client)
        assert_operator_reads_it(app)
        clock.move_to(clock.now() + timedelta(hours=1))  # when the other round is due
        time.sleep(3)  # the worker looks, and can't
        assert post_office.mails == []
        disk.make_room()
        assert people[8].take_paper() == paper
        for somebody in people[8:]:
            somebody.cast(somebody.take_paper())
        wait_until(lambda: len(post_office.mails) == 7, installation)
        wait_until(lambda: readiness(installation) == 200, installation)
        close_on_a_full_disk(disk, clock, opened, installation)
    ended = next(entry for entry in rounds_in_order() if entry.id == opened.id)
    assert ended.state == "closed"
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"]["n_from"] == PEOPLE
    sent = [link for _, _, link in post_office.links()]
    assert traces(secrets_of([*opened.links.values(), *sent]), disk.folder) == []


def assert_admin_reads_it(app: Flask, client: FlaskClient) -> None:
    health = client.get("/health")
    assert health.status_code == 200
    assert "Full: ballots, identity, keys." in health.text
    roster = BytesIO(TWO_PROGRAMS.replace("Person", "Member").encode()), "people.csv"
    data = {"csrf_token": form_token(app, client), "file": roster}
    refused = client.post("/people/import", data=data, content_type="multipart/form-data")
    assert refused.status_code == 503
    assert "Nothing half-finished was stored" in refused.text
    assert refused.headers["Retry-After"] == "2"


def close_on_a_full_disk(
    disk: Disk, clock: MovableClock, opened: rounds.OpenRound, installation: Installation
) -> None:
    """See that a round whose time has come is not opened until there is room, and then is."""
    disk.fill()
    clock.move_to(rounds.closing_time(opened))
    time.sleep(3)
    assert stored_release(opened.pool_id) is None
    assert left_of(opened.pool_id)["ballots"] == PEOPLE
    disk.make_room()
    # Where its lease was stored before the room ran out, it has to end first.
    clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    wait_until(lambda: not left_of(opened.pool_id).get("shares"), installation)
    wait_until(lambda: rounds_in_order()[0].lease_until is None, installation)
    wait_until(lambda: {one.state for one in rounds_in_order()} == {"open", "closed"}, installation)


def test_a_close_that_finds_no_room_after_any_step_ends_as_any_other(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    clock.move_to(rounds.closing_time(opened))
    filled: list[str] = []
    states: list[str | None] = []
    usual = Workplace.opening_room

    def room_of(workplace: Workplace, session: Session) -> OpeningRoom:
        return replace(usual(workplace, session), reached=reached)

    def reached(step: str) -> None:
        if step not in filled:
            filled.append(step)
            disk.fill()

    monkeypatch.setattr(Workplace, "opening_room", room_of)
    while rounds_in_order()[0].state == "open":
        run_due_work(current_workplace())
        release = stored_release(opened.pool_id)
        states.append(release and release[0])
        assert len(states) < 10
        disk.make_room()
        clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    # It was stopped before the release, between release and comments, and after their move.
    assert states.count(None) >= 1
    assert states.count("sealed off") >= 2
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"]["n_from"] == PEOPLE
    comments = shown_comments(opened.pool_id)
    assert comments
    assert left_of(opened.pool_id) == {"comments": len(comments), "data keys": 1}


def test_a_launch_that_finds_no_room_before_its_first_mail_is_launched_anew(
    app: Flask, mailer: MemoryMailer, clock: MovableClock, disk: Disk, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        request_round(session, program, form_of_program(session, program.id), clock.now())

    @event.listens_for(identity.engine, "before_cursor_execute")
    def fill(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO invitation"):
            disk.fill()
            event.remove(identity.engine, "before_cursor_execute", fill)

    run_due_work(current_workplace())
    assert mailer.mails == []
    disk.make_room()
    clock.move_to(clock.now() + LAUNCH_LEASE + timedelta(minutes=1))
    for _ in range(2):
        run_due_work(current_workplace())
    assert [entry.state for entry in rounds_in_order()] == ["aborted", "open"]
    assert len({mail.recipient for mail in mailer.mails}) == len(mailer.mails) == 13


def test_a_launch_that_finds_no_room_between_its_mails_waits_and_mails_each_once(
    app: Flask, disk: Disk, tmp_path: Path
) -> None:
    clock = FixedClock(current_workplace().now())
    launch = prepared_launch(app, tmp_path, clock)
    waited = launch.post.sleep

    def fill() -> None:
        if len(launch.relay.taken) == 3:
            disk.fill()

    def wait(seconds: float) -> None:
        waited(seconds)
        assert len(launch.relay.taken) == 3
        if sum(launch.slept) > 240:  # four minutes: an operator has to come first
            disk.make_room()

    launch.relay.afterwards = fill
    launch.post = replace(launch.post, sleep=wait)
    launch.send()
    assert sorted(launch.relay.taken) == sorted(set(launch.relay.tried))
    assert len(launch.relay.taken) == MAILED
    assert states_of_rows() == {"open, mailed": MAILED}
    assert sum(launch.slept) < LAUNCH_LEASE.total_seconds()


def test_what_could_not_be_ended_is_ended_when_there_is_room_again(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    rounds.close(opened)
    clock.move_to(clock.now() + timedelta(days=25 * 31))
    monkeypatch.setattr(worker, "AGAIN_AFTER_SECONDS", 0.0)
    ending = worker._Ending()
    disk.fill()
    ending.end_what_is_due(current_workplace())
    assert left_of(opened.pool_id)["comments"]
    disk.make_room()
    ending.end_what_is_due(current_workplace())
    assert left_of(opened.pool_id) == {}


def test_commands_on_a_full_disk_say_so_and_leave_everything_as_it_was(
    app: Flask, mailer: MemoryMailer, clock: MovableClock, disk: Disk, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, TWO_PROGRAMS)
    before = dumped()
    roster = tmp_path / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": 300}), encoding="utf-8")
    disk.fill()
    for arguments, said in (
        (("people", "import", str(roster), "--yes"), "its disk is full (SQLITE_FULL)"),
        (("rounds", "launch", rounds.PROGRAM), "its disk is full (SQLITE_FULL)"),
        (("backup", str(disk.folder / "copy")), "the disk is full, so this is no backup"),
        (("restore", str(disk.folder / "copy")), "no finished backup"),
    ):
        refused = app.test_cli_runner().invoke(args=["chorus", *arguments])
        assert refused.exit_code == 1
        assert said in refused.output
        assert "Traceback" not in refused.output
        assert dumped() == before
    # On another disk a backup is complete, and says what could not be done.
    assert "could not be noted" in rounds.run(app, "backup", str(tmp_path / "copy"))
    disk.make_room()
    databases.dispose_engines()  # the last connection takes its log along: SQLite opens no file now
    disk.fill()
    refused = app.test_cli_runner().invoke(args=["chorus", "rounds", "list"])
    assert refused.exit_code == 1
    assert "A database can't be used now" in refused.output
    disk.make_room()
    rounds.run(app, "people", "import", str(roster), "--yes")
    assert dumped() != before
