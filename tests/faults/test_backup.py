"""A backup or a restore that is killed leaves nothing half done (PROTOCOL 4)."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.clock import MovableClock
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases, rounds
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.processes import Installation, installation_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


@pytest.fixture
def elsewhere(settings: Settings, sqlite_template: Settings, tmp_path: Path) -> Installation:
    """Another machine: empty databases, the same secrets."""
    fresh = databases.copied_sqlite(sqlite_template, tmp_path / "elsewhere")
    fresh = replace(fresh, master_key=settings.master_key, secret_key=settings.secret_key)
    return installation_of(fresh, tmp_path / "elsewhere", None)


def test_a_backup_that_was_killed_is_none(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    elsewhere: Installation,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    rounds.close(opened)
    copy = tmp_path / "copy"
    for number, statement in enumerate(("SELECT person", "SELECT comment", "SELECT data_key")):
        folder = str(copy) + str(number)
        installation.run_and_kill("statement", statement, "backup", folder)
        refused = app.test_cli_runner().invoke(args=["chorus", "restore", folder])
        assert refused.exit_code == 1
        assert "no finished backup" in refused.output
    installation.run("backup", str(copy))
    elsewhere.run("restore", str(copy))


@pytest.mark.parametrize(
    "statement", ["INSERT INTO data_key", "INSERT INTO comment", "INSERT INTO invitation"]
)
def test_a_restore_that_was_killed_is_finished_by_another(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    elsewhere: Installation,
    tmp_path: Path,
    statement: str,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    rounds.close(opened)
    expected = rounds.results(app, opened)
    assert expected["release"]["cells"]["program"]["ballots"]["n_from"] == PEOPLE
    installation.run("backup", str(tmp_path / "copy"))
    databases.dispose_engines()
    elsewhere.run_and_kill("statement", statement, "restore", str(tmp_path / "copy"))
    elsewhere.run("restore", str(tmp_path / "copy"))
    restored = create_app(elsewhere.settings)
    with restored.app_context():
        assert rounds.results(restored, opened) == expected
        databases.dispose_engines()
