"""The search that the launch tests rely on finds a secret in whatever way and place it is put."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config import Settings
from tests.faults.traces import spellings, traces

SECRET = bytes(range(0x9B, 0x9B + 36))
LONG = b"x" * 9001  # more than two pages of a database


@pytest.mark.parametrize("how", spellings(SECRET))
@pytest.mark.parametrize("place", ["file", "log", "row"])
def test_a_planted_secret_is_found(
    how: str, place: str, sqlite_template: Settings, tmp_path: Path
) -> None:
    data, log = tmp_path / "data", tmp_path / "processes.log"
    shutil.copytree(sqlite_template.data, data)
    log.touch()
    assert traces({"planted": SECRET}, data, log) == []
    planted = LONG + spellings(SECRET)[how] + b"!"
    if place == "row":
        with closing(sqlite3.connect(data / "identity.sqlite3")) as connection:
            connection.execute("CREATE TABLE planted (value BLOB)")
            connection.execute("INSERT INTO planted VALUES (?)", (planted,))
            connection.commit()
    else:
        (log if place == "log" else data / "left-behind").write_bytes(planted)
    assert any(f"as {how} in" in found for found in traces({"planted": SECRET}, data, log))


def test_mails_in_the_inbox_are_no_trace(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "new"
    inbox.mkdir(parents=True)
    (inbox / "mail").write_bytes(SECRET)
    assert traces({"planted": SECRET}, tmp_path) == []
