"""Liveness and readiness, for whatever part a process serves."""

from dataclasses import replace

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


def _end(app: Flask) -> None:
    with app.app_context():
        databases.dispose_engines()
