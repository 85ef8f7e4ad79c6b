"""Liveness and readiness, for whatever part a process serves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.databases import newest_revision
from app.extensions import identity
from config import Settings
from tests import databases


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_process_that_is_well_says_so(client: FlaskClient, path: str):
    assert client.get(path).status_code == 200


def test_the_casting_process_answers_for_its_one_database(settings: Settings):
    app = create_app(settings, parts={"cast"})
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").json == {"status": "ready"}
    _end(app)


def test_a_database_that_does_not_answer_makes_it_unready_but_alive(settings: Settings):
    away = replace(settings, ballots_url="sqlite:////nowhere/ballots.sqlite3")
    app = create_app(away)
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200
    _end(app)


def test_a_database_that_is_older_than_the_program_makes_it_unready_but_alive(
    app: Flask, client: FlaskClient
):
    with identity.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    newest = "UPDATE alembic_version SET version_num = '{}'"
    with identity.connect() as connection:
        connection.exec_driver_sql(newest.format(newest_revision()))
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("oldest", [newest_revision(), "9998"])
def test_a_newer_structure_makes_unready_only_whom_it_does_not_serve(
    app: Flask, client: FlaskClient, oldest: str, tmp_path: Path
):
    serves = oldest == newest_revision()
    with brought_further(oldest):
        assert client.get("/readyz").status_code == (200 if serves else 503)
        command = app.test_cli_runner().invoke(args=["chorus", "worker", "--once"])
        assert command.exit_code == (0 if serves else 1)
        assert ("Start the newer version" in command.output) is not serves
        found = json.loads(app.test_cli_runner().invoke(args=["chorus", "doctor", "--json"]).output)
        verdicts = {check["name"]: check["verdict"] for check in found["checks"]}
        assert verdicts["Database, identity"] == ("look" if serves else "bad")
        # It would lack what only the newer version knows.
        backup = app.test_cli_runner().invoke(args=["chorus", "backup", str(tmp_path / "copy")])
        assert (backup.exit_code, (tmp_path / "copy").exists()) == (1, False)
    assert client.get("/readyz").status_code == 200


@contextmanager
def brought_further(oldest: str) -> Iterator[None]:
    """Let a newer version have migrated the databases, and say which programs it serves."""
    change = "UPDATE alembic_version SET version_num = '{}', oldest_program = '{}'"
    with identity.connect() as connection:
        before = connection.exec_driver_sql("SELECT * FROM alembic_version").one()
        connection.exec_driver_sql(change.format("9999", oldest))
    try:
        yield
    finally:
        with identity.connect() as connection:
            connection.exec_driver_sql(change.format(*before))


def _end(app: Flask) -> None:
    with app.app_context():
        databases.dispose_engines()
