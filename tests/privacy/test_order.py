"""Protocol 4, what order gives away: nothing that is stored follows the order of arrival."""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from sqlalchemy import Engine

from app import create_app
from app.extensions import ballots, identity, keys
from app.jobs.upkeep import shuffle_storage
from app.jobs.workplace import current_workplace
from app.respond.storage import shuffle_ballots
from app.shuffling import States
from config import Settings
from crypto.ballots import PADS
from crypto.blind import generate_key
from tests import databases
from tests.privacy.ranks import LIMIT, rank_correlation
from tests.privacy.stored import by_place, column_of, heap_of, stored_order
from tests.privacy.urns import Urn, make_urn

# The protocol asks for 200. With 500 chance alone passes the limit once in 100,000 runs.
MANY = 500
SMALL = 7  # one page of a SQLite file holds so many, in the order in which they were written
TRIALS = 100
POSTGRESQL_INLINE_BYTES = 2000  # longer values go to a table beside the table


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    """A signing key."""
    return generate_key()


@pytest.fixture(params=PADS, ids=lambda pad: f"pad {pad}")
def urn(app: Flask, key: RSAPrivateKey, request: pytest.FixtureRequest) -> Urn:
    """An open pool; one for each size of ballots."""
    return make_urn(key, request.param)


def test_neither_table_nor_file_says_in_which_order_ballots_came(
    urn: Urn, settings: Settings
) -> None:
    cast = urn.cast_in_order(MANY)
    serials = [serial for serial, _ in cast]
    contents = [sealed for _, sealed in cast]
    shuffle_ballots(ballots.engine)
    stored = stored_order(ballots.engine, "ballot", "serial")
    assert abs(rank_correlation(serials, stored)) < LIMIT
    stored = stored_order(ballots.engine, "ballot", "sealed")
    assert abs(rank_correlation(contents, stored)) < LIMIT
    heap = heap_of(ballots.engine, settings, "ballots", "ballot")
    assert abs(rank_correlation(serials, by_place(serials, heap))) < LIMIT
    _look_beside_the_rows(urn, settings, contents, heap)


def _look_beside_the_rows(
    urn: Urn, settings: Settings, contents: Sequence[bytes], heap: bytes
) -> None:
    """Look at what is too long for a row: its pages overflow, or a table beside the table."""
    if settings.ballots_url.startswith("sqlite"):
        ends = [sealed[-64:] for sealed in contents]
        assert abs(rank_correlation(ends, by_place(ends, heap))) < LIMIT
        return
    heads = {sealed[:64]: sealed for sealed in contents}
    chunks = column_of(ballots.engine, _chunks_of_toast(ballots.engine))
    assert len(chunks) == (MANY if urn.pad > POSTGRESQL_INLINE_BYTES else 0)
    if chunks:
        stored = [heads[chunk[:64]] for chunk in chunks]
        assert abs(rank_correlation(contents, stored)) < LIMIT


def _chunks_of_toast(engine: Engine) -> str:
    """Return the query for the heads of long values, in the order of their numbers."""
    with engine.connect() as connection:
        query = "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'ballot'::regclass"
        table = connection.exec_driver_sql(query).scalar_one()
    return f"SELECT chunk_data FROM {table} WHERE chunk_seq = 0 ORDER BY chunk_id"


def test_no_write_ahead_log_stands_beside_ballots_or_keys(sqlite_template: Settings) -> None:
    app = create_app(sqlite_template)
    with app.app_context():
        for engine in (ballots.engine, keys.engine):
            with engine.connect() as connection:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            assert mode == "truncate"
        databases.dispose_engines()


@pytest.mark.parametrize("urn", [PADS[1]], indirect=True)
def test_the_file_of_a_small_pools_ballots_says_nothing_either(
    urn: Urn, settings: Settings
) -> None:
    total = 0.0
    for _ in range(TRIALS):
        cast = urn.cast_in_order(SMALL)
        shuffle_ballots(ballots.engine)
        heap = heap_of(ballots.engine, settings, "ballots", "ballot")
        serials = [serial for serial, _ in cast]
        total += rank_correlation(serials, by_place(serials, heap))
        with ballots.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM ballot")
    assert abs(total / TRIALS) < LIMIT


def test_the_worker_shuffles_both_sides(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shuffled: list[str] = []

    def noting(name: str) -> Callable[[Engine, object], None]:
        return lambda engine, known: shuffled.append(f"{name} {engine.url.database}")

    monkeypatch.setattr("app.jobs.upkeep.shuffle_ballots", noting("ballots"))
    monkeypatch.setattr("app.jobs.upkeep.shuffle_papers", noting("papers"))
    assert shuffle_storage(current_workplace())
    assert [entry.split()[0] for entry in shuffled] == ["ballots", "papers"]
    assert shuffled[0].endswith(str(ballots.engine.url.database))
    assert shuffled[1].endswith(str(identity.engine.url.database))


def test_what_keeps_ballots_in_order_keeps_no_papers_in_order(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled: list[object] = []

    def too_busy(_engine: Engine, _known: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("app.jobs.upkeep.shuffle_ballots", too_busy)
    monkeypatch.setattr("app.jobs.upkeep.shuffle_papers", lambda *given: shuffled.append(given))
    assert not shuffle_storage(current_workplace())  # so the worker tries again soon
    assert len(shuffled) == 1


@pytest.mark.parametrize(
    "settings", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_a_table_is_left_alone_only_while_nothing_in_it_has_changed(
    app: Flask, key: RSAPrivateKey
) -> None:
    urn = make_urn(key, PADS[0])
    known: States = {}

    def file() -> object:
        shuffle_ballots(ballots.engine, known)
        with ballots.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT pg_relation_filenode('ballot')").scalar()

    def change(statement: str) -> None:
        with ballots.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    urn.cast_in_order(SMALL)
    files = [file()]
    assert file() == files[0]
    one = "(SELECT serial FROM ballot LIMIT 1)"
    for changed in (
        lambda: urn.cast_in_order(1),
        lambda: change(f"UPDATE ballot SET sealed = sealed WHERE serial = {one}"),
        lambda: change(f"DELETE FROM ballot WHERE serial = {one}"),
        lambda: (change(f"DELETE FROM ballot WHERE serial = {one}"), urn.cast_in_order(1)),
    ):
        changed()
        files.append(file())
        assert file() == files[-1]
    assert len(set(files)) == len(files)


def test_a_table_in_order_of_arrival_would_be_noticed(tmp_path: Path) -> None:
    serials = [secrets.token_bytes(32) for _ in range(MANY)]
    path = tmp_path / "control.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE ballot (serial BLOB)")
    connection.executemany("INSERT INTO ballot VALUES (?)", [(serial,) for serial in serials])
    connection.commit()
    stored = [row[0] for row in connection.execute("SELECT serial FROM ballot")]
    connection.close()
    assert rank_correlation(serials, stored) > 0.9
    # A page is filled from its end: in the file, order stands page by page.
    pages = by_place(serials, path.read_bytes())
    assert rank_correlation(serials, pages) > LIMIT
