"""PostgreSQL's own disk is full, and then its log finds no room either and it ends."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import OperationalError
from sqlalchemy import NullPool, create_engine

from app.clock import MovableClock
from app.jobs.leases import LEASE
from app.jobs.turns import WATCH, count_holders
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases, rounds
from tests.clusters import Server, initdb_fault
from tests.disks import Disk, mount_fault, small_disk
from tests.faults.crowd import PEOPLE
from tests.faults.full_disk import (
    assert_operator_reads_it,
    before_a_full_disk,
    readiness,
)
from tests.faults.parts import Parts
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation, free_port, wait_until
from tests.faults.respondent import Respondent, respondents_of
from tests.faults.storage import left_of, rounds_in_order
from tests.http_respondent import RefusedError, status_of
from tests.rounds import OpenRound

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
MEGABYTES = 110
SECONDS = 30.0
# Some pieces of the log wait to be used again, as on any server: writes go on for a while. By
# itself a server that gave up may come back before anybody looks, with what it needs no more.
SETTINGS = (
    "min_wal_size=8MB",
    "max_wal_size=10MB",
    "shared_buffers=16MB",
    "restart_after_crash=off",
)


@pytest.fixture
def place() -> Iterator[tuple[Server, Disk]]:
    """A server and the small disk on which everything of it lies."""
    databases.need(mount_fault() or initdb_fault())
    with ExitStack() as ending:
        folder = Path(ending.enter_context(TemporaryDirectory()))
        folder.chmod(0o711)  # the server's user has to pass
        disk = ending.enter_context(small_disk(folder / "disk", MEGABYTES))
        server = Server(disk.folder / "data", free_port(), SETTINGS)
        server.make("-A", "trust", "--wal-segsize=1")
        ending.callback(server.crash)
        server.start()
        # Where sorting is done on another disk, as some have it, this one is still looked at.
        other = folder / "other"
        other.mkdir()
        shutil.chown(other, "postgres")
        server.execute(f"CREATE TABLESPACE other LOCATION '{other}'")
        server.execute("ALTER SYSTEM SET temp_tablespaces = other")
        server.execute("SELECT pg_reload_conf()")
        yield server, disk


@pytest.fixture
def settings(place: tuple[Server, Disk], tmp_path: Path) -> Settings:
    """Settings on three databases of that server."""
    server, _ = place
    for base in databases.BASES:
        server.execute(f"CREATE DATABASE {base} STRATEGY file_copy")
    own = f"postgresql+psycopg://postgres@127.0.0.1:{server.port}"
    urls = {f"CHORUS_{base.upper()}_URL": f"{own}/{base}" for base in databases.BASES}
    (tmp_path / "data").mkdir()
    made = databases.development_settings(tmp_path / "data", **urls)
    databases.migrate(made)
    return made


def test_nothing_acknowledged_is_lost_when_the_servers_disk_and_then_its_log_finds_no_room(
    app: Flask,
    client: FlaskClient,
    mailer: MemoryMailer,
    clock: MovableClock,
    place: tuple[Server, Disk],
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    server, disk = place
    opened = before_a_full_disk(app, client, mailer, clock, tmp_path)
    with Parts(installation) as parts:
        parts.wait_until_served()
        people = respondents_of(installation, opened)
        acknowledged = sum(try_to_answer(somebody) for somebody in people[:8])
        assert acknowledged == 8
        server.execute("CHECKPOINT")
        disk.fill()
        acknowledged += sum(try_to_answer(somebody) for somebody in people[8:])
        assert acknowledged < PEOPLE  # a page of a table has room for some
        assert status_of(f"{installation.url}/healthz") == 200
        assert readiness(installation) == 503
        assert_it_is_said(app, client, clock, tmp_path)
        end_for_want_of_room(server)
        clock.move_to(clock.now() + timedelta(hours=1))  # when the other round is due
        assert not any(try_to_answer(somebody) for somebody in people[::6])
        assert readiness(installation) == 503
        disk.make_room()
        server.start()
        wait_until(lambda: readiness(installation) == 200, installation)
        databases.dispose_engines()  # who looks next would meet what is left of the server
        assert left_of(opened.pool_id)["ballots"] == acknowledged
        for somebody in people:
            wait_until(partial(try_to_answer, somebody), installation)
        assert left_of(opened.pool_id)["ballots"] == PEOPLE
        wait_until(lambda: len(post_office.mails) == 7, installation)
        wait_until(lambda: watches(server) == 1, installation)
        disk.fill()
        clock.move_to(rounds.closing_time(opened))
        time.sleep(1.5)  # the worker looks, and does what there is room for
        disk.make_room()
        clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
        wait_until(lambda: not left_of(opened.pool_id).get("shares"), installation)
        wait_until(lambda: has_closed(opened), installation)
    assert len(post_office.mails) == len({link for _, _, link in post_office.links()})
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"]["n_from"] == PEOPLE


def has_closed(opened: OpenRound) -> bool:
    return next(entry.state for entry in rounds_in_order() if entry.id == opened.id) == "closed"


def try_to_answer(somebody: Respondent) -> bool:
    """Return whether one is told that it is stored; else one is told to come again."""
    try:
        return somebody.cast(somebody.take_paper()) in {200, 204}
    except RefusedError as told:
        assert (told.status, told.name) == (503, "busy")
        return False


def assert_it_is_said(app: Flask, client: FlaskClient, clock: MovableClock, folder: Path) -> None:
    """See that an admin, the operator and a command are told which disk it is."""
    clock.move_to(clock.now() + timedelta(minutes=6))  # when a session is noted again
    assert "Full: ballots, identity, keys." in client.get("/health").text
    assert_operator_reads_it(app)
    roster = folder / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": 300}), encoding="utf-8")
    refused = app.test_cli_runner().invoke(
        args=["chorus", "people", "import", str(roster), "--yes"]
    )
    assert refused.exit_code == 1
    assert "its disk is full (DiskFull)" in refused.output


def end_for_want_of_room(server: Server) -> None:
    """Go on until the log needs a new piece: the server gives up."""
    deadline = time.monotonic() + SECONDS
    while server.runs():
        assert time.monotonic() < deadline
        with suppress(OperationalError):
            server.execute("SELECT pg_switch_wal()")
            server.execute("SELECT pg_logical_emit_message(false, 'a line', 'of the log')")


def watches(server: Server) -> int:
    """Return how many workers have the watch."""
    url = f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/identity"
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return count_holders(connection, WATCH)
