"""Whether this process lives, and whether its databases are ready; nothing else is told."""

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.databases import standing_of
from app.extensions import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 if every database of this process answers and has a structure it can work with."""
    ready = all(map(_is_ready, db.engines.values()))
    return jsonify(status="ready" if ready else "not ready"), 200 if ready else 503


def register_health(app: Flask) -> None:
    """Add the two addresses to `app`, whatever part it serves."""
    app.register_blueprint(blueprint)


def _is_ready(engine: Engine) -> bool:
    try:
        return answers(engine) and standing_of(engine).works
    except DBAPIError:  # gone this moment, or its owner has not given this role its rights
        return False


def answers(engine: Engine) -> bool:
    """Return whether a database answers."""
    try:
        # A raw connection, since a transaction would ask SQLite for the writer's lock.
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("SELECT 1")
        finally:
            connection.close()
    except (DBAPIError, engine.dialect.loaded_dbapi.Error):
        return False
    return True
