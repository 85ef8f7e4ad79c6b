"""The databases' server dies or is started anew in the middle; a standby takes over."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.clock import MovableClock
from app.extensions import identity
from app.jobs.leases import LEASE
from app.jobs.turns import WATCH, count_holders
from app.jobs.worker import OTHERS_PAUSE_SECONDS, run_due_work
from app.jobs.workplace import Workplace, current_workplace
from app.mail.mailer import Mail, MemoryMailer
from app.opening.service import OpeningRoom
from app.operating.postgresql import check_server
from config import Settings
from tests import databases, rounds
from tests.clusters import Server, initdb_fault
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.parts import Parts
from tests.faults.processes import free_port, installation_of, wait_until
from tests.faults.respondent import Respondent, respondents_of
from tests.faults.storage import left_of, mailed_in, rounds_in_order, stored_release
from tests.http_respondent import RefusedError

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
SECONDS = 30.0
REPLICATED = ("identity", "keys")
SETTINGS = ("wal_level=replica", "max_wal_senders=4", "synchronous_commit=on")


@dataclass
class Pair:
    """A primary and its standby, which has everything that the primary has acknowledged."""

    primary: Server
    standby: Server

    @property
    def address(self) -> str:
        """Return where both are asked for whichever takes writes, in libpq's words.

        The primary comes first, so that whoever connects while it is cut off meets it.
        """
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self.primary, self.standby))
        return f"postgresql+psycopg://postgres@{hosts}/{{}}?target_session_attrs=read-write"

    def begin(self) -> None:
        """Let the standby follow the primary, and the primary wait for it."""
        self.standby.copy(self.primary)
        self.standby.start()
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.execute("SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """Kill the primary, and let the standby take its place."""
        self.primary.kill()
        self.take_over()

    def take_over(self) -> None:
        """Let the standby take the place of a primary, whatever became of that one."""
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary


@pytest.fixture(scope="module")
def pair(postgresql_template: Settings) -> Iterator[Pair]:
    """Two servers with the identity database and the keys; that of ballots is on another."""
    databases.need(initdb_fault())
    with TemporaryDirectory() as one, TemporaryDirectory() as other, ExitStack() as ending:
        servers = [Server(Path(place, "data"), free_port(), SETTINGS) for place in (one, other)]
        for server in servers:
            ending.callback(server.crash)
        made = Pair(*servers)
        made.primary.make("-A", "trust")
        made.primary.start()
        for base in REPLICATED:
            made.primary.execute(f"CREATE DATABASE {base}")
        databases.migrate(on_one(made, postgresql_template))
        yield made


def on_one(pair: Pair, settings: Settings) -> Settings:
    """Return settings that know the primary alone."""
    own = f"postgresql+psycopg://postgres@127.0.0.1:{pair.primary.port}/{{}}"
    return replace(settings, identity_url=own.format("identity"), keys_url=own.format("keys"))


@pytest.fixture
def settings(pair: Pair, postgresql_template: Settings, tmp_path: Path) -> Settings:
    """Settings as the documentation has them, on emptied databases, each server as it began."""
    for server in (pair.primary, pair.standby):
        server.crash()
    pair.primary.start()
    pair.primary.execute("ALTER SYSTEM RESET synchronous_standby_names")
    pair.primary.execute("SELECT pg_reload_conf()")
    (tmp_path / "data").mkdir()
    emptied = databases.emptied_postgresql(on_one(pair, postgresql_template), tmp_path / "data")
    pair.begin()
    urls = {f"CHORUS_{base.upper()}_URL": pair.address.format(base) for base in REPLICATED}
    ballots = {"CHORUS_BALLOTS_URL": emptied.ballots_url}
    return databases.development_settings(emptied.data, **urls, **ballots)


class Office(MemoryMailer):
    """Takes every mail, and lets something happen after some of them."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: dict[int, Callable[[], None]] = {}

    def send(self, mail: Mail) -> None:
        """Keep the message; what happens then happens before it is noted."""
        super().send(mail)
        self.happens.get(len(self.mails), lambda: None)()


@pytest.fixture
def mailer() -> Office:
    """A mailer that a test can interrupt."""
    return Office()


@pytest.fixture
def clock(settings: Settings) -> MovableClock:
    """Development's clock, which all processes of an installation share."""
    return MovableClock(settings.data / "clock")


def started_anew(pair: Pair, how: str) -> Callable[[], None]:
    """Return what stops the primary and starts it again."""

    def start_anew() -> None:
        pair.primary.stop(how)
        pair.primary.start()

    return start_anew


def test_a_launch_goes_on_over_two_restarts_and_a_failover_and_mails_each_once(
    app: Flask, mailer: Office, pair: Pair, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 17, "South": 4}))
    mailer.happens = {
        3: started_anew(pair, "fast"),
        8: started_anew(pair, "immediate"),
        14: pair.fail_over,
    }
    assert acknowledged_by_identity() == ("good", "Nothing before a standby has it, too.")
    opened = rounds.launch(app, mailer)
    databases.dispose_engines()  # who looks next would meet what is left of the first server
    verdict, said = acknowledged_by_identity()  # the new primary waits for nobody yet
    assert (verdict, said[:25]) == ("bad", "It waits for no standby: ")
    assert len(mailer.mails) == len(opened.links) == PEOPLE
    assert [entry.state for entry in rounds_in_order()] == ["open"]
    assert mailed_in(opened.pool_id) == PEOPLE
    rounds.answer(opened, list(opened.links))
    assert left_of(opened.pool_id)["ballots"] == PEOPLE


def acknowledged_by_identity() -> tuple[str, str]:
    """Return what the doctor says of when the server acknowledges."""
    checks = check_server("identity", identity.engine, production=False)
    return next((one.verdict, one.said) for one in checks if one.name.startswith("Acknowledged"))


def test_a_close_that_loses_its_server_after_each_step_releases_once_what_it_would_have(
    app: Flask,
    mailer: Office,
    clock: MovableClock,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    clock.move_to(rounds.closing_time(opened))
    happens = {
        "closing": started_anew(pair, "immediate"),
        "opened": started_anew(pair, "fast"),
        "sealed off": pair.fail_over,
        "ballots deleted": started_anew(pair, "immediate"),
        "shares deleted": started_anew(pair, "fast"),
        "keys deleted": started_anew(pair, "immediate"),
    }
    usual = Workplace.opening_room
    releases: list[object] = []

    def room_of(workplace: Workplace, session: Session) -> OpeningRoom:
        return replace(usual(workplace, session), reached=reached)

    def reached(step: str) -> None:
        happens.pop(step, lambda: None)()

    monkeypatch.setattr(Workplace, "opening_room", room_of)
    for _ in range(12):
        run_due_work(current_workplace())
        databases.dispose_engines()  # who looks next would meet what is left of the last server
        release = stored_release(opened.pool_id)
        releases += [release[1]] if release else []
        if rounds_in_order()[0].state == "closed":
            break
        clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    assert not happens
    assert len(releases) > 1
    assert all(tables == releases[0] for tables in releases)
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"]["n_from"] == PEOPLE
    left = left_of(opened.pool_id)
    assert left.pop("comments")
    assert left == {"data keys": 1}


def test_answers_and_work_go_on_at_the_standby_and_nothing_is_told_by_a_primary_cut_off(
    app: Flask, mailer: Office, clock: MovableClock, pair: Pair, settings: Settings, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 17, "South": 4}))
    opened = rounds.launch(app, mailer)
    closes = rounds.closing_time(opened)
    installation = installation_of(settings, tmp_path, None)
    with Parts(installation) as parts:
        parts.wait_until_served()
        people = respondents_of(installation, opened)
        for somebody in people[:3]:
            somebody.cast(somebody.take_paper())
        paper = people[3].take_paper()
        wait_until(lambda: watches(pair.primary) == 1, installation)
        old = pair.primary
        pair.take_over()
        # Cut off and alive, with the pages still connected: it stores, and can't acknowledge.
        told: list[str] = []
        asking = Thread(target=ask_once, args=(people[4], told))
        asking.start()
        asking.join(timeout=1.5)
        assert asking.is_alive()
        assert told == []
        assert watches(pair.primary) == 0  # the worker is on the other side
        old.kill()
        asking.join(timeout=SECONDS)
        # It is asked of the new one by itself, or by who was told that the old one was gone.
        assert told[0] in ("busy", insist(people[4].take_paper))
        assert insist(people[3].take_paper) == paper
        for somebody in people[3:]:
            somebody.cast(insist(somebody.take_paper))
        # Well before a worker without the watch would look by itself.
        wait_until(lambda: watches(pair.primary) == 1, installation, OTHERS_PAUSE_SECONDS / 2)
        clock.move_to(closes)
        wait_until(lambda: has_closed(pair), installation)
    databases.dispose_engines()
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"]["n_from"] == PEOPLE


def ask_once(somebody: Respondent, told: list[str]) -> None:
    try:
        told.append(somebody.take_paper())
    except RefusedError as refused:
        told.append(refused.name)


def insist(ask: Callable[[], str]) -> str:
    """Return the answer; each dead connection of the pages is met once."""
    for _ in range(50):
        try:
            return ask()
        except RefusedError as told:
            assert told.name == "busy"
            time.sleep(0.1)
    return ask()


def watches(server: Server) -> int:
    """Return how many workers have the watch as a server knows it."""
    url = f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/identity"
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return count_holders(connection, WATCH)


def has_closed(pair: Pair) -> bool:
    with suppress(DBAPIError):
        return rounds_in_order()[0].state == "closed"
    return False
