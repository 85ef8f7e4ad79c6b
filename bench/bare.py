"""The limit of intake: Flask, marshmallow, one durable insert and, if asked, a blind signature."""

import os
import secrets
import sqlite3
from typing import Any

from flask import Flask, request
from marshmallow import Schema, fields, validate
from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
)

from configuration.faults import SQLITE_PROCESSES_AND_THREADS
from crypto import blind

PATH, SIGNED_PATH = "/kept", "/signed"
MOST_CHARACTERS = 32_768
_BELOW_ANY_MODULUS = 255  # bytes
_KEPT = Table(
    "kept",
    MetaData(),
    Column("id", LargeBinary(16), primary_key=True),
    Column("content", String, nullable=False),
    sqlite_with_rowid=False,
)


class _KeptSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(equal=22))
    content = fields.String(required=True, validate=validate.Length(max=MOST_CHARACTERS))


def make_bare(url: str) -> Flask:
    """Return the application; each request is one transaction on the database at `url`."""
    app = Flask(__name__)
    engine = create_engine(url, pool_size=SQLITE_PROCESSES_AND_THREADS[1])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _make_durable)
        event.listen(engine, "begin", _begin)
    _KEPT.metadata.create_all(engine)
    schema = _KeptSchema()

    key = blind.generate_key()

    @app.post(SIGNED_PATH)
    def sign() -> tuple[str, int]:
        blind.blind_sign(key, secrets.token_bytes(_BELOW_ANY_MODULUS).rjust(256, b"\0"))
        return keep()

    @app.post(PATH)
    def keep() -> tuple[str, int]:
        body: dict[str, Any] = schema.load(request.get_json())
        row = {"id": secrets.token_bytes(16), "content": body["content"]}
        with engine.begin() as connection:
            connection.execute(insert(_KEPT), row)
        return "", 204

    return app


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    """Set the fastest that is durable, though the product may not use a log for ballots."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 15000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


if "BENCH_BARE_URL" in os.environ:
    application = make_bare(os.environ["BENCH_BARE_URL"])
