"""What waiting or an operator can mend is told apart from a fault of the program."""

import sqlite3
from pathlib import Path

import pytest
from psycopg.errors import DiskFull, ReadOnlySqlTransaction
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from app.outages import has_no_room, is_away, only_reads, reason_of


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = create_engine(f"sqlite:///{tmp_path / 'kept.sqlite3'}", connect_args={"timeout": 0})
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE kept (content BLOB)"))
    return made


def fault_of(engine: Engine, *statements: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as raised, engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    return raised.value


def test_a_full_disk_is_an_outage(engine: Engine) -> None:
    fill = ("PRAGMA max_page_count = 3", "INSERT INTO kept VALUES (zeroblob(100000))")
    fault = fault_of(engine, *fill)
    assert is_away(fault)
    assert has_no_room(fault)
    assert reason_of(fault) == "SQLITE_FULL"


def test_a_database_that_somebody_else_writes_to_is_an_outage(engine: Engine) -> None:
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert is_away(fault_of(engine, "INSERT INTO kept VALUES (NULL)"))
    other.close()


def test_a_folder_that_is_gone_is_an_outage(tmp_path: Path) -> None:
    assert is_away(fault_of(create_engine(f"sqlite:///{tmp_path}/gone/kept.sqlite3"), "SELECT 1"))


@pytest.mark.parametrize("wrong", ["SELECT * FROM nothing", "SELECT nothing FROM kept", "SELEKT"])
def test_a_question_that_is_wrong_is_none(engine: Engine, wrong: str) -> None:
    assert not is_away(fault_of(engine, wrong))


def test_a_server_without_room_and_one_that_only_reads_are_outages() -> None:
    full, standby = (
        DBAPIError("", {}, cause) for cause in (DiskFull("said"), ReadOnlySqlTransaction("said"))
    )
    assert is_away(full)
    assert has_no_room(full)
    assert reason_of(full) == "DiskFull"
    assert is_away(standby)
    assert only_reads(standby.orig)
    assert not has_no_room(standby)
