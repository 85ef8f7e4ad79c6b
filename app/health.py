"""Whether this process lives, and whether its databases are ready; nothing else is told."""

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.databases import standing_of
from app.extensions import db
from app.room import Room

blueprint = Blueprint("health", __name__)
_ROOM = "chorus.room"


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process lives."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 if every database of this process answers, is as it must be and has room."""
    ready = all(map(_is_ready, db.engines.values()))
    return jsonify(status="ready" if ready else "not ready"), 200 if ready else 503


def register_health(app: Flask) -> None:
    """Add the two addresses to `app`, whatever part it serves."""
    app.extensions[_ROOM] = Room()
    app.register_blueprint(blueprint)


def _is_ready(engine: Engine) -> bool:
    room: Room = current_app.extensions[_ROOM]
    try:
        return answers(engine) and standing_of(engine).works and room.has_room(engine)
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
