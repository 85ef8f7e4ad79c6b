"""A next version's migrations run while people answer, and are killed; decision 118."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from flask import Flask
from flask_migrate import upgrade as upgrade_here
from sqlalchemy import MetaData, func, insert, inspect, select, text

from app import create_app
from app.clock import MovableClock
from app.databases import MIGRATIONS
from app.extensions import ballots, db, identity
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from bench.years import SMALL, fill_year
from config import Settings
from crypto.links import Link
from surveys.lifecycle import BALLOT_GRACE
from tests import databases, rounds
from tests.faults import newer
from tests.faults.ahead import folder_ahead
from tests.faults.conftest import Serve
from tests.faults.crowd import GROUPS, PEOPLE, answers_of
from tests.faults.processes import (
    KILLED,
    RUN_SECONDS,
    Installation,
    installation_of,
    wait_until_served,
)
from tests.faults.respondent import Respondent, until_replied
from tests.faults.storage import rounds_in_order, stored_release
from tests.forked import finish
from tests.http_respondent import RefusedError
from tests.rounds import OpenRound

pytestmark = pytest.mark.slow
ROWS = 4_000  # of earlier rounds: four pieces
PACE_SECONDS = 0.25
# An index that must wait, or a table that is in use, keeps others half a second; the rest is that
# two cores do much else.
LONGEST_SECONDS = 5.0
Answer = TypeVar("Answer")


@pytest.fixture
def settings(empty: Settings) -> Settings:
    """Settings on databases of this test's own, since their structure becomes a newer one."""
    databases.migrate(empty)
    return empty


class Told:
    """What people were told while they answered, and how long they had to wait for it."""

    def __init__(self, url: str, opened: OpenRound) -> None:
        self._url, self._opened = url, opened
        self.answered, self.longest = 0, 0.0

    def answer_all(self, links: list[Link]) -> None:
        """Answer one after the other."""
        for link in links:
            time.sleep(PACE_SECONDS)
            values = answers_of(self.answered)
            respondent = Respondent(self._url, self._opened.pool_id, link, values)
            signature = self._told(respondent.take_paper)
            self._told(partial(respondent.cast, signature))
            self.answered += 1

    def _told(self, ask: Callable[[], Answer]) -> Answer:
        """Return the reply; whoever is told that all are busy asks again."""
        begun = time.monotonic()
        while True:
            try:
                reply = until_replied(ask)
            except RefusedError as refused:
                if refused.name != "busy":
                    raise
                time.sleep(PACE_SECONDS)
                continue
            self.longest = max(self.longest, time.monotonic() - begun)
            return reply


def test_people_answer_while_the_structure_changes_and_the_upgrade_dies(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    serve: Serve,
    tmp_path: Path,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv(GROUPS))
    opened = rounds.launch(app, mailer)
    _add_an_earlier_round()
    upgrade = partial(_upgrade, installation, folder_ahead(tmp_path))
    older = serve()
    told = Told(installation.url, opened)
    last, *others = opened.links.values()
    with ThreadPoolExecutor(3) as threads:
        answering = threads.submit(told.answer_all, others)
        # The ballots' new table made, the people's index built, some rows filled: each before it is
        # noted. Ballots come first, then keys, and each has five to note.
        assert upgrade("UPDATE alembic_version", 1) == KILLED
        assert upgrade("UPDATE alembic_version", 2 * 5 + 3) == KILLED
        assert "ix_invitation_pool_id_cell" in _indexes()
        assert upgrade("UPDATE invitation SET weight", 3) == KILLED
        assert 0 < _filled() < ROWS
        both = [threads.submit(upgrade) for _ in range(2)]
        assert [one.result() for one in both] == [0, 0], installation.log_text
        answering.result(timeout=RUN_SECONDS)
    _assert_the_newer_structure()
    print(f"longest wait: {told.longest:.2f} s")
    assert told.longest < LONGEST_SECONDS
    with urllib.request.urlopen(f"{installation.url}/readyz") as ready:
        assert ready.status == 200

    older.kill()
    with _newer_pages(installation, tmp_path / "migrations"):
        told.answer_all([last])
    (asked,) = (one for one in rounds_in_order() if one.state == "open")
    clock.move_to(asked.closes_at + BALLOT_GRACE)
    installation.run("worker", "--once")  # the older version's
    release = stored_release(opened.pool_id)
    assert release is not None
    assert release[1]["cells"]["program"]["ballots"]["n"] == str(PEOPLE)
    assert told.answered == PEOPLE
    assert "job failed" not in installation.log_text


def test_a_year_of_the_first_version_comes_through_an_upgrade_that_dies(
    empty: Settings, tmp_path: Path
) -> None:
    installation = installation_of(empty, tmp_path, smtp_port=None)
    upgrade = partial(_upgrade, installation, folder_ahead(tmp_path))
    with create_app(empty).app_context():
        upgrade_here(directory=str(MIGRATIONS), revision="0001")
        fill_year(db.engines, SMALL, Random(1))
        before = _counts()
        for statement, reached in (
            ("UPDATE invitation SET reminders", "0001"),  # its table is laid anew on SQLite
            ("CREATE TABLE own_form", "0004"),
        ):
            assert upgrade(statement, 1) == KILLED
            assert _revision() == reached
        assert upgrade() == 0, installation.log_text
        after = _counts()
        assert {name: after[name] for name in before} == before
        databases.dispose_engines()


def _upgrade(installation: Installation, folder: Path, beginning: str = "", number: int = 0) -> int:
    """Run the newer version's upgrade, and kill it before a statement; return its exit code."""
    arguments = (str(folder), beginning, str(number), "databases", "upgrade")
    log = installation.log
    return finish(newer.main, arguments, installation.environment, RUN_SECONDS, log, log)


@contextmanager
def _newer_pages(installation: Installation, folder: Path) -> Iterator[None]:
    """Let the newer version serve the pages meanwhile."""
    command = installation.child("web").command
    command = (*command[:-1], "tests.faults.newer:application")
    process = installation.start(command, NEWER_MIGRATIONS=str(folder))
    try:
        wait_until_served(installation, process)
        yield
    finally:
        process.kill()


def _add_an_earlier_round() -> None:
    """Write a round that is over, with as many invitations as fill several pieces."""
    pool_id = bytes(16)
    with identity.begin() as session:
        asked = session.scalars(select(Round)).one()
        columns = {one.name: getattr(asked, one.name) for one in Round.__table__.columns}
        earlier = columns | {"id": "earlier", "number": 99, "state": "cancelled"}
        session.execute(insert(Round), [earlier])
        ended = {"pool_id": pool_id, "round_id": "earlier", "closes_at": asked.closes_at}
        session.execute(insert(Pool), [ended | {"state": "ended"}])
        of_nobody = {"pool_id": pool_id, "cell": 0, "state": "ended", "mailed": True}
        rows = [of_nobody | {"token_hash": Random(n).randbytes(32)} for n in range(ROWS)]
        session.execute(insert(Invitation), rows)


def _filled() -> int:
    with identity.read() as session:
        asked = "SELECT count(*) FROM invitation WHERE weight IS NOT NULL"
        return int(session.scalar(text(asked)) or 0)


def _assert_the_newer_structure() -> None:
    """Every piece is there, and every row has its value."""
    assert _filled() == ROWS + PEOPLE
    assert "ix_invitation_pool_id_cell" in _indexes()
    look = inspect(identity.engine)
    assert {"weight", "asked"} <= {one["name"] for one in look.get_columns("invitation")}
    assert look.has_table("ahead_of_pool")
    assert inspect(ballots.engine).has_table("ahead_of_ballots")
    if identity.engine.dialect.name == "postgresql":
        asked = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        with identity.read() as session:
            assert session.scalar(text(asked)) == 0


def _indexes() -> set[str | None]:
    return {index["name"] for index in inspect(identity.engine).get_indexes("invitation")}


def _revision() -> str | None:
    with identity.read() as session:
        return session.scalar(text("SELECT version_num FROM alembic_version"))


def _counts() -> dict[str, int]:
    """Return how many rows each table has, of all databases."""
    counts = {}
    for engine in db.engines.values():
        known = MetaData()
        known.reflect(engine)
        with engine.connect() as connection:
            for name, table in known.tables.items():
                if name != "alembic_version":
                    counts[name] = connection.scalar(select(func.count()).select_from(table)) or 0
    return counts
