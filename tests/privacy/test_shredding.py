"""A copy made before the close can't be opened with the keys that are left after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.extensions import identity, keys
from app.jobs.closes import close_due_rounds
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.share import Share
from app.models.keys.data_key import DataKey
from config import Settings
from crypto import envelope
from crypto.errors import CryptoError
from tests import databases, rounds
from tests.applications import FixedClock
from tests.rounds import COMMENTED, OpenRound

FILES = ("identity", "ballots", "keys")


def data_keys(settings: Settings) -> Iterator[envelope.DataKey]:
    """Give every data key that the master key still unwraps, in whatever role."""
    master = envelope.DataKey.from_master(settings.master_key)
    with keys.begin() as session:
        rows = session.scalars(select(DataKey)).all()
    for row in rows:
        context = row.purpose.encode() + b"\0" + row.pool_id
        yield envelope.unwrap(master, row.wrapped, key_id=row.key_id, context=context)


def readable(settings: Settings, shares: list[tuple[bytes, bytes, bytes]]) -> int:
    """Return how many of the shares some key opens."""
    return sum(
        _opens(key, pool_id + row, blob)
        for key in data_keys(settings)
        for pool_id, row, blob in shares
    )


def _opens(key: envelope.DataKey, row: bytes, blob: bytes) -> bool:
    try:
        envelope.decrypt(key, blob, table="share", column="share", row=row)
    except CryptoError:
        return False
    return True


def test_shares_of_a_copy_open_with_no_key_that_is_left(
    app: Flask, opened: OpenRound, settings: Settings
) -> None:
    rounds.answer(opened, opened.links, COMMENTED)
    with identity.begin() as session:
        copy = [(row.pool_id, row.id, row.share) for row in session.scalars(select(Share))]
    assert readable(settings, copy) == len(copy) == 10
    rounds.close(opened)
    assert len(list(data_keys(settings))) == 2  # the roster's, and that of the shown comments
    assert readable(settings, copy) == 0


@pytest.mark.parametrize("keys_from", ["before", "after"])
def test_a_copied_round_opens_with_the_keys_of_its_time_only(
    sqlite_template: Settings,
    clock: FixedClock,
    mailer: MemoryMailer,
    tmp_path: Path,
    keys_from: str,
) -> None:
    settings = databases.copied_sqlite(sqlite_template, tmp_path / "data")
    app = create_app(settings, clock=clock, mailer=mailer)
    with app.app_context():
        rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
        opened = rounds.launch(app, mailer)
        rounds.answer(opened, opened.links, COMMENTED)
        databases.dispose_engines()
        before = {name: (settings.data / f"{name}.sqlite3").read_bytes() for name in FILES}
        rounds.close(opened)
        databases.dispose_engines()
    restored = ("identity", "ballots", "keys") if keys_from == "before" else ("identity", "ballots")
    for name in restored:
        (settings.data / f"{name}.sqlite3").write_bytes(before[name])
    app = create_app(settings, clock=clock, mailer=mailer)
    with app.app_context():
        close_due_rounds(current_workplace())
        program = rounds.results(app, opened)["release"]["cells"]["program"]
        databases.dispose_engines()
    assert ("score" in program) is (keys_from == "before")
    assert (program == {"withheld": True}) is (keys_from == "after")
