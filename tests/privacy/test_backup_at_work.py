"""A backup holds all that it should, also while the worker lays tables anew (PROTOCOL 4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.backups.backup import make_backup
from app.clock import current_clock
from app.extensions import ballots, identity, keys
from app.jobs.upkeep import shuffle_storage
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import rounds
from tests.applications import FixedClock, application

BUSY_MILLISECONDS = (
    500  # the worker can't lay SQLite's tables anew meanwhile, however long it waits
)
STORES = {"identity": identity, "ballots": ballots, "keys": keys}


@pytest.fixture
def app(
    settings: Settings, clock: FixedClock, mailer: MemoryMailer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application, whose SQLite soon gives up."""
    monkeypatch.setattr("app.extensions._BUSY_MILLISECONDS", BUSY_MILLISECONDS)
    with application(settings, clock, mailer) as made:
        yield made


def test_tables_that_are_laid_anew_meanwhile_are_whole_in_the_backup(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 11}))
    past = rounds.launch(app, mailer)
    rounds.answer(past, past.links, rounds.COMMENTED)
    rounds.close(past)
    disturbed: set[str] = set()

    def lay_anew(line: str) -> None:
        """Do the worker's work once while each database is being read."""
        database = line.partition(":")[0]
        if database not in disturbed:
            disturbed.add(database)
            shuffle_storage(current_workplace())  # may have to wait for its turn

    quiet, busy, now = tmp_path / "quiet", tmp_path / "busy", current_clock().now()
    make_backup(quiet, STORES, now, lambda _line: None, with_keys=True)
    make_backup(busy, STORES, now, lay_anew, with_keys=True)
    assert disturbed == set(STORES)
    tables = sorted(path.relative_to(quiet) for path in quiet.rglob("*.jsonl"))
    assert (quiet / "ballots" / "comment.jsonl").stat().st_size > 0
    assert [
        name for name in tables if (quiet / name).read_bytes() != (busy / name).read_bytes()
    ] == []
